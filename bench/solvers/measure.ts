import {
  absentChannels,
  type ConductanceModel,
  compile,
  defaultParameters,
  restingVoltage,
} from "../../src/engine/index.ts";
import type { Solver } from "../../src/engine/model.ts";
import { generatedKernel, SCHEMES } from "../../src/engine/solvers/index.ts";
import { rungeKutta } from "../../test/engine/truth.ts";

/** The error is that of the last spike before this; runs go on for a while, so that a late spike is still seen. */
const ERROR_AT_MS = 400;
const DURATION_MS = 450;
/** Beyond this the spike compared is another one. */
const LOST_MS = 10;
/** Shorter runs are repeated until the clock shows this. */
const LEAST_CPU_MS = 40;

export interface Case {
  readonly model: ConductanceModel;
  readonly title: string;
  /** Constant currents from the resting point; errors are taken over all of them, so that none is small by chance. */
  readonly amplitudes: readonly number[];
}

/** One setting of one scheme: a time step, or a tolerance. */
export interface Point {
  readonly setting: number;
  /** Root mean square over the currents of what the last spike is off; infinite where a run failed or lost a spike. */
  readonly error_ms: number;
  /** CPU milliseconds that one cell takes for a simulated second. */
  readonly cost_ms: number;
}

export interface Contender {
  readonly name: string;
  readonly solver: Solver;
  readonly technology: "compiled" | "JavaScript";
  readonly settings: readonly number[];
  /** Spike times for each current, of `cells` cells each. */
  run(setting: number): { readonly spikes: readonly ArrayLike<number>[]; readonly cells: number };
}

const DT_MS = [0.2, 0.1, 0.05, 0.025, 0.0125, 0.00625, 0.003125, 0.0015625, 0.001];
const TOLERANCES = [1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8];
/** Cells of each current in a population: vectors are full. */
const COPIES = 8;

/** All schemes on one case. The last two exist as generated JavaScript alone, as does the exponential scheme for comparison. */
export function contenders({ model, amplitudes }: Case): Contender[] {
  const compiled: readonly Solver[] = ["staggered", "euler", "midpoint", "exponential-euler"];
  const javascript: readonly Solver[] = ["midpoint", "backward-euler", "rosenbrock"];
  return [
    ...compiled.map((solver) => compiledContender(model, amplitudes, solver)),
    ...javascript.map((solver) => javascriptContender(model, amplitudes, solver)),
  ];
}

function compiledContender(
  model: ConductanceModel,
  amplitudes: readonly number[],
  solver: Solver,
): Contender {
  const params = defaultParameters(model);
  const v0_mV = restingVoltage(model, params);
  const value = Array.from({ length: COPIES }, () => amplitudes).flat();
  const parameters = new Float64Array(value.length * params.length);
  for (let cell = 0; cell < value.length; cell++) parameters.set(params, cell * params.length);
  const fixed = absentChannels(model, [params]);
  const kernels = new Map(DT_MS.map((dt_ms) => [dt_ms, compile(model, { dt_ms, solver, fixed })]));
  return {
    name: solver,
    solver,
    technology: "compiled",
    settings: DT_MS,
    run(dt_ms) {
      const { spikes, failures } = kernels.get(dt_ms)!.run(parameters, {
        steps: Math.round(DURATION_MS / dt_ms),
        i: { kind: "constant", value },
        v0_mV,
        spikeTimes: true,
      });
      const failed = new Set(failures.map(({ cell }) => cell));
      return {
        cells: value.length,
        spikes: amplitudes.map((_, k) =>
          failed.has(k) ? [] : spikes.times_ms.subarray(spikes.starts[k], spikes.starts[k + 1]),
        ),
      };
    },
  };
}

