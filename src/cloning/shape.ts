/** The course of a spike in four numbers, measured alike on recorded and simulated voltage. */
export interface MeanShape {
  /** Voltage where dV/dt first passes 10 mV/ms on the way up. */
  readonly threshold_mV: number;
  readonly peak_mV: number;
  /** At half height between threshold and peak. */
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
const LONGEST_HALF_MS = 10;
const LONGEST_UPSTROKE_MS = 5;
/** Spikes measured in a sweep: more add nothing to a mean. */
const SPIKES_A_SWEEP = 12;

/** Adds the spikes of one trace whose peaks stand at these samples; of more than twelve, twelve spread over the train. */
export function addSpikeShapes(
  sums: ShapeSums,
  v_mV: Float64Array,
  dt_ms: number,
  peaks: readonly number[],
): void {
  const stride = Math.max(1, peaks.length / SPIKES_A_SWEEP);
  for (let k = 0; k < peaks.length; k += stride) {
    const n = Math.floor(k);
    addOne(sums, v_mV, dt_ms, peaks[n], peaks[n + 1] ?? v_mV.length);
  }
}

function addOne(sums: ShapeSums, v_mV: Float64Array, dt_ms: number, peak: number, next: number): void {
  const foot = upstrokeStart(v_mV, peak, dt_ms);
  const level = (v_mV[foot] + v_mV[peak]) / 2;
  const longest = Math.round(LONGEST_HALF_MS / dt_ms);
  let rise = peak;
  while (rise > foot && v_mV[rise - 1] >= level) rise--;
  let fall = peak;
  const latest = Math.min(v_mV.length - 1, peak + longest);
  while (fall < latest && v_mV[fall] >= level) fall++;
  let trough = v_mV[fall];
  const end = Math.min(next, fall + Math.round(TROUGH_WINDOW_MS / dt_ms));
  for (let k = fall; k < end; k++) if (v_mV[k] < trough) trough = v_mV[k];
  sums.spikes++;
  sums.threshold_mV += v_mV[foot];
  sums.peak_mV += v_mV[peak];
  sums.width_ms += (fall - rise + crossing(v_mV, rise, level) - crossing(v_mV, fall, level)) * dt_ms;
  sums.trough_mV += trough;
}

/** Part of a sample between a crossing and sample i, which is the first on its other side. */
function crossing(v_mV: Float64Array, i: number, level_mV: number): number {
  const step = v_mV[i] - v_mV[i - 1];
  return step === 0 || i === 0 ? 0 : Math.min(1, Math.max(0, (v_mV[i] - level_mV) / step));
}

/** Last sample before the peak from which dV/dt stays above 10 mV/ms (half the largest, if that is less) up to the steepest. */
function upstrokeStart(v_mV: Float64Array, peak: number, dt_ms: number): number {
  const furthest = Math.max(1, peak - Math.round(LONGEST_UPSTROKE_MS / dt_ms));
  let steepest = peak;
  let largest = 0;
  for (let i = peak; i > furthest; i--) {
    const rise = v_mV[i] - v_mV[i - 1];
    if (rise > largest) {
      largest = rise;
      steepest = i;
    }
  }
  const criterion = Math.min(THRESHOLD_SLOPE_mV_per_ms * dt_ms, largest / 2);
  let i = steepest;
  while (i > furthest && v_mV[i] - v_mV[i - 1] >= criterion) i--;
  return i;
}
