import type { Expression } from "../expression.ts";
import {
  type BoundCell,
  failureAt,
  type Kernel,
  oneByOne,
  type Run,
  type RunOptions,
  VOLTAGE_LIMIT_MV,
} from "../kernel.ts";
import { type ConductanceModel, defaultSolver, type Model, type ResetModel } from "../model.ts";
import { compileJavascript, declareParameters, emit, gateName, generatedNames } from "./emitJavascript.ts";
import { GRID, prepareGates, ROUND } from "./gateTable.ts";

/** Kernels written as JavaScript source from the model description; conductance models run from tables (see gateTable.ts). */
export function javascriptKernel(model: Model, dt_ms: number): Kernel {
  const bind = model.kind === "reset" ? bindReset(model, dt_ms) : bindConductance(model, dt_ms);
  return {
    name: "javascript",
    model,
    solver: defaultSolver(model),
    dt_ms,
    bind: (params) => bind(Float64Array.from(params)),
  };
}

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
  // One spike a step at the most: a reset model far above its threshold.
  const spikes = new Float64Array(I.length + 1);
  const failed = Int32Array.of(-1);
  const count = loop(P, T, I, dt, v0, spikes, V, every, options.spikeLevel_mV ?? 0, failed);
  const run = { spikeTimes_ms: spikes.slice(0, count), v_mV: V };
  return failed[0] < 0 ? run : { ...run, failure: failureAt(failed[0], dt, "v") };
}

function bindReset(model: ResetModel, dt: number): (params: ArrayLike<number>) => BoundCell {
  const names = generatedNames(model);
  const js = (expression: Expression) => emit(expression, names);
  const loop = compileJavascript<Loop>(
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
  return (params) =>
    oneByOne((current, options = {}) =>
      runLoop(loop, params, noTable, current, dt, options.v0_mV ?? params[rest], options),
    );
}

function bindConductance(model: ConductanceModel, dt: number): (params: ArrayLike<number>) => BoundCell {
  const gates = prepareGates(model);
  const loop = compileJavascript<Loop>(LOOP_ARGUMENTS, loopSource(model));
  return (params) => {
    const table = new Float64Array(GRID.rows * gates.layout.width);
    gates.fill(params, table, dt);
    const rest = gates.rest(params);
    return oneByOne((current, options = {}) => {
      const v0 = options.v0_mV ?? rest(current[0] ?? 0);
      return runLoop(loop, params, table, current, dt, v0, options);
    });
  };
}

/** See `runStaggered` in reference.ts for the scheme. */
function loopSource(model: ConductanceModel): string {
  const names = generatedNames(model);
  const { width, gainAt, instantAt, ...gates } = prepareGates(model).layout;
  const moving = gates.moving.map(gateName);
  const instant = gates.instant.map(gateName);
  const last = GRID.rows - 2;
  const look = (column: number) =>
    `(T[k + ${column}] + part * (T[k + ${column + width}] - T[k + ${column}]))`;
  const advance = moving.map(
    (gate, column) => `${gate} = ${look(column)} * ${gate} + ${look(gainAt + column)};`,
  );
  const settle = instant.map(
    (gate, column) =>
      `const now_${gate} = ${look(instantAt + column)}; ${gate} = 1.5 * now_${gate} - 0.5 * last_${gate}; last_${gate} = now_${gate};`,
  );
  const atStart = new Map([...names, ["v", "v0"]]);
  const initial = model.gates.map((gate) => `let ${gateName(gate.name)} = ${emit(gate.inf, atStart)};`);
  const initialInstant = instant.map((gate) => `let last_${gate} = ${gate};`);
  const conductances = model.currents.map((current, index) => {
    return `const g${index} = p_${current.conductance} * ${emit(current.open, names)};`;
  });
  const total = model.currents.map((_, index) => `g${index}`).join(" + ");
  const drive = model.currents.map((current, index) => `g${index} * p_${current.reversal}`).join(" + ");
  return `${declareParameters(model)}
    // Gates start at their steady state, which the first half step does not move.
    ${initial.join("\n")}
    ${initialInstant.join("\n")}
    let v = v0, before = v0, count = 0, next = every, slot = 1, at = 0, row = 0, part = 0, k = 0;
    const doubled = 2 * p_${model.capacitance} / dt;
    const steps = I.length;
    if (every > 0) V[0] = v;
    for (let step = 0; step < steps; step++) {
      ${conductances.join("\n")}
      const conductance = ${total};
      const drive = ${drive} + I[step];
      before = v;
      v = (v * (doubled - conductance) + 2 * drive) / (doubled + conductance);
      if (!(v < ${VOLTAGE_LIMIT_MV} && v > -${VOLTAGE_LIMIT_MV})) { failed[0] = step + 1; return count; }
      if (v >= level && before < level) {
        spikes[count++] = (step + (level - before) / (v - before)) * dt;
      }
      at = (v - ${GRID.low_mV}) * ${1 / GRID.step_mV};
      if (!(at >= 0)) at = 0;
      if (!(at <= ${last})) at = ${last};
      row = at - 0.5 + ${ROUND} - ${ROUND};
      part = at - row;
      k = (row * ${width}) | 0;
      ${advance.join("\n")}
      ${settle.join("\n")}
      if (step + 1 === next) { V[slot++] = v; next += every; }
    }
    return count;`;
}
