/** All sweeps of a recording together: features of each, the f-I curve, and the cell. */
import type { Recording, Sweep } from "../recordings/recording.ts";
import { medianShape, type SpikeShape, spikeShapes } from "./action.ts";
import { constantSteps, findMainStep, type MainStep, stepOfSweep, windowBefore } from "./main-step.ts";
import { currentJumps, detectSpikes, type Spike, type SpikeSettings, spikeTimes } from "./spikes.ts";
import { medianOf } from "./statistics.ts";
import {
  capacitance,
  inputResistance,
  passiveResponses,
  restingPotential,
  type StepResponse,
  sagRatio,
  spikesWithin,
  stepResponse,
  timeConstant,
  voltageNoise,
  type Window,
} from "./subthreshold.ts";
import { isDepolarisationBlock, trainFeatures } from "./train.ts";

/** Null where a feature is undefined or not measurable, never 0. A rate of 0 is a measured silence. */
export interface Features {
  readonly restingPotential_mV: number | null;
  readonly voltageNoise_mV: number | null;
  readonly inputResistance_MOhm: number | null;
  readonly tau_ms: number | null;
  readonly capacitance_pF: number | null;
  readonly sag: number | null;
  /** Of a sweep: the current at the first threshold of a ramp; null for steps, where it takes a family. */
  readonly rheobase_pA: number | null;
  /** Medians over the spikes of the main step (of the whole sweep if there is none). */
  readonly spikeThreshold_mV: number | null;
  readonly spikePeak_mV: number | null;
  readonly spikeAmplitude_mV: number | null;
  readonly spikeHalfWidth_ms: number | null;
  readonly upstroke_mV_per_ms: number | null;
  readonly downstroke_mV_per_ms: number | null;
  readonly ahpDepth_mV: number | null;
  /** The first spike alone: it has no history. */
  readonly firstSpikeThreshold_mV: number | null;
  readonly firstSpikeAmplitude_mV: number | null;
  readonly firstSpikeHalfWidth_ms: number | null;
  readonly latency_ms: number | null;
  readonly firstIsi_ms: number | null;
  readonly adaptationIndex: number | null;
  readonly isiCv: number | null;
  readonly rate_Hz: number | null;
}

export interface SweepFeatures {
  /** The sweep's own number, 1-based. */
  readonly index: number;
  /** Level of the main step; null without one. */
  readonly i_pA: number | null;
  /** All spikes of the sweep, peak times from its start. */
  readonly spikeTimes_ms: readonly number[];
  /** Null without a main step or without a threshold to compare with. */
  readonly depolarisationBlock: boolean | null;
  readonly features: Features;
}

export interface RateAtCurrent {
  readonly i_pA: number;
  readonly rate_Hz: number;
}

export interface RecordingFeatures {
  readonly sweeps: readonly SweepFeatures[];
  /** Ascending current; sweeps of the same current are averaged. Empty without a main step. */
  readonly fi: readonly RateAtCurrent[];
  readonly cell: Features;
  readonly mainStep: MainStep | null;
  /** The largest main-step current still without block, if all above it are in block; null if none is. */
  readonly blockAbove_pA: number | null;
}

/** What is found in one sweep before the family is looked at. */
interface Measured {
  readonly sweep: Sweep;
  readonly spikes: readonly Spike[];
  /** Spikes of the main step, or all. */
  readonly evoked: readonly Spike[];
  readonly window: Window;
  readonly shapes: readonly SpikeShape[];
  /** Answer to the main step, and to the first hyperpolarising step of the sweep (the same one, or a test pulse). */
  readonly mainResponse: StepResponse | null;
  readonly response: StepResponse | null;
  readonly i_pA: number | null;
}

/**
 * Measures a recording.
 *
 * Rates, latencies and spike shapes are those of the main step (see `findMainStep`); without one, of the whole
 * sweep, and then latency and adaptation have no onset and are null. Definitions: `restingPotential`,
 * `inputResistance`, `timeConstant`, `sagRatio`, `spikeShape`, `trainFeatures`, `isDepolarisationBlock`.
 * Cell values: resistance and tau from all small main steps together (from test pulses if none hyperpolarises); sag from the step whose trough is nearest -100 mV;
 * spike shape, latency and train from the sweep at rheobase and above, up to the block (medians over sweeps).
 */
