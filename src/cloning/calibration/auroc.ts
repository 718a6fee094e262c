import { InputError } from "../../errors.ts";
import { normalWithin } from "./distributions.ts";

export interface Auroc {
  /** P(score of a positive > score of a negative) + P(equal) / 2. */
  readonly auroc: number;
  /** 95 % interval. */
  readonly low: number;
  readonly high: number;
  readonly positives: number;
  readonly negatives: number;
}

/**
 * Area under the receiver operating characteristic: how well a score tells positives from negatives, 0.5 by chance, 1 without a
 * mistake. Ties count half (Mann and Whitney 1947). Interval: variance of DeLong, DeLong and Clarke-Pearson (1988,
 * doi:10.2307/2531595) on the logit; without a mistake that variance is 0 and the interval is that of Newcombe (2006,
 * doi:10.1002/sim.2324, method 5), which still shrinks with the number of cases only.
 *
 * @param positives scores of what should score high
 * @param negatives scores of what should score low
 * @throws InputError `no-scores` where one of them is empty or a score is not a number
 */
export function auroc(positives: ArrayLike<number>, negatives: ArrayLike<number>): Auroc {
  requireScores("positives", positives);
  requireScores("negatives", negatives);
  const above = sharesBelow(positives, negatives);
  const value = mean(above);
  const below = sharesBelow(negatives, positives);
  const variance = sampleVariance(above) / above.length + sampleVariance(below) / below.length;
  const interval =
    variance > 0 && value > 0 && value < 1
      ? logitInterval(value, variance)
      : newcombeInterval(value, positives.length, negatives.length);
  return { auroc: value, ...interval, positives: positives.length, negatives: negatives.length };
}

/** For each value, the fraction of the others below it, equal ones as halves: DeLong's structural components. */
function sharesBelow(values: ArrayLike<number>, others: ArrayLike<number>): Float64Array {
  const sorted = Float64Array.from(others).sort();
  return Float64Array.from(
    values,
    (value) => (firstNotBelow(sorted, value) + firstAbove(sorted, value)) / (2 * sorted.length),
  );
}

const firstNotBelow = (sorted: Float64Array, value: number) => search(sorted, (other) => other >= value);
const firstAbove = (sorted: Float64Array, value: number) => search(sorted, (other) => other > value);

/** Position of the first element that passes, by bisection. */
function search(sorted: Float64Array, passes: (value: number) => boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (passes(sorted[middle])) high = middle;
    else low = middle + 1;
  }
  return low;
}

function logitInterval(value: number, variance: number): { low: number; high: number } {
  const centre = Math.log(value / (1 - value));
  const half = (normalWithin(0.95) * Math.sqrt(variance)) / (value * (1 - value));
  const back = (x: number) => 1 / (1 + Math.exp(-x));
  return { low: back(centre - half), high: back(centre + half) };
}

/** The areas A whose own standard error reaches the observed area: |value - A| = z se(A), by bisection on either side. */
function newcombeInterval(value: number, m: number, n: number): { low: number; high: number } {
  const z = normalWithin(0.95);
  const reaches = (area: number) => Math.abs(value - area) <= z * Math.sqrt(hanleyVariance(area, m, n));
  return { low: edge(reaches, value, 0), high: edge(reaches, value, 1) };
}

/** Hanley and McNeil's variance (1982) with both group sizes in its bracket replaced by their mean. */
function hanleyVariance(area: number, m: number, n: number): number {
  const more = (m + n) / 2 - 1;
  return (area * (1 - area) * (1 + (more * (1 - area)) / (2 - area) + (more * area) / (1 + area))) / (m * n);
}

function edge(reaches: (area: number) => boolean, inside: number, outside: number): number {
  let [near, far] = [inside, outside];
  if (near === far) return far;
  for (let round = 0; round < 60; round++) {
    const middle = (near + far) / 2;
    if (reaches(middle)) near = middle;
    else far = middle;
  }
  return near;
}

function requireScores(where: string, scores: ArrayLike<number>): void {
  if (scores.length > 0 && !Array.from(scores).some(Number.isNaN)) return;
  throw new InputError({
    code: "no-scores",
    where,
    what: "an area under the curve needs scores of both kinds",
    got: scores.length === 0 ? "none" : "NaN among them",
    expected: "at least one number",
  });
}

const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;

function sampleVariance(values: Float64Array): number {
  if (values.length < 2) return 0;
  const centre = mean(values);
  return values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1);
}
