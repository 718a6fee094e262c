/** What a cell does below threshold: rest, input resistance, time constant, capacitance, sag, noise. */
import type { Spike } from "./spikes.ts";
import { detrend, mean, median, standardDeviation } from "./statistics.ts";

/** A stretch of a trace, from the first sample of the trace. */
export interface Window {
  readonly start_ms: number;
  readonly end_ms: number;
}

/** A current step: its window and its height over the current just before. */
export interface CurrentStep extends Window {
  readonly delta_pA: number;
}

const MIN_REST_ms = 10;
const MAX_REST_SD_mV = 3;

/**
 * Resting potential: median voltage of the window before the stimulus, spikes cut out (2 ms before threshold to
 * 20 ms after the peak). It is the potential at the holding current, without correction for a junction potential.
 *
 * @param before the window before the stimulus.
 * @returns mV; null if there is no such window (less than 10 ms left), if two or more spikes fall into it (a cell
 *   that fires by itself has no resting potential), or if the baseline wanders (SD above 3 mV).
 */
export function restingPotential(
  v_mV: Float64Array,
  dt_ms: number,
  before: Window,
  spikes: readonly Spike[] = [],
): number | null {
  const inside = spikesWithin(spikes, before);
  if (inside.length >= 2) return null;
  const quiet = withoutSpikes(v_mV, dt_ms, before, inside);
  if (quiet.length * dt_ms < MIN_REST_ms) return null;
  return (standardDeviation(quiet) ?? 0) > MAX_REST_SD_mV ? null : median(quiet);
}

/**
 * Standard deviation of the quiet membrane: of the window before the stimulus, less its line, spikes cut out.
 * Amplifier and synaptic noise together.
 *
 * @returns mV; null with less than 10 ms left or two or more spikes.
 */
export function voltageNoise(
  v_mV: Float64Array,
  dt_ms: number,
  before: Window,
  spikes: readonly Spike[] = [],
): number | null {
  const inside = spikesWithin(spikes, before);
  const quiet = withoutSpikes(v_mV, dt_ms, before, inside);
  if (inside.length >= 2 || quiet.length * dt_ms < MIN_REST_ms) return null;
  return standardDeviation(detrend(quiet));
}

/** How one sweep answers a current step without firing. */
export interface StepResponse {
  readonly delta_pA: number;
  /** Median of up to 50 ms before the step. */
  readonly baseline_mV: number;
  /** Median of the last fifth of the step. */
  readonly steady_mV: number;
  /** Furthest point in the direction of the step, of a 1 ms moving average. */
  readonly extreme_mV: number;
  /** Voltage change from onset to end of the step, [nSamples], mV. */
  readonly deflection_mV: Float64Array;
  readonly dt_ms: number;
}

/**
 * Measures the response to a step.
 *
 * @param step its window and height; a height of 0 gives null.
 * @returns null if a spike falls into the step or the 100 ms before it (its
 *   afterhyperpolarisation would be taken for the baseline), or if the trace does not hold the step
 *   with at least 1 ms before it.
 */
export function stepResponse(
  v_mV: Float64Array,
  dt_ms: number,
  step: CurrentStep,
  spikes: readonly Spike[] = [],
): StepResponse | null {
  const onset = Math.round(step.start_ms / dt_ms);
  const end = Math.min(v_mV.length, Math.round(step.end_ms / dt_ms));
  const before = v_mV.subarray(Math.max(0, onset - Math.round(50 / dt_ms)), Math.max(0, onset));
  if (step.delta_pA === 0 || before.length * dt_ms < 1 || end - onset < 5) return null;
  if (spikesWithin(spikes, { start_ms: step.start_ms - 100, end_ms: step.end_ms }).length > 0) return null;
  const baseline_mV = median(before)!;
  const deflection_mV = v_mV.slice(onset, end).map((v) => v - baseline_mV);
  const smooth = movingAverage(deflection_mV, Math.max(1, Math.round(1 / dt_ms)));
  const sign = Math.sign(step.delta_pA);
  const extreme = smooth.reduce((furthest, y) => (sign * y > sign * furthest ? y : furthest));
  return {
    delta_pA: step.delta_pA,
    baseline_mV,
    steady_mV: baseline_mV + median(deflection_mV.subarray(Math.floor(deflection_mV.length * 0.8)))!,
    extreme_mV: baseline_mV + extreme,
    deflection_mV,
    dt_ms,
  };
}

