/** The mean course of the voltage around the spikes of a sweep, in stretches that are short near the peak and long far from it. */
import { meanOf } from "./frames.ts";

/** Edges before and after the peak, ms. */
const BEFORE_ms = [30, 20, 14, 10, 7, 5, 3.5, 2.5, 1.7, 1.2, 0.8, 0.4];
const AFTER_ms = [0.3, 0.8, 1.3, 2, 3, 4.5, 6.5, 9, 13, 18, 26, 38, 55];
/** Of a neighbouring spike: its fall, and its rise. */
const FALL_ms = 3;
const RISE_ms = 2;

/** Slope after the reset of these spikes of the sweep, counted from 1: how much each adds to what slows the cell down. */
const COUNTED = [1, 2, 3, 5] as const;
const SLOPE_FROM_ms = [0.8, 2] as const;
const SLOPE_TO_ms = [3.5, 5] as const;

interface Bin {
  readonly name: string;
  readonly from_ms: number;
  readonly to_ms: number;
}

const BINS: readonly Bin[] = [
  ...BEFORE_ms.slice(1).map((edge, k) => ({ name: `average-${edge}`, from_ms: -BEFORE_ms[k], to_ms: -edge })),
  ...AFTER_ms.slice(1).map((edge, k) => ({ name: `average+${edge}`, from_ms: AFTER_ms[k], to_ms: edge })),
];

/**
 * Mean voltage, mV, in each stretch over the spikes that have it to themselves: it ends before the next spike rises, begins after
 * the one before has fallen. NaN for none.
 *
 * @param peaks sample numbers of all spikes, ascending; `chosen`: positions among them that are averaged.
 */
export function spikeAverage(
  v_mV: Float64Array,
  dt_ms: number,
  peaks: readonly number[],
  chosen: readonly number[],
): Record<string, number> {
  const result: Record<string, number> = {};
  for (const { name, from_ms, to_ms } of BINS) {
    let [sum, count] = [0, 0];
    for (const spike of chosen) {
      const value = stretchMean(v_mV, dt_ms, peaks, spike, from_ms, to_ms);
      if (Number.isNaN(value)) continue;
      sum += value;
      count++;
    }
    result[name] = count > 0 ? sum / count : Number.NaN;
  }
  for (const spike of COUNTED) {
    const [early, late] = [SLOPE_FROM_ms, SLOPE_TO_ms].map(([from_ms, to_ms]) =>
      spike <= peaks.length ? stretchMean(v_mV, dt_ms, peaks, spike - 1, from_ms, to_ms) : Number.NaN,
    );
    result[`slopeAfter${spike}`] = late - early;
  }
  return result;
}

function stretchMean(
  v_mV: Float64Array,
  dt_ms: number,
  peaks: readonly number[],
  spike: number,
  from_ms: number,
  to_ms: number,
): number {
  const peak = peaks[spike];
  const from = peak + Math.round(from_ms / dt_ms);
  const to = Math.max(from + 1, peak + Math.round(to_ms / dt_ms));
  const since = spike > 0 ? peaks[spike - 1] + Math.round(FALL_ms / dt_ms) : 0;
  const until = spike + 1 < peaks.length ? peaks[spike + 1] - Math.round(RISE_ms / dt_ms) : v_mV.length;
  return from >= since && to <= until && !(from <= peak && peak < to) ? meanOf(v_mV, from, to) : Number.NaN;
}
