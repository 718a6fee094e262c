/** Recordings of known samples, for the tests of this room. */
import type { Recording, Sweep } from "../recording.ts";
import { describeStimulus } from "../stimulus.ts";

export function recordingOf(
  traces: readonly { readonly v_mV: Float64Array; readonly i_pA: Float64Array }[],
  dt_ms: number,
): Recording {
  return {
    name: "synthetic",
    format: "text",
    dt_ms,
    sweeps: traces.map(
      ({ v_mV, i_pA }, k): Sweep => ({ index: k + 1, v_mV, i_pA, stimulus: describeStimulus(i_pA, dt_ms) }),
    ),
    currentSource: "file-column",
    currentDescription: "column i_pA",
    tags: [],
    notes: [],
  };
}

export function sampled(length_ms: number, dt_ms: number, f: (t_ms: number) => number): Float64Array {
  return Float64Array.from({ length: Math.round(length_ms / dt_ms) }, (_, k) => f(k * dt_ms));
}

/** `delta` from `start` until `end`, 0 elsewhere; half a sample of tolerance against rounding. */
export function step(length_ms: number, dt_ms: number, start_ms: number, end_ms: number, delta: number) {
  return sampled(length_ms, dt_ms, (t) => (t > start_ms - dt_ms / 2 && t < end_ms - dt_ms / 2 ? delta : 0));
}
