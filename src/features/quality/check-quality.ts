import { InputError } from "../../errors.ts";
import type { Recording, Sweep } from "../../recordings/recording.ts";
import { constantSteps, findMainStep, windowBefore } from "../main-step.ts";
import { currentJumps, detectSpikes } from "../spikes.ts";
import { baselineDrift } from "./baseline-drift.ts";
import { baselineStability } from "./baseline-stability.ts";
import { bridgeError, bridgeImbalance } from "./bridge-imbalance.ts";
import type { Accepted, Check, Family, Measured, SeenSweep } from "./check.ts";
import { clippedSamples } from "./clipped-samples.ts";
import { driftWithinSweep } from "./drift-within-sweep.ts";
import { flatTops } from "./flat-tops.ts";
import { holdingCurrent } from "./holding-current.ts";
import { inputResistanceCheck } from "./input-resistance.ts";
import { lineNoise } from "./line-noise.ts";
import { missingSamples } from "./missing-samples.ts";
import { peakLoss } from "./peak-loss.ts";
import { resistanceStability } from "./resistance-stability.ts";
import { restingNoise } from "./resting-noise.ts";
import { restingPotentialCheck } from "./resting-potential.ts";
import { samplingRate } from "./sampling-rate.ts";
import { spontaneousFiring } from "./spontaneous-firing.ts";

const CHECKS = [
  baselineDrift,
  restingNoise,
  samplingRate,
  restingPotentialCheck,
  clippedSamples,
  spontaneousFiring,
  driftWithinSweep,
  baselineStability,
  lineNoise,
  inputResistanceCheck,
  resistanceStability,
  holdingCurrent,
  bridgeImbalance,
  bridgeError,
  peakLoss,
  flatTops,
  missingSamples,
] as const;

export type CheckName = (typeof CHECKS)[number]["name"];

type Intersected<U> = (U extends unknown ? (one: U) => void : never) extends (all: infer I) => void
  ? I
  : never;

/** All limits by name; the unit stands in the name. */
export type QualityLimits = Intersected<(typeof CHECKS)[number]["limits"]>;

/** The checks that are made: name, unit, limits, and where the limits come from. */
export const QUALITY_CHECKS: readonly Check<CheckName>[] = CHECKS;

export const QUALITY_LIMITS: QualityLimits = Object.assign({}, ...CHECKS.map(({ limits }) => limits));

export interface QualityCheck {
  readonly check: CheckName;
  /** Null if the recording does not let it be judged; then `reason` says why. */
  readonly ok: boolean | null;
  readonly value: number | null;
  readonly unit: string;
  /** The accepted range, in the same unit. */
  readonly limit: string;
  readonly reason?: string;
  /** What else was found, e.g. the harmonics of the line noise. */
  readonly detail?: string;
}

/**
 * Judges whether a current-clamp recording can be trusted. Each check is described where it is declared and in
 * docs/quality.md. Sweeps are looked at one by one, so that no more than one is held in memory.
 *
 * @param limits Other limits than `QUALITY_LIMITS`, by name.
 * @returns One verdict a check, always in the same order. A check that fails or cannot be made is a result: any
 *   recording is judged, one of no sweep or of samples that are no numbers included.
 */
export function checkQuality(recording: Recording, limits: Partial<QualityLimits> = {}): QualityCheck[] {
  const seen = QUALITY_CHECKS.map((): unknown[] => []);
  const family = familyOf(recording);
  let missing = 0;
  if (!family.refusal)
    recording.sweeps.forEach((sweep, position) => {
      const gaps = countMissing(sweep.v_mV) + countMissing(sweep.i_pA);
      missing += gaps;
      if (gaps > 0) return;
      const one = see(sweep, position, recording.dt_ms);
      for (const [k, check] of QUALITY_CHECKS.entries()) seen[k].push(check.look(one, family));
    });
  const accepted = { ...QUALITY_LIMITS, ...limits };
  return QUALITY_CHECKS.map((check, k) =>
    verdict(check, check.conclude(seen[k], { ...family, missing }), check.accepted(accepted), family.refusal),
  );
}

/** What is known before the samples are looked at, or why they cannot be. */
function familyOf(recording: Recording): Family & { readonly refusal?: string } {
  const { dt_ms, sweeps } = recording;
  const nothing = { dt_ms, sweeps: sweeps.length, missing: 0, stimuli: [], mainStep: null, steps: [] };
  if (!(dt_ms > 0 && Number.isFinite(dt_ms)))
    return { ...nothing, refusal: "the sampling interval is no positive number" };
  try {
    return {
      ...nothing,
      stimuli: sweeps.map(({ stimulus }) => stimulus),
      mainStep: findMainStep(recording),
      steps: constantSteps(recording),
    };
  } catch (error) {
    // A sweep too long to be decoded in one piece.
    if (error instanceof InputError) return { ...nothing, refusal: error.problem.what };
    throw error;
  }
}

function see(sweep: Sweep, position: number, dt_ms: number): SeenSweep {
  const { index, v_mV, i_pA, stimulus } = sweep;
  return {
    position,
    dt_ms,
    v_mV,
    i_pA,
    stimulus,
    before: windowBefore({ index, v_mV, i_pA, stimulus }, dt_ms),
    spikes: detectSpikes(v_mV, dt_ms, { currentJumps_ms: currentJumps(i_pA, dt_ms) }),
  };
}

function countMissing(values: Float64Array): number {
  let count = 0;
  for (const value of values) if (!Number.isFinite(value)) count++;
  return count;
}

function verdict(
  { name, unit }: Check<CheckName>,
  { value, reason, detail }: Measured,
  { low = Number.NEGATIVE_INFINITY, high = Number.POSITIVE_INFINITY }: Accepted,
  refusal: string | undefined,
): QualityCheck {
  const known = { check: name, unit, limit: limitText(low, high) };
  if (value === null)
    return { ...known, ok: null, value, reason: refusal ?? reason ?? "it cannot be measured" };
  // A sampling interval stored as 0.10000000149 ms is still 10 kHz.
  const slack = 1e-6 * Math.abs(value);
  const ok = value >= low - slack && value <= high + slack;
  return { ...known, ok, value, ...(detail === undefined ? {} : { detail }) };
}

function limitText(low: number, high: number): string {
  if (low === Number.NEGATIVE_INFINITY) return `<= ${high}`;
  return high === Number.POSITIVE_INFINITY ? `>= ${low}` : `${low} to ${high}`;
}
