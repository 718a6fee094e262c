/** Product of a square matrix, row by row, and a vector. */
export function times(matrix: Float64Array, vector: Float64Array): Float64Array {
  const n = vector.length;
  const result = new Float64Array(n);
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) result[i] += matrix[i * n + j] * vector[j];
  return result;
}

/** Inverse of a square matrix and log |determinant|, by Gauss and Jordan with the largest pivots; null where it has none. */
export function inverted(
  matrix: Float64Array,
  n: number,
): { inverse: Float64Array; logDeterminant: number } | null {
  const a = matrix.slice();
  const inverse = Float64Array.from({ length: n * n }, (_, k) => (k % (n + 1) === 0 ? 1 : 0));
  let logDeterminant = 0;
  for (let p = 0; p < n; p++) {
    let best = p;
    for (let i = p + 1; i < n; i++) if (Math.abs(a[i * n + p]) > Math.abs(a[best * n + p])) best = i;
    const pivot = a[best * n + p];
    if (!(Math.abs(pivot) > 0)) return null;
    logDeterminant += Math.log(Math.abs(pivot));
    for (const rows of [a, inverse]) {
      swapRows(rows, n, p, best);
      for (let j = 0; j < n; j++) rows[p * n + j] /= pivot;
    }
    for (let i = 0; i < n; i++) {
      const factor = a[i * n + p];
      if (i === p || factor === 0) continue;
      for (const rows of [a, inverse])
        for (let j = 0; j < n; j++) rows[i * n + j] -= factor * rows[p * n + j];
    }
  }
  return { inverse, logDeterminant };
}

function swapRows(matrix: Float64Array, n: number, p: number, q: number): void {
  if (p === q) return;
  for (let j = 0; j < n; j++) [matrix[p * n + j], matrix[q * n + j]] = [matrix[q * n + j], matrix[p * n + j]];
}
