import type { Expression } from "../expression.ts";
import { FUNCTIONS } from "../expression.ts";
import {
  type BoundCell,
  failureAt,
  type Kernel,
  type Run,
  type RunOptions,
  VOLTAGE_LIMIT_MV,
} from "../kernel.ts";
import { type ConductanceModel, defaultSolver, type Gate, type Model, type ResetModel } from "../model.ts";
import { lowestZero } from "../resting.ts";

/**
 * Kernels written as JavaScript source from the model description. Conductance models are run from tables over voltage:
 * each gate's update x -> A(v) x + B(v) is tabulated once for a parameter set and a time step, and interpolated linearly,
 * so that a step costs no exponential.
 */
export function javascriptKernel(model: Model, dt_ms: number): Kernel {
  const bind = model.kind === "reset" ? bindReset(model, dt_ms) : bindConductance(model, dt_ms);
  return { name: "javascript", model, solver: defaultSolver(model), dt_ms, bind };
}

/** Grid of the tables. Linear interpolation on it keeps every gate within 1e-5 of its exact update. */
const TABLE_LOW_MV = -200;
const TABLE_HIGH_MV = 150;
const TABLE_STEP_MV = 0.1;
const TABLE_ROWS = Math.round((TABLE_HIGH_MV - TABLE_LOW_MV) / TABLE_STEP_MV) + 1;

/** A generated loop returns its spike count and leaves the failed step, if any, in `failed[0]`. */
type Loop = (
  P: ArrayLike<number>,
  T: Float64Array,
  I: Float64Array,
  dt: number,
  v0: number,
  spikes: Float64Array,
  V: Float64Array,
  every: number,
  level: number,
  failed: Int32Array,
) => number;

const LOOP_ARGUMENTS = ["P", "T", "I", "dt", "v0", "spikes", "V", "every", "level", "failed"];

function runLoop(
  loop: Loop,
  P: ArrayLike<number>,
  T: Float64Array,
  I: Float64Array,
  dt: number,
  v0: number,
  options: RunOptions,
): Run {
  const every = options.recordEvery ?? 0;
  const V =
    every > 0 ? new Float64Array(1 + Math.floor(I.length / every)).fill(Number.NaN) : new Float64Array(0);
  const spikes = new Float64Array(spikeRoom(I.length));
  const failed = Int32Array.of(-1);
  const count = loop(P, T, I, dt, v0, spikes, V, every, options.spikeLevel_mV ?? 0, failed);
  const run = { spikeTimes_ms: spikes.slice(0, count), v_mV: V };
  return failed[0] < 0 ? run : { ...run, failure: failureAt(failed[0], dt, "v") };
}

/** One spike a step at the most (a reset model far above threshold). */
const spikeRoom = (steps: number) => steps + 1;

function bindReset(model: ResetModel, dt: number): (params: ArrayLike<number>) => BoundCell {
  const names = parameterNames(model);
  const js = (expression: Expression) => emit(expression, names);
  const loop = compile<Loop>(
    LOOP_ARGUMENTS,
    `${declareParameters(model)}
    let v = v0, u = 0, count = 0, next = every, slot = 1;
    const steps = I.length;
    if (every > 0) V[0] = v;
    for (let step = 0; step < steps; step++) {
      const i = I[step];
      const dv = ${js(model.dv)};
      const du = ${js(model.du)};
      v += dt * dv;
      u += dt * du;
      if (!(v < 1e6 && v > -1e6)) { failed[0] = step + 1; return count; }
      if (v >= ${js(model.peak)}) {
        spikes[count++] = (step + 1) * dt;
        const reset = ${js(model.resetV)};
        u = ${js(model.resetU)};
        v = reset;
      }
      if (step + 1 === next) { V[slot++] = v; next += every; }
    }
    return count;`,
  );
  const rest = model.parameters.findIndex((parameter) => parameter.name === model.rest);
  const noTable = new Float64Array(0);
  return (params) => ({
    run: (current, options = {}) =>
      runLoop(loop, params, noTable, current, dt, options.v0_mV ?? params[rest], options),
  });
}

function bindConductance(model: ConductanceModel, dt: number): (params: ArrayLike<number>) => BoundCell {
  const fill = compile<(P: ArrayLike<number>, T: Float64Array, dt: number) => void>(
    ["P", "T", "dt"],
    fillSource(model),
  );
  const loop = compile<Loop>(LOOP_ARGUMENTS, loopSource(model));
  const steady = compile<(P: ArrayLike<number>, v: number) => number>(["P", "v"], steadySource(model));
  const width = columns(model).width;
  return (params) => {
    const table = new Float64Array(TABLE_ROWS * width);
    fill(params, table, dt);
    const rest = (injected: number) => lowestZero((v) => steady(params, v) - injected);
    return {
      run: (current, options = {}) =>
        runLoop(loop, params, table, current, dt, options.v0_mV ?? rest(current[0] ?? 0), options),
    };
  };
}

/** Where each gate's entries stand in a row of the table. */
function columns(model: ConductanceModel): { width: number; first: ReadonlyMap<string, number> } {
  const first = new Map<string, number>();
  let width = 0;
  for (const gate of model.gates) {
    first.set(gate.name, width);
    width += gate.tau ? 2 : 1;
  }
  return { width, first };
}

