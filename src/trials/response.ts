import { type PopulationKernel, packCells, runSweeps, type SweepRun } from "../engine/index.ts";
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
 * Runs the protocol on all clones side by side. Spikes are found by the detector that reads recordings; plateaus over 50 ms are
 * none. Rate, latency, adaptation and the shape of spikes (medians) are those of the reference step; `totalSpikes` sums all
 * depolarising steps; rheobase is bisected between the last silent and the first firing step, to 1/32 of their distance;
 * null if no step or the holding level fires.
 *
 * @param cells parameter sets in the order of the model's parameters.
 * @param threshold_mV spike threshold before the drug, against which a plateau counts as depolarisation block.
 */
export function respond(
  kernel: PopulationKernel,
  cells: readonly Float64Array[],
  protocol: StepProtocol,
  threshold_mV: number,
): CloneResponse[] {
  const { dt_ms } = kernel;
  const currents = protocol.steps_pA.map((level) => stepCurrent(protocol, level, dt_ms));
  const seen = runSweeps(kernel, cells, currents).map((runs) => observe(runs, protocol, dt_ms, threshold_mV));
  const relieved = firesAfterHyperpolarisation(
    kernel,
    cells.filter((_, clone) => seen[clone].asksRelief),
    protocol,
  );
  const rheobases = findRheobases(kernel, cells, protocol, seen);
  return seen.map((one, clone): CloneResponse => {
    if (one.failure !== undefined) return failedResponse(protocol, one.failure);
    const released = one.asksRelief && relieved.get(cells[clone]) === true;
    return {
      features: { ...one.features, rheobase_pA: rheobases[clone] },
      counts: one.counts,
      blocked: one.asksRelief && !released ? one.blocked.map(() => false) : one.blocked,
      simulations:
        currents.length + (rheobases[clone] === null ? 0 : RHEOBASE_HALVINGS) + (one.asksRelief ? 1 : 0),
    };
  });
}

/** What the protocol's steps show of one clone. */
interface Observation {
  readonly features: Omit<CloneResponse["features"], "rheobase_pA">;
  readonly counts: readonly number[];
  readonly blocked: readonly boolean[];
  /** Blocked, and silent throughout: is it the sodium channels' inactivation, or are there none? */
  readonly asksRelief: boolean;
  readonly failure?: string;
}

