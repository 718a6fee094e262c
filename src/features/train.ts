/** When spikes come: latency, rate, regularity, adaptation, and the silence of a depolarisation block. */
import { type Spike, spikeTimes } from "./spikes.ts";
import { mean, median, standardDeviation } from "./statistics.ts";
import { spikesWithin, type Window } from "./subthreshold.ts";

export interface TrainFeatures {
  readonly count: number;
  /** Count over the length of the window; 0 is a measured silence. */
  readonly rate_Hz: number | null;
  /** From the start of the window to the first peak. */
  readonly latency_ms: number | null;
  readonly firstIsi_ms: number | null;
  readonly meanIsi_ms: number | null;
  readonly isiCv: number | null;
  readonly adaptationIndex: number | null;
}

/** Features of the spikes whose peaks lie in the window. */
export function trainFeatures(spikes: readonly Spike[], window: Window): TrainFeatures {
  const times = spikeTimes(spikesWithin(spikes, window));
  const isis = interspikeIntervals(times);
  const length_ms = window.end_ms - window.start_ms;
  return {
    count: times.length,
    rate_Hz: length_ms > 0 ? (1000 * times.length) / length_ms : null,
    latency_ms: times.length ? times[0] - window.start_ms : null,
    firstIsi_ms: isis.length ? isis[0] : null,
    meanIsi_ms: mean(isis),
    isiCv: isiCv(isis),
    adaptationIndex: adaptationIndex(isis),
  };
}

export function interspikeIntervals(times_ms: readonly number[]): number[] {
  return times_ms.slice(1).map((t, k) => t - times_ms[k]);
}

/** Coefficient of variation of the intervals (sample SD over mean); null for fewer than two. */
export function isiCv(isis_ms: readonly number[]): number | null {
  const deviation = standardDeviation(isis_ms);
  return deviation === null ? null : deviation / mean(isis_ms)!;
}

/**
 * Adaptation index: mean over neighbours of (ISI[n+1] - ISI[n]) / (ISI[n+1] + ISI[n]), as in the Allen Cell Types
 * Database (Electrophysiology white paper, 2018). Positive: firing slows down.
 *
 * @returns -1 to 1; null for fewer than two intervals. With two or three intervals noise decides.
 */
export function adaptationIndex(isis_ms: readonly number[]): number | null {
  return mean(isis_ms.slice(1).map((isi, k) => (isi - isis_ms[k]) / (isi + isis_ms[k])));
}

const MIN_SILENCE_ms = 50;
const MIN_PLATEAU_mV = 5;

/**
 * Whether a step ends in depolarisation block: the cell is silent from its last spike (or from the start, if it
 * never fired) for at least 50 ms, a third of the step and three times its longest interval, while the median
 * voltage of that silence stays 5 mV or more above threshold. A cell that stops by adaptation or hyperpolarisation
 * is silent below threshold and is never called blocked.
 *
 * @param threshold_mV threshold of the cell at moderate current (strong steps blur it).
 */
export function isDepolarisationBlock(
  v_mV: Float64Array,
  dt_ms: number,
  spikes: readonly Spike[],
  step: Window,
  threshold_mV: number,
): boolean {
  const times = spikeTimes(spikesWithin(spikes, step));
  const length_ms = step.end_ms - step.start_ms;
  // The fall of the last spike and the charging at the onset are not part of the silence.
  const from_ms = Math.max(step.start_ms + length_ms / 5, (times.at(-1) ?? step.start_ms) + 10);
  const silence_ms = step.end_ms - (times.at(-1) ?? step.start_ms);
  const longestIsi_ms = Math.max(0, ...interspikeIntervals(times));
  if (silence_ms < Math.max(MIN_SILENCE_ms, length_ms / 3, 3 * longestIsi_ms)) return false;
  const plateau_mV = median(v_mV.subarray(Math.round(from_ms / dt_ms), Math.round(step.end_ms / dt_ms)));
  return plateau_mV !== null && plateau_mV >= threshold_mV + MIN_PLATEAU_mV;
}
