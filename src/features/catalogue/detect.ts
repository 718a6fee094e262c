/** Peaks of the spikes on the interpolated trace, by either of the two detectors. */
import { detectSpikes } from "../spikes.ts";
import { indexOfMax } from "./search.ts";

/**
 * Peaks by crossings of a voltage: the first highest sample between an upward crossing and the next downward one. A
 * spike whose fall was not recorded does not count, nor does one that had begun before the trace.
 *
 * @returns sample numbers, ascending.
 */
export function thresholdPeaks(v_mV: Float64Array, threshold_mV: number): number[] {
  const peaks: number[] = [];
  let up = -1;
  for (let k = 1; k < v_mV.length; k++) {
    if (up < 0) {
      if (v_mV[k] > threshold_mV && v_mV[k - 1] <= threshold_mV) up = k;
    } else if (v_mV[k] < threshold_mV) {
      peaks.push(indexOfMax(v_mV, up, k));
      up = -1;
    }
  }
  return peaks;
}

/**
 * Peaks of `detectSpikes` on the recorded samples, each moved to the highest interpolated sample beside it.
 *
 * @param step_ms step of the interpolated trace.
 */
export function prominencePeaks(
  recorded_mV: Float64Array,
  dt_ms: number,
  v_mV: Float64Array,
  step_ms: number,
  currentJumps_ms: readonly number[],
): number[] {
  const reach = Math.ceil(dt_ms / step_ms);
  return detectSpikes(recorded_mV, dt_ms, { currentJumps_ms }).map(({ peak_ms }) => {
    const near = Math.round(peak_ms / step_ms);
    return indexOfMax(v_mV, Math.max(0, near - reach), Math.min(v_mV.length, near + reach + 1));
  });
}