function observe(
  runs: readonly SweepRun[],
  protocol: StepProtocol,
  dt_ms: number,
  threshold_mV: number,
): Observation {
  const window = { start_ms: protocol.before_ms, end_ms: protocol.before_ms + protocol.step_ms };
  const failed = runs.find((run) => run.failure)?.failure;
  if (failed) {
    const failure = `${failed.state} is not finite at t = ${failed.t_ms} ms. ${failed.remedy}`;
    return { ...failedResponse(protocol, failure), asksRelief: false, failure };
  }
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
  const holdingStep = protocol.steps_pA.indexOf(protocol.holding_pA);
  const quiet = { start_ms: protocol.before_ms / 2, end_ms: protocol.before_ms };
  return {
    features: {
      rate_Hz: (1000 * times.length) / protocol.step_ms,
      totalSpikes: counts.slice(holdingStep + 1).reduce((sum, count) => sum + count, 0),
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
    blocked,
    // A cell without working sodium channels also sits depolarised and silent under a strong current; that is no block.
    asksRelief: blocked.includes(true) && counts.every((count) => count === 0),
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
function firesAfterHyperpolarisation(
  kernel: PopulationKernel,
  cells: readonly Float64Array[],
  protocol: StepProtocol,
): Map<Float64Array, boolean> {
  if (cells.length === 0) return new Map();
  const top_pA = protocol.steps_pA[protocol.steps_pA.length - 1];
  const current = new Float64Array(Math.round(protocol.step_ms / kernel.dt_ms)).fill(top_pA);
  const runs = runSweeps(kernel, cells, [current], RELEASED_FROM_MV);
  const fires = ([{ v_mV }]: readonly SweepRun[]) =>
    actionPotentials(v_mV, kernel.dt_ms).some(
      ({ upstroke_mV_per_ms }) => upstroke_mV_per_ms >= SODIUM_UPSTROKE_mV_per_ms,
    );
  return new Map(runs.map((run, k) => [cells[k], fires(run)]));
}

/** What the detector finds, less the plateaus: it counts one event for a plateau, since recordings have them too. */
function actionPotentials(v_mV: Float64Array, dt_ms: number): Spike[] {
  const events = detectSpikes(v_mV, dt_ms, { noise_mV: 0 });
  const shapes = spikeShapes(v_mV, dt_ms, events);
  return events.filter((_, k) => (shapes[k].halfWidth_ms ?? 0) <= PLATEAU_MS);
}

/** A level between the last silent and the first firing step, for each clone that has both. */
function findRheobases(
  kernel: PopulationKernel,
  cells: readonly Float64Array[],
  protocol: StepProtocol,
  seen: readonly Observation[],
): (number | null)[] {
  const brackets = seen.map(({ counts, failure }): Bracket | null => {
    const first = counts.findIndex((count) => count > 0);
    if (failure !== undefined || first < 1 || protocol.steps_pA[first] <= protocol.holding_pA) return null;
    return { silent_pA: protocol.steps_pA[first - 1], fires_pA: protocol.steps_pA[first] };
  });
  return bisectRheobases(kernel, cells, protocol, brackets);
}

interface Bracket {
  readonly silent_pA: number;
  readonly fires_pA: number;
}

/** Halves every bracket five times, all clones side by side. */
function bisectRheobases(
  kernel: PopulationKernel,
  cells: readonly Float64Array[],
  protocol: StepProtocol,
  brackets: readonly (Bracket | null)[],
): (number | null)[] {
  let now = brackets;
  for (let k = 0; k < RHEOBASE_HALVINGS; k++) {
    const asked = now.flatMap((bracket, clone) => (bracket ? [{ clone, bracket }] : []));
    const levels = asked.map(({ bracket }) => (bracket.silent_pA + bracket.fires_pA) / 2);
    const fired = fireAt(
      kernel,
      asked.map(({ clone }) => cells[clone]),
      protocol,
      levels,
    );
    const next = [...now];
    for (const [n, { clone, bracket }] of asked.entries())
      next[clone] = fired[n] ? { ...bracket, fires_pA: levels[n] } : { ...bracket, silent_pA: levels[n] };
    now = next;
  }
  return now.map((bracket) => bracket?.fires_pA ?? null);
}

/** Whether each cell fires when its own level is stepped to. */
function fireAt(
  kernel: PopulationKernel,
  cells: readonly Float64Array[],
  protocol: StepProtocol,
  levels_pA: readonly number[],
): boolean[] {
  if (cells.length === 0) return [];
  const { holding_pA } = protocol;
  const unitStep = stepCurrent({ ...protocol, holding_pA: 0 }, 1, kernel.dt_ms);
  const run = kernel.run(packCells(kernel.model, cells), {
    steps: unitStep.length,
    recordEvery: 1,
    i: {
      kind: "waveforms",
      waveforms: [unitStep],
      scale: levels_pA.map((level) => level - holding_pA),
      offset: holding_pA,
    },
  });
  return cells.map((_, cell) => {
    const v = run.v_mV.subarray(cell * run.samples, (cell + 1) * run.samples);
    return actionPotentials(v, kernel.dt_ms).length > 0;
  });
}

/**
 * Rheobase of each clone over its whole trained range, above the holding level, to 1/32 of the range; null if it fires at the
 * holding level or not even at the strongest current.
 */
export function cloneRheobases(
  kernel: PopulationKernel,
  cells: readonly Float64Array[],
  protocol: StepProtocol,
): (number | null)[] {
  const [silent_pA, fires_pA] = protocol.steps_pA;
  const atHolding = fireAt(
    kernel,
    cells,
    protocol,
    cells.map(() => silent_pA),
  );
  const atTop = fireAt(
    kernel,
    cells,
    protocol,
    cells.map(() => fires_pA),
  );
  const brackets = cells.map((_, k) => (atHolding[k] || !atTop[k] ? null : { silent_pA, fires_pA }));
  const found = bisectRheobases(kernel, cells, protocol, brackets);
  return found.map((level) => (level === null ? null : level - protocol.holding_pA));
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
