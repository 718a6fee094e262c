/** The course of a spike in four numbers, measured alike on recorded and simulated voltage. */
export interface MeanShape {
  /** Voltage where dV/dt first passes 10 mV/ms on the way up. */
  readonly threshold_mV: number;
  readonly peak_mV: number;
  /** Time above the level that counts as a spike. */
  readonly width_ms: number;
  /** Lowest voltage in the 25 ms after the spike, or until the next. */
  readonly trough_mV: number;
}

/** Sums over spikes, so that sweeps can be added one after the other. */
export interface ShapeSums {
  spikes: number;
  threshold_mV: number;
  peak_mV: number;
  width_ms: number;
  trough_mV: number;
}

export const emptyShape = (): ShapeSums => ({
  spikes: 0,
  threshold_mV: 0,
  peak_mV: 0,
  width_ms: 0,
  trough_mV: 0,
});

/** Means over all spikes added; null without any. */
export function meanShape(sums: ShapeSums): MeanShape | null {
  if (sums.spikes === 0) return null;
  const mean = (sum: number) => sum / sums.spikes;
  return {
    threshold_mV: mean(sums.threshold_mV),
    peak_mV: mean(sums.peak_mV),
    width_ms: mean(sums.width_ms),
    trough_mV: mean(sums.trough_mV),
  };
}

const THRESHOLD_SLOPE_mV_per_ms = 10;
const TROUGH_WINDOW_MS = 25;
const LONGEST_SPIKE_MS = 20;
const LONGEST_UPSTROKE_MS = 5;
/** More spikes a sweep than this add nothing to a mean. */
const SPIKES_A_SWEEP = 12;

/**
 * Adds the spikes of one trace: every upward crossing of `level_mV` (up to 12 a trace) whose fall is in the trace.
 * Time above `level_mV` longer than 20 ms is a plateau and adds no spike.
 */
export function addSpikeShapes(sums: ShapeSums, v_mV: Float64Array, dt_ms: number, level_mV: number): void {
  const longest = Math.round(LONGEST_SPIKE_MS / dt_ms);
  const after = Math.round(TROUGH_WINDOW_MS / dt_ms);
  let added = 0;
  for (let i = 1; i < v_mV.length && added < SPIKES_A_SWEEP; i++) {
    if (!(v_mV[i] >= level_mV && v_mV[i - 1] < level_mV)) continue;
    let peak = v_mV[i];
    let fall = i;
    while (fall < v_mV.length && v_mV[fall] >= level_mV) peak = Math.max(peak, v_mV[fall++]);
    if (fall >= v_mV.length || fall - i > longest) {
      i = fall;
      continue;
    }
    let trough = v_mV[fall];
    const end = Math.min(v_mV.length, fall + after);
    for (let k = fall; k < end && v_mV[k] < level_mV; k++) trough = Math.min(trough, v_mV[k]);
    sums.spikes++;
    sums.threshold_mV += upstrokeStart(v_mV, i, dt_ms);
    sums.peak_mV += peak;
    sums.width_ms += (fall - i + crossing(v_mV, i, level_mV) - crossing(v_mV, fall, level_mV)) * dt_ms;
    sums.trough_mV += trough;
    added++;
    i = fall;
  }
}

/** Part of a sample between a crossing and sample i, which is the first on its other side. */
function crossing(v_mV: Float64Array, i: number, level_mV: number): number {
  return (v_mV[i] - level_mV) / (v_mV[i] - v_mV[i - 1]);
}

function upstrokeStart(v_mV: Float64Array, crossed: number, dt_ms: number): number {
  const furthest = Math.max(1, crossed - Math.round(LONGEST_UPSTROKE_MS / dt_ms));
  const rise = THRESHOLD_SLOPE_mV_per_ms * dt_ms;
  let i = crossed;
  while (i > furthest && v_mV[i] - v_mV[i - 1] >= rise) i--;
  return v_mV[i];
}
