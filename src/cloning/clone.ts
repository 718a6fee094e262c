import { defaultParameters, findModel, type Model, toRecord } from "../engine/index.ts";
import { InputError } from "../errors.ts";
import { checkQuality, measureRecording, type RecordingFeatures } from "../features/index.ts";
import { balanced } from "./balance.ts";
import type { Candidate } from "./candidate.ts";
import { cellBlock_pA, type MeasuredRecording, measureRecordings, pooledCell } from "./family.ts";
import { isIdentifiable } from "./identifiable.ts";
import { type Judgement, judgeClones } from "./judge.ts";
import { type AskNetwork, askNetwork } from "./network.ts";
import { acceptablePopulation } from "./population.ts";
import { provenanceOf, type RecordingFile } from "./provenance.ts";
import { quantile } from "./quantile.ts";
import { judgeRange } from "./range.ts";
import { assignRoles, type RoleChoice, type RoledSweep } from "./roles.ts";
import { scoreInterpolation, scoreRole } from "./score.ts";
import { type BoxSide, fromUnit, searchBox } from "./searchBox.ts";
import { type Effort, type SearchRunner, searchInStages } from "./stages.ts";
import { clipVoltage, plausibleThreshold, type TargetOptions } from "./target.ts";
import { findTradeOffs } from "./tradeOffs.ts";
import type { Twin, TwinParameter } from "./twin.ts";

export interface CloneRequest extends RoleChoice {
  readonly model: string;
  readonly seed: number;
  /** Clones kept, >= 1. */
  readonly samples: number;
  readonly effort: Effort;
  /** False: stop after exploring on a few sweeps (fast, rough). */
  readonly refine: boolean;
  /** A network trained for the model, if there is one: the search begins at what it says. */
  readonly network?: AskNetwork;
  /** Facts that only the app knows. */
  readonly provenance: { readonly patchtwin: string; readonly createdAt: string };
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
 * Clones a recorded cell: takes off the voltage drop that its bridge left, measures it, searches the model's parameters in a box set by the measurement (CMA-ES on counts,
 * clipped voltage, latency and spike shape of all trained sweeps at once), keeps a population of clones that do about equally
 * well, and judges them on sweeps that the search has not seen.
 *
 * @param given at least one recording, all of this one cell; protocols, lengths and sampling intervals may differ
 *
 * Not to be trusted where `range.inRange` is false, beyond `range.current_pA`, or for protocols unlike the recorded ones.
 * Throws InputError where the recordings cannot be cloned. `wall_s` is left 0 for the app to fill in.
 */
export async function cloneCell(
  given: readonly RecordingFile[],
  request: CloneRequest,
  runner: SearchRunner,
  progress: (now: CloneProgress) => void = () => {},
): Promise<Twin> {
  const model = findModel(request.model);
  requireWholeCell(model);
  if (request.trainBlock) requireBlock(model);
  progress({ stage: "measure", done: 0, simulations: 0, bestLoss: null });
  const files = given.map(withoutDrop);
  const measured = measureRecordings(files.map(({ recording }) => recording));
  const roled = assignRoles(measured, request);
  const seen = measureTrained(measured, roled);
  const options = targetOptions(model, seen);
  const box = searchBox(model, { ...seen, spikeThreshold_mV: plausibleThreshold(seen) });
  const network = request.network && (await askNetwork(request.network, { model, box, roled }));
  const search = await searchInStages(
    { ...request, model, box, roled, options, known: network?.candidates ?? [] },
    runner,
    ({ done, ...now }) => progress({ ...now, done: SEARCH_SHARE * done }),
  );
  const clones = acceptablePopulation(search.candidates, request.samples);
  const base = defaultParameters(model);
  const samples = clones.map((clone) => fromUnit(box, clone.unit, base));
  progress({ stage: "judge", done: SEARCH_SHARE, simulations: search.simulations, bestLoss: clones[0].loss });
  const judgement = judgeClones(model, samples, roled, options);
  const { dt_ms } = options;
  const parameters = summarise(model, box, clones, samples);
  const simulations = search.simulations + judgement.simulations;
  return {
    kind: "patchtwin-twin/1",
    model: model.id,
    posterior: posteriorOf(model, clones, samples),
    map: toRecord(model, samples[0]),
    parameters,
    tradeOffs: findTradeOffs({
      model: model.id,
      parameters,
      clones: clones.map(({ unit }) => unit),
      recorded: roled,
    }),
    fit: fitOf(judgement),
    range: judgeRange({
      judgement,
      ...qualityOf(measured),
      // Where the block was trained on, the clone is judged by how it keeps the counts there like anywhere else.
      blockAbove_pA: request.trainBlock ? null : cellBlock_pA(measured),
      trainedCurrents_pA: trainedOf(roled).map(({ amplitude_pA }) => amplitude_pA),
      atEdge: parametersAtEdge(model, box, clones[0]),
    }),
    ...(network && { network: network.opinion }),
    measured: measuredOf(measured, roled),
    provenance: provenanceOf(files, { ...request.provenance, model, seed: request.seed, dt_ms, simulations }),
  };
}

