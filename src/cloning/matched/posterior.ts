import type { RandomStream } from "../../random.ts";
import { backSolve, cholesky, forwardSolve } from "../symmetric.ts";
import type { Prior } from "../world/index.ts";
import { clampUnit, DIMENSIONS, noiseOf, PHYSICAL, VPEAK, valuesOf } from "./coordinates.ts";
import { type Innovations, innovationsFor, runFilter } from "./filter.ts";
import { type PeakDensity, peakDensity, peakMean } from "./peak.ts";
import { type MatchedSweep, type Prepared, prepare } from "./recording.ts";
import { findMode, type Mode, type Refined, type RefineOptions } from "./refine.ts";

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
  /** Passes of the filter for the weights, in five rounds. Default: 200 to 1500, by the length of the recording. */
  readonly proposals?: number;
  /** Further support of the prior, such as the rule by which cells were let in. */
  readonly accepts?: (values: Float64Array) => boolean;
  /** Nine values; missing: the closed form. */
  readonly start?: ArrayLike<number>;
}

const DEGREES = 6;
const ROUNDS = 5;
/** Draws whose weight the covariance at the mode has against that of the weighted draws. */
const SHRINKAGE = 20;
/** Samples filtered for the weights, unless told otherwise. */
const BUDGET_SAMPLES = 24_000_000;
/** Information of a flat prior of width 1, so that unseen directions get the prior's spread. */
const FLAT = 12;

/**
 * Posterior of an Izhikevich cell under a flat prior in the prior's box: {@link refine}, then importance sampling with the exact
 * innovations likelihood. Proposals are multivariate t with 6 degrees of freedom at the mode with the inverse Fisher information,
 * adapted to the weighted draws in later rounds (population Monte Carlo; Cappe et al. 2004) and weighted with the mixture of all
 * rounds (Cornuet et al. 2012). The noise stays at its estimate, which makes the draws somewhat too narrow (docs/matched.md); vpeak is
 * drawn given all else.
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
  const mode = findMode(data, prior, options.start, options);
  const draws = weightedDraws(data, prior, mode, stream.split(0), options);
  const { x: _x, information: _information, ...refined } = mode;
  return {
    mode: refined,
    samples: resample(draws, prior, options.samples ?? 1000, stream.split(1)),
    effectiveSampleSize: draws.items.some(supported) ? effective(draws.weights) : 0,
    proposals: draws.items.length,
  };
}

interface Draw {
  readonly x: Float64Array;
  readonly logTarget: number;
  readonly peak: PeakDensity;
}

interface WeightedDraws {
  readonly items: readonly Draw[];
  readonly weights: Float64Array;
}

const defaultProposals = ({ samples }: Prepared) =>
  Math.round(Math.min(1500, Math.max(200, BUDGET_SAMPLES / samples)));

function weightedDraws(
  data: Prepared,
  prior: Prior,
  mode: Mode,
  stream: RandomStream,
  { proposals = defaultProposals(data), accepts = () => true }: PosteriorOptions,
): WeightedDraws {
  const scratch = innovationsFor(data);
  const noise = mode.x.slice(PHYSICAL);
  const judge = (x: Float64Array) =>
    target(data, prior, Float64Array.of(...x, ...noise), mode.values[VPEAK], scratch, accepts);
  const components = [atMode(mode)];
  const items: Draw[] = [];
  let weights: Float64Array = new Float64Array(0);
  const perRound = Math.ceil(proposals / ROUNDS);
  for (let round = 0; round < ROUNDS; round++) {
    const component = components[round];
    for (let k = 0; k < perRound; k++) items.push(judge(insideBox(component, stream)));
    weights = mixtureWeights(items, components);
    if (round + 1 < ROUNDS) components.push(adapted(items, weights, component));
  }
  return { items, weights };
}

/** Log likelihood of voltage and resets under the draw, vpeak integrated out; -Infinity outside the support. */
function target(
  data: Prepared,
  prior: Prior,
  x: Float64Array,
  vpeak: number,
  scratch: Innovations,
  accepts: (values: Float64Array) => boolean,
): Draw {
  const { low, high } = prior.parameters[VPEAK];
  const cost = runFilter(data, valuesOf(prior, x, vpeak), noiseOf(x), scratch);
  const peak = peakDensity(scratch, low, high);
  const values = valuesOf(prior, x, data.spikes > 0 ? peakMean(peak) : vpeak);
  const logTarget = accepts(values) ? -cost + (data.spikes > 0 ? peak.logEvidence : 0) : -Infinity;
  return { x: x.slice(0, PHYSICAL), logTarget: Number.isNaN(logTarget) ? -Infinity : logTarget, peak };
}

/** A multivariate t: factor of its precision and its centre. */
interface Component {
  readonly centre: Float64Array;
  readonly precisionFactor: Float64Array;
  readonly logDeterminant: number;
}

function component(centre: Float64Array, precision: Float64Array): Component | null {
  const factor = cholesky(precision, PHYSICAL);
  if (!factor) return null;
  let logDeterminant = 0;
  for (let i = 0; i < PHYSICAL; i++) logDeterminant += Math.log(factor[i * PHYSICAL + i]);
  return { centre, precisionFactor: factor, logDeterminant };
}

function atMode({ x, information }: Mode): Component {
  const precision = Float64Array.from({ length: PHYSICAL * PHYSICAL }, (_, k) => {
    const [i, j] = [Math.floor(k / PHYSICAL), k % PHYSICAL];
    return information[i * DIMENSIONS + j] + (i === j ? FLAT : 0);
  });
  const made = component(x.slice(0, PHYSICAL), precision);
  if (!made) throw new Error("internal: information is not positive definite");
  return made;
}