const SMALL_mV = 15;
const MEASURABLE_mV = 1;

/**
 * The responses from which passive properties are read: hyperpolarising by 1 to 15 mV; if there are none, the
 * smallest hyperpolarising; if none, depolarising by 1 to 15 mV. Larger steps open or close voltage-gated channels.
 */
export function passiveResponses(responses: readonly StepResponse[]): StepResponse[] {
  const measurable = responses.filter((response) => deflection(response) >= MEASURABLE_mV);
  const down = measurable.filter(({ delta_pA }) => delta_pA < 0);
  const smallDown = down.filter((response) => deflection(response) <= SMALL_mV);
  if (smallDown.length) return smallDown;
  if (down.length) return [down.reduce((a, b) => (deflection(b) < deflection(a) ? b : a))];
  return measurable.filter((response) => deflection(response) <= SMALL_mV);
}

/**
 * Input resistance: slope of the steady voltage change against the step height, least squares through the origin
 * (no current, no change).
 *
 * @returns MOhm; null without responses or if the slope is not positive. It is too low if the step ends before the
 *   steady state (shorter than about 5 time constants), and includes an uncompensated access resistance.
 */
export function inputResistance(responses: readonly StepResponse[]): number | null {
  let product = 0;
  let square = 0;
  for (const { delta_pA, steady_mV, baseline_mV } of responses) {
    product += delta_pA * (steady_mV - baseline_mV);
    square += delta_pA * delta_pA;
  }
  const slope_mV_per_pA = product / square;
  return slope_mV_per_pA > 0 ? slope_mV_per_pA * 1000 : null;
}

const FIT_POINTS = 400;

/**
 * Membrane time constant: one exponential with free asymptote, least squares (the two linear parameters solved for
 * each trial tau), fitted to the mean response per unit of current from 10 % to 95 % of its extreme. The window ends
 * before a sag begins, so that a sag does not shorten tau; it starts after the jump over an access resistance.
 *
 * @param responses all with the same sampling interval; the mean runs over the shortest of them.
 * @returns ms; null without responses, with fewer than 8 samples in the window, or if the best tau lies at the
 *   edge of the search (0.2 sample to 20 windows), that is, if the onset is not exponential.
 */
export function timeConstant(responses: readonly StepResponse[]): number | null {
  if (responses.length === 0) return null;
  const { dt_ms } = responses[0];
  const unit = meanResponse(responses);
  const smooth = movingAverage(unit, Math.max(1, Math.round(1 / dt_ms)));
  const extreme = smooth.reduce((a, b) => Math.max(a, b), 0);
  const start = smooth.findIndex((y) => y >= 0.1 * extreme);
  const end = smooth.findIndex((y) => y >= 0.95 * extreme);
  if (extreme <= 0 || end - start < 8) return null;
  const block = Math.max(1, Math.floor((end - start) / FIT_POINTS));
  const tau = fitExponential(blockMeans(unit.subarray(start, end), block), 0.2 / block);
  return tau === null ? null : tau * block * dt_ms;
}

/** Capacitance = tau / R; pF from ms and MOhm. */
export function capacitance(tau_ms: number | null, resistance_MOhm: number | null): number | null {
  return tau_ms === null || resistance_MOhm === null ? null : (tau_ms / resistance_MOhm) * 1000;
}

/**
 * Sag: (extreme - steady) / (extreme - baseline) of a hyperpolarising step; 0 without sag, towards 1 for a full
 * return. The steady voltage is that of the last fifth of the step.
 *
 * @returns null for a depolarising step or one of less than 5 mV, where noise decides.
 */
export function sagRatio({ delta_pA, extreme_mV, steady_mV, baseline_mV }: StepResponse): number | null {
  if (delta_pA >= 0 || baseline_mV - extreme_mV < 5) return null;
  return (extreme_mV - steady_mV) / (extreme_mV - baseline_mV);
}

