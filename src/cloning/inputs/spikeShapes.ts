/** Shapes of spikes, quickly: every measure is over a stretch of time, not of samples, so that it holds at any sampling rate. */
import { meanOf } from "./frames.ts";

export interface QuickShape {
  readonly threshold_mV: number;
  readonly peak_mV: number;
  /** Largest rise over 0.4 ms (one sample where that is longer). */
  readonly upstroke_mV_per_ms: number;
  /** From 40 mV below the peak to the peak. */
  readonly rise_ms: number;
  readonly halfWidth_ms: number;
  /** Mean of the 0.3 to 0.8 ms after the peak: where a model with a reset lands. */
  readonly reset_mV: number;
  /** Lowest mean of 0.5 ms until the next spike (at most 200 ms). */
  readonly trough_mV: number;
  readonly troughTime_ms: number;
  /** Voltage some time before the peak: the approach to the spike; NaN where the spike before is nearer. */
  readonly before1_mV: number;
  readonly before2_mV: number;
  readonly before5_mV: number;
  readonly before10_mV: number;
  readonly before20_mV: number;
  /** Voltage some time after the peak; NaN where the next spike comes before. */
  readonly after2_mV: number;
  readonly after5_mV: number;
  readonly after15_mV: number;
  readonly after30_mV: number;
  readonly after60_mV: number;
}

const THRESHOLD_mV_per_ms = 10;
const SLOPE_WINDOW_ms = 0.4;
const RISE_mV = 40;
const SEARCH_ms = 8;
const TROUGH_SEARCH_ms = 200;
const BLOCK_ms = 0.5;
const UPSTROKE_ms = 2;

/** Measures the spike whose peak is sample `peak`, between the peaks before and after (or the ends of the trace). */
export function quickShape(
  v_mV: Float64Array,
  dt_ms: number,
  before: number,
  peak: number,
  next: number,
): QuickShape {
  const { threshold_mV, upstroke_mV_per_ms } = upstroke(v_mV, dt_ms, before, peak);
  const until = next < v_mV.length ? next - Math.round(UPSTROKE_ms / dt_ms) : v_mV.length;
  const at = (from_ms: number, to_ms: number) => {
    const from = peak + Math.max(1, Math.round(from_ms / dt_ms));
    const to = Math.max(from + 1, peak + Math.round(to_ms / dt_ms));
    return to <= until ? meanOf(v_mV, from, to) : Number.NaN;
  };
  const since = before > 0 ? before + Math.round(UPSTROKE_ms / dt_ms) : 0;
  const ahead = (from_ms: number, to_ms: number) => {
    const to = peak - Math.max(1, Math.round(to_ms / dt_ms)) + 1;
    const from = Math.min(to - 1, peak - Math.round(from_ms / dt_ms));
    return from >= since ? meanOf(v_mV, from, to) : Number.NaN;
  };
  return {
    threshold_mV,
    peak_mV: v_mV[peak],
    upstroke_mV_per_ms,
    rise_ms: crossing(v_mV, dt_ms, peak, v_mV[peak] - RISE_mV, -1, before),
    halfWidth_ms:
      crossing(v_mV, dt_ms, peak, (v_mV[peak] + threshold_mV) / 2, -1, before) +
      crossing(v_mV, dt_ms, peak, (v_mV[peak] + threshold_mV) / 2, 1, next - 1),
    reset_mV: at(0.3, 0.8),
    ...trough(v_mV, dt_ms, peak, Math.min(until, peak + Math.round(TROUGH_SEARCH_ms / dt_ms))),
    before1_mV: ahead(1.2, 0.8),
    before2_mV: ahead(2.4, 1.6),
    before5_mV: ahead(6, 4),
    before10_mV: ahead(12, 8),
    before20_mV: ahead(24, 16),
    after2_mV: at(1.5, 2.5),
    after5_mV: at(4.5, 5.5),
    after15_mV: at(14, 16),
    after30_mV: at(27, 33),
    after60_mV: at(54, 66),
  };
}

function upstroke(v: Float64Array, dt_ms: number, before: number, peak: number) {
  const lag = Math.max(1, Math.round(SLOPE_WINDOW_ms / dt_ms));
  const first = Math.max(before + 1, lag, peak - Math.round(SEARCH_ms / dt_ms));
  const slope = (k: number) => (v[k] - v[k - lag]) / (lag * dt_ms);
  let steepest = peak;
  for (let k = peak; k >= first; k--) if (slope(k) > slope(steepest)) steepest = k;
  const criterion = Math.min(THRESHOLD_mV_per_ms, slope(steepest) / 2);
  let k = steepest;
  while (k > first && slope(k - 1) >= criterion) k--;
  return { threshold_mV: v[Math.max(0, k - (lag >> 1))], upstroke_mV_per_ms: slope(steepest) };
}

/** Time from the peak to where the trace crosses `level`, interpolated, looking in one direction; NaN if it does not. */
function crossing(
  v: Float64Array,
  dt_ms: number,
  peak: number,
  level: number,
  direction: 1 | -1,
  end: number,
): number {
  const limit = direction * Math.min(Math.abs(end - peak), Math.round(SEARCH_ms / dt_ms));
  for (let n = direction; Math.abs(n) <= Math.abs(limit); n += direction) {
    const value = v[peak + n];
    if (value === undefined) break;
    if (value > level) continue;
    const above = v[peak + n - direction];
    return (Math.abs(n) - (level - value) / (above - value)) * dt_ms;
  }
  return Number.NaN;
}

function trough(v: Float64Array, dt_ms: number, peak: number, until: number) {
  const block = Math.max(1, Math.round(BLOCK_ms / dt_ms));
  let trough_mV = Number.NaN;
  let troughTime_ms = Number.NaN;
  for (let k = peak + 1; k + block <= until; k += block) {
    const mean_mV = meanOf(v, k, k + block);
    if (mean_mV >= trough_mV) continue;
    trough_mV = mean_mV;
    troughTime_ms = (k - peak + block / 2) * dt_ms;
  }
  return { trough_mV, troughTime_ms };
}
