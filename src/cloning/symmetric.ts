/** Small symmetric matrices, row by row in one array. */

/** Lower Cholesky factor of a positive definite matrix (row-major), or null if it is not. */
export function cholesky(matrix: Float64Array, n: number): Float64Array | null {
  const factor = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * n + j];
      for (let m = 0; m < j; m++) sum -= factor[i * n + m] * factor[j * n + m];
      if (i !== j) factor[i * n + j] = sum / factor[j * n + j];
      else if (sum > 0) factor[i * n + i] = Math.sqrt(sum);
      else return null;
    }
  return factor;
}

/** Solves L y = b, L as {@link cholesky} gives it. */
export function forwardSolve(factor: Float64Array, n: number, b: ArrayLike<number>): Float64Array {
  const y = Float64Array.from(b);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) y[i] -= factor[i * n + j] * y[j];
    y[i] /= factor[i * n + i];
  }
  return y;
}

/** Solves L' x = y. */
export function backSolve(factor: Float64Array, n: number, y: ArrayLike<number>): Float64Array {
  const x = Float64Array.from(y);
  for (let i = n - 1; i >= 0; i--) {
    for (let j = i + 1; j < n; j++) x[i] -= factor[j * n + i] * x[j];
    x[i] /= factor[i * n + i];
  }
  return x;
}

/** Solves A x = b for a positive definite A, or null. */
export function solve(matrix: Float64Array, n: number, b: ArrayLike<number>): Float64Array | null {
  const factor = cholesky(matrix, n);
  return factor && backSolve(factor, n, forwardSolve(factor, n, b));
}

/** Eigenvalues, largest first, and their vectors as rows, by Jacobi's rotations. */
export function eigen(matrix: Float64Array, n: number): { values: Float64Array; vectors: Float64Array[] } {
  const a = matrix.slice();
  const v = Float64Array.from({ length: n * n }, (_, k) => (k % (n + 1) === 0 ? 1 : 0));
  for (let round = 0; round < 60 && offDiagonal(a, n) > 1e-22; round++)
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) rotate(a, v, n, p, q);
  const order = Array.from({ length: n }, (_, k) => k).sort((x, y) => a[y * n + y] - a[x * n + x]);
  return {
    values: Float64Array.from(order, (k) => a[k * n + k]),
    vectors: order.map((k) => Float64Array.from({ length: n }, (_, i) => v[i * n + k])),
  };
}

function offDiagonal(a: Float64Array, n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) sum += a[i * n + j] ** 2;
  return sum;
}

function rotate(a: Float64Array, v: Float64Array, n: number, p: number, q: number): void {
  if (a[p * n + q] === 0) return;
  const ratio = (a[q * n + q] - a[p * n + p]) / (2 * a[p * n + q]);
  const tangent = (ratio >= 0 ? 1 : -1) / (Math.abs(ratio) + Math.sqrt(ratio * ratio + 1));
  const cosine = 1 / Math.sqrt(tangent * tangent + 1);
  const sine = tangent * cosine;
  const turn = (m: Float64Array, x: number, y: number) => {
    const [mx, my] = [m[x], m[y]];
    m[x] = cosine * mx - sine * my;
    m[y] = sine * mx + cosine * my;
  };
  for (let i = 0; i < n; i++) turn(a, i * n + p, i * n + q);
  for (let i = 0; i < n; i++) turn(a, p * n + i, q * n + i);
  for (let i = 0; i < n; i++) turn(v, i * n + p, i * n + q);
}
