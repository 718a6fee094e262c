/** Means, lines and exponentials through points. */

export function mean(values: readonly number[]): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

export interface Line {
  readonly slope: number;
  readonly intercept: number;
  /** Sum of squared distances from the line. */
  readonly residual: number;
}

/** Least-squares line; slope NaN if all x are equal. */
export function lineThrough(x: ArrayLike<number>, y: ArrayLike<number>): Line {
  const n = x.length;
  let xMean = 0;
  let yMean = 0;
  for (let k = 0; k < n; k++) {
    xMean += x[k] / n;
    yMean += y[k] / n;
  }
  let xx = 0;
  let xy = 0;
  let yy = 0;
  for (let k = 0; k < n; k++) {
    xx += (x[k] - xMean) * (x[k] - xMean);
    xy += (x[k] - xMean) * (y[k] - yMean);
    yy += (y[k] - yMean) * (y[k] - yMean);
  }
  const slope = xy / xx;
  return { slope, intercept: yMean - slope * xMean, residual: yy - slope * xy };
}

export function medianOfNumbers(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}
