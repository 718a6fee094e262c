import type { RandomStream } from "../../random.ts";

/** Kish's (1965) effective number of weighted draws. */
export const effective = (weights: Float64Array) =>
  1 / weights.reduce((sum, weight) => sum + weight * weight, 0);

/** Indices in proportion to weights that sum to 1, by systematic resampling. */
export function systematic(weights: Float64Array, count: number, stream: RandomStream): number[] {
  const chosen: number[] = [];
  let [k, reached] = [0, weights[0]];
  const shift = stream.uniform();
  for (let s = 0; s < count; s++) {
    while (reached < (s + shift) / count && k + 1 < weights.length) reached += weights[++k];
    chosen.push(k);
  }
  return chosen;
}

/** Weights that sum to 1 from their logarithms. */
export function normalised(logs: readonly number[]): Float64Array {
  const most = logs.reduce((a, b) => Math.max(a, b), -Infinity);
  const raw = Float64Array.from(logs, (value) => Math.exp(value - most));
  const sum = raw.reduce((a, b) => a + b, 0);
  return raw.map((value) => value / sum);
}
