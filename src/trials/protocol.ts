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

const TIMING = { before_ms: 200, step_ms: 500, after_ms: 100 } as const;

/** Above the holding level, pA. */
function strongestStep(twin: Twin): number {
  return Math.max(twin.range.current_pA.high - twin.measured.holding_pA, 0);
}

/** A protocol of one step, for finding a rheobase: silent at the holding level, strongest trained current at the end. */
export function rheobaseProtocol(twin: Twin): StepProtocol {
  const { holding_pA } = twin.measured;
  return {
    name: "rheobase",
    description: "500 ms steps between the holding level and the strongest trained current",
    holding_pA,
    steps_pA: [holding_pA, holding_pA + strongestStep(twin)],
    referenceStep: 1,
    ...TIMING,
  };
}

/** Strongest step in multiples of the clone's rheobase: well into its firing range, short of where most cells block. */
const TIMES_RHEOBASE = 4;

/**
 * The standard protocol: one hyperpolarising step, the holding level, and six equal depolarising steps of 500 ms, up to four
 * times the clones' rheobase and never above the strongest current that the clone was trained on.
 *
 * @param rheobase_pA median of the clones for such a step, from the holding level; null if they fire without one.
 */
export function standardProtocol(twin: Twin, rheobase_pA: number | null): StepProtocol {
  const holding = twin.measured.holding_pA;
  const strongest = strongestStep(twin);
  const top = rheobase_pA === null ? strongest : Math.min(TIMES_RHEOBASE * rheobase_pA, strongest);
  const steps = Array.from({ length: DEPOLARISING_STEPS }, (_, k) => ((k + 1) * top) / DEPOLARISING_STEPS);
  const levels = [-top / 4, 0, ...steps].map((level) => Math.round((holding + level) * 100) / 100);
  return {
    name: "steps",
    description: `500 ms current steps from ${levels[0]} to ${levels[levels.length - 1]} pA at a holding current of ${holding} pA`,
    holding_pA: holding,
    steps_pA: levels,
    referenceStep: levels.length - 1,
    ...TIMING,
  };
}

/** The injected current of one step, one value a simulation step, pA. */
export function stepCurrent(protocol: StepProtocol, level_pA: number, dt_ms: number): Float64Array {
  const { before_ms, step_ms, after_ms, holding_pA } = protocol;
  const current = new Float64Array(Math.round((before_ms + step_ms + after_ms) / dt_ms)).fill(holding_pA);
  return current.fill(level_pA, Math.round(before_ms / dt_ms), Math.round((before_ms + step_ms) / dt_ms));
}