export function measureRecording(
  recording: Recording,
  options: Partial<SpikeSettings> = {},
): RecordingFeatures {
  const { dt_ms } = recording;
  const mainStep = findMainStep(recording);
  const steps = constantSteps(recording);
  const measured = recording.sweeps.map((sweep, k) =>
    measureSweep(sweep, k, dt_ms, mainStep, steps, options),
  );
  const rested = measured.map(({ sweep, spikes }) => restOf(sweep, dt_ms, spikes));
  const threshold_mV = moderateThreshold(measured);
  const blocked = measured.map(({ sweep, spikes }) =>
    mainStep && threshold_mV !== null
      ? isDepolarisationBlock(sweep.v_mV, dt_ms, spikes, mainStep, threshold_mV)
      : null,
  );
  const sweeps = measured.map((one, k): SweepFeatures => {
    const features = {
      ...rested[k],
      ...passiveFeatures(oneResponse(one)),
      ...firing(one, mainStep !== null, dt_ms),
    };
    return {
      index: one.sweep.index,
      i_pA: one.i_pA,
      spikeTimes_ms: spikeTimes(one.spikes),
      depolarisationBlock: blocked[k],
      features,
    };
  });
  const responses = familyResponses(measured);
  const usable = sweeps.filter(
    ({ features, depolarisationBlock }) => features.spikeThreshold_mV !== null && !depolarisationBlock,
  );
  return {
    sweeps,
    fi: mainStep ? rateCurve(sweeps) : [],
    cell: {
      ...medianFeatures(usable.length ? usable : sweeps),
      restingPotential_mV: medianOf(rested.map((one) => one.restingPotential_mV)),
      voltageNoise_mV: medianOf(rested.map((one) => one.voltageNoise_mV)),
      ...passiveFeatures(responses),
      rheobase_pA: mainStep ? stepRheobase(measured) : familyRampRheobase(measured, sweeps),
    },
    mainStep,
    blockAbove_pA: blockLimit(sweeps),
  };
}

/** Mean rate for each main-step current, ascending. */
function rateCurve(sweeps: readonly SweepFeatures[]): RateAtCurrent[] {
  const rates = new Map<number, number[]>();
  for (const { i_pA, features } of sweeps) {
    if (i_pA === null || features.rate_Hz === null) continue;
    rates.set(i_pA, [...(rates.get(i_pA) ?? []), features.rate_Hz]);
  }
  return [...rates]
    .sort(([a], [b]) => a - b)
    .map(([i_pA, values]) => ({
      i_pA,
      rate_Hz: values.reduce((sum, rate) => sum + rate, 0) / values.length,
    }));
}

function measureSweep(
  sweep: Sweep,
  position: number,
  dt_ms: number,
  mainStep: MainStep | null,
  steps: readonly MainStep[],
  options: Partial<SpikeSettings>,
): Measured {
  const jumps = currentJumps(sweep.i_pA, dt_ms);
  const spikes = detectSpikes(sweep.v_mV, dt_ms, { currentJumps_ms: jumps, ...options });
  const window = mainStep ?? { start_ms: 0, end_ms: sweep.v_mV.length * dt_ms };
  const evoked = spikesWithin(spikes, window);
  const responses = (mainStep ? [mainStep, ...steps] : steps).map((step) =>
    isStep(step, position, sweep.stimulus.holding_pA)
      ? stepResponse(sweep.v_mV, dt_ms, stepOfSweep(step, position), spikes)
      : null,
  );
  const mainResponse = mainStep ? responses[0] : null;
  return {
    sweep,
    spikes,
    evoked,
    window,
    shapes: spikeShapes(sweep.v_mV, dt_ms, evoked, window.end_ms),
    mainResponse,
    response: responses.find((response) => response && response.delta_pA < 0) ?? mainResponse,
    i_pA: mainStep ? mainStep.level_pA[position] : null,
  };
}

/** The offset of a recorded current wanders by less than this. */
const LEAST_STEP_pA = 2;

/** The return from a larger step is no step of its own: its onset carries what that step left behind. */
function isStep(step: MainStep, position: number, holding_pA: number): boolean {
  const away = (level_pA: number) => Math.abs(level_pA - holding_pA);
  return away(step.level_pA[position]) > away(step.before_pA[position]) + LEAST_STEP_pA;
}

function restOf(sweep: Sweep, dt_ms: number, spikes: readonly Spike[]) {
  const before = windowBefore(sweep, dt_ms);
  return {
    restingPotential_mV: restingPotential(sweep.v_mV, dt_ms, before, spikes),
    voltageNoise_mV: voltageNoise(sweep.v_mV, dt_ms, before, spikes),
  };
}

function oneResponse({ response }: Measured): StepResponse[] {
  return response ? [response] : [];
}

/** Test pulses speak for the cell only if no main step hyperpolarises: they may follow strong firing. */
function familyResponses(measured: readonly Measured[]): StepResponse[] {
  const present = (responses: readonly (StepResponse | null)[]) => responses.filter((one) => one !== null);
  const main = present(measured.map(({ mainResponse }) => mainResponse));
  return main.some(({ delta_pA }) => delta_pA < 0) ? main : present(measured.map(({ response }) => response));
}

function passiveFeatures(responses: readonly StepResponse[]) {
  const passive = passiveResponses(responses);
  const inputResistance_MOhm = inputResistance(passive);
  const tau_ms = timeConstant(passive);
  return {
    inputResistance_MOhm,
    tau_ms,
    capacitance_pF: capacitance(tau_ms, inputResistance_MOhm),
    sag: familySag(responses),
  };
}

