import { solve } from "../symmetric.ts";
import type { Prior } from "../world/index.ts";
import { clampUnit, FLAT_INFORMATION, noiseOf, PHYSICAL, VPEAK, valuesOf } from "./coordinates.ts";
import { type Gains, gainsAt } from "./gains.ts";
import { predictionCost, predictionsFor } from "./predictor.ts";
import type { Prepared } from "./recording.ts";
import { type Expansion, expand, expansionFor } from "./sensitivity.ts";

/** The least prediction cost at the gains of its own place; all in unit coordinates of the eight parameters without vpeak. */
export interface Polished {
  readonly x: Float64Array;
  readonly gains: Gains;
  /** Of the cost at this place, in the parameters' units. */
  readonly expansion: Expansion;
}

/** The gains follow the parameters once. */
const ROUNDS = 2;
const MOST_ITERATIONS = 12;
const MOST_ATTEMPTS = 10;
const SMALLEST_GAIN = 0.01;

/**
 * Levenberg and Marquardt on the prediction cost.
 *
 * @param start unit coordinates, [12]: eight parameters, four of the noise, which stay.
 * @param vpeak_mV bounds the predictor, no more.
 */
export function polish(data: Prepared, prior: Prior, start: Float64Array, vpeak_mV: number): Polished {
  const noise = noiseOf(start);
  const expansion = expansionFor(data);
  const valuesAt = (x: Float64Array) => valuesOf(prior, x, vpeak_mV);
  let x: Float64Array = start.slice(0, PHYSICAL);
  let gains = gainsAt(data, valuesAt(x), noise);
  for (let round = 0; round < ROUNDS; round++) {
    x = descend(data, prior, x, gains, vpeak_mV, expansion);
    gains = gainsAt(data, valuesAt(x), noise);
  }
  expand(data, valuesAt(x), gains, gains.weight, expansion);
  return { x, gains, expansion };
}

function descend(
  data: Prepared,
  prior: Prior,
  start: Float64Array,
  gains: Gains,
  vpeak_mV: number,
  expansion: Expansion,
): Float64Array {
  const predictions = predictionsFor(data);
  const valuesAt = (x: Float64Array) => valuesOf(prior, x, vpeak_mV);
  const costAt = (x: Float64Array) => predictionCost(data, valuesAt(x), gains, predictions);
  let here: Place = { x: start, cost: costAt(start), damping: 1e-3 };
  for (let k = 0; k < MOST_ITERATIONS; k++) {
    const values = valuesAt(here.x);
    const system = inUnits(expand(data, values, gains, gains.weight, expansion), prior, values);
    const next = step(here, system, costAt);
    if (!next) break;
    const gain = here.cost - next.cost;
    here = next;
    if (gain < SMALLEST_GAIN) break;
  }
  return here.x;
}

interface Place {
  readonly x: Float64Array;
  readonly cost: number;
  readonly damping: number;
}

/** Null where no damping lowers the cost. */
function step(
  { x, cost, damping: first }: Place,
  { information, gradient }: Pick<Expansion, "information" | "gradient">,
  costAt: (x: Float64Array) => number,
): Place | null {
  let damping = first;
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    const matrix = information.slice();
    for (let i = 0; i < PHYSICAL; i++)
      matrix[i * (PHYSICAL + 1)] += damping * (matrix[i * (PHYSICAL + 1)] + FLAT_INFORMATION) + 1e-3;
    const move = solve(matrix, PHYSICAL, gradient);
    if (!move) return null;
    const there = x.map((value, i) => clampUnit(value - move[i]));
    const costThere = costAt(there);
    if (costThere < cost) return { x: there, cost: costThere, damping: Math.max(1e-7, damping * 0.2) };
    damping *= 5;
  }
  return null;
}

/** Gradient and curvature in unit coordinates. */
export function inUnits({ information, gradient }: Expansion, prior: Prior, values: Float64Array) {
  const scales = scalesOf(prior, values);
  return {
    information: scaledSquare(information, scales),
    gradient: gradient.map((g, i) => g * scales[i]),
  };
}

/** Change of each of the eight parameters with its unit coordinate. */
export function scalesOf({ parameters }: Prior, values: Float64Array): Float64Array {
  const scales = parameters.map(({ scale, low, high }, k) =>
    scale === "log" ? values[k] * Math.log(high / low) : high - low,
  );
  return Float64Array.from(scales.filter((_, k) => k !== VPEAK));
}

export const scaledSquare = (matrix: Float64Array, scales: Float64Array) =>
  matrix.map((value, k) => value * scales[Math.floor(k / PHYSICAL)] * scales[k % PHYSICAL]);
