/** Recordings with one known fault each, for the tests of the quality checks. */
import type { Recording, Sweep } from "../../recordings/recording.ts";
import { describeStimulus } from "../../recordings/stimulus.ts";

const TAU_ms = 20;
export const RESISTANCE_MOhm = 200;

export interface Circuit {
  readonly dt_ms?: number;
  /** Series resistance that the bridge left, and the time constant with which the drop over it follows the current. */
  readonly series_MOhm?: number;
  readonly electrodeTau_ms?: number;
  readonly rest_mV?: number;
  readonly resistance_MOhm?: number;
  readonly holding_pA?: number;
  /** Added to the voltage. */
  readonly fault_mV?: (t_ms: number, sweep: number) => number;
  readonly levels_pA?: readonly number[];
}

/** Sweeps of 1200 ms with a step from 400 to 800 ms through a resistor and capacitor behind a series resistance; exact. */
export function circuitRecording({
  dt_ms = 0.05,
  series_MOhm = 0,
  electrodeTau_ms = 0,
  rest_mV = -65,
  resistance_MOhm = RESISTANCE_MOhm,
  holding_pA = 0,
  fault_mV = () => 0,
  levels_pA = [-60, -40, -20, 20],
}: Circuit = {}): Recording {
  const charged = (t_ms: number, tau_ms: number) => (t_ms <= 0 ? 0 : -Math.expm1(-t_ms / tau_ms));
  const pulse = (t_ms: number, tau_ms: number) => charged(t_ms - 400, tau_ms) - charged(t_ms - 800, tau_ms);
  const isOn = (t_ms: number) => t_ms > 400 - dt_ms / 2 && t_ms < 800 - dt_ms / 2;
  return recordingOf(
    levels_pA.map((level_pA, n) => ({
      v_mV: (t_ms) => {
        const drop = electrodeTau_ms > 0 ? pulse(t_ms, electrodeTau_ms) : Number(isOn(t_ms));
        const membrane_mV = (resistance_MOhm / 1000) * level_pA * pulse(t_ms, TAU_ms);
        return rest_mV + membrane_mV + (series_MOhm / 1000) * level_pA * drop + fault_mV(t_ms, n);
      },
      i_pA: (t_ms) => holding_pA + (isOn(t_ms) ? level_pA : 0),
    })),
    1200,
    dt_ms,
  );
}

export function recordingOf(
  sweeps: readonly { readonly v_mV: (t_ms: number) => number; readonly i_pA: (t_ms: number) => number }[],
  length_ms: number,
  dt_ms: number,
): Recording {
  const sampled = (f: (t_ms: number) => number) =>
    Float64Array.from({ length: Math.round(length_ms / dt_ms) }, (_, k) => f(k * dt_ms));
  return rawRecording(
    sweeps.map(({ v_mV, i_pA }) => ({ v_mV: sampled(v_mV), i_pA: sampled(i_pA) })),
    dt_ms,
  );
}

export function rawRecording(
  sweeps: readonly { readonly v_mV: Float64Array; readonly i_pA: Float64Array }[],
  dt_ms: number,
): Recording {
  return {
    name: "synthetic",
    format: "text",
    dt_ms,
    sweeps: sweeps.map(
      ({ v_mV, i_pA }, k): Sweep => ({ index: k + 1, v_mV, i_pA, stimulus: describeStimulus(i_pA, dt_ms) }),
    ),
    currentSource: "file-column",
    currentDescription: "",
    tags: [],
    notes: [],
  };
}

/** The same numbers in every run, between -1 and 1, white enough for a test. */
export function seededNoise(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  };
}