const withoutDrop = (file: RecordingFile): RecordingFile => ({
  ...file,
  recording: balanced(file.recording),
});

function posteriorOf(
  model: Model,
  clones: readonly Candidate[],
  samples: readonly Float64Array[],
): Twin["posterior"] {
  return {
    kind: "acceptable-population",
    names: model.parameters.map(({ name }) => name),
    units: model.parameters.map(({ unit }) => unit),
    samples: samples.map((params) => [...params]),
    loss: clones.map(({ loss }) => loss),
  };
}

function fitOf({ sweeps, traces, vRmse_mV, spikeTimeCoincidence }: Judgement): Twin["fit"] {
  return {
    vRmse_mV,
    spikeTimeCoincidence,
    trained: scoreRole(sweeps, "trained"),
    heldOut: {
      ...scoreRole(sweeps, "held-out"),
      interpolation: scoreInterpolation(sweeps),
      indices: sweeps.filter(({ role }) => role === "held-out").map(({ index }) => index),
    },
    sweeps,
    traces,
  };
}

/** What the recordings' quality says about range. */
function qualityOf(measured: readonly MeasuredRecording[]) {
  const quality = measured.map(({ recording }) => checkQuality(recording));
  const values = (check: string) =>
    quality.flatMap((checks) => checks.find((one) => one.check === check)?.value ?? []);
  const drifts = values("baseline drift");
  return {
    baselineDrift_mV: drifts.length > 0 ? Math.max(...drifts) : null,
    spontaneous: quality.some((checks) =>
      checks.some(({ check, ok }) => check === "spontaneous firing" && !ok),
    ),
    restSpread_mV: restSpread_mV(measured),
  };
}

/** Held alike, pA: the noise of a recorded holding current is less. */
const SAME_HOLDING_pA = 5;

function restSpread_mV(measured: readonly MeasuredRecording[]): number | null {
  const holding = measured.map(({ recording }) => recording.sweeps[0].stimulus.holding_pA);
  const rests = measured.flatMap(({ features }) => features.cell.restingPotential_mV ?? []);
  const alike = Math.max(...holding) - Math.min(...holding) <= SAME_HOLDING_pA;
  return alike && rests.length > 1 ? Math.max(...rests) - Math.min(...rests) : null;
}

function measuredOf(measured: readonly MeasuredRecording[], roled: readonly RoledSweep[]): Twin["measured"] {
  const cell = pooledCell(measured.map(({ features }) => features.cell));
  const step = measured.map(({ features }) => features.mainStep).find((mainStep) => mainStep !== null);
  return {
    restingPotential_mV: cell.restingPotential_mV,
    inputResistance_MOhm: cell.inputResistance_MOhm,
    tau_ms: cell.tau_ms,
    capacitance_pF: cell.capacitance_pF,
    rheobase_pA: cell.rheobase_pA,
    spikeThreshold_mV: cell.spikeThreshold_mV,
    spikeAmplitude_mV: cell.spikeAmplitude_mV,
    spikeHalfWidth_ms: cell.spikeHalfWidth_ms,
    holding_pA: roled[0].sweep.stimulus.holding_pA,
    step_ms: step ? step.end_ms - step.start_ms : 0,
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

const trainedOf = (roled: readonly RoledSweep[]) => roled.filter(({ role }) => role === "trained");

/** The cell as the trained sweeps alone show it: nothing of a held-out sweep may set the box or the thresholds of the fit. */
function measureTrained(
  measured: readonly MeasuredRecording[],
  roled: readonly RoledSweep[],
): RecordingFeatures["cell"] {
  const cells = measured.flatMap(({ recording, file }) => {
    const sweeps = trainedOf(roled)
      .filter((one) => one.file === file)
      .map(({ sweep }) => sweep);
    return sweeps.length > 0 ? [measureRecording({ ...recording, sweeps }).cell] : [];
  });
  return pooledCell(cells);
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
    const parameter = {
      name,
      unit,
      best: samples[0][index],
      low: quantile(values, 0.05),
      median: quantile(values, 0.5),
      high: quantile(values, 0.95),
      relativeSpread: quantile(inBox, 0.95) - quantile(inBox, 0.05),
    };
    return { ...parameter, identifiable: isIdentifiable(parameter, clones.length) };
  });
}
