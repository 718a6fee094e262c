import type { Command } from "commander";
import {
  absentChannels,
  addChannel,
  defaultParameters,
  defaultSolver,
  defineChannel,
  findModel,
  fromRecord,
  type Model,
  PRESETS,
  SCHEMES,
  type Solver,
  solversOf,
  toRecord,
} from "../../engine/index.ts";
import { InputError } from "../../errors.ts";
import {
  applyChanges,
  findDrug,
  parameterChanges,
  parseDoses,
  presentParameters,
  resolveDrug,
} from "../../pharmacology/index.ts";
import { readSuppliedCurrent, type SuppliedCurrent } from "../../recordings/index.ts";
import { readInput, readJson } from "../files.ts";
import { loadLibrary } from "../library.ts";
import { currentStep, finiteNumber, oneOf, positiveNumber } from "../options.ts";
import { count, number, type Output, textTable } from "../output.ts";
import { runInWorker } from "../pool.ts";

interface SimulateOptions {
  readonly model: string;
  readonly params?: string;
  readonly preset?: string;
  readonly channel?: string;
  readonly current?: string;
  readonly step?: string;
  readonly duration?: string;
  readonly dt?: string;
  readonly solver?: string;
  readonly v0?: string;
  readonly drug?: string;
  readonly dose?: string;
  readonly trace?: boolean;
}

const LONGEST_STEPS = 50_000_000;
/** More would not fit into one JSON document. */
const LONGEST_TRACE = 5_000_000;

export function addSimulate(program: Command, output: () => Output): void {
  program
    .command("simulate")
    .description("one cell under a current")
    .requiredOption("--model <id>", "cortical, izhikevich (and -fs, -lts, -tc, -rtn), adex, hodgkin-huxley")
    .option("--params <file.json>", "exactly the model's parameters, names with units")
    .option("--preset <id>", `a cell type of the cortical model: ${PRESETS.map(({ id }) => id).join(", ")}`)
    .option("--channel <file.json>", "adds a channel of your own to the model (docs/channels.md says how)")
    .option(
      "--current <file.csv>",
      "columns t_ms and the model's current (i_pA, i_uA_per_cm2); each value holds until the next row",
    )
    .option("--step <A,START,END>", "a current step, e.g. 200pA,100ms,600ms (bare: the model's unit and ms)")
    .option(
      "--duration <ms>",
      "length of the run; default: to 100 ms after the step, to the last row of the file, or 500",
    )
    .option("--dt <ms>", "time step; default 0.025, reset models 0.1")
    .option(
      "--solver <name>",
      `${Object.keys(SCHEMES).join(", ")}; default staggered, reset models euler (which cannot be staggered)`,
    )
    .option("--v0 <mV>", "first voltage; default: the resting point")
    .option("--drug <name>", "apply a drug of the library")
    .option("--dose <dose>", "its concentration, e.g. 10uM")
    .option("--trace", "add the samples t_ms, v_mV and the current")
    .action(async (options: SimulateOptions) => await output().result(...(await simulate(options))));
}

async function simulate(options: SimulateOptions): Promise<[unknown, () => string]> {
  const model = await modelOf(options);
  const solver = solverOf(model, options.solver);
  const dt_ms =
    options.dt === undefined
      ? model.kind === "reset"
        ? 0.1
        : 0.025
      : positiveNumber("--dt", options.dt, "ms");
  const { current } = await injectedCurrent(model, options, dt_ms);
  if (options.trace && current.length > LONGEST_TRACE) {
    throw new InputError({
      code: "bad-option",
      where: "--trace",
      what: "the trace is too long to print",
      got: count(current.length, "sample"),
      expected: `at most ${LONGEST_TRACE}`,
      next: "Take a shorter --duration, or leave --trace out: the spike times come without it.",
    });
  }
  const params = await drugged(model, await parametersOf(model, options), options);
  const run = await runInWorker({
    kind: "simulate",
    model,
    dt_ms,
    solver,
    params: fromRecord(model, params),
    current,
    options: {
      recordEvery: options.trace ? 1 : 0,
      ...(options.v0 !== undefined && { v0_mV: finiteNumber("--v0", options.v0, "mV") }),
    },
  });
  if (run.failure) {
    throw new InputError({
      code: "simulation-failed",
      where: `simulate --model ${model.id}`,
      what: `${run.failure.state} is not finite at t = ${number(run.failure.t_ms)} ms`,
      got: `dt = ${dt_ms} ms`,
      expected: "finite numbers throughout",
      next: run.failure.remedy,
    });
  }
  const spikeTimes_ms = [...run.spikeTimes_ms];
  const trace = options.trace
    ? {
        t_ms: Array.from(run.v_mV, (_, step) => step * dt_ms),
        v_mV: [...run.v_mV],
        [model.current.name]: Array.from(run.v_mV, (_, step) => current[step] ?? 0),
      }
    : {};
  const document = {
    model: model.id,
    params,
    dt_ms,
    solver,
    duration_ms: current.length * dt_ms,
    spikeTimes_ms,
    ...trace,
  };
  return [document, () => toText(model, document)];
}

