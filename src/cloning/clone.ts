import { defaultParameters, defaultSolver, findModel, type Model, toRecord } from "../engine/index.ts";
import { InputError } from "../errors.ts";
import { checkQuality, measureRecording, type RecordingFeatures } from "../features/index.ts";
import type { Recording } from "../recordings/recording.ts";
import { judgeClones } from "./judge.ts";
import { acceptablePopulation } from "./population.ts";
import { judgeRange } from "./range.ts";
import { assignRoles, type RoleChoice, type RoledSweep } from "./roles.ts";
import { scoreInterpolation, scoreRole } from "./score.ts";
import type { Candidate, SearchResult, SearchTask } from "./search.ts";
import { type BoxSide, fromUnit, searchBox } from "./searchBox.ts";
import { buildTarget, type Target, type TargetOptions } from "./target.ts";
import type { Twin, TwinParameter } from "./twin.ts";

/** How much is simulated. Figures in docs/cloning.md are made with `standard`. */
export const EFFORTS = {
  quick: { explorers: 2, exploreGenerations: 20, refiners: 1, refineGenerations: 25 },
  standard: { explorers: 4, exploreGenerations: 50, refiners: 2, refineGenerations: 90 },
  thorough: { explorers: 8, exploreGenerations: 80, refiners: 4, refineGenerations: 150 },
} as const;
export type Effort = keyof typeof EFFORTS;

export interface CloneRequest extends RoleChoice {
  readonly model: string;
  readonly seed: number;
  /** Clones kept, >= 1. */
  readonly samples: number;
  readonly effort: Effort;
  /** False: stop after exploring on a few sweeps (fast, rough). */
  readonly refine: boolean;
  /** Facts that only the app knows. */
  readonly provenance: { readonly patchtwin: string; readonly sha256: string; readonly createdAt: string };
}

/** Runs independent searches side by side, in order; progress is the total of finished simulations. */
export type SearchRunner = (
  tasks: readonly SearchTask[],
  progress: (simulations: number, bestLoss: number) => void,
) => Promise<SearchResult[]>;

export interface CloneProgress {
  readonly stage: "measure" | "explore" | "refine" | "judge";
  /** 0 to 1 over the whole clone. */
  readonly done: number;
  readonly simulations: number;
  readonly bestLoss: number | null;
}

/** The search steps twice as coarsely as the judgement; its best candidates are then ranked anew at the fine step. */
const SEARCH_DT_MS = 0.1;
const RANKED = 120;
const LAMBDA = 16;
const EXPLORE_SWEEPS = 4;
const REFINE_SIGMA = 0.12;

/**
 * Clones a recorded cell: measures it, searches the model's parameters in a box set by the measurement (CMA-ES on counts,
 * clipped voltage, latency and spike shape of all trained sweeps at once), keeps a population of clones that do about equally
 * well, and judges them on sweeps that the search has not seen.
 *
 * Not to be trusted where `range.inRange` is false, beyond `range.current_pA`, or for protocols unlike the recorded one.
 * Throws InputError where the recording cannot be cloned. `wall_s` is left 0 for the app to fill in.
 */
