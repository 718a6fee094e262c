import type { RandomStream } from "../../random.ts";
import type { Prior } from "../world/index.ts";
import { VPEAK, valuesOf } from "./coordinates.ts";
import { equationCovariances } from "./covariance.ts";
import { type Draw, type Draws, solveDraws } from "./draws.ts";
import { equationAt } from "./equation.ts";
import { drawNoise, noiseDensity } from "./noisePosterior.ts";
import { drawPeak, type PeakBounds, type PeakDensity, peakBounds, peakDensity } from "./peak.ts";
import { type MatchedSweep, type Prepared, prepare } from "./recording.ts";
import { findMode, type Mode, type Refined, type RefineOptions } from "./refine.ts";
import { effective, normalised, systematic } from "./weights.ts";

export interface MatchedPosterior {
  readonly mode: Refined;
  /** Draws of the nine parameters, equally weighted, in the order of the prior. */
  readonly samples: readonly Float64Array[];
  /**
   * Effective number (Kish 1965) of the draws in the support that the samples were taken from. Below 30 widths are rough; 0: none lies
   * there, and the samples say nothing.
   */
  readonly effectiveSampleSize: number;
  /** Draws that were tried. */
  readonly proposals: number;
}

export interface PosteriorOptions extends RefineOptions {
  /** Default 1000. */
  readonly samples?: number;
  /** Draws that are tried. Default: 200 to 400, by the length of the recording. */
  readonly proposals?: number;
  /** Further support of the prior, such as the rule by which cells were let in; asked once, for all samples. */
  readonly accepts?: (values: readonly Float64Array[]) => readonly boolean[];
  /** Nine values; missing: the closed form. */
  readonly start?: ArrayLike<number>;
}

/** Samples predicted in all, about: most draws need one or two passes. */
const BUDGET_SAMPLES = 20_000_000;
const [FEWEST, MOST] = [200, 400];

const drawsFor = ({ samples }: Prepared) =>
  Math.round(Math.min(MOST, Math.max(FEWEST, BUDGET_SAMPLES / samples)));

/**
 * Posterior of an Izhikevich cell under a flat prior in the prior's box: {@link refine}, levels of the noise from {@link noiseDensity}, and
 * for each the parameters that solve {@link equationAt} under a draw of such noise ({@link solveDraws}), with vpeak from its density
 * there ({@link peakDensity}).
 *
 * @param stream decides the draws.
 * @returns samples; trust their widths only where `effectiveSampleSize` is not small and `mode.converged`.
 * @throws InputError as {@link refine}.
 */
export function matchedPosterior(
  sweeps: readonly MatchedSweep[],
  dt_ms: number,
  prior: Prior,
  stream: RandomStream,
  options: PosteriorOptions = {},
): MatchedPosterior {
  const data = prepare(sweeps, dt_ms);
  const { polished, estimatedNoise, ...mode } = findMode(data, prior, options.start, options);
  const proposals = options.proposals ?? drawsFor(data);
  const { draws, atMode } = drawsOf(
    data,
    prior,
    { ...mode, polished, estimatedNoise },
    proposals,
    stream.split(0),
  );
  const count = options.samples ?? 1000;
  if (draws.length === 0) return nothing(mode, count, proposals);
  const weights = normalised(draws.map(({ logWeight }) => logWeight));
  const peaks = peaksOf(draws, prior, peakBounds(atMode, polished.gains));
  const values = systematic(weights, count, stream.split(1)).map((k) =>
    valuesOf(prior, draws[k].x, drawPeak(peaks[k], stream)),
  );
  const accepted = options.accepts?.(values);
  const kept = values.filter((_, k) => accepted?.[k] !== false);
  if (kept.length === 0) return { mode, samples: values, effectiveSampleSize: 0, proposals };
  const evenly = new Float64Array(kept.length).fill(1 / kept.length);
  const samples = systematic(evenly, count, stream.split(2)).map((k) => kept[k]);
  return { mode, samples, effectiveSampleSize: (effective(weights) * kept.length) / count, proposals };
}

function drawsOf(
  data: Prepared,
  prior: Prior,
  { polished, estimatedNoise, values }: Mode,
  count: number,
  stream: RandomStream,
): Draws {
  const density = noiseDensity(data, prior, polished, values, estimatedNoise);
  const levels = stream.split(0);
  const noises = Array.from({ length: count }, () => drawNoise(density, levels));
  const covariances = equationCovariances(data, prior, polished, values, noises);
  const equation = equationAt(data, prior, polished, values);
  return solveDraws(equation, polished.x, covariances, stream.split(1));
}

/** No solution lies in the box: the mode for all samples. */
function nothing(mode: Refined, count: number, proposals: number): MatchedPosterior {
  const samples = Array.from({ length: count }, () => mode.values.slice());
  return { mode, samples, effectiveSampleSize: 0, proposals };
}

function peaksOf(draws: readonly Draw[], prior: Prior, bounds: PeakBounds): PeakDensity[] {
  const { low, high } = prior.parameters[VPEAK];
  return draws.map(({ peaks }) => peakDensity(bounds, peaks, low, high));
}
