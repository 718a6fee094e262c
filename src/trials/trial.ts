import type { ParameterChange } from "../pharmacology/index.ts";

/** The noun that a trial makes: features of every clone before and at each dose, and a verdict with probabilities. */

export const VERDICT_LABELS = [
  "no-effect",
  "excited",
  "inhibited",
  "silenced",
  "depolarisation-block",
  "mixed",
] as const;
export type VerdictLabel = (typeof VERDICT_LABELS)[number];

/** Median over clones before and at this dose, and the 5-95 % range at this dose; null where undefined. */
export interface FeatureChange {
  readonly before: number | null;
  readonly beforeLow: number | null;
  readonly beforeHigh: number | null;
  readonly after: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly unit: string;
}

export interface Verdict {
  readonly label: VerdictLabel;
  /** Fraction of clones with that label. */
  readonly probability: number;
  readonly all: Readonly<Record<VerdictLabel, number>>;
  /** One sentence for a reader. */
  readonly sentence: string;
}

/** Spike rate over the step at each current, median and 5-95 % over clones. */
export interface FiPoint {
  readonly i_pA: number;
  readonly rate_Hz: number;
  readonly low_Hz: number;
  readonly high_Hz: number;
}

export type { ParameterChange };

export interface DoseResult {
  readonly dose_uM: number;
  /** Dose over the upper end of the free therapeutic plasma range; null where the library has none. */
  readonly timesFreeCmax: number | null;
  readonly parameters: readonly ParameterChange[];
  readonly features: Readonly<Record<string, FeatureChange>>;
  readonly fi: readonly FiPoint[];
  readonly verdict: Verdict;
}

export interface TrialTrace {
  readonly label: string;
  readonly dose_uM: number;
  readonly i_pA: number;
  readonly t_ms: readonly number[];
  readonly v_mV: readonly number[];
}

export interface Trial {
  readonly kind: "patchtwin-trial/1";
  /** Name of the recording that the twin was cloned from. */
  readonly twin: string;
  readonly model: string;
  readonly clones: number;
  readonly drug: {
    readonly id: string;
    readonly name: string;
    readonly class: string;
    /** One line a modelled action: target, parameter, potency with unit, Hill coefficient, source, verified or recalled. */
    readonly actions: readonly string[];
    /** Actions of the library that this cell has no counterpart for, or that have no usable number, each with the reason. */
    readonly notModelled: readonly string[];
    /** State dependence, contested values, assumed Hill coefficients: shown with the verdict. */
    readonly warnings: readonly string[];
    readonly therapeutic: {
      readonly freeLow_uM: number | null;
      readonly freeHigh_uM: number | null;
      readonly text: string;
    } | null;
  };
  readonly protocol: {
    readonly name: string;
    readonly description: string;
    readonly holding_pA: number;
    readonly steps_pA: readonly number[];
    readonly step_ms: number;
  };
  readonly baseline: { readonly fi: readonly FiPoint[] };
  readonly doses: readonly DoseResult[];
  /** The best clone at one step: before and at chosen doses. */
  readonly traces: readonly TrialTrace[];
  readonly summary: string;
  readonly provenance: {
    readonly patchtwin: string;
    readonly librarySchema: string;
    readonly seed: number;
    readonly dt_ms: number;
    readonly solver: string;
    /** Of the numbers in the simulations; missing in documents written before there was a choice: f64. */
    readonly precision?: "f32" | "f64";
    /** Sweeps of the protocol and of rheobase, over all clones and doses. */
    readonly simulations: number;
    readonly createdAt: string;
    readonly wall_s: number;
    readonly failures: readonly string[];
  };
}
