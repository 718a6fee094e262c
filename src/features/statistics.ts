/** Small statistics used by the features. All answer null where there is too little to say. */

export function mean(values: ArrayLike<number>): number | null {
  if (values.length === 0) return null;
  let sum = 0;
  for (let k = 0; k < values.length; k++) sum += values[k];
  return sum / values.length;
}

/** Sample standard deviation (n - 1). */
export function standardDeviation(values: ArrayLike<number>): number | null {
  const middle = mean(values);
  if (middle === null || values.length < 2) return null;
  let sum = 0;
  for (let k = 0; k < values.length; k++) sum += (values[k] - middle) ** 2;
  return Math.sqrt(sum / (values.length - 1));
}

export function median(values: ArrayLike<number>): number | null {
  if (values.length === 0) return null;
  const sorted = Float64Array.from(values).sort();
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** Median of the values that are there; null if none is. */
export function medianOf(values: readonly (number | null)[]): number | null {
  return median(values.filter((value) => value !== null));
}

/** The value below which `fraction` (0 to 1) of the values lie; NaN for none. */
export function percentile(values: ArrayLike<number>, fraction: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted.length
    ? sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * fraction))]
    : Number.NaN;
}

/** `values` less their least-squares line. */
export function detrend(values: ArrayLike<number>): Float64Array {
  const n = values.length;
  const centre = (n - 1) / 2;
  const middle = mean(values) ?? 0;
  let covariance = 0;
  for (let k = 0; k < n; k++) covariance += (k - centre) * (values[k] - middle);
  const slope = n > 1 ? (12 * covariance) / (n * (n * n - 1)) : 0;
  return Float64Array.from({ length: n }, (_, k) => values[k] - middle - slope * (k - centre));
}