function javascriptContender(
  model: ConductanceModel,
  amplitudes: readonly number[],
  solver: Solver,
): Contender {
  const params = defaultParameters(model);
  const v0_mV = restingVoltage(model, params);
  const adaptive = solver === "rosenbrock";
  return {
    name: solver,
    solver,
    technology: "JavaScript",
    settings: adaptive ? TOLERANCES : DT_MS,
    run(setting) {
      const dt_ms = adaptive ? 0.1 : setting;
      const cell = generatedKernel(model, dt_ms, solver).bind(params);
      const options = { v0_mV, ...(adaptive && { tolerance: setting }) };
      const spikes = amplitudes.map((amplitude) => {
        const current = new Float64Array(Math.round(DURATION_MS / dt_ms)).fill(amplitude);
        const { spikeTimes_ms, failure } = cell.run(current, options);
        return failure ? [] : spikeTimes_ms;
      });
      return { spikes, cells: amplitudes.length };
    },
  };
}

/** Converged spike times: Runge-Kutta 4 with two steps, and the largest distance between the two. */
export function truthOf({ model, amplitudes }: Case): { last: number[]; counts: number[]; doubt_ms: number } {
  const params = defaultParameters(model);
  const v0_mV = restingVoltage(model, params);
  const at = (dt: number, amplitude: number) => {
    const current = new Float64Array(Math.round(ERROR_AT_MS / dt)).fill(amplitude);
    return rungeKutta(model, params, current, dt, v0_mV, current.length).spikeTimes_ms;
  };
  const fine = amplitudes.map((amplitude) => at(0.00125, amplitude));
  const last = fine.map((times) => times[times.length - 1]);
  const coarse = amplitudes.map((amplitude, k) => at(0.0025, amplitude)[fine[k].length - 1]);
  return {
    last,
    counts: fine.map((times) => times.length),
    doubt_ms: Math.max(...last.map((time, k) => Math.abs(time - coarse[k]))),
  };
}

/** All points of a contender: the error once, the cost as the smallest of the rounds after a first run. */
export function measure(
  contender: Contender,
  truth: { last: readonly number[]; counts: readonly number[] },
  rounds: number,
): Point[] {
  // The first calls of generated code are slow.
  for (let warm = 0; warm < 3; warm++) contender.run(contender.settings[2]);
  return contender.settings.map((setting) => {
    const { spikes } = contender.run(setting);
    // The spike of the same number: a scheme that is ahead may have one more by the end.
    const off = spikes.map((times, k) => times[truth.counts[k] - 1] - truth.last[k]);
    const error = Math.hypot(...off) / Math.sqrt(off.length);
    return {
      setting,
      error_ms: error < LOST_MS ? error : Number.POSITIVE_INFINITY,
      // The smallest: other programs on the machine only ever add.
      cost_ms: Math.min(...Array.from({ length: rounds }, () => costOf(contender, setting))),
    };
  });
}

/** CPU milliseconds of one cell for a simulated second. */
function costOf(contender: Contender, setting: number): number {
  const before = process.cpuUsage();
  for (let cells = 0; ; ) {
    cells += contender.run(setting).cells;
    const { user, system } = process.cpuUsage(before);
    const cpu_ms = (user + system) / 1000;
    if (cpu_ms >= LEAST_CPU_MS) return cpu_ms / cells / (DURATION_MS / 1000);
  }
}

/** What an error costs: the cheapest setting from which on all finer ones are at least as good. */
export interface CostAtError {
  readonly cost_ms: number;
  readonly setting: number;
  /** Why no line between two points could be followed, where that is so. */
  readonly limit?: "coarsest" | "unstable above" | "not reached";
}

export function costAt(points: readonly Point[], error_ms: number): CostAtError {
  const worse = points.findLastIndex((point) => !(point.error_ms <= error_ms));
  const good = points[worse + 1];
  if (!good) return { cost_ms: Number.NaN, setting: Number.NaN, limit: "not reached" };
  if (worse < 0) return { cost_ms: good.cost_ms, setting: good.setting, limit: "coarsest" };
  const bad = points[worse];
  if (bad.error_ms === Number.POSITIVE_INFINITY)
    return { cost_ms: good.cost_ms, setting: good.setting, limit: "unstable above" };
  const part = Math.log(error_ms / bad.error_ms) / Math.log(good.error_ms / bad.error_ms);
  const between = (from: number, to: number) => from * (to / from) ** part;
  return { cost_ms: between(bad.cost_ms, good.cost_ms), setting: between(bad.setting, good.setting) };
}

export const orderOf = (solver: Solver) => SCHEMES[solver].order;