/** Sag is compared between cells at a trough near -100 mV, where the h-current is open. */
function familySag(responses: readonly StepResponse[]): number | null {
  const distance = ({ extreme_mV }: StepResponse) => Math.abs(extreme_mV + 100);
  const candidates = responses.filter((response) => sagRatio(response) !== null);
  if (candidates.length === 0) return null;
  return sagRatio(candidates.reduce((a, b) => (distance(b) < distance(a) ? b : a)));
}

function firing({ sweep, evoked, shapes, window }: Measured, hasOnset: boolean, dt_ms: number) {
  const shape = medianShape(shapes);
  const train = trainFeatures(evoked, window);
  return {
    rheobase_pA: rampRheobase(sweep, evoked, dt_ms),
    spikeThreshold_mV: shape.threshold_mV,
    spikePeak_mV: shape.peak_mV,
    spikeAmplitude_mV: shape.amplitude_mV,
    spikeHalfWidth_ms: shape.halfWidth_ms,
    upstroke_mV_per_ms: shape.upstroke_mV_per_ms,
    downstroke_mV_per_ms: shape.downstroke_mV_per_ms,
    ahpDepth_mV: shape.ahpDepth_mV,
    firstSpikeThreshold_mV: shapes[0]?.threshold_mV ?? null,
    firstSpikeAmplitude_mV: shapes[0]?.amplitude_mV ?? null,
    firstSpikeHalfWidth_ms: shapes[0]?.halfWidth_ms ?? null,
    latency_ms: hasOnset ? train.latency_ms : null,
    firstIsi_ms: train.firstIsi_ms,
    adaptationIndex: hasOnset ? train.adaptationIndex : null,
    isiCv: train.isiCv,
    rate_Hz: train.rate_Hz,
  };
}

/** Current at the first threshold during a rising ramp. */
function rampRheobase(sweep: Sweep, spikes: readonly Spike[], dt_ms: number): number | null {
  const { kind, start_ms } = sweep.stimulus;
  const first = spikes.find(({ threshold_ms }) => threshold_ms >= start_ms);
  if (kind !== "ramp" || !first || spikes[0] !== first) return null;
  return sweep.i_pA[Math.round(first.threshold_ms / dt_ms)] ?? null;
}

/** Median over the ramps; null if the cell also fires in a sweep without current. */
function familyRampRheobase(measured: readonly Measured[], sweeps: readonly SweepFeatures[]): number | null {
  const byItself = measured.some(({ sweep, spikes }) => sweep.stimulus.kind === "none" && spikes.length > 0);
  return byItself ? null : medianOf(sweeps.map(({ features }) => features.rheobase_pA));
}

/**
 * Smallest main-step current with at least one spike in the step. Null if none fires, or if the cell also fires
 * without depolarising current: then it has no rheobase.
 */
function stepRheobase(measured: readonly Measured[]): number | null {
  const firing = measured.filter(({ evoked, i_pA }) => evoked.length > 0 && i_pA !== null);
  const byItself = firing.some(({ i_pA, sweep }) => i_pA! <= sweep.stimulus.holding_pA);
  if (firing.length === 0 || byItself) return null;
  return Math.min(...firing.map(({ i_pA }) => i_pA!));
}

/** First-spike threshold at the smallest current that fires: strong steps blur the threshold. */
function moderateThreshold(measured: readonly Measured[]): number | null {
  const firing = measured.filter(({ shapes, i_pA }) => shapes.length > 0 && i_pA !== null);
  if (firing.length === 0) return null;
  return firing.reduce((a, b) => (b.i_pA! < a.i_pA! ? b : a)).shapes[0].threshold_mV;
}

/** Block must be unbroken from some current upwards, with fewer spikes than the best sweep below it. */
function blockLimit(sweeps: readonly SweepFeatures[]): number | null {
  const ordered = sweeps.filter(({ i_pA }) => i_pA !== null).sort((a, b) => a.i_pA! - b.i_pA!);
  const lastFree = ordered.findLastIndex(({ depolarisationBlock }) => !depolarisationBlock);
  if (lastFree < 0 || lastFree === ordered.length - 1) return null;
  const rate = ({ features }: SweepFeatures) => features.rate_Hz ?? 0;
  const below = Math.max(...ordered.slice(0, lastFree + 1).map(rate));
  const above = Math.max(...ordered.slice(lastFree + 1).map(rate));
  return above < below ? ordered[lastFree].i_pA : null;
}

function medianFeatures(sweeps: readonly SweepFeatures[]): Features {
  const keys = Object.keys(sweeps[0]?.features ?? {}) as (keyof Features)[];
  return Object.fromEntries(
    keys.map((key) => [key, medianOf(sweeps.map(({ features }) => features[key]))]),
  ) as unknown as Features;
}
