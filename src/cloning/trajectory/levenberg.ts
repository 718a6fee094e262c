import { solve } from "../symmetric.ts";
import type { Residuals } from "./aligned.ts";
import type { Chart, Charts } from "./chart.ts";
import { dot, halfSquares, products } from "./linear.ts";

/** What is fitted: traces of points in the unit box, and how they are compared with the data. */
export interface Problem {
  readonly simulate: (points: readonly Float64Array[]) => (Float64Array | null)[];
  readonly chartAt: Charts;
  /** Residuals as seen from a trace; asked anew at every iteration. */
  readonly residualsAt: (trace: Float64Array) => Residuals;
}

export interface Fit {
  readonly x: Float64Array;
  readonly trace: Float64Array;
  /** Half the sum of squared residuals. */
  readonly cost: number;
  readonly iterations: number;
  /** The last step hardly lowered the cost, or none did. */
  readonly settled: boolean;
}

/** Residuals around a point, in the coordinates of its chart. */
export interface Linear {
  readonly chart: Chart;
  readonly residualsOf: Residuals;
  readonly residuals: Float64Array;
  readonly cost: number;
  readonly jacobian: readonly Float64Array[];
  /** Expected curvature of the cost, row by row. */
  readonly information: Float64Array;
  readonly gradient: Float64Array;
}

export interface LevenbergOptions {
  readonly mostIterations: number;
  /** A smaller gain ends the search. */
  readonly smallestGain: number;
}

/** Dampings that are tried at once: lanes of the engine would stay empty otherwise. */
const TRIED = [0.03, 1, 30];
const MOST_TRIALS = 4;
/** Each further trial takes shorter steps: dampings alone do not reach the curvature of the stiffest directions. */
const SHRINKING = 0.15;
const [FIRST_DAMPING, LEAST_DAMPING] = [100, 1e-2];
const LONGEST_STEP = 0.3;
/** Part of a step at which the curvature along it is measured. */
const PROBE = 0.1;
/** Longest correction for curvature, as a part of the step. */
const MOST_BENT = 0.375;
/** Information of a flat prior of width 1. */
const FLAT_INFORMATION = 12;
/** Part of a coordinate's own standard deviation by which it is moved for a difference. */
const DIFFERENCE = 0.003;
const [LEAST_DIFFERENCE, MOST_DIFFERENCE] = [1e-11, 1e-5];

/**
 * Least squares by Levenberg (1944) in the unit box: damped by the identity, not by Marquardt's diagonal, which brakes the way along a
 * valley. Each step is also tried bent along the valley, by the second derivative in its direction (Transtrum and Sethna 2012,
 * arXiv:1201.5885). Coordinates that press against the box are held. Null where the first point cannot be simulated.
 */
export function levenberg(problem: Problem, start: Float64Array, options: LevenbergOptions): Fit | null {
  const [trace] = problem.simulate([start]);
  if (!trace) return null;
  const search = new Search(problem, start, trace);
  return search.run(options);
}

class Search {
  readonly #problem: Problem;
  #x: Float64Array;
  #trace: Float64Array;
  #damping = FIRST_DAMPING;
  #spreads: Float64Array;

