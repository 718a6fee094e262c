/** Where the action potentials of a voltage trace are: the one detector for recorded and simulated traces. */
import { percentile } from "./statistics.ts";

export interface Spike {
  readonly peakIndex: number;
  /** Time of the peak from the first sample of the trace. */
  readonly peak_ms: number;
  readonly peak_mV: number;
  /** First sample of the upstroke that is at or past the threshold. */
  readonly thresholdIndex: number;
  /** Interpolated between samples, as is `threshold_mV`. */
  readonly threshold_ms: number;
  readonly threshold_mV: number;
  /** Largest dV/dt between threshold and peak, central differences. */
  readonly upstroke_mV_per_ms: number;
  /** False if the trace ends before the fall was seen to be as large as the smallest prominence. */
  readonly complete: boolean;
}

export interface SpikeSettings {
  /** Smallest rise from the trough before the peak, and smallest fall to the trough after it. */
  readonly minProminence_mV: number;
  /** Smallest steepness: the largest rise within 1 ms, looked for in the 5 ms before the peak. */
  readonly minRise_mV_per_ms: number;
  /** Two peaks nearer than this are one spike (the higher one). */
  readonly minSeparation_ms: number;
  /** Width at half prominence. Narrower: a switching artefact (asked only if the sampling can show it). */
  readonly minHalfWidth_ms: number;
  /** Smallest fall in the 10 ms after the peak: the noise maximum of a plateau or of a passive response has none. */
  readonly minEarlyFall_mV: number;
  /** How far a peak must stand above the 10th percentile of the trace; keeps out passive and synaptic humps. */
  readonly minHeight_mV: number;
  /** dV/dt that marks the threshold; half of the spike's own largest dV/dt where that is less. */
  readonly thresholdSlope_mV_per_ms: number;
  /** Times at which the injected current jumps: a peak narrower than 0.3 ms within 0.3 ms after one is an artefact. */
  readonly currentJumps_ms: readonly number[];
  /** Sample-to-sample noise, if it is known (0 of a simulation); null: measured on the trace. */
  readonly noise_mV: number | null;
}

/** The settings used unless others are given; `patchtwin features` shows them. */
export const SPIKE_SETTINGS: SpikeSettings = {
  minProminence_mV: 15,
  minRise_mV_per_ms: 5,
  minSeparation_ms: 1,
  minHalfWidth_ms: 0.15,
  minEarlyFall_mV: 5,
  minHeight_mV: 25,
  thresholdSlope_mV_per_ms: 10,
  currentJumps_ms: [],
  noise_mV: null,
};

const RISE_WINDOW_ms = 1;
const RISE_SEARCH_ms = 5;
const FALL_WINDOW_ms = 10;
const END_WINDOW_ms = 2;
const ARTEFACT_ms = 0.3;

/**
 * Finds action potentials.
 *
 * Method: maxima that rise and fall by `minProminence_mV` (one pass with hysteresis: the same maxima as those of
 * that topological prominence, in O(n)), kept if they rise fast, begin to fall at once, are not too narrow, stand above
 * the resting part of the trace and are apart. Nothing depends on absolute voltage, so that an uncorrected offset
 * or junction potential changes no count. Prominence and rise must also exceed 8 and 10 standard deviations of the
 * sample-to-sample noise. A rise by two prominences at the very end of the trace counts although its fall is not seen.
 *
 * @param v_mV membrane voltage, [nSamples]; finite.
 * @param dt_ms sampling interval, > 0; 0.25 ms or less if the peaks themselves are to be trusted.
 * @returns spikes in time order; empty for fewer than three samples.
 *
 * Not to be trusted: for brief (< 5 ms) current pulses through a purely passive circuit, which look like spikes; for
 * spikes attenuated to less than 15 mV (distant axons); above 1 ms sampling, where the rise cannot be seen.
 */
