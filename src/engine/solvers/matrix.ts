/** Square matrices, row after row in one array, of the size of a cell's system. */

/** out = a b, with out apart from both. */
export function multiply(a: Float64Array, b: Float64Array, n: number, out: Float64Array): void {
  for (let row = 0; row < n; row++) {
    const at = row * n;
    for (let column = 0; column < n; column++) out[at + column] = 0;
    for (let k = 0; k < n; k++) {
      const factor = a[at + k];
      if (factor === 0) continue;
      const from = k * n;
      for (let column = 0; column < n; column++) out[at + column] += factor * b[from + column];
    }
  }
}

/** out = a x, with out apart from x. */
export function apply(a: Float64Array, x: Float64Array, n: number, out: Float64Array): void {
  for (let row = 0; row < n; row++) {
    let sum = 0;
    for (let k = 0; k < n; k++) sum += a[row * n + k] * x[k];
    out[row] = sum;
  }
}

/** Solves a x = b in place by elimination with row pivoting: `a` is used up and `b` becomes x. False: singular or not finite. */
export function solve(a: Float64Array, b: Float64Array, n: number): boolean {
  for (let column = 0; column < n; column++) {
    let pivot = column;
    for (let row = column + 1; row < n; row++) {
      if (Math.abs(a[row * n + column]) > Math.abs(a[pivot * n + column])) pivot = row;
    }
    const size = Math.abs(a[pivot * n + column]);
    if (!(size > 0 && size < Number.POSITIVE_INFINITY)) return false;
    if (pivot !== column) swapRows(a, b, n, pivot, column);
    for (let row = column + 1; row < n; row++) {
      const factor = a[row * n + column] / a[column * n + column];
      if (factor === 0) continue;
      for (let k = column + 1; k < n; k++) a[row * n + k] -= factor * a[column * n + k];
      b[row] -= factor * b[column];
    }
  }
  for (let row = n - 1; row >= 0; row--) {
    let sum = b[row];
    for (let k = row + 1; k < n; k++) sum -= a[row * n + k] * b[k];
    b[row] = sum / a[row * n + row];
  }
  return true;
}

function swapRows(a: Float64Array, b: Float64Array, n: number, one: number, other: number): void {
  for (let k = 0; k < n; k++) {
    const kept = a[one * n + k];
    a[one * n + k] = a[other * n + k];
    a[other * n + k] = kept;
  }
  const kept = b[one];
  b[one] = b[other];
  b[other] = kept;
}
