/** Simple quality checks of a recording. A check that fails is a result; it never throws. */
import type { Recording } from "../recordings/recording.ts";
import { windowBefore } from "./main-step.ts";
import { currentJumps, detectSpikes, type Spike } from "./spikes.ts";
import { medianOf } from "./statistics.ts";
import { restingPotential, spikesWithin, voltageNoise } from "./subthreshold.ts";

export interface QualityCheck {
  readonly check:
    | "baseline drift"
    | "resting noise"
    | "sampling rate"
    | "resting potential"
    | "clipped samples"
    | "spontaneous firing";
  /** Null if the recording does not let it be judged (no quiet window before the stimulus). */
  readonly ok: boolean | null;
  readonly value: number | null;
  readonly unit: string;
  /** The accepted range, in the same unit. */
  readonly limit: string;
}

export const QUALITY_LIMITS = {
  maxDrift_mV: 5,
  maxNoise_mV: 1,
  minSampling_kHz: 10,
  lowestRest_mV: -100,
  highestRest_mV: -30,
  maxClipped: 0,
  maxSpontaneous_Hz: 0,
} as const;

/**
 * Checks a current-clamp recording: drift of the resting potential across sweeps (highest
 * less lowest; of a single sweep, between the quarters of the window before the stimulus), noise
 * (median SD before the stimulus), sampling rate, resting potential (median), samples clipped by the amplifier or
 * digitiser, and firing before the stimulus. Limits: `QUALITY_LIMITS`.
 */
export function checkQuality(recording: Recording): QualityCheck[] {
  const { dt_ms, sweeps } = recording;
  const quiet = sweeps.map((sweep) => {
    const before = windowBefore(sweep, dt_ms);
    const spikes = detectSpikes(sweep.v_mV, dt_ms, { currentJumps_ms: currentJumps(sweep.i_pA, dt_ms) });
    return {
      rest_mV: restingPotential(sweep.v_mV, dt_ms, before, spikes),
      noise_mV: voltageNoise(sweep.v_mV, dt_ms, before, spikes),
      before_ms: before.end_ms - before.start_ms,
      spontaneous: spikesWithin(spikes, before),
    };
  });
  const rests_mV = sweeps.length === 1 ? quarterRests(recording) : quiet.map(({ rest_mV }) => rest_mV);
  const known_mV = rests_mV.filter((rest) => rest !== null);
  const drift_mV = known_mV.length > 1 ? Math.max(...known_mV) - Math.min(...known_mV) : null;
  const limits = QUALITY_LIMITS;
  return [
    judge("baseline drift", drift_mV, "mV", Number.NEGATIVE_INFINITY, limits.maxDrift_mV),
    judge("resting noise", medianOf(quiet.map((one) => one.noise_mV)), "mV", -Infinity, limits.maxNoise_mV),
    judge("sampling rate", 1 / dt_ms, "kHz", limits.minSampling_kHz, Number.POSITIVE_INFINITY),
    judge(
      "resting potential",
      medianOf(quiet.map((one) => one.rest_mV)),
      "mV",
      limits.lowestRest_mV,
      limits.highestRest_mV,
    ),
    judge("clipped samples", countClipped(recording), "samples", -Infinity, limits.maxClipped),
    judge("spontaneous firing", spontaneousRate(quiet), "Hz", -Infinity, limits.maxSpontaneous_Hz),
  ];
}

function quarterRests({ sweeps: [sweep], dt_ms }: Recording): (number | null)[] {
  const { start_ms, end_ms } = windowBefore(sweep, dt_ms);
  const spikes = detectSpikes(sweep.v_mV, dt_ms);
  const quarter_ms = (end_ms - start_ms) / 4;
  return [0, 1, 2, 3].map((k) => {
    const start = start_ms + k * quarter_ms;
    return restingPotential(sweep.v_mV, dt_ms, { start_ms: start, end_ms: start + quarter_ms }, spikes);
  });
}

function judge(
  check: QualityCheck["check"],
  value: number | null,
  unit: string,
  low: number,
  high: number,
): QualityCheck {
  // A sampling interval stored as 0.10000000149 ms is still 10 kHz.
  const slack = 1e-6 * Math.abs(value ?? 0);
  const ok = value === null ? null : value >= low - slack && value <= high + slack;
  return { check, ok, value, unit, limit: limitText(low, high) };
}

function limitText(low: number, high: number): string {
  if (low === Number.NEGATIVE_INFINITY) return `<= ${high}`;
  return high === Number.POSITIVE_INFINITY ? `>= ${low}` : `${low} to ${high}`;
}

/** Spikes before the stimulus over the time before it, all sweeps; null with less than 10 ms. */
function spontaneousRate(
  quiet: readonly { readonly before_ms: number; readonly spontaneous: readonly Spike[] }[],
): number | null {
  const length_ms = quiet.reduce((sum, one) => sum + Math.max(0, one.before_ms), 0);
  const count = quiet.reduce((sum, one) => sum + one.spontaneous.length, 0);
  return length_ms < 10 ? null : (1000 * count) / length_ms;
}

const CLIP_RUN = 3;
const CLIP_SLOPE_mV_per_ms = 10;

/**
 * Samples held at the highest or lowest value of the whole recording in runs of three or more that are entered at
 * 10 mV/ms or faster: a real extreme is approached slowly, a clipped one is cut off.
 */
function countClipped({ sweeps, dt_ms }: Recording): number {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { v_mV } of sweeps)
    for (const v of v_mV) {
      if (v < low) low = v;
      if (v > high) high = v;
    }
  const least_mV = CLIP_SLOPE_mV_per_ms * dt_ms;
  return sweeps.reduce((sum, { v_mV }) => sum + clippedIn(v_mV, low, high, least_mV), 0);
}

function clippedIn(v: Float64Array, low: number, high: number, least_mV: number): number {
  let clipped = 0;
  for (let k = 1; k < v.length; k++) {
    if ((v[k] !== low && v[k] !== high) || Math.abs(v[k] - v[k - 1]) < least_mV) continue;
    let end = k;
    while (end + 1 < v.length && v[end + 1] === v[k]) end++;
    if (end - k + 1 >= CLIP_RUN) clipped += end - k + 1;
    k = end;
  }
  return clipped;
}
