/** Peaks of the spikes on the interpolated trace, by either of the two detectors. */
import type { Spike } from "../spikes.ts";
import { indexOfMax } from "./search.ts";

/**
 * Peaks by crossings of a voltage: the first highest sample between an upward crossing and the downward crossing of the
 * same number. A spike whose fall was not recorded does not count, nor does one that had begun before the trace.
 *
 * Like eFEL's, it sees no crossing where a sample lies exactly on the threshold: noise around it, in a recording of few
 * bits, can then join spikes.
 *
 * @returns sample numbers, ascending.
 */
export function thresholdPeaks(v_mV: Float64Array, threshold_mV: number): number[] {
  const ups: number[] = [];
  const downs: number[] = [];
  let before = v_mV[0];
  for (let k = 1; k < v_mV.length; k++) {
    const now = v_mV[k];
    if (before < threshold_mV) {
      if (now > threshold_mV) ups.push(k);
    } else if (before > threshold_mV && now < threshold_mV && ups.length > 0) downs.push(k);
    before = now;
  }
  const peaks: number[] = [];
  for (let n = 0; n < Math.min(ups.length, downs.length); n++)
    if (downs[n] > ups[n]) peaks.push(indexOfMax(v_mV, ups[n], downs[n]));
  return peaks;
}

/**
 * Peaks of the spikes found on the recorded samples, each moved to the highest interpolated sample beside it.
 *
 * @param reach number of interpolated samples that a sampling interval spans.
 * @param step_ms step of the interpolated trace.
 */
export function movedPeaks(
  spikes: readonly Spike[],
  v_mV: Float64Array,
  step_ms: number,
  reach: number,
): number[] {
  return spikes.map(({ peak_ms }) => {
    const near = Math.round(peak_ms / step_ms);
    return indexOfMax(v_mV, Math.max(0, near - reach), Math.min(v_mV.length, near + reach + 1));
  });
}
