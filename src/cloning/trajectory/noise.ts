import type { RandomStream } from "../../random.ts";
import { backSolve, cholesky } from "../symmetric.ts";
import { halfSquares, products } from "./linear.ts";
import type { Trace } from "./trace.ts";

/** White noise plus AR(1) noise, as a recording has them. */
export interface RecordingNoise {
  readonly white_mV: number;
  readonly slow_mV: number;
  readonly slowTau_ms: number;
}

/** Spikes of two computations of the same cell lie this far apart by rounding alone. */
const ROUNDING_MS = 0.001;

/** Turns residuals of a recording into independent ones of variance 1. */
export class Whitener {
  readonly #keep: number;
  readonly #gain: Float64Array;
  readonly #scale: Float64Array;
  readonly #lengths: readonly number[];
  /** Half the log determinant of the covariance. */
  readonly logDeterminant: number;

  /** Innovations of the Kalman filter of an AR(1) state seen in white noise, started in its stationary distribution. */
  constructor({ white_mV, slow_mV, slowTau_ms }: RecordingNoise, trace: Trace) {
    const { lengths, dt_ms, slopes_mV_per_ms: slopes } = trace;
    const keep = Math.exp(-dt_ms / slowTau_ms);
    [this.#keep, this.#lengths] = [keep, lengths];
    [this.#gain, this.#scale] = [new Float64Array(slopes.length), new Float64Array(slopes.length)];
    let [at, logs] = [0, 0];
    for (const length of lengths) {
      let variance = slow_mV ** 2;
      for (let k = at; k < at + length; k++) {
        const total = variance + white_mV ** 2 + (ROUNDING_MS * slopes[k]) ** 2;
        this.#gain[k] = (keep * variance) / total;
        this.#scale[k] = 1 / Math.sqrt(total);
        logs += 0.5 * Math.log(total);
        variance = keep ** 2 * (variance - variance ** 2 / total) + (1 - keep ** 2) * slow_mV ** 2;
      }
      at += length;
    }
    this.logDeterminant = logs;
  }

  /** Whitens in place. */
  whiten(column: Float64Array): Float64Array {
    const [keep, gain, scale] = [this.#keep, this.#gain, this.#scale];
    let at = 0;
    for (const length of this.#lengths) {
      let expected = 0;
      for (let k = at; k < at + length; k++) {
        const error = column[k] - expected;
        expected = keep * expected + gain[k] * error;
        column[k] = error * scale[k];
      }
      at += length;
    }
    return column;
  }
}

/** Log-uniform ranges in which noise is looked for. */
const RANGES = { white_mV: [0.02, 5], slow_mV: [0.005, 5], slowTau_ms: [1, 40] } as const;
const NAMES = ["white_mV", "slow_mV", "slowTau_ms"] as const;
const [FIRST_STRIDE, LAST_STRIDE] = [0.7, 0.01];
/** Of the logarithms, for the curvature. */
const DIFFERENCE = 0.1;

/** What is left of a recording, and its derivatives to the parameters that were fitted to it. */
export interface Left {
  readonly residuals: Float64Array;
  readonly jacobian?: readonly Float64Array[];
}

type NoiseCost = (noise: RecordingNoise) => number;

/**
 * Negative log likelihood of the noise. With the derivatives the restricted one (Patterson and Thompson 1971, doi:10.1093/biomet/58.3.545): the
 * fitted parameters have taken part of the slow noise away, which the plain likelihood would leave out of it.
 */
function costOf({ residuals, jacobian = [] }: Left, trace: Trace): NoiseCost {
  return (noise) => {
    const whitener = new Whitener(noise, trace);
    const plain = halfSquares(whitener.whiten(residuals.slice())) + whitener.logDeterminant;
    if (jacobian.length === 0) return plain;
    const information = products(jacobian.map((column) => whitener.whiten(column.slice())));
    const factor = cholesky(information, jacobian.length);
    if (!factor) return plain;
    return jacobian.reduce((sum, _, i) => sum + Math.log(factor[i * (jacobian.length + 1)]), plain);
  };
}

/** The noise of highest likelihood, by a pattern search in logarithms (Hooke and Jeeves 1961). */
export function estimateNoise(left: Left, trace: Trace, start: RecordingNoise): RecordingNoise {
  return lowest(costOf(left, trace), start);
}

function lowest(cost: NoiseCost, start: RecordingNoise): RecordingNoise {
  let noise = moved(start, [0, 0, 0]);
  let here = cost(noise);
  for (let stride = FIRST_STRIDE; stride > LAST_STRIDE; ) {
    const before = here;
    for (const k of NAMES.keys())
      for (const sign of [1, -1]) {
        const other = moved(noise, along(k, sign * stride));
        const there = cost(other);
        if (there >= here) continue;
        [noise, here] = [other, there];
        break;
      }
    if (before - here < 0.1) stride *= 0.4;
  }
  return noise;
}

/** Draws of the noise's own posterior, normal in the logarithms; the best alone where its curvature says nothing. */
export function drawNoise(
  left: Left,
  trace: Trace,
  start: RecordingNoise,
  count: number,
  stream: RandomStream,
): RecordingNoise[] {
  const cost = costOf(left, trace);
  const best = lowest(cost, start);
  const factor = cholesky(curvature(cost, best), NAMES.length);
  if (!factor) return [best];
  return Array.from({ length: count }, () => {
    const normal = NAMES.map(() => stream.normal());
    return moved(best, backSolve(factor, NAMES.length, normal));
  });
}

function curvature(cost: NoiseCost, best: RecordingNoise): Float64Array {
  const n = NAMES.length;
  const h = DIFFERENCE;
  const at = (steps: readonly number[]) => cost(moved(best, steps));
  const sum = (i: number, j: number, a: number, b: number) =>
    at(NAMES.map((_, k) => (k === i ? a * h : 0) + (k === j ? b * h : 0)));
  return Float64Array.from({ length: n * n }, (_, k) => {
    const [i, j] = [Math.floor(k / n), k % n];
    const mixed = sum(i, j, 1, 1) - sum(i, j, 1, -1) - sum(i, j, -1, 1) + sum(i, j, -1, -1);
    return mixed / (4 * h * h);
  });
}

const along = (k: number, step: number) => NAMES.map((_, i) => (i === k ? step : 0));

function moved(noise: RecordingNoise, steps: ArrayLike<number>): RecordingNoise {
  const at = (k: number) => {
    const name = NAMES[k];
    const [low, high] = RANGES[name];
    return Math.min(high, Math.max(low, noise[name] * Math.exp(steps[k])));
  };
  return { white_mV: at(0), slow_mV: at(1), slowTau_ms: at(2) };
}
