/**
 * Covariance of centred rows, shrunk towards a multiple of the unit matrix by the amount that minimises the expected squared
 * error: (1 - s) S + s m I with m = trace(S) / d (Ledoit and Wolf 2004, doi:10.1016/S0047-259X(03)00096-4, section 3.3).
 *
 * @param rows [n][d], mean 0
 * @returns the matrix, row by row, and s (0 to 1)
 */
export function shrunkCovariance(rows: readonly Float64Array[]): {
  covariance: Float64Array;
  shrinkage: number;
} {
  const n = rows.length;
  const d = rows[0].length;
  const covariance = new Float64Array(d * d);
  let fourth = 0;
  for (const row of rows) {
    const length = row.reduce((sum, value) => sum + value * value, 0);
    fourth += length * length;
    for (let i = 0; i < d; i++) {
      for (let j = 0; j < d; j++) covariance[i * d + j] += (row[i] * row[j]) / n;
    }
  }
  let [trace, square] = [0, 0];
  for (let i = 0; i < d; i++) trace += covariance[i * d + i];
  for (const value of covariance) square += value * value;
  const mean = trace / d;
  // |S - m I|² = |S|² - d m²; mean over rows of |x x' - S|² = mean |x|^4 - |S|².
  const dispersion = square - d * mean * mean;
  const error = Math.min(dispersion, (fourth / n - square) / n);
  const shrinkage = dispersion > 0 ? error / dispersion : 1;
  const shrunk = covariance.map((value) => (1 - shrinkage) * value);
  for (let i = 0; i < d; i++) shrunk[i * d + i] += shrinkage * mean;
  return { covariance: shrunk, shrinkage };
}
