/** The noun that every reader makes and every later room takes: sweeps of voltage with the current that was injected. */

/** How the injected current was recovered; always shown to the user. */
export type CurrentSource = "epoch-table" | "recorded-channel" | "file-column" | "supplied";

/** A stretch of injected current that is constant or changes linearly. */
export interface StimulusSegment {
  readonly start_ms: number;
  readonly end_ms: number;
  readonly from_pA: number;
  readonly to_pA: number;
}

/** What the injected current of one sweep is, read off the waveform itself and not off a protocol's name. */
export interface Stimulus {
  /** `steps`: several levels apart from the holding level; `arbitrary`: more than a few dozen segments (noise, sine). */
  readonly kind: "none" | "step" | "steps" | "ramp" | "pulse-train" | "arbitrary";
  /** Level of the main step (or peak of a ramp, pulse train or waveform), pA. 0 for `none`. */
  readonly amplitude_pA: number;
  readonly start_ms: number;
  readonly end_ms: number;
  /** Level before the stimulus, pA. */
  readonly holding_pA: number;
  /** The whole sweep, in time order, without gaps. Empty when `kind` is `arbitrary`. */
  readonly segments: readonly StimulusSegment[];
}

export interface Sweep {
  /** 1-based, as the acquisition programs show it. */
  readonly index: number;
  /** Membrane voltage, [nSamples], mV. */
  readonly v_mV: Float64Array;
  /** Injected current, [nSamples], pA; depolarising is positive. */
  readonly i_pA: Float64Array;
  readonly stimulus: Stimulus;
}

export interface Recording {
  /** File name without folders. */
  readonly name: string;
  readonly format: "abf1" | "abf2" | "text";
  readonly protocol?: string;
  /** Sampling interval, the same for all sweeps. */
  readonly dt_ms: number;
  readonly sweeps: readonly Sweep[];
  readonly currentSource: CurrentSource;
  /** One sentence for the user, e.g. `epoch table of DAC 0 "Cmd 0" (pA)`. */
  readonly currentDescription: string;
  readonly tags: readonly { readonly t_s: number; readonly text: string }[];
  /** What the reader assumed, converted or dropped, one sentence each. */
  readonly notes: readonly string[];
}