export function detectSpikes(
  v_mV: Float64Array,
  dt_ms: number,
  options: Partial<SpikeSettings> = {},
): Spike[] {
  const settings = { ...SPIKE_SETTINGS, ...options };
  const noise_mV = settings.noise_mV ?? sampleNoise(v_mV);
  const limits = {
    prominence_mV: Math.max(settings.minProminence_mV, 8 * noise_mV),
    minRise_mV_per_ms: Math.max(settings.minRise_mV_per_ms, (10 * noise_mV) / RISE_WINDOW_ms),
    floor_mV: spikeFloor(v_mV, settings),
  };
  return acceptedPeaks(v_mV, dt_ms, limits, settings).map((peak) =>
    describe(v_mV, dt_ms, peak, settings.thresholdSlope_mV_per_ms),
  );
}

/** The voltage that a spike must reach: `minHeight` above the resting part of the trace. */
export function spikeFloor(v_mV: Float64Array, settings: SpikeSettings = SPIKE_SETTINGS): number {
  return lowLevel(v_mV) + settings.minHeight_mV;
}

/**
 * Peaks of the action potentials of a simulated trace, as sample numbers: the criteria of {@link detectSpikes} without its
 * statistics of noise and rest, for searches that look at millions of traces. On a noise-free trace both find the same
 * spikes.
 *
 * @param floor_mV the voltage that a spike must reach; see {@link spikeFloor}.
 */
export function spikePeaks(
  v_mV: Float64Array,
  dt_ms: number,
  floor_mV: number,
  currentJumps_ms: readonly number[],
): number[] {
  const settings = { ...SPIKE_SETTINGS, currentJumps_ms };
  const { minProminence_mV: prominence_mV, minRise_mV_per_ms } = settings;
  return acceptedPeaks(v_mV, dt_ms, { prominence_mV, minRise_mV_per_ms, floor_mV }, settings).map(
    ({ index }) => index,
  );
}

interface PeakLimits {
  readonly prominence_mV: number;
  readonly minRise_mV_per_ms: number;
  readonly floor_mV: number;
}

function acceptedPeaks(v: Float64Array, dt_ms: number, limits: PeakLimits, settings: SpikeSettings): Peak[] {
  const candidates = prominentPeaks(v, limits.prominence_mV).filter(
    (peak) =>
      v[peak.index] >= limits.floor_mV &&
      (peak.complete || endsWithSpike(v, peak, limits.prominence_mV, dt_ms)) &&
      steepestRise(v, peak, dt_ms) >= limits.minRise_mV_per_ms &&
      (!peak.complete || earlyFall(v, peak, dt_ms) >= settings.minEarlyFall_mV) &&
      !isArtefact(v, peak, dt_ms, settings),
  );
  return separate(candidates, v, settings.minSeparation_ms / dt_ms);
}

/** Peak times of the spikes, ms. */
export function spikeTimes(spikes: readonly Spike[]): number[] {
  return spikes.map((spike) => spike.peak_ms);
}

/**
 * Times at which the injected current jumps: by a quarter of its range or more within 0.1 ms.
 *
 * @param i_pA injected current, [nSamples].
 * @returns one time a jump; empty when more than 1 % of the samples jump (noise or a sine, not steps).
 */
export function currentJumps(i_pA: Float64Array, dt_ms: number): number[] {
  const lag = Math.max(1, Math.round(0.1 / dt_ms));
  const [low, high] = range(i_pA);
  const jump_pA = (high - low) / 4;
  if (!(jump_pA > 0)) return [];
  const times: number[] = [];
  let count = 0;
  let last = Number.NEGATIVE_INFINITY;
  for (let k = lag; k < i_pA.length; k++) {
    if (Math.abs(i_pA[k] - i_pA[k - lag]) < jump_pA) continue;
    count++;
    if (k - last > lag) times.push((k - lag + 1) * dt_ms);
    last = k;
  }
  return count > Math.max(20, 0.01 * i_pA.length) * lag ? [] : times;
}

