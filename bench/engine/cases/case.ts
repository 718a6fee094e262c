import { type Model, parameterIndex } from "../../../src/engine/index.ts";
import type { Drive } from "../../../src/engine/population.ts";

/** A population that NEURON and Brian 2 run too: same cells, currents and step as in bench/peers. */
export interface Case {
  readonly id: "hh" | "izh" | "pospi";
  readonly title: string;
  readonly n: number;
  readonly dt_ms: number;
  readonly t_ms: number;
  readonly model: Model;
  /** Channels that the peers' cell does not have: out of our code too. */
  readonly absent: Readonly<Record<string, number>>;
  /** What Brian's code has as constants; NEURON holds them for each cell. */
  readonly constants: Readonly<Record<string, number>>;
  /** Cell after cell, in the order of `model.parameters`. */
  readonly parameters: Float64Array;
  readonly i: Drive;
  readonly v0_mV: number;
}

/** `n` cells with these parameters, some of which vary with the cell's number. */
export function population(
  model: Model,
  n: number,
  values: Readonly<Record<string, number | ((cell: number) => number)>>,
): Float64Array {
  const size = model.parameters.length;
  const all = new Float64Array(n * size);
  for (let cell = 0; cell < n; cell++)
    model.parameters.forEach((parameter, k) => {
      all[cell * size + k] = parameter.default;
    });
  for (const [name, value] of Object.entries(values)) {
    const k = parameterIndex(model, name);
    for (let cell = 0; cell < n; cell++)
      all[cell * size + k] = typeof value === "number" ? value : value(cell);
  }
  return all;
}

/** Between 0.95 and 1.05 over the population. */
export const factor = (cell: number, n: number) => 1 + 0.1 * (cell / n - 0.5);
