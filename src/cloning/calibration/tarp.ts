import type { RandomStream } from "../../random.ts";
import { type CellDraws, sampleCount } from "./draws.ts";
import { type UniformityTest, uniformity } from "./ranks.ts";

/**
 * TARP credibility of one cell: the fraction of the posterior's samples that lie nearer to a random reference point than the truth
 * does (Lemos, Coogan, Hezaveh and Perreault-Levasseur 2023, arXiv:2302.03026, algorithm 2). Uniform over cells if the posterior
 * is calibrated in all parameters at once. It sees wrong widths and shifts well but a wrong correlation badly, as that cancels
 * over the directions of the reference points to first order: see {@link "./coverage.ts"} (`densityLevel`) for those.
 *
 * @param draws on the prior's unit scale, so that every parameter weighs the same in the distance
 * @param stream fresh for each cell; the reference point is uniform on the unit cube
 * @throws InputError `bad-draws`
 */
export function tarpCredibility(draws: CellDraws, stream: RandomStream): number {
  const { truth, samples } = draws;
  const count = sampleCount(draws);
  const reference = Float64Array.from(truth, () => stream.uniform());
  const limit = squaredDistance(truth, 0, reference);
  let nearer = 0;
  for (let at = 0; at < samples.length; at += truth.length) {
    if (squaredDistance(samples, at, reference) < limit) nearer++;
  }
  return (nearer + stream.uniform()) / (count + 1);
}

function squaredDistance(points: ArrayLike<number>, at: number, reference: Float64Array): number {
  return reference.reduce((sum, value, k) => sum + (points[at + k] - value) ** 2, 0);
}

export interface TarpCurve {
  /** Credibility levels from 0 to 1. */
  readonly level: readonly number[];
  /** Expected coverage probability at each level: the level itself if calibrated. */
  readonly coverage: readonly number[];
  /** 5 % and 95 % of that over bootstrapped sets of cells. */
  readonly low: readonly number[];
  readonly high: readonly number[];
  /** Mean of (coverage - level) over levels from 0.5 on: below 0 over-confident, above 0 too wide. */
  readonly areaToDiagonal: number;
  readonly test: UniformityTest;
}

/**
 * Expected coverage over levels of credibility, with its bootstrap over cells.
 *
 * @param credibilities one {@link tarpCredibility} a cell
 * @param options `levels`: points of the curve (default 21); `resamples`: bootstrap sets (default 200)
 */
export function tarpCurve(
  credibilities: ArrayLike<number>,
  stream: RandomStream,
  { levels = 21, resamples = 200 }: { levels?: number; resamples?: number } = {},
): TarpCurve {
  const level = Array.from({ length: levels }, (_, k) => k / (levels - 1));
  const coverage = coverageAt(level, Float64Array.from(credibilities));
  const curves = Array.from({ length: resamples }, () => coverageAt(level, resample(credibilities, stream)));
  const band = (share: number) => level.map((_, k) => orderStatistic(curves, k, share));
  const upper = level.flatMap((at, k) => (at >= 0.5 ? [coverage[k] - at] : []));
  return {
    level,
    coverage,
    low: band(0.05),
    high: band(0.95),
    areaToDiagonal: upper.reduce((sum, value) => sum + value, 0) / upper.length,
    test: uniformity(credibilities),
  };
}

function coverageAt(levels: readonly number[], credibilities: Float64Array): number[] {
  const sorted = credibilities.sort();
  let below = 0;
  return levels.map((level) => {
    while (below < sorted.length && sorted[below] <= level) below++;
    return below / sorted.length;
  });
}

function resample(values: ArrayLike<number>, stream: RandomStream): Float64Array {
  return Float64Array.from(
    { length: values.length },
    () => values[Math.floor(stream.uniform() * values.length)],
  );
}

function orderStatistic(curves: readonly (readonly number[])[], k: number, share: number): number {
  const values = curves.map((curve) => curve[k]).sort((a, b) => a - b);
  return values[Math.round(share * (values.length - 1))];
}