const inside = (x: Float64Array) => x.every((value) => value >= 0 && value <= 1);

/** Draws until one lies in the box; after many the last is brought in. */
function insideBox(from: Component, stream: RandomStream): Float64Array {
  let x = from.centre;
  for (let attempt = 0; attempt < 400; attempt++) {
    const normal = Float64Array.from({ length: PHYSICAL }, () => stream.normal());
    let chi = 0;
    for (let k = 0; k < DEGREES; k++) chi += stream.normal() ** 2;
    const stretch = Math.sqrt(DEGREES / chi);
    const step = backSolve(from.precisionFactor, PHYSICAL, normal);
    x = from.centre.map((value, i) => value + stretch * step[i]);
    if (inside(x)) return x;
  }
  return x.map(clampUnit);
}

function logDensity({ centre, precisionFactor, logDeterminant }: Component, x: Float64Array): number {
  let square = 0;
  for (let j = 0; j < PHYSICAL; j++) {
    let sum = 0;
    for (let i = j; i < PHYSICAL; i++) sum += precisionFactor[i * PHYSICAL + j] * (x[i] - centre[i]);
    square += sum * sum;
  }
  return logDeterminant - 0.5 * (DEGREES + PHYSICAL) * Math.log1p(square / DEGREES);
}

/** Normalised weights over the mixture of all components, as if each draw came from any; equal ones where no draw is supported. */
function mixtureWeights(items: readonly Draw[], components: readonly Component[]): Float64Array {
  const logs = Float64Array.from(items, ({ x, logTarget }) => {
    const densities = components.map((each) => logDensity(each, x));
    const most = Math.max(...densities);
    return logTarget - most - Math.log(densities.reduce((sum, value) => sum + Math.exp(value - most), 0));
  });
  const most = logs.reduce((a, b) => Math.max(a, b), -Infinity);
  const raw = logs.map((value) => (most === -Infinity ? 1 : Math.exp(value - most)));
  const sum = raw.reduce((a, b) => a + b, 0);
  return raw.map((value) => value / sum);
}

const supported = ({ logTarget }: Draw) => logTarget > -Infinity;

const effective = (weights: Float64Array) => 1 / weights.reduce((sum, weight) => sum + weight * weight, 0);

/** Moments of the weighted draws, tempered until they rest on enough of them; the old component where they do not. */
function adapted(items: readonly Draw[], weights: Float64Array, old: Component): Component {
  let tempered = weights;
  for (let power = 1; effective(tempered) < 2 * PHYSICAL && power > 0.02; power *= 0.7) {
    const raw = weights.map((weight) => weight ** power);
    const sum = raw.reduce((a, b) => a + b, 0);
    tempered = raw.map((weight) => weight / sum);
  }
  const centre = new Float64Array(PHYSICAL);
  items.forEach(({ x }, k) => {
    for (let i = 0; i < PHYSICAL; i++) centre[i] += tempered[k] * x[i];
  });
  const covariance = new Float64Array(PHYSICAL * PHYSICAL);
  items.forEach(({ x }, k) => {
    for (let i = 0; i < PHYSICAL; i++)
      for (let j = 0; j < PHYSICAL; j++)
        covariance[i * PHYSICAL + j] += tempered[k] * (x[i] - centre[i]) * (x[j] - centre[j]);
  });
  const share = SHRINKAGE / (SHRINKAGE + effective(tempered));
  const before = inverseOfFactor(old.precisionFactor);
  const blend = covariance.map((value, k) => (1 - share) * value + share * before[k]);
  return component(centre, inverse(blend)) ?? old;
}

function inverse(covariance: Float64Array): Float64Array {
  const n = PHYSICAL;
  const scaled = covariance.map(
    (value, k) => value * (k % (n + 1) === 0 ? 1.05 : 1) + (k % (n + 1) === 0 ? 1e-14 : 0),
  );
  const factor = cholesky(scaled, n);
  return factor ? inverseOfFactor(factor) : new Float64Array(n * n);
}

function inverseOfFactor(factor: Float64Array): Float64Array {
  const n = PHYSICAL;
  const result = new Float64Array(n * n);
  for (let j = 0; j < n; j++) {
    const unit = Float64Array.from({ length: n }, (_, i) => (i === j ? 1 : 0));
    const column = backSolve(factor, n, forwardSolve(factor, n, unit));
    for (let i = 0; i < n; i++) result[i * n + j] = column[i];
  }
  return result;
}

/** Systematic resampling, then vpeak from its density in each draw. */
function resample(
  { items, weights }: WeightedDraws,
  prior: Prior,
  count: number,
  stream: RandomStream,
): Float64Array[] {
  const samples: Float64Array[] = [];
  let [k, reached] = [0, weights[0]];
  const shift = stream.uniform();
  for (let s = 0; s < count; s++) {
    const aim = (s + shift) / count;
    while (reached < aim && k + 1 < items.length) reached += weights[++k];
    samples.push(valuesOf(prior, items[k].x, drawPeak(items[k].peak, stream)));
  }
  return samples;
}

function drawPeak({ centres_mV, weights }: PeakDensity, stream: RandomStream): number {
  const aim = stream.uniform();
  const width = centres_mV[1] - centres_mV[0];
  let [sum, k] = [weights[0], 0];
  while (sum < aim && k + 1 < weights.length) sum += weights[++k];
  return centres_mV[k] + width * (stream.uniform() - 0.5);
}