export async function cloneRecording(
  recording: Recording,
  request: CloneRequest,
  runner: SearchRunner,
  progress: (now: CloneProgress) => void = () => {},
): Promise<Twin> {
  const model = findModel(request.model);
  requireWholeCell(model);
  progress({ stage: "measure", done: 0, simulations: 0, bestLoss: null });
  const features = measureRecording(recording);
  const roled = assignRoles(recording, features, request);
  const options = targetOptions(model, features);
  const box = searchBox(model, { ...features.cell, spikeThreshold_mV: plausibleThreshold(features.cell) });
  const search = await searchInStages({ model, box, recording, roled, options, request, runner, progress });
  const clones = acceptablePopulation(search.candidates, request.samples);
  const base = defaultParameters(model);
  const samples = clones.map((clone) => fromUnit(box, clone.unit, base));
  progress({ stage: "judge", done: 0.95, simulations: search.simulations, bestLoss: clones[0].loss });
  const judgement = judgeClones(model, samples, recording, roled, options);
  const quality = checkQuality(recording);
  const range = judgeRange({
    judgement,
    baselineDrift_mV: quality.find((check) => check.check === "baseline drift")?.value ?? null,
    spontaneous: quality.some((check) => check.check === "spontaneous firing" && !check.ok),
    blockAbove_pA: features.blockAbove_pA,
    trainedCurrents_pA: roled
      .filter(({ role }) => role === "trained")
      .map(({ amplitude_pA }) => amplitude_pA),
    atEdge: parametersAtEdge(model, box, clones[0]),
  });
  const { cell } = features;
  return {
    kind: "patchtwin-twin/1",
    model: model.id,
    posterior: {
      kind: "acceptable-population",
      names: model.parameters.map(({ name }) => name),
      units: model.parameters.map(({ unit }) => unit),
      samples: samples.map((params) => [...params]),
      loss: clones.map(({ loss }) => loss),
    },
    map: toRecord(model, samples[0]),
    parameters: summarise(model, box, clones, samples),
    fit: {
      vRmse_mV: judgement.vRmse_mV,
      spikeTimeCoincidence: judgement.spikeTimeCoincidence,
      trained: scoreRole(judgement.sweeps, "trained"),
      heldOut: {
        ...scoreRole(judgement.sweeps, "held-out"),
        interpolation: scoreInterpolation(judgement.sweeps),
        indices: judgement.sweeps.filter(({ role }) => role === "held-out").map(({ index }) => index),
      },
      sweeps: judgement.sweeps,
      traces: judgement.traces,
    },
    range,
    measured: {
      restingPotential_mV: cell.restingPotential_mV,
      inputResistance_MOhm: cell.inputResistance_MOhm,
      tau_ms: cell.tau_ms,
      capacitance_pF: cell.capacitance_pF,
      rheobase_pA: cell.rheobase_pA,
      spikeThreshold_mV: cell.spikeThreshold_mV,
      spikeAmplitude_mV: cell.spikeAmplitude_mV,
      spikeHalfWidth_ms: cell.spikeHalfWidth_ms,
      holding_pA: roled[0].sweep.stimulus.holding_pA,
      step_ms: features.mainStep ? features.mainStep.end_ms - features.mainStep.start_ms : 0,
    },
    provenance: {
      patchtwin: request.provenance.patchtwin,
      file: recording.name,
      sha256: request.provenance.sha256,
      format: recording.format,
      currentSource: recording.currentSource,
      currentDescription: recording.currentDescription,
      seed: request.seed,
      dt_ms: options.dt_ms,
      solver: defaultSolver(model),
      simulations: search.simulations + judgement.simulations,
      createdAt: request.provenance.createdAt,
      wall_s: 0,
      notes: recording.notes,
    },
  };
}

/** A recording is in pA; a model in current density has no size to be found. */
function requireWholeCell(model: Model): void {
  if (model.current.name === "i_pA") return;
  throw new InputError({
    code: "model-without-size",
    where: "--model",
    what: `${model.id} is written per area of membrane and cannot be cloned from a whole-cell recording`,
    expected: "cortical or izhikevich",
  });
}

/** What a fit compares: everything below threshold as voltage, everything above as spikes. */
function targetOptions(model: Model, { cell }: RecordingFeatures): Omit<TargetOptions, "window"> {
  const threshold_mV = plausibleThreshold(cell) ?? (cell.restingPotential_mV ?? -65) + 20;
  return {
    dt_ms: model.kind === "reset" ? 0.1 : 0.05,
    clip_mV: threshold_mV - 2,
  };
}

/**
 * The measured threshold, if it can be one: under a strong brief pulse the charging of the membrane is as steep as a spike,
 * and the threshold is then read at its foot, near or below rest.
 */
function plausibleThreshold({
  spikeThreshold_mV,
  restingPotential_mV,
}: RecordingFeatures["cell"]): number | null {
  if (spikeThreshold_mV === null || restingPotential_mV === null) return spikeThreshold_mV;
  return spikeThreshold_mV > restingPotential_mV + 5 ? spikeThreshold_mV : null;
}

interface Stages {
  readonly model: Model;
  readonly box: readonly BoxSide[];
  readonly recording: Recording;
  readonly roled: readonly RoledSweep[];
  readonly options: Omit<TargetOptions, "window">;
  readonly request: CloneRequest;
  readonly runner: SearchRunner;
  readonly progress: (now: CloneProgress) => void;
}

