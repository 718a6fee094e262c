/** Sweeps whose samples are decoded when they are asked for. */
import { InputError } from "../errors.ts";
import { kept } from "./kept.ts";
import type { Stimulus, Sweep, SweepSlice } from "./recording.ts";
import { describeStimulus } from "./stimulus.ts";

type Decode = (from: number, to: number) => Float64Array;

export interface SweepParts {
  readonly index: number;
  readonly samples: number;
  readonly dt_ms: number;
  /** Voltage, mV, of samples [from, to), as an array of its own. */
  readonly v_mV: Decode;
  /** Current, pA, likewise. */
  readonly i_pA: Decode;
  /** For messages. */
  readonly where: string;
}

/** 2 GiB of voltage and current: more is not looked at in one piece. */
const MAX_SAMPLES_AT_ONCE = 2 ** 27;

/**
 * A sweep over decoders. `v_mV` and `i_pA` are decoded on first use, and again when they are no longer among the recent ones;
 * `samples` and `slice` are not enumerable, so that a copy with other samples (`{ ...sweep, v_mV }`) does not keep them and
 * a sweep can be sent to a worker.
 *
 * Reading `v_mV`, `i_pA` or `stimulus` of a sweep longer than 2^27 samples throws InputError `too-long`.
 */
export function lazySweep(parts: SweepParts): Sweep {
  const whole = (decode: Decode) => kept(() => decode(0, checkedLength(parts)));
  const voltage = whole(parts.v_mV);
  const current = whole(parts.i_pA);
  let stimulus: Stimulus | undefined;
  const sweep = {
    index: parts.index,
    get v_mV() {
      return voltage();
    },
    get i_pA() {
      return current();
    },
    get stimulus() {
      stimulus ??= describeStimulus(current(), parts.dt_ms);
      return stimulus;
    },
  };
  const slice = (from: number, to: number): SweepSlice => ({
    v_mV: parts.v_mV(from, to),
    i_pA: parts.i_pA(from, to),
  });
  return Object.defineProperties(sweep, { samples: { value: parts.samples }, slice: { value: slice } });
}

function checkedLength({ samples, dt_ms, index, where }: SweepParts): number {
  if (samples <= MAX_SAMPLES_AT_ONCE) return samples;
  throw new InputError({
    code: "too-long",
    what: `sweep ${index} is too long to be looked at in one piece`,
    where,
    got: `${samples} samples (${((samples * dt_ms) / 1000).toFixed(0)} s)`,
    expected: `at most ${MAX_SAMPLES_AT_ONCE} samples`,
    next: "Take a part of it, for instance the first minute: --window 0s,60s.",
  });
}

/** Number of samples, without decoding where that is possible. */
export function lengthOf(sweep: Sweep): number {
  return sweep.samples ?? sweep.v_mV.length;
}

/** Samples [from, to) of a sweep, without decoding the rest where that is possible. */
export function sliceOf(sweep: Sweep, from: number, to: number): SweepSlice {
  if (sweep.slice) return sweep.slice(from, to);
  return { v_mV: sweep.v_mV.subarray(from, to), i_pA: sweep.i_pA.subarray(from, to) };
}