  constructor(problem: Problem, x: Float64Array, trace: Float64Array) {
    [this.#problem, this.#x, this.#trace] = [problem, x, trace];
    this.#spreads = new Float64Array(x.length).fill(MOST_DIFFERENCE);
  }

  run({ mostIterations, smallestGain }: LevenbergOptions): Fit {
    for (let iterations = 0; ; iterations++) {
      const here = this.#linearise();
      const state = { x: this.#x, trace: this.#trace, cost: here.cost, iterations };
      if (iterations === mostIterations) return { ...state, settled: false };
      const gain = this.#step(here);
      if (gain === null) return { ...state, settled: true };
      if (gain < smallestGain)
        return { x: this.#x, trace: this.#trace, cost: here.cost - gain, iterations, settled: true };
    }
  }

  #linearise(): Linear {
    const here = linearised(this.#problem, this.#x, this.#trace, this.#spreads);
    const n = this.#x.length;
    this.#spreads = this.#spreads.map(
      (_, i) => 1 / Math.sqrt(here.information[i * n + i] + FLAT_INFORMATION),
    );
    return here;
  }

  #step(here: Linear): number | null {
    for (let trial = 0; trial < MOST_TRIALS; trial++) {
      const dampings = TRIED.map((factor) => factor * this.#damping);
      const points = this.#candidates(here, dampings, SHRINKING ** trial);
      const traces = this.#problem.simulate(points);
      const costs = traces.map((trace) => (trace ? halfSquares(here.residualsOf(trace)) : Infinity));
      const best = costs.reduce((least, value, k) => (value < costs[least] ? k : least), 0);
      const trace = traces[best];
      if (trace && costs[best] < here.cost) {
        [this.#x, this.#trace] = [points[best], trace];
        this.#damping = Math.max(LEAST_DAMPING, dampings[best % dampings.length] / 30 ** trial);
        return here.cost - costs[best];
      }
      this.#damping *= 30;
    }
    return null;
  }

  /** Steps of each damping, then the same bent along the valley. */
  #candidates(here: Linear, dampings: readonly number[], shrink: number): Float64Array[] {
    const { chart, residualsOf, information, gradient } = here;
    const x = this.#x;
    const systems = dampings.map((damping) => dampedSystem(x, information, gradient, damping));
    const steps = systems.map((system) => shortened(system(gradient), shrink));
    const probes = this.#problem.simulate(
      steps.map((step) =>
        within(
          chart,
          step.map((value) => PROBE * value),
        ),
      ),
    );
    const bent = steps.map((step, d) => {
      const trace = probes[d];
      if (!trace) return step;
      const curvature = curvatureAlong(here, step, residualsOf(trace));
      const second = systems[d](Float64Array.from(here.jacobian, (column) => dot(column, curvature)));
      const ratio = length(second) / length(step);
      const factor = Math.min(0.5, MOST_BENT / ratio);
      return step.map((value, i) => value + factor * second[i]);
    });
    return [...steps, ...bent].map((step) => within(chart, step));
  }
}

/** Second derivative of the residuals in the direction of a step, from those at a part of it. */
function curvatureAlong(
  { residuals, jacobian }: Linear,
  step: Float64Array,
  there: Float64Array,
): Float64Array {
  return there.map((value, k) => {
    let slope = 0;
    for (let i = 0; i < step.length; i++) slope += jacobian[i][k] * step[i];
    return (2 / PROBE) * ((value - residuals[k]) / PROBE - slope);
  });
}

const length = (x: Float64Array) => Math.sqrt(dot(x, x));
/** A conductance below 0 has no logarithm: it lies at the low end. */
const within = (chart: Chart, step: Float64Array) =>
  chart.toUnit(step).map((value) => (Number.isNaN(value) ? 0 : Math.min(1, Math.max(0, value))));
/** Solves the damped system for minus a gradient; coordinates that press against the box are held. */
function dampedSystem(x: Float64Array, information: Float64Array, pressing: Float64Array, damping: number) {
  const n = x.length;
  const held = pressing.map((g, i) => ((x[i] <= 0 && g > 0) || (x[i] >= 1 && g < 0) ? 1 : 0));
  const matrix = information.slice();
  for (let i = 0; i < n; i++) {
    matrix[i * n + i] += damping;
    if (!held[i]) continue;
    for (let j = 0; j < n; j++) matrix[i * n + j] = matrix[j * n + i] = 0;
    matrix[i * n + i] = 1;
  }
  return (gradient: Float64Array) =>
    solve(
      matrix,
      n,
      gradient.map((g, i) => (held[i] ? 0 : -g)),
    ) ?? new Float64Array(n);
}

function shortened(step: Float64Array, shrink: number): Float64Array {
  const longest = step.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const factor = shrink * Math.min(1, LONGEST_STEP / Math.max(longest, 1e-300));
  return step.map((value) => factor * value);
}

/**
 * Residuals and their differences at a point, one-sided or central.
 *
 * @param spreads about the standard deviation of each coordinate alone.
 */
export function linearised(
  { simulate, residualsAt, chartAt }: Problem,
  x: Float64Array,
  trace: Float64Array,
  spreads: Float64Array,
  central = false,
): Linear {
  const n = x.length;
  const chart = chartAt(x);
  const residualsOf = residualsAt(trace);
  const residuals = residualsOf(trace);
  const steps = spreads.map((spread, i) => {
    const size = Math.min(MOST_DIFFERENCE, Math.max(LEAST_DIFFERENCE, DIFFERENCE * spread));
    return x[i] > 0.5 ? -size : size;
  });
  const along = (i: number, step: number) => chart.toUnit(x.map((_, j) => (i === j ? step : 0)));
  const points = Array.from(steps, (step, i) => along(i, step));
  if (central) points.push(...Array.from(steps, (step, i) => along(i, -step)));
  const found = simulate(points).map((there) => there && residualsOf(there));
  const jacobian = Array.from(steps, (step, i) => {
    const [there, back] = [found[i] ?? residuals, central ? (found[n + i] ?? residuals) : residuals];
    const length = central ? 2 * step : step;
    return there.map((value, k) => (value - back[k]) / length);
  });
  const information = products(jacobian);
  const gradient = Float64Array.from(jacobian, (column) => dot(column, residuals));
  return { chart, residualsOf, residuals, cost: halfSquares(residuals), jacobian, information, gradient };
}
