import type { Twin } from "../cloning/index.ts";

/** Current steps given to every clone before and at each dose, as an experimenter would at the rig. */
export interface StepProtocol {
  readonly name: string;
  readonly description: string;
  readonly holding_pA: number;
  /** Absolute levels, ascending; the first is hyperpolarising. */
  readonly steps_pA: readonly number[];
  /** Which of the steps features of single spikes and traces are taken from. */
  readonly referenceStep: number;
  readonly before_ms: number;
  readonly step_ms: number;
  readonly after_ms: number;
}

const DEPOLARISING_STEPS = 6;

/**
 * The standard protocol: one hyperpolarising step, the holding level, and six equal depolarising steps up to the strongest
 * current that the clone was trained on, 500 ms each.
 */
export function standardProtocol(twin: Twin): StepProtocol {
  const holding = twin.measured.holding_pA;
  const top = Math.max(twin.range.current_pA.high - holding, 0);
  const steps = Array.from({ length: DEPOLARISING_STEPS }, (_, k) => ((k + 1) * top) / DEPOLARISING_STEPS);
  const levels = [-top / 4, 0, ...steps].map((level) => Math.round((holding + level) * 100) / 100);
  return {
    name: "steps",
    description: `500 ms current steps from ${levels[0]} to ${levels[levels.length - 1]} pA at a holding current of ${holding} pA`,
    holding_pA: holding,
    steps_pA: levels,
    referenceStep: levels.length - 1,
    before_ms: 200,
    step_ms: 500,
    after_ms: 100,
  };
}

/** The injected current of one step, one value a simulation step, pA. */
export function stepCurrent(protocol: StepProtocol, level_pA: number, dt_ms: number): Float64Array {
  const { before_ms, step_ms, after_ms, holding_pA } = protocol;
  const current = new Float64Array(Math.round((before_ms + step_ms + after_ms) / dt_ms)).fill(holding_pA);
  return current.fill(level_pA, Math.round(before_ms / dt_ms), Math.round((before_ms + step_ms) / dt_ms));
}
