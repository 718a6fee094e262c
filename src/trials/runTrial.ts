import { extremes, quantile, type Twin } from "../cloning/index.ts";
import {
  absentChannels,
  commonParameters,
  compile,
  defaultSolver,
  findModel,
  fromRecord,
  type Model,
  type PopulationKernel,
  runSweeps,
  toRecord,
} from "../engine/index.ts";
import { InputError } from "../errors.ts";
import {
  applyChanges,
  type Drug,
  type DrugLibrary,
  describeDrug,
  parameterChanges,
  presentParameters,
  resolveDrug,
  timesFreeCmax,
} from "../pharmacology/index.ts";
import { rheobaseProtocol, type StepProtocol, standardProtocol, stepCurrent } from "./protocol.ts";
import { type CloneResponse, cloneRheobases, FEATURE_UNITS, type FeatureName, respond } from "./response.ts";
import { doseSentence, trialSentence } from "./sentences.ts";
import type { DoseResult, FeatureChange, FiPoint, ParameterChange, Trial, TrialTrace } from "./trial.ts";
import { judgeClone, judgePopulation } from "./verdict.ts";

export interface TrialRequest {
  readonly twin: Twin;
  readonly drug: Drug;
  readonly library: DrugLibrary;
  /** Ascending, >= 0. */
  readonly doses_uM: readonly number[];
  readonly seed: number;
  readonly provenance: { readonly patchtwin: string; readonly createdAt: string };
}

/**
 * Tests a drug on every clone of a twin: the standard protocol before and at each dose, features with their spread over the
 * clones, and a verdict (rules: verdict.ts). Conductances are scaled and half-voltages shifted as the library's
 * concentration-response says; a drug that needs state-dependent block is applied as a fixed scale and warned about.
 *
 * The spread is that of the clones alone: the library's own uncertainty about a potency is shown, not propagated.
 * Throws InputError `model-without-channels` for a twin that no drug can act on. `wall_s` is left 0 for the app to fill in.
 */
export function runTrial(request: TrialRequest, progress: (done: number) => void = () => {}): Trial {
  const { twin, drug, library, doses_uM } = request;
  const model = findModel(twin.model);
  requireChannels(model);
  const absent = absentChannels(model, twin.posterior.samples);
  const there = presentParameters(model.parameters, new Set(Object.keys(absent)));
  const resolved = resolveDrug(drug, there);
  const { dt_ms } = twin.provenance;
  const clones = twin.posterior.samples.map((sample) => toRecord(model, sample));
  const drugged = (changes: readonly ParameterChange[]) =>
    clones.map((clone) => fromRecord(model, applyChanges(clone, changes)));
  const changesAt = doses_uM.map((dose_uM) => parameterChanges(resolved, dose_uM));
  const everyCell = [[], ...changesAt].flatMap(drugged);
  // Single precision shifts spikes by microseconds; what neither clones nor doses change is compiled in.
  const fixed = commonParameters(model, everyCell);
  const kernel = compile(model, { dt_ms, precision: "f32", fixed });
  const protocol = standardProtocol(twin, medianRheobase(kernel, twin));
  const threshold_mV = twin.measured.spikeThreshold_mV ?? -40;
  let simulations = 0;
  const condition = (changes: readonly ParameterChange[]) => {
    const responses = respond(kernel, drugged(changes), protocol, threshold_mV);
    for (const response of responses) simulations += response.simulations;
    return responses;
  };
  const before = condition([]);
  const failures = new Set<string>();
  const doses = doses_uM.map((dose_uM, k): DoseResult => {
    const changes = changesAt[k];
    const after = condition(changes);
    for (const { failure } of after) if (failure) failures.add(failure);
    progress((k + 1) / doses_uM.length);
    return doseResult(drug, dose_uM, changes, before, after, protocol);
  });
  return {
    kind: "patchtwin-trial/1",
    twin: twin.provenance.file,
    model: model.id,
    clones: clones.length,
    drug: describeDrug(resolved, library),
    protocol: {
      name: protocol.name,
      description: protocol.description,
      holding_pA: protocol.holding_pA,
      steps_pA: protocol.steps_pA,
      step_ms: protocol.step_ms,
    },
    baseline: { fi: fiCurve(before, protocol) },
    doses,
    traces: exampleTraces(kernel, clones[0], doses, protocol),
    summary: trialSentence(drug.name, doses),
    provenance: {
      patchtwin: request.provenance.patchtwin,
      librarySchema: library.schema,
      seed: request.seed,
      dt_ms,
      solver: defaultSolver(model),
      precision: kernel.precision,
      simulations,
      createdAt: request.provenance.createdAt,
      wall_s: 0,
      failures: [...failures],
    },
  };
}

/** Above the holding level, pA, over the clones that have one; null where most have none. */
function medianRheobase(kernel: PopulationKernel, twin: Twin): number | null {
  const probe = rheobaseProtocol(twin);
  const cells = twin.posterior.samples.map((sample) => Float64Array.from(sample));
  return spread(cloneRheobases(kernel, cells, probe)).median;
}