interface Peak {
  /** Middle of a flat top, where the amplifier or the sampling clipped the peak. */
  readonly index: number;
  /** The lowest sample since the prominent peak before (or since the start), and the one until the next (or the end). */
  readonly before: number;
  readonly after: number;
  readonly complete: boolean;
}

/** Maxima that rise by at least `prominence` from the minimum before and fall by as much after; O(n). */
function prominentPeaks(v: Float64Array, prominence: number): Peak[] {
  const peaks: Peak[] = [];
  let low = 0;
  let high = -1;
  let before = 0;
  const close = (after: number, complete: boolean) => {
    if (high >= 0) peaks.push({ index: flatMiddle(v, high), before, after, complete });
    high = -1;
  };
  let pending: number | undefined;
  for (let k = 1; k < v.length; k++) {
    if (pending !== undefined) {
      // Falling: follow the trough until the trace has risen by the prominence again.
      if (v[k] < v[low]) low = k;
      else if (v[k] - v[low] >= prominence) {
        close(low, true);
        pending = undefined;
        before = low;
        high = k;
      }
    } else if (high < 0) {
      if (v[k] < v[low]) low = k;
      else if (v[k] - v[low] >= prominence) {
        before = low;
        high = k;
      }
    } else if (v[k] > v[high]) high = k;
    else if (v[high] - v[k] >= prominence) {
      pending = k;
      low = k;
    }
  }
  close(pending === undefined ? v.length - 1 : low, pending !== undefined);
  return peaks;
}

function flatMiddle(v: Float64Array, first: number): number {
  let last = first;
  while (last + 1 < v.length && v[last + 1] === v[first]) last++;
  return (first + last) >> 1;
}

/** Whether a rise at the end of the trace, whose fall was not recorded, is large and late enough for a spike. */
function endsWithSpike(v: Float64Array, peak: Peak, prominence: number, dt_ms: number): boolean {
  const late = (v.length - 1 - peak.index) * dt_ms <= END_WINDOW_ms;
  return late && v[peak.index] - v[peak.before] >= 2 * prominence;
}

/** Largest rise within 1 ms (one sample if sampling is slower) in the 5 ms before the peak, mV/ms. */
function steepestRise(v: Float64Array, peak: Peak, dt_ms: number): number {
  const lag = Math.max(1, Math.round(RISE_WINDOW_ms / dt_ms));
  const first = Math.max(peak.before, peak.index - Math.round(RISE_SEARCH_ms / dt_ms));
  let rise = 0;
  // The lag reaches back past `first` only as far as the trace itself does.
  for (let k = peak.index; k > first; k--) rise = Math.max(rise, v[k] - v[Math.max(first, k - lag)]);
  return rise / (lag * dt_ms);
}

/** How far the trace falls in the 10 ms after the peak, mV. */
function earlyFall(v: Float64Array, peak: Peak, dt_ms: number): number {
  const last = Math.min(v.length - 1, peak.index + Math.max(1, Math.round(FALL_WINDOW_ms / dt_ms)));
  let low = v[peak.index];
  for (let k = peak.index; k <= last; k++) low = Math.min(low, v[k]);
  return v[peak.index] - low;
}

function isArtefact(v: Float64Array, peak: Peak, dt_ms: number, settings: SpikeSettings): boolean {
  if (!peak.complete) return false;
  const width_ms = widthAtHalfProminence(v, peak) * dt_ms;
  if (width_ms < settings.minHalfWidth_ms && dt_ms < settings.minHalfWidth_ms) return true;
  const peak_ms = peak.index * dt_ms;
  const follows = (jump_ms: number) => peak_ms >= jump_ms - dt_ms && peak_ms <= jump_ms + ARTEFACT_ms;
  return width_ms < ARTEFACT_ms && settings.currentJumps_ms.some(follows);
}

