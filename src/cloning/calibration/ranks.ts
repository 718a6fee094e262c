import type { RandomStream } from "../../random.ts";
import { chiSquareTail, kolmogorovTail } from "./distributions.ts";
import { type CellDraws, sampleCount } from "./draws.ts";
import { holm } from "./holm.ts";

/**
 * Rank of the truth among the posterior's samples, for each parameter, as a fraction: (number below + U) / (nSamples + 1).
 * Over cells drawn from the prior a calibrated posterior gives ranks that are uniform (simulation-based calibration: Talts,
 * Betancourt, Simpson, Vehtari and Gelman 2018, arXiv:1804.06788, theorem 1). U is uniform on the rank's own width (and over
 * ties), so that uniformity is exact for any number of samples.
 *
 * @param stream fresh for each cell (`stream.split(cell)`), so that the order of work does not matter
 * @returns [nParameters], each within 0 to 1
 * @throws InputError `bad-draws`
 */
export function rankFractions(draws: CellDraws, stream: RandomStream): Float64Array {
  const { truth, samples } = draws;
  const count = sampleCount(draws);
  return Float64Array.from(truth, (value, column) => {
    let below = 0;
    let equal = 0;
    for (let at = column; at < samples.length; at += truth.length) {
      if (samples[at] < value) below++;
      else if (samples[at] === value) equal++;
    }
    return (below + stream.uniform() * (1 + equal)) / (count + 1);
  });
}

export interface UniformityTest {
  readonly cells: number;
  /** Counts of ranks in equal bins from 0 to 1, for a histogram. */
  readonly histogram: readonly number[];
  /** Pearson's chi-square over those bins and its upper tail. */
  readonly chiSquare: number;
  readonly pChiSquare: number;
  /** Kolmogorov-Smirnov distance from the uniform distribution and its upper tail. */
  readonly distance: number;
  readonly pDistance: number;
}

/**
 * Are these fractions uniform on 0 to 1? Chi-square over equal bins sees any shape; Kolmogorov-Smirnov sees a shift best.
 *
 * @param fractions independent values within 0 to 1
 * @param bins default: 20, fewer where a bin would expect fewer than 5 values (the usual rule for chi-square)
 */
export function uniformity(fractions: ArrayLike<number>, bins = usualBins(fractions.length)): UniformityTest {
  const cells = fractions.length;
  const sorted = Float64Array.from(fractions).sort();
  const histogram = new Array<number>(bins).fill(0);
  for (const value of sorted) histogram[Math.min(bins - 1, Math.floor(value * bins))]++;
  const expected = cells / bins;
  const chiSquare = histogram.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  const distance = distanceFromUniform(sorted);
  return {
    cells,
    histogram,
    chiSquare,
    pChiSquare: chiSquareTail(chiSquare, bins - 1),
    distance,
    pDistance: kolmogorovTail(distance, cells),
  };
}

const usualBins = (cells: number) => Math.max(2, Math.min(20, Math.floor(cells / 5)));

/** Largest gap between the empirical distribution of ascending values and the diagonal. */
function distanceFromUniform(sorted: Float64Array): number {
  return sorted.reduce(
    (worst, value, k) => Math.max(worst, (k + 1) / sorted.length - value, value - k / sorted.length),
    0,
  );
}

export interface RankCalibration {
  /** One test a parameter, in their order. */
  readonly tests: readonly UniformityTest[];
  /** The smaller of each parameter's two p-values, corrected over all of them (Holm, 2 x nParameters tests). */
  readonly p: readonly number[];
}

/**
 * Simulation-based calibration of every parameter, from the cells' {@link rankFractions}.
 *
 * @param ranks [nCells][nParameters]
 *
 * A posterior that ignores the data and returns the prior passes: read it beside {@link contraction}.
 */
export function rankCalibration(ranks: readonly ArrayLike<number>[]): RankCalibration {
  const width = ranks[0]?.length ?? 0;
  const tests = Array.from({ length: width }, (_, column) => uniformity(ranks.map((row) => row[column])));
  const corrected = holm(tests.flatMap(({ pChiSquare, pDistance }) => [pChiSquare, pDistance]));
  const p = tests.map((_, k) => Math.min(corrected[2 * k], corrected[2 * k + 1]));
  return { tests, p };
}
