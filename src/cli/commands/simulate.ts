import type { Command } from "commander";
import {
  defaultParameters,
  defaultSolver,
  findModel,
  fromRecord,
  javascriptKernel,
  type Model,
  referenceKernel,
  toRecord,
} from "../../engine/index.ts";
import { InputError } from "../../errors.ts";
import {
  applyChanges,
  findDrug,
  parameterChanges,
  parseDoses,
  resolveDrug,
} from "../../pharmacology/index.ts";
import { readSuppliedCurrent, type SuppliedCurrent } from "../../recordings/index.ts";
import { readInput, readJson } from "../files.ts";
import { loadLibrary } from "../library.ts";
import { currentStep, finiteNumber, oneOf, positiveNumber } from "../options.ts";
import { number, type Output, textTable } from "../output.ts";

interface SimulateOptions {
  readonly model: string;
  readonly params?: string;
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

const SOLVERS = [
  "euler",
  "midpoint",
  "backward-euler",
  "exponential-euler",
  "staggered",
  "rosenbrock",
] as const;
const LONGEST_STEPS = 50_000_000;

export function addSimulate(program: Command, output: () => Output): void {
  program
    .command("simulate")
    .description("one cell under a current")
    .requiredOption("--model <id>", "cortical, izhikevich (and -fs, -lts, -tc, -rtn), hodgkin-huxley")
    .option("--params <file.json>", "exactly the model's parameters, names with units")
    .option(
      "--current <file.csv>",
      "columns t_ms and the model's current; each value holds until the next row",
    )
    .option("--step <A,START,END>", "a current step, e.g. 200pA,100ms,600ms (bare: the model's unit and ms)")
    .option("--duration <ms>", "length of the run; default: to 100 ms after the step, or 500 ms")
    .option("--dt <ms>", "time step; default 0.025, reset models 0.1")
    .option("--solver <name>", "staggered (conductance models), euler (reset models)")
    .option("--v0 <mV>", "first voltage; default: the resting point")
    .option("--drug <name>", "apply a drug of the library")
    .option("--dose <dose>", "its concentration, e.g. 10uM")
    .option("--trace", "add the samples t_ms and v_mV")
    .action(async (options: SimulateOptions) => output().result(...(await simulate(options))));
}

async function simulate(options: SimulateOptions): Promise<[unknown, () => string]> {
  const model = findModel(options.model);
  const solver = defaultSolver(model);
  const asked = options.solver === undefined ? solver : oneOf("--solver", options.solver, SOLVERS);
  if (asked !== solver) {
    throw new InputError({
      code: "solver-not-available",
      where: "--solver",
      what: `${model.id} cannot be integrated with this scheme yet`,
      got: asked,
      expected: solver,
    });
  }
  const dt_ms =
    options.dt === undefined
      ? model.kind === "reset"
        ? 0.1
        : 0.025
      : positiveNumber("--dt", options.dt, "ms");
  const { current } = await injectedCurrent(model, options, dt_ms);
  const params = await drugged(model, await parametersOf(model, options.params), options);
  const kernel = model.kind === "reset" ? javascriptKernel(model, dt_ms) : referenceKernel(model, dt_ms);
  const run = kernel.bind(fromRecord(model, params)).run(current, {
    recordEvery: options.trace ? 1 : 0,
    ...(options.v0 !== undefined && { v0_mV: finiteNumber("--v0", options.v0, "mV") }),
  });
  if (run.failure) {
    throw new InputError({
      code: "simulation-failed",
      what: `${run.failure.state} is not finite at t = ${number(run.failure.t_ms)} ms`,
      got: `dt = ${dt_ms} ms`,
      next: run.failure.remedy,
    });
  }
  const spikeTimes_ms = [...run.spikeTimes_ms];
  const trace = options.trace
    ? { t_ms: Array.from(run.v_mV, (_, step) => step * dt_ms), v_mV: [...run.v_mV] }
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

function toText(
  model: Model,
  document: { duration_ms: number; dt_ms: number; spikeTimes_ms: number[]; t_ms?: number[]; v_mV?: number[] },
): string {
  const { duration_ms, dt_ms, spikeTimes_ms, t_ms, v_mV } = document;
  const head = `${model.title}: ${spikeTimes_ms.length} spike(s) in ${number(duration_ms)} ms at dt = ${dt_ms} ms`;
  const times = spikeTimes_ms.length
    ? `spike times (ms): ${spikeTimes_ms.map((time) => time.toFixed(3)).join(" ")}`
    : "";
  if (!t_ms || !v_mV) return `${head}\n${times}`;
  return `${head}\n${times}\n${textTable([["t_ms", "v_mV"], ...t_ms.map((t, k) => [t.toFixed(3), v_mV[k].toFixed(3)])])}`;
}

/** Exactly the keys that the model declares. */
async function parametersOf(model: Model, file: string | undefined): Promise<Record<string, number>> {
  if (file === undefined) return toRecord(model, defaultParameters(model));
  const given = await readJson(file);
  const names = model.parameters.map(({ name }) => name);
  const refuse = (what: string, got: string): never => {
    throw new InputError({ code: "bad-parameters", where: file, what, got, expected: names.join(", ") });
  };
  if (typeof given !== "object" || given === null || Array.isArray(given))
    return refuse("not an object of parameters", typeof given);
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
    });
  }
  const drug = findDrug(await loadLibrary(), options.drug);
  const [dose_uM] = parseDoses(options.dose);
  return applyChanges(params, parameterChanges(resolveDrug(drug, model.parameters), dose_uM));
}

