/** What every quality check is: a declaration, and a measure made sweep by sweep. */
import type { Stimulus } from "../../recordings/recording.ts";
import type { MainStep } from "../main-step.ts";
import type { Spike } from "../spikes.ts";
import type { Window } from "../subthreshold.ts";

/** One sweep as the checks see it. */
export interface SeenSweep {
  /** From 0, in the order of the recording. */
  readonly position: number;
  readonly dt_ms: number;
  readonly v_mV: Float64Array;
  readonly i_pA: Float64Array;
  readonly stimulus: Stimulus;
  /** From the start of the sweep until the current first leaves the holding level. */
  readonly before: Window;
  readonly spikes: readonly Spike[];
}

/** What is known of all sweeps before any of them is looked at. */
export interface Family {
  readonly dt_ms: number;
  readonly sweeps: number;
  /** Samples that are no numbers, in all sweeps; known when the checks conclude. */
  readonly missing: number;
  readonly stimuli: readonly Stimulus[];
  readonly mainStep: MainStep | null;
  readonly steps: readonly MainStep[];
}

export interface Measured {
  readonly value: number | null;
  /** Why it cannot be judged; only without a value. */
  readonly reason?: string;
  /** What else was found, one sentence. */
  readonly detail?: string;
}

export interface Accepted {
  readonly low?: number;
  readonly high?: number;
}

/**
 * A check declares what it accepts and why, takes what it needs of one sweep (`look`; the samples are gone afterwards)
 * and concludes from that of all sweeps. A sweep with samples that are no numbers is not looked at.
 */
export interface Check<
  Name extends string = string,
  Limits extends Readonly<Record<string, number>> = Readonly<Record<string, number>>,
  Seen = unknown,
> {
  readonly name: Name;
  readonly unit: string;
  readonly limits: Limits;
  /** Where the limit comes from, and what a recording beyond it is unfit for. */
  readonly why: string;
  accepted(limits: Limits): Accepted;
  look(sweep: SeenSweep, family: Family): Seen;
  conclude(seen: readonly Seen[], family: Family): Measured;
}

export function defineCheck<const Name extends string, Limits extends Readonly<Record<string, number>>, Seen>(
  check: Check<Name, Limits, Seen>,
): Check<Name, Limits, Seen> {
  return check;
}

/** Why nothing can be said of the membrane at rest. */
export const NO_REST = "no sweep rests for 10 ms before the stimulus without firing";

/** The value, or the reason why there is none. */
export function measured(value: number | null, reason: string, detail?: string): Measured {
  if (value === null || !Number.isFinite(value)) return { value: null, reason };
  return detail === undefined ? { value } : { value, detail };
}