/** Explores on a few sweeps at a coarse step from many starts, then refines the best of them on all trained sweeps. */
async function searchInStages(
  stages: Stages,
): Promise<{ candidates: readonly Candidate[]; simulations: number }> {
  const { model, box, recording, roled, options, request, runner, progress } = stages;
  const effort = EFFORTS[request.effort];
  const trained = roled.filter(({ role }) => role === "trained");
  const target = (sweeps: readonly RoledSweep[], dt_ms: number): Target =>
    buildTarget(recording, fromBothEnds(sweeps), { ...options, dt_ms, window: "stimulus" });
  const common = { model: model.id, box, seed: request.seed, lambda: LAMBDA };
  const budget = {
    explore: effort.explorers * effort.exploreGenerations * LAMBDA,
    refine: effort.refiners * effort.refineGenerations * LAMBDA,
  };

  const exploreTarget = target(spreadOver(trained, EXPLORE_SWEEPS), SEARCH_DT_MS);
  const explored = await runner(
    Array.from({ length: effort.explorers }, (_, stream) => ({
      ...common,
      target: exploreTarget,
      stream,
      generations: effort.exploreGenerations,
    })),
    (simulations, bestLoss) =>
      progress({
        stage: "explore",
        done: 0.35 * Math.min(1, simulations / budget.explore),
        simulations,
        bestLoss,
      }),
  );
  const simulated = explored.reduce((sum, result) => sum + result.simulations, 0);
  if (!request.refine)
    return { candidates: explored.flatMap(({ archive }) => archive), simulations: simulated };

  const starts = explored.toSorted((a, b) => a.best.loss - b.best.loss).slice(0, effort.refiners);
  const refineTarget = target(trained, SEARCH_DT_MS);
  const refined = await runner(
    starts.map(({ best, sigma }, k) => ({
      ...common,
      target: refineTarget,
      stream: effort.explorers + k,
      start: { unit: best.unit, sigma: Math.max(REFINE_SIGMA, sigma) },
      generations: effort.refineGenerations,
    })),
    (simulations, bestLoss) =>
      progress({
        stage: "refine",
        done: 0.35 + 0.6 * Math.min(1, simulations / budget.refine),
        simulations: simulated + simulations,
        bestLoss,
      }),
  );
  const best = refined.flatMap(({ archive }) => archive).toSorted((a, b) => a.loss - b.loss);
  const ranked = await rankFinely(stages, target(trained, options.dt_ms), best.slice(0, RANKED));
  const all = [...explored, ...refined, ...ranked];
  return {
    candidates: ranked.flatMap(({ archive }) => archive),
    simulations: all.reduce((sum, result) => sum + result.simulations, 0),
  };
}

/** The search's best candidates, simulated anew at the step that the clone will be used with. */
function rankFinely({ model, box, request, runner }: Stages, target: Target, best: readonly Candidate[]) {
  const half = Math.ceil(best.length / 2);
  const tasks = [best.slice(0, half), best.slice(half)].filter((part) => part.length > 0);
  return runner(
    tasks.map((part, stream) => ({
      model: model.id,
      box,
      target,
      seed: request.seed,
      stream,
      candidates: part.map(({ unit }) => unit),
      lambda: LAMBDA,
      generations: 0,
    })),
    () => {},
  );
}

/** From both ends of the current inward, so that a hopeless candidate shows within the first pair and is given up. */
function fromBothEnds(sweeps: readonly RoledSweep[]): RoledSweep[] {
  const sorted = sweeps.toSorted((a, b) => b.amplitude_pA - a.amplitude_pA);
  return sorted.map((_, k) => sorted[k % 2 === 0 ? k / 2 : sorted.length - (k + 1) / 2]);
}

/** At most `count` sweeps, evenly spread over their currents, the strongest always among them. */
function spreadOver(sweeps: readonly RoledSweep[], count: number): RoledSweep[] {
  const sorted = sweeps.toSorted((a, b) => b.amplitude_pA - a.amplitude_pA);
  if (sorted.length <= count) return sorted;
  return Array.from({ length: count }, (_, k) => sorted[Math.round((k * (sorted.length - 1)) / (count - 1))]);
}

const EDGE = 0.015;

function parametersAtEdge(model: Model, box: readonly BoxSide[], best: Candidate): string[] {
  return box.flatMap(({ index }, side) =>
    best.unit[side] < EDGE || best.unit[side] > 1 - EDGE ? [model.parameters[index].name] : [],
  );
}

function summarise(
  model: Model,
  box: readonly BoxSide[],
  clones: readonly Candidate[],
  samples: readonly Float64Array[],
): TwinParameter[] {
  return box.map(({ index }, side) => {
    const { name, unit } = model.parameters[index];
    const values = samples.map((params) => params[index]).sort((a, b) => a - b);
    const inBox = clones.map((clone) => clone.unit[side]).sort((a, b) => a - b);
    return {
      name,
      unit,
      best: samples[0][index],
      low: quantile(values, 0.05),
      median: quantile(values, 0.5),
      high: quantile(values, 0.95),
      relativeSpread: quantile(inBox, 0.95) - quantile(inBox, 0.05),
    };
  });
}

/** Linear interpolation between order statistics of an ascending array. */
export function quantile(sorted: readonly number[], p: number): number {
  const at = p * (sorted.length - 1);
  const low = Math.floor(at);
  return sorted[low] + (at - low) * (sorted[Math.min(low + 1, sorted.length - 1)] - sorted[low]);
}