/** Width, in samples, at half the smaller of rise and fall; crossings interpolated linearly. */
function widthAtHalfProminence(v: Float64Array, { index, before, after }: Peak): number {
  const level = (v[index] + Math.max(v[before], v[after])) / 2;
  let left = index;
  while (left > before && v[left] > level) left--;
  let right = index;
  while (right < after && v[right] > level) right++;
  const start = left + (level - v[left]) / (v[left + 1] - v[left]);
  const end = right - (level - v[right]) / (v[right - 1] - v[right]);
  return end - start;
}

/** Of peaks nearer than `distance` samples keeps the higher. */
function separate(peaks: readonly Peak[], v: Float64Array, distance: number): Peak[] {
  const kept: Peak[] = [];
  for (const peak of peaks) {
    const last = kept.at(-1);
    // Half a sample of tolerance: 1 ms is 20 samples of 0.05 ms whatever the rounding.
    if (!last || peak.index - last.index > distance - 0.5) kept.push(peak);
    else if (v[peak.index] > v[last.index]) kept[kept.length - 1] = peak;
  }
  return kept;
}

/**
 * Walks down the upstroke from its steepest sample until dV/dt falls below the criterion. Searching back from the
 * steepest sample, not forward from the trough, keeps noise before the spike from being taken for its threshold.
 */
function describe(v: Float64Array, dt_ms: number, peak: Peak, slope: number): Spike {
  const slopeAt = (k: number) => centralSlope(v, k, dt_ms);
  const first = Math.max(peak.before, peak.index - Math.round(RISE_SEARCH_ms / dt_ms));
  let steepest = peak.index;
  let upstroke = Number.NEGATIVE_INFINITY;
  for (let k = peak.index; k >= first; k--) {
    if (slopeAt(k) <= upstroke) continue;
    upstroke = slopeAt(k);
    steepest = k;
  }
  const criterion = Math.min(slope, upstroke / 2);
  let k = steepest;
  while (k > peak.before && slopeAt(k - 1) >= criterion) k--;
  const fraction = k > peak.before ? (slopeAt(k) - criterion) / (slopeAt(k) - slopeAt(k - 1)) : 0;
  return {
    peakIndex: peak.index,
    peak_ms: peak.index * dt_ms,
    peak_mV: v[peak.index],
    thresholdIndex: k,
    threshold_ms: (k - fraction) * dt_ms,
    threshold_mV: fraction === 0 ? v[k] : v[k] - fraction * (v[k] - v[k - 1]),
    upstroke_mV_per_ms: upstroke,
    complete: peak.complete,
  };
}

/** dV/dt by central differences, one-sided at the ends, mV/ms. */
export function centralSlope(v_mV: Float64Array, index: number, dt_ms: number): number {
  const left = Math.max(0, index - 1);
  const right = Math.min(v_mV.length - 1, index + 1);
  return (v_mV[right] - v_mV[left]) / ((right - left) * dt_ms);
}

/** Standard deviation of white noise on a smooth trace: median absolute second difference, mV. */
export function sampleNoise(v_mV: Float64Array): number {
  if (v_mV.length < 3) return 0;
  const stride = Math.max(1, Math.floor(v_mV.length / 20_000));
  const bends: number[] = [];
  for (let k = 1; k < v_mV.length - 1; k += stride)
    bends.push(Math.abs(v_mV[k - 1] - 2 * v_mV[k] + v_mV[k + 1]));
  // 0.6745 sigma is the median of |normal|; a second difference has variance 6 sigma^2.
  return percentile(bends, 0.5) / 0.6745 / Math.sqrt(6);
}

/** The 10th percentile of the trace, mV: near rest, below it only hyperpolarising steps. */
function lowLevel(v: Float64Array): number {
  if (v.length === 0) return 0;
  const stride = Math.max(1, Math.floor(v.length / 5_000));
  return percentile(
    Float64Array.from({ length: Math.ceil(v.length / stride) }, (_, k) => v[k * stride]),
    0.1,
  );
}

function range(values: Float64Array): [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}
