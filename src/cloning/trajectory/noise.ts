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

/** Maximum of the likelihood of residuals over the three, by a pattern search in their logarithms (Hooke and Jeeves 1961). */
export function estimateNoise(residuals: Float64Array, trace: Trace, start: RecordingNoise): RecordingNoise {
  const costOf = (noise: RecordingNoise) => {
    const whitener = new Whitener(noise, trace);
    return whitener.whiten(residuals.slice()).reduce((sum, z) => sum + 0.5 * z * z, whitener.logDeterminant);
  };
  let noise = Object.fromEntries(
    NAMES.map((name) => [name, within(name, start[name])]),
  ) as unknown as RecordingNoise;
  let cost = costOf(noise);
  for (let stride = FIRST_STRIDE; stride > LAST_STRIDE; ) {
    const before = cost;
    for (const name of NAMES)
      for (const sign of [1, -1]) {
        const other = { ...noise, [name]: within(name, noise[name] * Math.exp(sign * stride)) };
        const there = costOf(other);
        if (there >= cost) continue;
        [noise, cost] = [other, there];
        break;
      }
    if (before - cost < 0.1) stride *= 0.4;
  }
  return noise;
}

function within(name: keyof typeof RANGES, value: number): number {
  const [low, high] = RANGES[name];
  return Math.min(high, Math.max(low, value));
}
