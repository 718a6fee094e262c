/** A point of a curve: [x, y]. */
export type Point = readonly [number, number];

/**
 * A curve with at most about `maxPoints` points that looks the same: the lowest and highest value of every bin in
 * the order of time, so that no spike is lost. Points that are not finite are left out.
 *
 * @param x sample times, ms, ascending
 * @param y values, any unit, as many as `x`
 */
export function decimate(x: readonly number[], y: readonly number[], maxPoints = 700): Point[] {
  const points = finitePoints(x, y);
  if (points.length <= maxPoints) return points;
  const bins = Math.max(1, Math.floor(maxPoints / 2));
  const kept: Point[] = [];
  for (let bin = 0; bin < bins; bin++) {
    const from = Math.floor((bin * points.length) / bins);
    const to = Math.floor(((bin + 1) * points.length) / bins);
    kept.push(...extremes(points, from, to));
  }
  return kept;
}

/** The same for a current, whose steps are upright and level: points in the middle of a level are dropped. */
export function decimateSteps(x: readonly number[], y: readonly number[], maxPoints = 700): Point[] {
  const points = finitePoints(x, y);
  const level = (k: number) => points[k - 1]?.[1] === points[k][1] && points[k + 1]?.[1] === points[k][1];
  const corners = points.filter((_, k) => !level(k));
  return decimate(
    corners.map((p) => p[0]),
    corners.map((p) => p[1]),
    maxPoints,
  );
}

function finitePoints(x: readonly number[], y: readonly number[]): Point[] {
  const points: Point[] = [];
  const n = Math.min(x.length, y.length);
  for (let k = 0; k < n; k++) if (Number.isFinite(x[k]) && Number.isFinite(y[k])) points.push([x[k], y[k]]);
  return points;
}

function extremes(points: readonly Point[], from: number, to: number): Point[] {
  let low = from;
  let high = from;
  for (let k = from; k < to; k++) {
    if (points[k][1] < points[low][1]) low = k;
    if (points[k][1] > points[high][1]) high = k;
  }
  if (low === high) return [points[low]];
  return low < high ? [points[low], points[high]] : [points[high], points[low]];
}
