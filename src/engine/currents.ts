import { InputError } from "../errors.ts";
import type { RandomStream } from "../random.ts";
import { ornsteinUhlenbeck } from "./compile/inputs.ts";

/**
 * Waveforms of injected current, or of any other input of a model: one value for each step, which holds from n * dt to (n + 1) * dt.
 * Amplitudes come back in the unit in which they are given. Times of jumps are rounded to the nearest step; what changes smoothly
 * is taken in the middle of each step, so that holding it costs no order of a second-order scheme.
 *
 * Every builder throws an InputError for a `dt_ms` that is not above 0 and for a duration that is negative or not finite.
 */
export interface Sampling {
  readonly duration_ms: number;
  readonly dt_ms: number;
}

/** `amplitude` from `start_ms` to `stop_ms` (default: the end), `baseline` (default 0) elsewhere. */
export function stepCurrent(
  given: Sampling & {
    readonly start_ms: number;
    readonly stop_ms?: number;
    readonly amplitude: number;
    readonly baseline?: number;
  },
): Float64Array {
  const current = held(given, given.baseline ?? 0);
  const { dt_ms, start_ms, stop_ms = given.duration_ms } = given;
  return current.fill(given.amplitude, stepAt(start_ms, dt_ms), stepAt(stop_ms, dt_ms));
}

/**
 * Rectangular pulses of `width_ms`, the first at `start_ms`, `frequency_Hz` > 0 of them a second, `count` in all (default: to the
 * end). All are equally many steps long; pulses that overlap run into one.
 */
export function pulseTrain(
  given: Sampling & {
    readonly start_ms: number;
    readonly width_ms: number;
    readonly frequency_Hz: number;
    readonly count?: number;
    readonly amplitude: number;
    readonly baseline?: number;
  },
): Float64Array {
  const current = held(given, given.baseline ?? 0);
  const { dt_ms, duration_ms, start_ms, frequency_Hz, count = Number.POSITIVE_INFINITY } = given;
  requirePositive("frequency_Hz", frequency_Hz);
  const width = stepAt(given.width_ms, dt_ms);
  for (let pulse = 0; pulse < count; pulse++) {
    const time_ms = start_ms + (1000 * pulse) / frequency_Hz;
    if (time_ms >= duration_ms) break;
    const first = stepAt(time_ms, dt_ms);
    current.fill(given.amplitude, first, first + width);
  }
  return current;
}

/** A straight line from `from` at `start_ms` to `to` at `stop_ms` > `start_ms`; `from` before and `to` after. */
export function rampCurrent(
  given: Sampling & {
    readonly start_ms: number;
    readonly stop_ms: number;
    readonly from: number;
    readonly to: number;
  },
): Float64Array {
  const { start_ms, stop_ms, from, to } = given;
  requirePositive("stop_ms - start_ms", stop_ms - start_ms);
  return sampled(given, (t) => {
    const part = Math.min(1, Math.max(0, (t - start_ms) / (stop_ms - start_ms)));
    return from + (to - from) * part;
  });
}

/** `offset + amplitude sin(2 pi f (t - start) + phase)` from `start_ms` (default 0) on; the offset (default 0) before. */
export function sineCurrent(
  given: Sampling & {
    readonly amplitude: number;
    readonly frequency_Hz: number;
    readonly phase_rad?: number;
    readonly offset?: number;
    readonly start_ms?: number;
  },
): Float64Array {
  const { amplitude, frequency_Hz, phase_rad = 0, offset = 0, start_ms = 0 } = given;
  return sampled(given, (t) =>
    t < start_ms
      ? offset
      : offset + amplitude * Math.sin((2 * Math.PI * frequency_Hz * (t - start_ms)) / 1000 + phase_rad),
  );
}

/**
 * A sine whose frequency runs from `from_Hz` at `start_ms` (default 0) to `to_Hz` at the end, both > 0: what measures an impedance
 * (ZAP). `linear`: by the same number of Hz each second; `exponential`: by the same factor. Phase 0 at the start, the offset before.
 */
export function chirpCurrent(
  given: Sampling & {
    readonly amplitude: number;
    readonly from_Hz: number;
    readonly to_Hz: number;
    readonly change: "linear" | "exponential";
    readonly offset?: number;
    readonly start_ms?: number;
  },
): Float64Array {
  const { amplitude, from_Hz, to_Hz, change, offset = 0, start_ms = 0 } = given;
  requirePositive("from_Hz", from_Hz);
  requirePositive("to_Hz", to_Hz);
  const length_s = (given.duration_ms - start_ms) / 1000;
  const octaves = Math.log(to_Hz / from_Hz);
  // Integrals of the frequency since the start.
  const cycles = (t_s: number): number => {
    if (change === "linear") return t_s * (from_Hz + ((to_Hz - from_Hz) * t_s) / (2 * length_s));
    if (octaves === 0) return from_Hz * t_s;
    return ((from_Hz * length_s) / octaves) * Math.expm1((octaves * t_s) / length_s);
  };
  return sampled(given, (t) =>
    t < start_ms ? offset : offset + amplitude * Math.sin(2 * Math.PI * cycles((t - start_ms) / 1000)),
  );
}

/**
 * Ornstein-Uhlenbeck noise (Uhlenbeck and Ornstein 1930, doi:10.1103/PhysRev.36.823) of the given mean, standard deviation and
 * correlation time `tau_ms` > 0: exact in distribution at every step, stationary from the first on. Takes one normal deviate of
 * `stream` for each step and one before. The same numbers as a `noise` drive makes for the same stream.
 */
export function ornsteinUhlenbeckCurrent(
  given: Sampling & { readonly mean: number; readonly sd: number; readonly tau_ms: number },
  stream: RandomStream,
): Float64Array {
  const current = held(given, 0);
  requirePositive("tau_ms", given.tau_ms);
  const next = ornsteinUhlenbeck(given.mean, given.sd, given.tau_ms, given.dt_ms, stream);
  return current.map(next);
}

function held({ duration_ms, dt_ms }: Sampling, value: number): Float64Array {
  requirePositive("dt_ms", dt_ms);
  if (!(duration_ms >= 0 && duration_ms < Number.POSITIVE_INFINITY))
    throw badWaveform("duration_ms", duration_ms, "a finite duration, not negative");
  return new Float64Array(stepAt(duration_ms, dt_ms)).fill(value);
}

/** Values in the middle of each step. */
function sampled(sampling: Sampling, value: (t_ms: number) => number): Float64Array {
  return held(sampling, 0).map((_, step) => value((step + 0.5) * sampling.dt_ms));
}

/** The step that starts nearest to a time; negative times count from the start. */
const stepAt = (time_ms: number, dt_ms: number) => Math.max(0, Math.round(time_ms / dt_ms));

function requirePositive(name: string, value: number): void {
  if (!(value > 0 && value < Number.POSITIVE_INFINITY)) throw badWaveform(name, value, "a number above 0");
}

function badWaveform(where: string, got: number, expected: string): InputError {
  return new InputError({
    code: "bad-waveform",
    what: "no waveform can be built",
    where,
    got: `${got}`,
    expected,
  });
}
