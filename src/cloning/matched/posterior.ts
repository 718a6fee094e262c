import type { RandomStream } from "../../random.ts";
import type { Prior } from "../world/index.ts";
import { FLAT_INFORMATION, PHYSICAL, VPEAK, valuesOf } from "./coordinates.ts";
import { drawPeak, type PeakDensity, peakDensity } from "./peak.ts";
import { inUnits, type Polished } from "./polish.ts";
import { peaksFor, predictionCost } from "./predictor.ts";
import { effective, proposal } from "./proposal.ts";
import { type MatchedSweep, type Prepared, prepare } from "./recording.ts";
import { findMode, type Refined, type RefineOptions } from "./refine.ts";
import { sample, systematic, type Target, type WeightedDraws } from "./sampler.ts";
import { sandwich } from "./sandwich.ts";
import { expand, expansionFor } from "./sensitivity.ts";

export interface MatchedPosterior {
  readonly mode: Refined;
  /** Draws of the nine parameters, equally weighted, in the order of the prior. */
  readonly samples: readonly Float64Array[];
  /**
   * Kish's (1965) effective number of the weighted draws the samples were taken from. Below 30 widths are rough; 0: no draw lies in the
   * support, and the samples say nothing.
   */
  readonly effectiveSampleSize: number;
  readonly proposals: number;
}

export interface PosteriorOptions extends RefineOptions {
  /** Default 1000. */
  readonly samples?: number;
  /** Most passes of the predictor for the weights. Default: 300 to 3000, by the length of the recording; fewer where fewer are enough. */
  readonly proposals?: number;
  /** Further support of the prior, such as the rule by which cells were let in; asked once, for all samples. */
  readonly accepts?: (values: readonly Float64Array[]) => readonly boolean[];
  /** Nine values; missing: the closed form. */
  readonly start?: ArrayLike<number>;
}

/** Samples predicted for the weights in all, unless told otherwise. */
const BUDGET_SAMPLES = 100_000_000;
const ENOUGH = 300;
const PER_ROUND = 80;
/** Expansions cost thirty passes: fewer of them for long recordings. */
const [LOCALS, FEW_LOCALS, LONG_SAMPLES] = [8, 3, 60_000];

const between = (low: number, x: number, high: number) => Math.round(Math.min(high, Math.max(low, x)));

/**
 * Posterior of an Izhikevich cell under a flat prior in the prior's box: {@link refine}, then importance sampling ({@link sample}) with
 * the errors of a predictor whose gains are fixed at the mode, then the correction of {@link sandwich}. The noise stays at its estimate;
 * vpeak is drawn
 * from its density at the mode ({@link peakDensity}).
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
  const { polished, ...mode } = findMode(data, prior, options.start, options);
  const draws = weightedDraws(data, prior, polished, mode.values[VPEAK], stream.split(0), options.proposals);
  const peak = peakAt(data, prior, polished, mode.values);
  const candidates = resampled(draws, prior, polished, peak, options.samples ?? 1000, stream.split(1));
  const kept = supported(candidates, options.accepts);
  const proposals = draws.points.length;
  if (kept.length === 0)
    return { mode, samples: candidates.map(({ values }) => values), effectiveSampleSize: 0, proposals };
  const evenly = new Float64Array(kept.length).fill(1 / kept.length);
  const samples = systematic(evenly, candidates.length, stream.split(2)).map((k) => kept[k]);
  return { mode, samples, effectiveSampleSize: effective(draws.weights), proposals };
}

function weightedDraws(
  data: Prepared,
  prior: Prior,
  polished: Polished,
  vpeak_mV: number,
  stream: RandomStream,
  most = between(300, BUDGET_SAMPLES / data.samples, 3000),
): WeightedDraws {
  const flat = (value: number, k: number) => value + (k % (PHYSICAL + 1) === 0 ? FLAT_INFORMATION : 0);
  const first = proposal(polished.x, polished.information.map(flat));
  if (!first) throw new Error("internal: information is not positive definite");
  const locals = data.samples > LONG_SAMPLES ? FEW_LOCALS : LOCALS;
  const target = targetOf(data, prior, polished, vpeak_mV);
  return sample(target, first, { perRound: Math.min(most, PER_ROUND), locals, most, enough: ENOUGH }, stream);
}

function targetOf(data: Prepared, prior: Prior, { gains }: Polished, vpeak_mV: number): Target {
  const peaks = peaksFor(data);
  const expansion = expansionFor(data);
  const valuesAt = (x: Float64Array) => valuesOf(prior, x, vpeak_mV);
  return {
    cost: (x) => predictionCost(data, valuesAt(x), gains, peaks),
    expand: (x) => {
      const values = valuesAt(x);
      return inUnits(expand(data, values, gains, gains.weight, expansion), prior, values);
    },
  };
}

/** vpeak at the mode: it hardly depends on the others, since the predictor follows the voltage up to each peak. */
function peakAt(data: Prepared, prior: Prior, { gains }: Polished, values: Float64Array): PeakDensity {
  const { low, high } = prior.parameters[VPEAK];
  const peaks = peaksFor(data);
  predictionCost(data, values, gains, peaks);
  return peakDensity(peaks, gains, low, high);
}

interface Candidate {
  readonly unit: Float64Array;
  readonly values: Float64Array;
}

/** Weighted draws as equal ones, moved to the width they should have. */
function resampled(
  { points, weights }: WeightedDraws,
  prior: Prior,
  polished: Polished,
  peak: PeakDensity,
  count: number,
  stream: RandomStream,
): Candidate[] {
  const adjust = sandwich(polished, points, weights);
  return systematic(weights, count, stream).map((k) => {
    const unit = adjust(points[k]);
    return { unit, values: valuesOf(prior, unit, drawPeak(peak, stream)) };
  });
}

function supported(candidates: readonly Candidate[], accepts: PosteriorOptions["accepts"]): Float64Array[] {
  const accepted = accepts?.(candidates.map(({ values }) => values));
  const kept = candidates.filter(
    ({ unit }, k) => accepted?.[k] !== false && unit.every((x) => x >= 0 && x <= 1),
  );
  return kept.map(({ values }) => values);
}
