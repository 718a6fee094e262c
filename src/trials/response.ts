import type { BoundCell } from "../engine/index.ts";
import {
  adaptationIndex,
  detectSpikes,
  inputResistance,
  interspikeIntervals,
  isDepolarisationBlock,
  medianShape,
  restingPotential,
  type Spike,
  spikeShapes,
  spikesWithin,
  spikeTimes,
  stepResponse,
} from "../features/index.ts";
import { type StepProtocol, stepCurrent } from "./protocol.ts";

/** What one clone does in one condition. Null where undefined, never 0. */
export interface CloneResponse {
  readonly features: Readonly<Record<FeatureName, number | null>>;
  /** Spikes in each step of the protocol. */
  readonly counts: readonly number[];
  /** Which steps end in depolarisation block. All false where even a hyperpolarisation before the step brings no spike back. */
  readonly blocked: readonly boolean[];
  readonly simulations: number;
  /** Set where a simulation failed; features are null then. */
  readonly failure?: string;
}

export const FEATURE_UNITS = {
  rate_Hz: "Hz",
  totalSpikes: "spikes",
  rheobase_pA: "pA",
  restingPotential_mV: "mV",
  inputResistance_MOhm: "MOhm",
  spikeThreshold_mV: "mV",
  spikeAmplitude_mV: "mV",
  spikeHalfWidth_ms: "ms",
  ahpDepth_mV: "mV",
  latency_ms: "ms",
  adaptationIndex: "1",
} as const;
export type FeatureName = keyof typeof FEATURE_UNITS;

const RHEOBASE_HALVINGS = 5;
/** Wider at half height: a calcium plateau, not a spike. */
const PLATEAU_MS = 50;

/**
 * Runs the protocol on one clone. Spikes are found by the detector that reads recordings; plateaus over 50 ms are none.
 * Rate, latency, adaptation and the shape of spikes (medians) are those of the reference step; `totalSpikes` sums all
 * depolarising steps; rheobase is bisected between the last silent and the first firing step, to 1/32 of their distance;
 * null if no step or the holding level fires.
 *
 * @param threshold_mV spike threshold before the drug, against which a plateau counts as depolarisation block.
 */
export function respond(
  cell: BoundCell,
  protocol: StepProtocol,
  dt_ms: number,
  threshold_mV: number,
): CloneResponse {
  const window = { start_ms: protocol.before_ms, end_ms: protocol.before_ms + protocol.step_ms };
  const runs = protocol.steps_pA.map((level) =>
    cell.run(stepCurrent(protocol, level, dt_ms), { recordEvery: 1 }),
  );
  const failed = runs.find((run) => run.failure)?.failure;
  if (failed)
    return failedResponse(
      protocol,
      `${failed.state} is not finite at t = ${failed.t_ms} ms. ${failed.remedy}`,
    );
  const traces = runs.map((run) => run.v_mV);
  const spikes = traces.map((v) => actionPotentials(v, dt_ms));
  const inStep = spikes.map((found) => spikesWithin(found, window));
  const counts = inStep.map((found) => found.length);
  const reference = inStep[protocol.referenceStep];
  const times = spikeTimes(reference);
  const shape = medianShape(spikeShapes(traces[protocol.referenceStep], dt_ms, reference));
  const delta_pA = protocol.steps_pA[0] - protocol.holding_pA;
  const passive = stepResponse(traces[0], dt_ms, { ...window, delta_pA }, spikes[0]);
  const blocked = traces.map((v, k) => isDepolarisationBlock(v, dt_ms, spikes[k], window, threshold_mV));
  // A cell without working sodium channels also sits depolarised and silent under a strong current; that is no block.
  const asksRelief = blocked.includes(true) && counts.every((count) => count === 0);
  const relieved = asksRelief && firesAfterHyperpolarisation(cell, protocol, dt_ms);
  const rheobase = findRheobase(cell, protocol, dt_ms, counts);
  const holdingStep = protocol.steps_pA.indexOf(protocol.holding_pA);
  const quiet = { start_ms: protocol.before_ms / 2, end_ms: protocol.before_ms };
  return {
    features: {
      rate_Hz: (1000 * times.length) / protocol.step_ms,
      totalSpikes: counts.slice(holdingStep + 1).reduce((sum, count) => sum + count, 0),
      rheobase_pA: rheobase.pA,
      restingPotential_mV: restingPotential(traces[0], dt_ms, quiet, spikes[0]),
      inputResistance_MOhm: passive ? inputResistance([passive]) : null,
      spikeThreshold_mV: shape.threshold_mV,
      spikeAmplitude_mV: shape.amplitude_mV,
      spikeHalfWidth_ms: shape.halfWidth_ms,
      ahpDepth_mV: shape.ahpDepth_mV,
      latency_ms: times.length ? times[0] - protocol.before_ms : null,
      adaptationIndex: adaptationIndex(interspikeIntervals(times)),
    },
    counts,
    blocked: asksRelief && !relieved ? blocked.map(() => false) : blocked,
    simulations: runs.length + rheobase.simulations + (asksRelief ? 1 : 0),
  };
}