/** Spikes whose peaks lie in the window, its end excluded. */
export function spikesWithin(spikes: readonly Spike[], { start_ms, end_ms }: Window): Spike[] {
  return spikes.filter(({ peak_ms }) => peak_ms >= start_ms && peak_ms < end_ms);
}

function withoutSpikes(
  v: Float64Array,
  dt_ms: number,
  window: Window,
  spikes: readonly Spike[],
): Float64Array {
  const first = Math.max(0, Math.round(window.start_ms / dt_ms));
  const last = Math.min(v.length, Math.round(window.end_ms / dt_ms));
  const isSpike = (t_ms: number) => spikes.some((s) => t_ms >= s.threshold_ms - 2 && t_ms <= s.peak_ms + 20);
  return v.slice(first, Math.max(first, last)).filter((_, k) => !isSpike((first + k) * dt_ms));
}

function deflection({ extreme_mV, baseline_mV }: StepResponse): number {
  return Math.abs(extreme_mV - baseline_mV);
}

/** Mean response per pA, positive for a passive membrane; weighted by current, which is best for equal noise. */
function meanResponse(responses: readonly StepResponse[]): Float64Array {
  const length = Math.min(...responses.map((r) => r.deflection_mV.length));
  const weight = responses.reduce((sum, r) => sum + r.delta_pA * r.delta_pA, 0);
  const unit = new Float64Array(length);
  for (const { delta_pA, deflection_mV } of responses)
    for (let k = 0; k < length; k++) unit[k] += (delta_pA / weight) * deflection_mV[k];
  return unit;
}

/** Centred moving average that narrows at the ends, so that it never mixes in what lies outside. */
function movingAverage(y: Float64Array, width: number): Float64Array {
  const sums = new Float64Array(y.length + 1);
  for (let k = 0; k < y.length; k++) sums[k + 1] = sums[k] + y[k];
  return y.map((_, k) => {
    const half = Math.min(width >> 1, k, y.length - 1 - k);
    return (sums[k + half + 1] - sums[k - half]) / (2 * half + 1);
  });
}

/** The mean of an exponential over equal blocks is an exponential with the same tau: nothing is lost but noise. */
function blockMeans(y: Float64Array, block: number): Float64Array {
  return Float64Array.from(
    { length: Math.floor(y.length / block) },
    (_, k) => mean(y.subarray(k * block, (k + 1) * block))!,
  );
}

/** Best tau of a + b exp(-k / tau), in samples: golden section on ln tau after a coarse scan. */
function fitExponential(y: Float64Array, smallest: number): number | null {
  const low = Math.log(smallest);
  const high = Math.log(20 * y.length);
  const steps = 60;
  const at = (k: number) => low + ((high - low) * k) / steps;
  let best = 0;
  const errors = Array.from({ length: steps + 1 }, (_, k) => exponentialError(y, Math.exp(at(k))));
  errors.forEach((error, k) => {
    if (error < errors[best]) best = k;
  });
  if (best === 0 || best === steps) return null;
  let [a, b] = [at(best - 1), at(best + 1)];
  const golden = (Math.sqrt(5) - 1) / 2;
  while (b - a > 1e-6) {
    const [c, d] = [b - golden * (b - a), a + golden * (b - a)];
    if (exponentialError(y, Math.exp(c)) < exponentialError(y, Math.exp(d))) b = d;
    else a = c;
  }
  return Math.exp((a + b) / 2);
}

/** Residual sum of squares of y against a + b exp(-k / tau) with the best a and b. */
function exponentialError(y: Float64Array, tau: number): number {
  const n = y.length;
  const decay = y.map((_, k) => Math.exp(-k / tau));
  const yMean = mean(y)!;
  const eMean = mean(decay)!;
  let [ee, ey, yy] = [0, 0, 0];
  for (let k = 0; k < n; k++) {
    ee += (decay[k] - eMean) ** 2;
    ey += (decay[k] - eMean) * (y[k] - yMean);
    yy += (y[k] - yMean) ** 2;
  }
  return ee > 0 ? yy - (ey * ey) / ee : yy;
}