function solverOf(model: Model, asked: string | undefined): Solver {
  if (asked === undefined) return defaultSolver(model);
  const solver = oneOf("--solver", asked, Object.keys(SCHEMES) as Solver[]);
  const possible = solversOf(model);
  if (possible.includes(solver)) return solver;
  throw new InputError({
    code: "solver-not-available",
    where: "--solver",
    what: `${model.id} has no gates to stagger against its voltage`,
    got: solver,
    expected: possible.join(", "),
    next: "Choose one of these, or leave --solver out.",
  });
}

function toText(
  model: Model,
  document: { duration_ms: number; dt_ms: number; spikeTimes_ms: number[]; t_ms?: number[]; v_mV?: number[] },
): string {
  const { duration_ms, dt_ms, spikeTimes_ms, t_ms, v_mV } = document;
  const head = `${model.title}: ${count(spikeTimes_ms.length, "spike")} in ${number(duration_ms)} ms at dt = ${dt_ms} ms`;
  const times = spikeTimes_ms.length
    ? `spike times (ms): ${spikeTimes_ms.map((time) => time.toFixed(3)).join(" ")}`
    : "";
  if (!t_ms || !v_mV) return `${head}\n${times}`;
  return `${head}\n${times}\n${textTable([["t_ms", "v_mV"], ...t_ms.map((t, k) => [t.toFixed(3), v_mV[k].toFixed(3)])])}`;
}

/** The model, with the user's own channel if there is one. */
async function modelOf(options: SimulateOptions): Promise<Model> {
  const model = findModel(options.model);
  if (options.channel === undefined) return model;
  if (model.kind === "conductance") return addChannel(model, defineChannel(await readJson(options.channel)));
  throw new InputError({
    code: "model-without-channels",
    where: "--channel",
    what: "this model has no ion channels, so none can be added",
    got: model.id,
    expected: "a model with channels, e.g. cortical",
    next: "Take --model cortical.",
  });
}

/** Parameters of a cell type; whatever it does not state is the default. */
function presetParameters(model: Model, options: SimulateOptions): Record<string, number> {
  const refuse = (what: string, got: string, expected: string, next: string): never => {
    throw new InputError({ code: "bad-option", where: "--preset", what, got, expected, next });
  };
  const ids = PRESETS.map(({ id }) => id).join(", ");
  const preset = PRESETS.find(({ id }) => id === options.preset);
  if (!preset) return refuse("no such preset", `"${options.preset}"`, ids, "Choose one of these.");
  if (model.id !== "cortical")
    return refuse("presets are cells of the cortical model", model.id, "cortical", "Take --model cortical.");
  if (options.params !== undefined)
    return refuse("a preset is a set of parameters", "--params too", "one of the two", "Leave one out.");
  return { ...toRecord(model, defaultParameters(model)), ...preset.parameters };
}

/** Exactly the keys that the model declares. */
async function parametersOf(model: Model, options: SimulateOptions): Promise<Record<string, number>> {
  if (options.preset !== undefined) return presetParameters(model, options);
  const { params: file } = options;
  if (file === undefined) return toRecord(model, defaultParameters(model));
  const given = await readJson(file);
  const names = model.parameters.map(({ name }) => name);
  const refuse = (what: string, got: string): never => {
    throw new InputError({
      code: "bad-parameters",
      where: file,
      what,
      got,
      expected: `exactly ${names.join(", ")}`,
      next: `\`patchtwin simulate --model ${model.id} --json\` prints them with their default values.`,
    });
  };
  if (typeof given !== "object" || given === null || Array.isArray(given))
    return refuse(
      "the document is no object of parameters",
      given === null ? "null" : Array.isArray(given) ? "a list" : `a ${typeof given}`,
    );
  const keys = Object.keys(given);
  const unknown = keys.filter((key) => !names.includes(key));
  if (unknown.length) refuse(`unknown parameter(s) of ${model.id}`, unknown.join(", "));
  const missing = names.filter((name) => !keys.includes(name));
  if (missing.length) refuse(`missing parameter(s) of ${model.id}`, missing.join(", "));
  for (const [key, value] of Object.entries(given)) {
    if (typeof value !== "number" || !Number.isFinite(value))
      refuse(`${key} is not a finite number`, String(value));
  }
  return given as Record<string, number>;
}

