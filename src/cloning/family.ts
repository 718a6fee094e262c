import { measureRecording, medianOf, type RecordingFeatures } from "../features/index.ts";
import type { Recording } from "../recordings/recording.ts";
import type { FamilySweep } from "./target.ts";

/** One recording of the cell and what was measured on it. */
export interface MeasuredRecording {
  readonly recording: Recording;
  readonly features: RecordingFeatures;
  /** Its place among the recordings that are cloned together, from 1; missing: another recording, which a twin predicts. */
  readonly file?: number;
}

/** Recordings of one cell, in the order given. */
export function measureRecordings(recordings: readonly Recording[]): MeasuredRecording[] {
  return recordings.map((recording, k) => ({
    recording,
    features: measureRecording(recording),
    file: k + 1,
  }));
}

/** A sweep as its recording describes it. */
export interface DescribedSweep extends FamilySweep {
  readonly recordedSpikes: number;
}

/** Every sweep by the main step of its recording, or by its own stimulus where there is none. */
export function describeSweeps({ recording, features, file }: MeasuredRecording): DescribedSweep[] {
  const { mainStep, sweeps } = features;
  return recording.sweeps.map((sweep, position) => ({
    sweep,
    dt_ms: recording.dt_ms,
    ...(file !== undefined && { file }),
    amplitude_pA: mainStep?.level_pA[position] ?? sweep.stimulus.amplitude_pA,
    onset_ms: mainStep?.start_ms ?? sweep.stimulus.start_ms,
    recordedSpikes: sweeps[position].spikeTimes_ms.length,
  }));
}

/** The current above which a cell is in depolarisation block: the lowest that one of its recordings shows; null if none does. */
export function cellBlock_pA(measured: readonly MeasuredRecording[]): number | null {
  const limits = measured.map(({ features }) => features.blockAbove_pA).filter((limit) => limit !== null);
  return limits.length > 0 ? Math.min(...limits) : null;
}

/** One value a feature for the cell: the median over the recordings on which it could be measured, null where it could on none. */
export function pooledCell(cells: readonly RecordingFeatures["cell"][]): RecordingFeatures["cell"] {
  const keys = Object.keys(cells[0]) as (keyof RecordingFeatures["cell"])[];
  return Object.fromEntries(
    keys.map((key) => [key, medianOf(cells.map((cell) => cell[key]))]),
  ) as unknown as RecordingFeatures["cell"];
}
