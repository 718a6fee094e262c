export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Largest less smallest, as a fraction of the median. */
export const spread = (values: readonly number[]) =>
  (Math.max(...values) - Math.min(...values)) / median(values);

/** Where y, a falling or rising power of x between the given points, takes this value: straight lines between logarithms. */
export function powerInterpolation(x: readonly number[], y: readonly number[], value: number): number {
  for (let k = 1; k < x.length; k++) {
    const at = Math.log(value / y[k - 1]) / Math.log(y[k] / y[k - 1]);
    if (at >= 0 && at <= 1) return x[k - 1] * (x[k] / x[k - 1]) ** at;
  }
  return Number.NaN;
}