/** A sodium spike rises faster than this; the low-threshold calcium spike of a released cell does not. */
const SODIUM_UPSTROKE_mV_per_ms = 20;
/** Fast and slow sodium inactivation are gone here, most T-type channels not yet ready. */
const RELEASED_FROM_MV = -80;

/**
 * The classical test of depolarisation block: hyperpolarisation takes the inactivation away, and released into the strongest
 * step the cell fires a sodium spike again. Its gates start at their steady state of -80 mV.
 */
function firesAfterHyperpolarisation(cell: BoundCell, protocol: StepProtocol, dt_ms: number): boolean {
  const top_pA = protocol.steps_pA[protocol.steps_pA.length - 1];
  const current = new Float64Array(Math.round(protocol.step_ms / dt_ms)).fill(top_pA);
  const run = cell.run(current, { recordEvery: 1, v0_mV: RELEASED_FROM_MV });
  const spikes = actionPotentials(run.v_mV, dt_ms);
  return spikes.some(({ upstroke_mV_per_ms }) => upstroke_mV_per_ms >= SODIUM_UPSTROKE_mV_per_ms);
}

/** What the detector finds, less the plateaus: it counts one event for a plateau, since recordings have them too. */
function actionPotentials(v_mV: Float64Array, dt_ms: number): Spike[] {
  const events = detectSpikes(v_mV, dt_ms, { noise_mV: 0 });
  const shapes = spikeShapes(v_mV, dt_ms, events);
  return events.filter((_, k) => (shapes[k].halfWidth_ms ?? 0) <= PLATEAU_MS);
}

function findRheobase(cell: BoundCell, protocol: StepProtocol, dt_ms: number, counts: readonly number[]) {
  const first = counts.findIndex((count) => count > 0);
  if (first < 1 || protocol.steps_pA[first] <= protocol.holding_pA) return { pA: null, simulations: 0 };
  const [silent, fires] = [protocol.steps_pA[first - 1], protocol.steps_pA[first]];
  return { pA: bisectRheobase(cell, protocol, dt_ms, silent, fires), simulations: RHEOBASE_HALVINGS };
}

function bisectRheobase(
  cell: BoundCell,
  protocol: StepProtocol,
  dt_ms: number,
  silent_pA: number,
  fires_pA: number,
): number {
  let [silent, fires] = [silent_pA, fires_pA];
  for (let k = 0; k < RHEOBASE_HALVINGS; k++) {
    const middle = (silent + fires) / 2;
    if (firesAt(cell, protocol, dt_ms, middle)) fires = middle;
    else silent = middle;
  }
  return fires;
}

function firesAt(cell: BoundCell, protocol: StepProtocol, dt_ms: number, level_pA: number): boolean {
  const run = cell.run(stepCurrent(protocol, level_pA, dt_ms), { recordEvery: 1 });
  return actionPotentials(run.v_mV, dt_ms).length > 0;
}

/**
 * Rheobase of a clone over its whole trained range, above the holding level, to 1/32 of the range; null if it fires at the
 * holding level or not even at the strongest current.
 */
export function cloneRheobase(cell: BoundCell, protocol: StepProtocol, dt_ms: number): number | null {
  const [silent, strongest] = protocol.steps_pA;
  if (firesAt(cell, protocol, dt_ms, silent) || !firesAt(cell, protocol, dt_ms, strongest)) return null;
  return bisectRheobase(cell, protocol, dt_ms, silent, strongest) - protocol.holding_pA;
}

function failedResponse(protocol: StepProtocol, failure: string): CloneResponse {
  const features = Object.fromEntries(Object.keys(FEATURE_UNITS).map((name) => [name, null]));
  return {
    features: features as Record<FeatureName, null>,
    counts: protocol.steps_pA.map(() => 0),
    blocked: protocol.steps_pA.map(() => false),
    simulations: protocol.steps_pA.length,
    failure,
  };
}
