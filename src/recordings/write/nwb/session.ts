/** What is written into an NWB file, before anything is known of HDF5: one session of current-clamp sweeps. */

/** One value a row: of a sweep, or of an experimental condition. The unit, if there is one, ends the name: `dose_uM`. */
export interface NwbColumn {
  readonly name: string;
  readonly description: string;
  readonly values: readonly string[] | readonly number[];
  /** Whole numbers, such as counts; others are stored in double precision. */
  readonly whole?: true;
}

/** As the NWB schema names them; whatever is unknown is left out. */
export interface NwbSubject {
  readonly subject_id: string;
  /** Latin binomial, e.g. `Mus musculus`, or a link into the NCBI taxonomy. */
  readonly species?: string;
  /** M, F, U (unknown) or O (other). */
  readonly sex?: "M" | "F" | "U" | "O";
  /** ISO 8601 duration, e.g. `P30D`, or a range of two, either of which may be missing: `P2W/P4W`. */
  readonly age?: string;
  readonly description?: string;
}

export interface NwbElectrode {
  readonly name: string;
  readonly description: string;
  /** Which cell it was on; the same for all electrodes on one cell. */
  readonly cellId: string;
}

export interface NwbSweep {
  /** Number of the sweep as the acquisition program counts it. */
  readonly number: number;
  /** Which of the electrodes, and which of the conditions, from 0. */
  readonly electrode: number;
  readonly condition: number;
  /** e.g. `step`, `ramp`: sweeps of one type in one condition are one sequential recording. */
  readonly stimulusType: string;
  readonly description: string;
  /** From the start of the session. */
  readonly start_s: number;
  readonly dt_ms: number;
  /** Called once, so that a recording is not decoded as a whole. */
  readonly v_mV: () => ArrayLike<number>;
  /** Absent where the current is not known sample by sample. */
  readonly i_pA?: () => ArrayLike<number>;
}

export interface NwbSession {
  /** Unique to the file. */
  readonly identifier: string;
  readonly description: string;
  /** ISO 8601 with the offset from UTC, e.g. `2026-03-01T14:05:00+01:00`. */
  readonly start: string;
  /** When the file is made, likewise. */
  readonly created: string;
  /** Who made the numbers: name and version. */
  readonly software: readonly [name: string, version: string];
  /** How the numbers came about, in one sentence: measured, or simulated by what. */
  readonly dataCollection: string;
  readonly keywords: readonly string[];
  /** Provenance, one sentence each. */
  readonly notes: readonly string[];
  readonly experimenters?: readonly string[];
  readonly institution?: string;
  readonly experimentDescription?: string;
  readonly protocol?: string;
  readonly pharmacology?: string;
  readonly subject?: NwbSubject;
  readonly device: { readonly name: string; readonly description: string };
  readonly electrodes: readonly NwbElectrode[];
  readonly sweeps: readonly NwbSweep[];
  /** One value a sweep. */
  readonly sweepColumns: readonly NwbColumn[];
  /** Number of conditions; sweeps of a recording without a drug are one condition. */
  readonly conditions: number;
  /** One value a condition: `drug`, `dose_uM`. */
  readonly conditionColumns: readonly NwbColumn[];
}