async function drugged(
  model: Model,
  params: Record<string, number>,
  options: SimulateOptions,
): Promise<Record<string, number>> {
  if (options.drug === undefined && options.dose === undefined) return params;
  if (options.drug === undefined || options.dose === undefined) {
    throw new InputError({
      code: "bad-option",
      where: "--drug, --dose",
      what: "a drug needs a dose and a dose needs a drug",
      got: options.drug === undefined ? "--dose alone" : "--drug alone",
      expected: "both, e.g. --drug retigabine --dose 10uM",
      next: "Give both or neither.",
    });
  }
  const drug = findDrug(await loadLibrary(), options.drug);
  const [dose_uM, ...more] = parseDoses(options.dose);
  if (more.length > 0) {
    throw new InputError({
      code: "bad-dose",
      where: "--dose",
      what: "a simulation takes one dose",
      got: `"${options.dose}"`,
      expected: "one dose, e.g. 10uM",
      next: "`patchtwin trial` runs a sweep of doses.",
    });
  }
  const absent = absentChannels(model, [fromRecord(model, params)]);
  const there = presentParameters(model.parameters, new Set(Object.keys(absent)));
  return applyChanges(params, parameterChanges(resolveDrug(drug, there), dose_uM));
}

async function injectedCurrent(
  model: Model,
  options: SimulateOptions,
  dt_ms: number,
): Promise<{ current: Float64Array }> {
  const duration =
    options.duration === undefined ? undefined : positiveNumber("--duration", options.duration, "ms");
  if (options.current !== undefined && options.step !== undefined) {
    throw new InputError({
      code: "bad-option",
      where: "--current, --step",
      what: "two currents are given",
      got: "both options",
      expected: "one of them",
      next: "Leave one of them out.",
    });
  }
  if (options.current !== undefined) {
    const supplied = await currentFile(model, options.current);
    const last = supplied.t_ms[supplied.t_ms.length - 1];
    return { current: sampled(supplied, stepCount(duration ?? last, dt_ms), dt_ms) };
  }
  const step =
    options.step === undefined ? undefined : currentStep("--step", options.step, model.current.unit);
  const current = new Float64Array(stepCount(duration ?? (step ? step.end_ms + 100 : 500), dt_ms));
  if (step) current.fill(step.amplitude, Math.round(step.start_ms / dt_ms), Math.round(step.end_ms / dt_ms));
  return { current };
}

function stepCount(duration_ms: number, dt_ms: number): number {
  const steps = Math.round(duration_ms / dt_ms);
  if (steps >= 1 && steps <= LONGEST_STEPS) return steps;
  throw new InputError({
    code: "bad-option",
    where: "--duration, --dt",
    what: "the run is too short or too long",
    got: `${number(duration_ms)} ms at dt = ${dt_ms} ms`,
    expected: `1 to ${LONGEST_STEPS} steps`,
    next: "Give another --duration or --dt.",
  });
}

async function currentFile(model: Model, path: string): Promise<SuppliedCurrent> {
  const bytes = await readInput(path);
  if (model.current.name === "i_pA") return readSuppliedCurrent(bytes, path);
  // The reader knows currents, not densities: the column is renamed for it and the numbers pass through unchanged.
  const text = new TextDecoder().decode(bytes);
  const [header] = text.split("\n", 1);
  if (!header.includes(model.current.name)) {
    throw new InputError({
      code: "current-file",
      where: path,
      what: `the current of ${model.id} is a density, and no column is named so`,
      got: `first line "${header.trim().slice(0, 60)}"`,
      expected: `a header t_ms,${model.current.name}`,
      next: "Write the current in that unit.",
    });
  }
  return readSuppliedCurrent(new TextEncoder().encode(text.replace(model.current.name, "i_pA")), path);
}

/** Each value holds until the next row's time; 0 before the first. */
function sampled({ t_ms, i_pA }: SuppliedCurrent, steps: number, dt_ms: number): Float64Array {
  const current = new Float64Array(steps);
  let row = -1;
  for (let step = 0; step < steps; step++) {
    while (row + 1 < t_ms.length && t_ms[row + 1] <= step * dt_ms + 1e-9) row++;
    current[step] = row < 0 ? 0 : i_pA[row];
  }
  return current;
}
