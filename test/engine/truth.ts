import {
  compileJavascript,
  declareParameters,
  emit,
  generatedNames,
} from "../../src/engine/compile/emitJavascript.ts";
import { type Expression, namesIn } from "../../src/engine/expression.ts";
import { type ConductanceModel, type Model, toRecord } from "../../src/engine/index.ts";
import { steadyState } from "../../src/engine/resting.ts";
import { RandomStream } from "../../src/random.ts";

/** Rows `[start_ms, amplitude]`; each holds until the next, the last to the end. */
export type CurrentRows = readonly (readonly number[])[];

export function sampledCurrent(rows: CurrentRows, duration_ms: number, dt_ms: number): Float64Array {
  const current = new Float64Array(Math.round(duration_ms / dt_ms));
  for (const [start_ms, amplitude] of rows) current.fill(amplitude, Math.round(start_ms / dt_ms));
  return current;
}

/** White noise around `mean` that holds for `hold` samples at a time. */
export function noiseCurrent(
  seed: number,
  samples: number,
  mean: number,
  sd: number,
  hold = 1,
): Float64Array {
  const stream = RandomStream.fromSeed(seed);
  const current = new Float64Array(samples);
  for (let n = 0; n < samples; n += hold) current.fill(mean + sd * stream.normal(), n, n + hold);
  return current;
}

/** Parameters drawn from the model's prior box. */
export function drawParameters(model: Model, stream: RandomStream): Float64Array {
  return Float64Array.from(model.parameters, ({ prior: { low, high, scale } }) => {
    const at = stream.uniform();
    return scale === "log" ? low * (high / low) ** at : low + (high - low) * at;
  });
}

/** Largest distance of spikes of the same number; infinite when the counts differ. */
export function spikeDistance_ms(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  return Array.from(a).reduce((worst, time, k) => Math.max(worst, Math.abs(time - b[k])), 0);
}

/** Slope of log2(error) when the step halves from one error to the next: least squares over all of them. */
export function convergenceOrder(errors: readonly number[]): number {
  const middle = (errors.length - 1) / 2;
  const logs = errors.map(Math.log2);
  const up = logs.reduce((sum, log, k) => sum - log * (k - middle), 0);
  return up / errors.reduce((sum, _, k) => sum + (k - middle) ** 2, 0);
}

export interface Truth {
  readonly spikeTimes_ms: readonly number[];
  readonly v_mV: Float64Array;
}

/**
 * The model's equations by the classical fourth-order Runge-Kutta method: shares no scheme with the kernels. Instantaneous
 * gates are taken at every stage. Voltage after every `recordEvery` steps; spikes on the cubic through both ends of a step.
 * `inputs`: waveforms of the model's inputs in their order, held like the current.
 */
export function rungeKutta(
  model: ConductanceModel,
  params: ArrayLike<number>,
  current: Float64Array,
  dt_ms: number,
  v0_mV: number,
  recordEvery = 1,
  inputs: readonly Float64Array[] = [],
): Truth {
  const { slope, initial } = compiled(model);
  const y = initial(params, v0_mV);
  const drive = new Float64Array(1 + inputs.length);
  const size = y.length;
  const [k1, k2, k3, k4, at] = Array.from({ length: 5 }, () => new Float64Array(size));
  const v_mV = new Float64Array(1 + Math.floor(current.length / recordEvery));
  const spikeTimes_ms: number[] = [];
  v_mV[0] = v0_mV;
  for (let step = 0; step < current.length; step++) {
    drive[0] = current[step];
    for (const [k, input] of inputs.entries()) drive[k + 1] = input[step];
    const before = y[0];
    slope(params, y, drive, k1);
    for (let n = 0; n < size; n++) at[n] = y[n] + (dt_ms / 2) * k1[n];
    slope(params, at, drive, k2);
    for (let n = 0; n < size; n++) at[n] = y[n] + (dt_ms / 2) * k2[n];
    slope(params, at, drive, k3);
    for (let n = 0; n < size; n++) at[n] = y[n] + dt_ms * k3[n];
    slope(params, at, drive, k4);
    for (let n = 0; n < size; n++) y[n] += (dt_ms / 6) * (k1[n] + 2 * k2[n] + 2 * k3[n] + k4[n]);
    if (before < 0 && y[0] >= 0) {
      const start = k1[0];
      slope(params, y, drive, k4);
      spikeTimes_ms.push((step + zeroOfCubic(before, y[0], start * dt_ms, k4[0] * dt_ms)) * dt_ms);
    }
    if ((step + 1) % recordEvery === 0) v_mV[(step + 1) / recordEvery] = y[0];
  }
  return { spikeTimes_ms, v_mV };
}

function compiled(model: ConductanceModel) {
  const names = generatedNames(model);
  const moving = model.gates.filter((gate) => gate.tau);
  const instant = model.gates.filter((gate) => !gate.tau);
  const { pools = [], inputs = [] } = model;
  const states = ["v", ...moving.map(({ name }) => name), ...pools.map(({ name }) => name)];
  const variable = (name: string) => names.get(name) ?? name;
  const read = new Set(pools.flatMap(({ inf, tau }) => [...namesIn(tau, namesIn(inf))]));
  const relax = ({ name, inf, tau }: { name: string; inf: Expression; tau?: Expression }) =>
    `out[${states.indexOf(name)}] = (${emit(inf, names)} - ${variable(name)}) / ${emit(tau!, names)};`;
  const slope = compileJavascript<
    (P: ArrayLike<number>, y: Float64Array, drive: Float64Array, out: Float64Array) => void
  >(
    ["P", "y", "drive", "out"],
    `${declareParameters(model)}
     const i = drive[0];
     ${inputs.map((name, k) => `const ${name} = drive[${k + 1}];`).join("\n")}
     ${states.map((name, k) => `const ${variable(name)} = y[${k}];`).join("\n")}
     ${instant.map((gate) => `const ${variable(gate.name)} = ${emit(gate.inf, names)};`).join("\n")}
     out[0] = (i - (${model.currents
       .map((c) => `p_${c.conductance} * ${emit(c.open, names)} * (v - p_${c.reversal})`)
       .join(" + ")})) / p_${model.capacitance};
     ${model.currents
       .filter((c) => read.has(`I_${c.name}`))
       .map((c) => `const I_${c.name} = p_${c.conductance} * ${emit(c.open, names)} * (v - p_${c.reversal});`)
       .join("\n")}
     ${[...moving, ...pools].map(relax).join("\n")}`,
  );
  const initial = (params: ArrayLike<number>, v: number) => {
    const at = steadyState(model, toRecord(model, params), v);
    return Float64Array.from(states, (name) => at[name]);
  };
  return { slope, initial };
}

/** Where the cubic with these values and slopes at 0 and 1 is zero, by bisection. */
function zeroOfCubic(y0: number, y1: number, d0: number, d1: number): number {
  let [low, high] = [0, 1];
  for (let round = 0; round < 40; round++) {
    const x = (low + high) / 2;
    const y =
      (1 + 2 * x) * (1 - x) ** 2 * y0 +
      x * (1 - x) ** 2 * d0 +
      x * x * (3 - 2 * x) * y1 +
      x * x * (x - 1) * d1;
    if (y < 0) low = x;
    else high = x;
  }
  return (low + high) / 2;
}
