export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k] * b[k];
  return sum;
}

/** Products of all pairs of columns, row by row. */
export function products(columns: readonly Float64Array[]): Float64Array {
  const n = columns.length;
  const result = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) result[i * n + j] = result[j * n + i] = dot(columns[i], columns[j]);
  return result;
}

export const halfSquares = (x: Float64Array) => 0.5 * dot(x, x);
