import { Aligner } from "./aligned.ts";
import { type Fit, levenberg, type Problem } from "./levenberg.ts";
import { estimateNoise, type RecordingNoise, Whitener } from "./noise.ts";
import type { Trace } from "./trace.ts";

/** How the model is run and where the search moves. */
export type Space = Pick<Problem, "simulate" | "chartAt">;

export interface Mode {
  /** Unit coordinates. */
  readonly x: Float64Array;
  readonly fit: Fit;
  readonly noise: RecordingNoise;
  readonly whitener: Whitener;
  /** What is left looks like noise. */
  readonly matches: boolean;
  readonly converged: boolean;
  readonly reason?: string;
}

const UPSTROKE_MS = 0.03;
const FINE_UPSTROKE_MS = 0.006;
const MOST_ROUNDS = 20;
const ROUND_ITERATIONS = 4;
const MOST_STUCK = 5;
const BEYOND_MS = 2;
/** Variance of whitened residuals where the voltage is steep that passes for noise beside chance, for rounding's sake; what is steep. */
const [MOST_STEEP, STEEP_MV_PER_MS] = [1.3, 20];
/** The same of their means over blocks. */
const [MOST_LASTING, BLOCK_MS] = [1.3, 20];
const LARGEST_SLOW_MV = 1.2;
const TYPICAL_SLOW_MV = 0.5;
const LEAST_WHITE_MV = 0.02;
const [FIRST_ITERATIONS, MOST_ITERATIONS] = [60, 40];
const SMALLEST_GAIN = 0.02;

/** The best of the searches from several starts; the first that explains the recording ends them. */
export function findMode(trace: Trace, space: Space, starts: Iterable<Float64Array>): Mode | null {
  let best: Mode | null = null;
  for (const start of starts) {
    const found = search(trace, space, start);
    if (found && (!best || badness(found) < badness(best))) best = found;
    if (best?.matches) break;
  }
  return best;
}

const badness = ({ fit, whitener }: Mode) => fit.cost + whitener.logDeterminant;

/** Phase by phase of the spikes until all are met, then the exact trajectory. */
function search(trace: Trace, space: Space, start: Float64Array): Mode | null {
  const near = alignedSearch(trace, space, start);
  return near && exactSearch(trace, space, near);
}

function alignedSearch(trace: Trace, space: Space, start: Float64Array): Float64Array | null {
  const aligner = new Aligner(trace);
  const voltage_mV = Math.hypot(trace.white_mV, TYPICAL_SLOW_MV);
  let x = start;
  let [stuck, best] = [0, 0];
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const beyond_ms = stuck * BEYOND_MS;
    let share = 0;
    const residualsAt: Problem["residualsAt"] = (there) => {
      const alignment = aligner.align(there, { voltage_mV, upstroke_ms: UPSTROKE_MS, beyond_ms });
      share = alignment.share;
      return alignment.residuals;
    };
    const fit = levenberg({ ...space, residualsAt }, x, {
      mostIterations: ROUND_ITERATIONS,
      smallestGain: 1,
    });
    if (!fit) return null;
    x = fit.x;
    if (share === 1 && fit.settled) break;
    stuck = share > best || share === 1 ? 0 : Math.min(MOST_STUCK, stuck + 1);
    best = Math.max(best, share);
    if (stuck === MOST_STUCK) break;
  }
  const residualsAt: Problem["residualsAt"] = (there) =>
    aligner.align(there, { voltage_mV, upstroke_ms: FINE_UPSTROKE_MS, beyond_ms: 0 }).residuals;
  const fine = levenberg({ ...space, residualsAt }, x, { mostIterations: 15, smallestGain: 1 });
  return fine?.x ?? null;
}

/** First with a guess of the noise, then with the noise of what is left. */
function exactSearch(trace: Trace, space: Space, start: Float64Array): Mode | null {
  const white_mV = Math.max(trace.white_mV, LEAST_WHITE_MV);
  const guess = { white_mV, slow_mV: TYPICAL_SLOW_MV, slowTau_ms: 6 };
  const near = fitted(trace, space, start, guess, FIRST_ITERATIONS);
  return near && continued(trace, space, near.x, noiseOf(trace, near));
}

/** The exact search from where another one stands. */
export function continued(
  trace: Trace,
  space: Space,
  start: Float64Array,
  noise: RecordingNoise,
): Mode | null {
  return fitted(trace, space, start, noise, MOST_ITERATIONS);
}

const noiseOf = (trace: Trace, { fit, noise }: Mode) =>
  estimateNoise({ residuals: trace.v_mV.map((value, k) => value - fit.trace[k]) }, trace, noise);

function fitted(
  trace: Trace,
  space: Space,
  start: Float64Array,
  noise: RecordingNoise,
  mostIterations: number,
): Mode | null {
  const whitener = new Whitener(noise, trace);
  const residuals = (v_mV: Float64Array) => whitener.whiten(trace.v_mV.map((value, k) => value - v_mV[k]));
  const problem = { ...space, residualsAt: () => residuals };
  const fit = levenberg(problem, start, { mostIterations, smallestGain: SMALLEST_GAIN });
  return fit && { x: fit.x, fit, noise, whitener, ...verdict(fit, residuals(fit.trace), noise, trace) };
}

/**
 * Whether what is left is noise: of the same variance on spikes as between them, without means that last (drift, offsets, a wrong
 * bridge), and no slower or larger than a recording has.
 */
function verdict(fit: Fit, whitened: Float64Array, { slow_mV }: RecordingNoise, trace: Trace) {
  const reasons: string[] = [];
  const steep = steepVariance(whitened, trace);
  if (steep.ratio > MOST_STEEP + chance(steep.count))
    reasons.push(`residuals on spikes have ${steep.ratio.toFixed(1)} times the variance of noise`);
  const means = blockVariance(whitened, trace);
  if (means.ratio > MOST_LASTING + chance(means.count))
    reasons.push(
      `means of residuals over ${BLOCK_MS} ms have ${means.ratio.toFixed(1)} times the variance of noise`,
    );
  if (slow_mV > LARGEST_SLOW_MV)
    reasons.push(`what is left looks like slow noise of ${slow_mV.toFixed(1)} mV`);
  const matches = reasons.length === 0;
  if (!fit.settled) reasons.push(`not settled after ${fit.iterations} iterations`);
  return {
    matches,
    converged: reasons.length === 0,
    ...(reasons.length > 0 && { reason: reasons.join("; ") }),
  };
}

/** Six standard deviations of a variance of that many normal deviates. */
const chance = (count: number) => 6 * Math.sqrt(2 / Math.max(1, count));

interface Ratio {
  readonly ratio: number;
  readonly count: number;
}

function steepVariance(whitened: Float64Array, { slopes_mV_per_ms }: Trace): Ratio {
  let [sum, count] = [0, 0];
  for (let k = 0; k < whitened.length; k++) {
    if (slopes_mV_per_ms[k] < STEEP_MV_PER_MS) continue;
    sum += whitened[k] ** 2;
    count++;
  }
  return { ratio: count === 0 ? 1 : sum / count, count };
}

function blockVariance(whitened: Float64Array, { dt_ms }: Trace): Ratio {
  const size = Math.max(2, Math.round(BLOCK_MS / dt_ms));
  const count = Math.floor(whitened.length / size);
  let sum = 0;
  for (let block = 0; block < count; block++) {
    const total = whitened.subarray(block * size, (block + 1) * size).reduce((a, b) => a + b, 0);
    sum += total ** 2 / size;
  }
  return { ratio: count === 0 ? 1 : sum / count, count };
}
