/** The noun that every reader makes and every later room takes: sweeps of voltage with the current that was injected. */

/** How the injected current was recovered; always shown to the user. */
export type CurrentSource =
  | "epoch-table"
  | "recorded-channel"
  | "file-column"
  | "stimulus-series"
  | "supplied";

/** The formats that are read, by the name that results carry. */
export const FORMATS = {
  abf1: "Axon ABF1",
  abf2: "Axon ABF2",
  atf: "Axon text (ATF)",
  nwb: "NWB 2",
  ibw: "Igor binary wave (IBW)",
  mat: "MATLAB v5",
  stimfit: "Stimfit HDF5",
  heka: "HEKA PatchMaster",
  text: "text (csv, tsv, columns)",
} as const;

export type RecordingFormat = keyof typeof FORMATS;

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

/** Samples [from, to) of a sweep. */
export interface SweepSlice {
  readonly v_mV: Float64Array;
  readonly i_pA: Float64Array;
}

/**
 * One sweep. Readers decode the samples when they are asked for and keep them only as long as someone uses them, so that
 * a recording needs little more memory than its file: read `v_mV` and `i_pA` once into a variable, not in a loop.
 */
export interface Sweep {
  /** 1-based, as the acquisition programs show it. */
  readonly index: number;
  /** Membrane voltage, [nSamples], mV. */
  readonly v_mV: Float64Array;
  /** Injected current, [nSamples], pA; depolarising is positive. */
  readonly i_pA: Float64Array;
  readonly stimulus: Stimulus;
  /** Number of samples, known without decoding them; absent: the length of `v_mV`. */
  readonly samples?: number;
  /** Decodes a part only: what a sweep too long for memory is read by. Absent: take it of `v_mV` and `i_pA`. */
  readonly slice?: (from: number, to: number) => SweepSlice;
}

/** One step of preparation that was made after reading, in the order of the list. */
export interface PreparationStep {
  readonly step: string;
  /** One sentence for the user. */
  readonly description: string;
  readonly parameters: Readonly<Record<string, number | string>>;
}

export interface Recording {
  /** File name without folders. */
  readonly name: string;
  readonly format: RecordingFormat;
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
  /** What was done to the samples after reading; absent: nothing. */
  readonly preparation?: readonly PreparationStep[];
}