function fillSource(model: ConductanceModel): string {
  const names = parameterNames(model);
  const entries = model.gates.map((gate) => {
    const inf = emit(gate.inf, names);
    if (!gate.tau) return `T[k++] = ${inf};`;
    return `{ const keep = Math.exp(-dt / (${emit(gate.tau, names)})); T[k++] = keep; T[k++] = (${inf}) * (1 - keep); }`;
  });
  return `${declareParameters(model)}
    let k = 0;
    for (let row = 0; row < ${TABLE_ROWS}; row++) {
      const v = ${TABLE_LOW_MV} + row * ${TABLE_STEP_MV};
      ${entries.join("\n")}
    }`;
}

/** See `runStaggered` in reference.ts for the scheme. */
function loopSource(model: ConductanceModel): string {
  const names = parameterNames(model);
  const { width, first } = columns(model);
  const moving = model.gates.filter((gate) => gate.tau);
  const instant = model.gates.filter((gate) => !gate.tau);
  const locate = (voltage: string) => `
      at = (${voltage} - ${TABLE_LOW_MV}) * ${1 / TABLE_STEP_MV};
      at = at > 0 ? (at < ${TABLE_ROWS - 1.001} ? at : ${TABLE_ROWS - 1.001}) : 0;
      row = at | 0; part = at - row; k = row * ${width};`;
  const look = (column: number) =>
    `(T[k + ${column}] + part * (T[k + ${column + width}] - T[k + ${column}]))`;
  const advance = moving.map((gate) => {
    const column = first.get(gate.name) ?? 0;
    return `${gate.name} = ${look(column)} * ${gate.name} + ${look(column + 1)};`;
  });
  const settle = instant.map((gate) => `${gate.name} = ${look(first.get(gate.name) ?? 0)};`);
  const conductances = model.currents.map((current, index) => {
    return `const g${index} = p_${current.conductance} * ${emit(current.open, names)};`;
  });
  const total = model.currents.map((_, index) => `g${index}`).join(" + ");
  const drive = model.currents.map((current, index) => `g${index} * p_${current.reversal}`).join(" + ");
  return `${declareParameters(model)}
    ${initialGates(model)}
    let v = v0, before = v0, count = 0, next = every, slot = 1, at = 0, row = 0, part = 0, k = 0;
    const doubled = 2 * p_${model.capacitance} / dt;
    const steps = I.length;
    if (every > 0) V[0] = v;
    for (let step = 0; step < steps; step++) {
      ${instant.length ? locate("(1.5 * v - 0.5 * before)") : ""}
      ${settle.join("\n")}
      ${conductances.join("\n")}
      const conductance = ${total};
      const drive = ${drive} + I[step];
      before = v;
      v = (v * (doubled - conductance) + 2 * drive) / (doubled + conductance);
      if (!(v < ${VOLTAGE_LIMIT_MV} && v > -${VOLTAGE_LIMIT_MV})) { failed[0] = step + 1; return count; }
      if (v >= level && before < level) {
        spikes[count++] = (step + (level - before) / (v - before)) * dt;
      }
      ${locate("v")}
      ${advance.join("\n")}
      if (step + 1 === next) { V[slot++] = v; next += every; }
    }
    return count;`;
}

/** Gates start at their steady state, which the first half step does not move. */
function initialGates(model: ConductanceModel): string {
  const names = parameterNames(model);
  const lines = model.gates.map(
    (gate) => `let ${gate.name} = ${emit(gate.inf, new Map([...names, ["v", "v0"]]))};`,
  );
  return lines.join("\n");
}

function steadySource(model: ConductanceModel): string {
  const names = parameterNames(model);
  const gates = model.gates.map((gate: Gate) => `const ${gate.name} = ${emit(gate.inf, names)};`);
  const currents = model.currents.map(
    (current) => `p_${current.conductance} * ${emit(current.open, names)} * (v - p_${current.reversal})`,
  );
  return `${declareParameters(model)}\n${gates.join("\n")}\nreturn ${currents.join(" + ")};`;
}

const parameterNames = (model: Model): ReadonlyMap<string, string> =>
  new Map(model.parameters.map((parameter) => [parameter.name, `p_${parameter.name}`]));

const declareParameters = (model: Model): string =>
  `const ${model.parameters.map((parameter, index) => `p_${parameter.name} = P[${index}]`).join(", ")};`;

/** An expression as JavaScript; names not in `rename` are locals of the generated function. */
function emit(expression: Expression, rename: ReadonlyMap<string, string>): string {
  const js = (inner: Expression): string => emit(inner, rename);
  switch (expression.kind) {
    case "number":
      return String(expression.value);
    case "name":
      return rename.get(expression.name) ?? expression.name;
    case "negate":
      return `(-${js(expression.of)})`;
    case "binary":
      return `(${js(expression.left)} ${expression.operator} ${js(expression.right)})`;
    case "power": {
      const base = js(expression.base);
      return `(${Array.from({ length: expression.exponent }, () => base).join(" * ")})`;
    }
    case "call":
      return `f_${expression.fn}(${expression.args.map(js).join(", ")})`;
    default:
      return expression satisfies never;
  }
}

/** Descriptions are ours or were parsed by `parseExpression`, which lets no other JavaScript through. */
function compile<F>(args: readonly string[], body: string): F {
  const helpers = Object.keys(FUNCTIONS).map((name) => `f_${name}`);
  const outer = new Function(...helpers, `"use strict"; return (${args.join(", ")}) => {\n${body}\n};`);
  return outer(...Object.values(FUNCTIONS)) as F;
}
