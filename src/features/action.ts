/** The shape of single action potentials. */
import { centralSlope, type Spike } from "./spikes.ts";
import { medianOf } from "./statistics.ts";

export interface SpikeShape {
  readonly threshold_mV: number;
  readonly peak_mV: number;
  /** Peak less threshold. */
  readonly amplitude_mV: number;
  /** Width half-way between threshold and peak; null if the trace or the next spike cuts it off. */
  readonly halfWidth_ms: number | null;
  readonly upstroke_mV_per_ms: number;
  /** Most negative dV/dt between peak and trough (a negative number). */
  readonly downstroke_mV_per_ms: number | null;
  /** Threshold less the lowest voltage before the next spike; negative if the cell stays above threshold. */
  readonly ahpDepth_mV: number | null;
  /** From the peak to that lowest voltage. */
  readonly ahpTime_ms: number | null;
}

const MIN_AHP_WINDOW_ms = 5;

/**
 * Measures one spike. The threshold is that of `detectSpikes`: dV/dt of 10 mV/ms (half of the spike's largest dV/dt
 * where that is below 20 mV/ms), interpolated. Crossings at half amplitude are interpolated linearly.
 *
 * @param nextThreshold_ms start of the next spike.
 * @param until_ms end of the current step: what follows it is no afterhyperpolarisation of the spike.
 *
 * Not to be trusted: threshold and amplitude within the first millisecond of a strong step (charging alone exceeds
 * 10 mV/ms there, so the threshold comes out too low); widths of less than about three sampling intervals.
 */
export function spikeShape(
  v_mV: Float64Array,
  dt_ms: number,
  spike: Spike,
  nextThreshold_ms: number | null = null,
  until_ms: number = v_mV.length * dt_ms,
): SpikeShape {
  const amplitude_mV = spike.peak_mV - spike.threshold_mV;
  const stop_ms = Math.min(nextThreshold_ms ?? Number.POSITIVE_INFINITY, until_ms);
  const last = Math.min(v_mV.length - 1, Math.floor(stop_ms / dt_ms - 1e-9));
  const trough = lowest(v_mV, spike.peakIndex, last);
  const seen = last > spike.peakIndex;
  const longEnough = nextThreshold_ms !== null || (last - spike.peakIndex) * dt_ms >= MIN_AHP_WINDOW_ms;
  return {
    threshold_mV: spike.threshold_mV,
    peak_mV: spike.peak_mV,
    amplitude_mV,
    halfWidth_ms: widthAt(v_mV, dt_ms, spike, spike.threshold_mV + amplitude_mV / 2, last),
    upstroke_mV_per_ms: spike.upstroke_mV_per_ms,
    downstroke_mV_per_ms: seen ? steepestFall(v_mV, dt_ms, spike.peakIndex, trough) : null,
    ahpDepth_mV: seen && longEnough ? spike.threshold_mV - v_mV[trough] : null,
    ahpTime_ms: seen && longEnough ? (trough - spike.peakIndex) * dt_ms : null,
  };
}

/** Shapes of all spikes of a step; `until_ms` is the end of the step. */
export function spikeShapes(
  v_mV: Float64Array,
  dt_ms: number,
  spikes: readonly Spike[],
  until_ms?: number,
): SpikeShape[] {
  return spikes.map((spike, k) =>
    spikeShape(v_mV, dt_ms, spike, spikes[k + 1]?.threshold_ms ?? null, until_ms),
  );
}

export type MedianShape = { readonly [K in keyof SpikeShape]: number | null };

/** Median of each measure over the spikes that have it. */
export function medianShape(shapes: readonly SpikeShape[]): MedianShape {
  const of = (key: keyof SpikeShape) => medianOf(shapes.map((shape) => shape[key]));
  return {
    threshold_mV: of("threshold_mV"),
    peak_mV: of("peak_mV"),
    amplitude_mV: of("amplitude_mV"),
    halfWidth_ms: of("halfWidth_ms"),
    upstroke_mV_per_ms: of("upstroke_mV_per_ms"),
    downstroke_mV_per_ms: of("downstroke_mV_per_ms"),
    ahpDepth_mV: of("ahpDepth_mV"),
    ahpTime_ms: of("ahpTime_ms"),
  };
}

function lowest(v: Float64Array, first: number, last: number): number {
  let low = first;
  for (let k = first; k <= last; k++) if (v[k] < v[low]) low = k;
  return low;
}

function widthAt(v: Float64Array, dt_ms: number, spike: Spike, level: number, last: number): number | null {
  let left = spike.peakIndex;
  while (left > 0 && v[left] > level) left--;
  let right = spike.peakIndex;
  while (right < last && v[right] > level) right++;
  if (v[left] > level || v[right] > level || left === right) return null;
  const rise = left + (level - v[left]) / (v[left + 1] - v[left]);
  const fall = right - (level - v[right]) / (v[right - 1] - v[right]);
  return (fall - rise) * dt_ms;
}

function steepestFall(v: Float64Array, dt_ms: number, peak: number, trough: number): number {
  let slope = 0;
  for (let k = peak; k <= trough; k++) slope = Math.min(slope, centralSlope(v, k, dt_ms));
  return slope;
}