async function injectedCurrent(
  model: Model,
  options: SimulateOptions,
  dt_ms: number,
): Promise<{ current: Float64Array }> {
  const duration =
    options.duration === undefined ? undefined : positiveNumber("--duration", options.duration, "ms");
  if (options.current !== undefined && options.step !== undefined) {
    throw new InputError({ code: "bad-option", where: "--current, --step", what: "give one of them" });
  }
  if (options.current !== undefined) {
    const supplied = await currentFile(model, options.current);
    const last = supplied.t_ms[supplied.t_ms.length - 1];
    return { current: sampled(supplied, steps(duration ?? last, dt_ms), dt_ms) };
  }
  const step =
    options.step === undefined ? undefined : currentStep("--step", options.step, model.current.unit);
  const current = new Float64Array(steps(duration ?? (step ? step.end_ms + 100 : 500), dt_ms));
  if (step) current.fill(step.amplitude, Math.round(step.start_ms / dt_ms), Math.round(step.end_ms / dt_ms));
  return { current };
}

function steps(duration_ms: number, dt_ms: number): number {
  const count = Math.round(duration_ms / dt_ms);
  if (count >= 1 && count <= LONGEST_STEPS) return count;
  throw new InputError({
    code: "bad-option",
    where: "--duration, --dt",
    what: "the run is too short or too long",
    got: `${count} steps`,
    expected: `1 to ${LONGEST_STEPS}`,
  });
}

async function currentFile(model: Model, path: string): Promise<SuppliedCurrent> {
  const bytes = await readInput(path);
  if (model.current.name === "i_pA") return readSuppliedCurrent(bytes, path);
  // The reader knows currents, not densities: the column is renamed for it and the numbers pass through unchanged.
  const text = new TextDecoder().decode(bytes);
  return readSuppliedCurrent(new TextEncoder().encode(text.replace(model.current.name, "i_pA")), path);
}

/** Each value holds until the next row's time; 0 before the first. */
function sampled({ t_ms, i_pA }: SuppliedCurrent, count: number, dt_ms: number): Float64Array {
  const current = new Float64Array(count);
  let row = -1;
  for (let step = 0; step < count; step++) {
    while (row + 1 < t_ms.length && t_ms[row + 1] <= step * dt_ms + 1e-9) row++;
    current[step] = row < 0 ? 0 : i_pA[row];
  }
  return current;
}