/** Throws InputError `model-without-channels` where no drug could act, naming where the model was chosen if that is known. */
export function requireChannels(model: Model, where?: string): void {
  if (model.parameters.some(({ drugTarget }) => drugTarget)) return;
  throw new InputError({
    code: "model-without-channels",
    ...(where !== undefined && { where }),
    what: "a drug acts on ion channels, and this model has none",
    got: model.id,
    expected: "a model with channels, e.g. cortical",
    next: "Clone the recording with --model cortical.",
  });
}

function doseResult(
  drug: Drug,
  dose_uM: number,
  parameters: readonly ParameterChange[],
  before: readonly CloneResponse[],
  after: readonly CloneResponse[],
  protocol: StepProtocol,
): DoseResult {
  const verdict = judgePopulation(after.map((response, clone) => judgeClone(before[clone], response)));
  if (!verdict) {
    throw new InputError({
      code: "simulation-failed",
      what: `no clone could be simulated with ${drug.name} at ${dose_uM} uM`,
      got: after[0].failure ?? "no clone",
      next: "Try a lower dose.",
    });
  }
  const names = Object.keys(FEATURE_UNITS) as FeatureName[];
  return {
    dose_uM,
    timesFreeCmax: timesFreeCmax(drug, dose_uM),
    parameters,
    features: Object.fromEntries(names.map((name) => [name, featureChange(name, before, after)])),
    fi: fiCurve(after, protocol),
    verdict: { ...verdict, sentence: doseSentence(drug.name, dose_uM, verdict) },
  };
}

/** Median and 5-95 % range over the clones in which the feature is defined; null unless it is in at least half of them. */
function featureChange(
  name: FeatureName,
  before: readonly CloneResponse[],
  after: readonly CloneResponse[],
): FeatureChange {
  const from = spread(before.map((response) => response.features[name]));
  const to = spread(after.map((response) => response.features[name]));
  return {
    before: from.median,
    beforeLow: from.low,
    beforeHigh: from.high,
    after: to.median,
    low: to.low,
    high: to.high,
    unit: FEATURE_UNITS[name],
  };
}

function spread(values: readonly (number | null)[]) {
  const defined = values.filter((value) => value !== null).sort((a, b) => a - b);
  if (defined.length < values.length / 2 || defined.length === 0)
    return { low: null, median: null, high: null };
  return { low: quantile(defined, 0.05), median: quantile(defined, 0.5), high: quantile(defined, 0.95) };
}

/** Rate over the step against current, from the holding level up. */
function fiCurve(responses: readonly CloneResponse[], protocol: StepProtocol): FiPoint[] {
  return protocol.steps_pA.flatMap((i_pA, step) => {
    if (i_pA < protocol.holding_pA) return [];
    const rates = responses
      .filter((response) => !response.failure)
      .map((response) => (1000 * response.counts[step]) / protocol.step_ms)
      .sort((a, b) => a - b);
    if (rates.length === 0) return [];
    return [
      { i_pA, rate_Hz: quantile(rates, 0.5), low_Hz: quantile(rates, 0.05), high_Hz: quantile(rates, 0.95) },
    ];
  });
}

const TRACE_BUCKETS = 800;
const TRACED_DOSES = 4;

/** Voltage of the best clone at the reference step, before and at some of the doses. */
function exampleTraces(
  kernel: PopulationKernel,
  clone: Readonly<Record<string, number>>,
  doses: readonly DoseResult[],
  protocol: StepProtocol,
): TrialTrace[] {
  const wanted = Math.min(TRACED_DOSES, doses.length);
  const chosen = Array.from({ length: wanted }, (_, k) => Math.round(((k + 1) * doses.length) / wanted) - 1);
  const conditions = [{ label: "before", dose_uM: 0, parameters: [] as readonly ParameterChange[] }].concat(
    chosen.map((k) => ({
      label: doses[k].verdict.label,
      dose_uM: doses[k].dose_uM,
      parameters: doses[k].parameters,
    })),
  );
  const i_pA = protocol.steps_pA[protocol.referenceStep];
  const current = stepCurrent(protocol, i_pA, kernel.dt_ms);
  return conditions.map(({ label, dose_uM, parameters }) => {
    const params = fromRecord(kernel.model, applyChanges(clone, parameters));
    const [[run]] = runSweeps(kernel, [params], [current]);
    return { label, dose_uM, i_pA, ...thin(run.v_mV, kernel.dt_ms) };
  });
}

/** Lowest and highest value of every bucket of time, so that spikes keep their height. */
function thin(v_mV: Float64Array, dt_ms: number): { t_ms: number[]; v_mV: number[] } {
  const width = Math.max(2, Math.ceil(v_mV.length / TRACE_BUCKETS));
  const t_ms: number[] = [];
  const thinned: number[] = [];
  for (let start = 0; start < v_mV.length; start += width) {
    const end = Math.min(v_mV.length, start + width);
    t_ms.push(start * dt_ms, (start + (end - start) / 2) * dt_ms);
    thinned.push(...extremes(v_mV, start, end));
  }
  return { t_ms, v_mV: thinned };
}
