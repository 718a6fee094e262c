import { InputError } from "../../errors.ts";
import { normalWithin } from "./distributions.ts";

/** The levels that tables show. */
export const CREDIBLE_LEVELS = [0.5, 0.8, 0.95] as const;

export interface Coverage {
  /** Nominal credibility of the set. */
  readonly level: number;
  /** Fraction of cells whose truth lies in it. */
  readonly covered: number;
  /** 95 % interval of that fraction over the draw of cells (Wilson 1927). */
  readonly low: number;
  readonly high: number;
}

/**
 * How often central credible intervals of one parameter hold the truth: the interval of level q runs from the (1 - q)/2 to the
 * (1 + q)/2 quantile, so it holds the truth when the rank lies there.
 *
 * @param ranks one parameter's {@link rankFractions} over cells
 */
export function centralCoverage(
  ranks: ArrayLike<number>,
  levels: readonly number[] = CREDIBLE_LEVELS,
): Coverage[] {
  return levels.map((level) => coverage(level, ranks, (rank) => Math.abs(2 * rank - 1) <= level));
}

/**
 * How often sets of the highest density hold the truth, from the cells' {@link densityLevel}.
 *
 * @param densityLevels one value a cell
 */
export function densityCoverage(
  densityLevels: ArrayLike<number>,
  levels: readonly number[] = CREDIBLE_LEVELS,
): Coverage[] {
  return levels.map((level) => coverage(level, densityLevels, (reached) => reached <= level));
}

/**
 * Credibility of the smallest highest-density set that holds the truth: the fraction of the posterior's samples with a larger
 * density (Hyndman 1996, Am. Stat. 50, 120-126). Uniform over cells if the posterior is calibrated.
 *
 * @param logDensityAtTruth of the posterior, all parameters at once
 * @param logDensities at the posterior's own samples; of the same density, in the same units
 * @throws InputError `bad-draws` where there are none
 */
export function densityLevel(logDensityAtTruth: number, logDensities: ArrayLike<number>): number {
  if (logDensities.length === 0) {
    throw new InputError({
      code: "bad-draws",
      where: "log densities",
      what: "a credible set needs samples of the posterior",
      got: "none",
      expected: "at least one, hundreds to tell levels apart",
    });
  }
  let above = 0;
  for (let k = 0; k < logDensities.length; k++) if (logDensities[k] > logDensityAtTruth) above++;
  return (above + 0.5) / (logDensities.length + 1);
}

function coverage(level: number, values: ArrayLike<number>, holds: (value: number) => boolean): Coverage {
  const cells = values.length;
  const covered = Array.from(values).filter(holds).length / cells;
  return { level, covered, ...wilson(covered, cells) };
}

/** Wilson's score interval of a fraction, 95 % (1927, J. Am. Stat. Assoc. 22, 209-212). */
function wilson(fraction: number, count: number): { low: number; high: number } {
  const zz = normalWithin(0.95) ** 2;
  const centre = (fraction + zz / (2 * count)) / (1 + zz / count);
  const half = Math.sqrt((fraction * (1 - fraction) + zz / (4 * count)) * (zz / count)) / (1 + zz / count);
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}
