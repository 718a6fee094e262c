import { defaultParameters, defaultSolver, findModel, type Model, toRecord } from "../engine/index.ts";
import { InputError } from "../errors.ts";
import { checkQuality, measureRecording, type RecordingFeatures } from "../features/index.ts";
import type { Recording } from "../recordings/recording.ts";
import { judgeClones } from "./judge.ts";
import { acceptablePopulation } from "./population.ts";
import { quantile } from "./quantile.ts";
import { judgeRange } from "./range.ts";
import { assignRoles, type RoleChoice, type RoledSweep } from "./roles.ts";
import { scoreInterpolation, scoreRole } from "./score.ts";
import type { Candidate } from "./search.ts";
import { type BoxSide, fromUnit, searchBox } from "./searchBox.ts";
import { type Effort, type SearchRunner, searchInStages } from "./stages.ts";
import { clipVoltage, plausibleThreshold, type TargetOptions } from "./target.ts";
import type { Twin, TwinParameter } from "./twin.ts";

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

export interface CloneProgress {
  readonly stage: "measure" | "explore" | "refine" | "judge";
  /** 0 to 1 over the whole clone. */
  readonly done: number;
  readonly simulations: number;
  readonly bestLoss: number | null;
}

/** Part of the work that is search; the rest is judgement. */
const SEARCH_SHARE = 0.92;

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
  if (request.trainBlock) requireBlock(model);
  progress({ stage: "measure", done: 0, simulations: 0, bestLoss: null });
  const features = measureRecording(recording);
  const roled = assignRoles(recording, features, request);
  const seen = measureTrained(recording, roled);
  const options = targetOptions(model, seen);
  const box = searchBox(model, { ...seen, spikeThreshold_mV: plausibleThreshold(seen) });
  const search = await searchInStages(
    { ...request, model, box, recording, roled, options },
    runner,
    ({ done, ...now }) => progress({ ...now, done: SEARCH_SHARE * done }),
  );
  const clones = acceptablePopulation(search.candidates, request.samples);
  const base = defaultParameters(model);
  const samples = clones.map((clone) => fromUnit(box, clone.unit, base));
  progress({ stage: "judge", done: SEARCH_SHARE, simulations: search.simulations, bestLoss: clones[0].loss });
  const judgement = judgeClones(model, samples, recording, roled, options);
  const quality = checkQuality(recording);
  const range = judgeRange({
    judgement,
    baselineDrift_mV: quality.find((check) => check.check === "baseline drift")?.value ?? null,
    spontaneous: quality.some((check) => check.check === "spontaneous firing" && !check.ok),
    // Where the block was trained on, the clone is judged by how it keeps the counts there like anywhere else.
    blockAbove_pA: request.trainBlock ? null : features.blockAbove_pA,
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
      precision: "f32",
      simulations: search.simulations + judgement.simulations,
      createdAt: request.provenance.createdAt,
      wall_s: 0,
      notes: recording.notes,
      ...(recording.preparation && { preparation: recording.preparation }),
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
    expected: "cortical, izhikevich or adex",
  });
}

/** A reset model has no sodium channels that inactivate: it fires faster for ever. */
function requireBlock(model: Model): void {
  if (model.kind !== "reset") return;
  throw new InputError({
    code: "bad-option",
    where: "--train-block",
    what: `${model.id} cannot go into depolarisation block`,
    expected: "the model cortical",
    next: "Leave --train-block out, or clone with --model cortical.",
  });
}

/** The cell as the trained sweeps alone show it: nothing of a held-out sweep may set the box or the thresholds of the fit. */
function measureTrained(recording: Recording, roled: readonly RoledSweep[]): RecordingFeatures["cell"] {
  const sweeps = roled.filter(({ role }) => role === "trained").map(({ sweep }) => sweep);
  return measureRecording({ ...recording, sweeps }).cell;
}

function targetOptions(model: Model, cell: RecordingFeatures["cell"]): Omit<TargetOptions, "window"> {
  return { dt_ms: model.kind === "reset" ? 0.1 : 0.05, clip_mV: clipVoltage(cell) };
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
