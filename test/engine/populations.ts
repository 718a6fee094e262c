import { defaultParameters, type Model, type PopulationRun } from "../../src/engine/index.ts";
import { cortical } from "../../src/engine/models/cortical.ts";
import { MODELS } from "../../src/engine/models/index.ts";
import { PRESETS } from "../../src/engine/models/presets/index.ts";
import { RandomStream } from "../../src/random.ts";
import { drawParameters } from "./truth.ts";

/** Every model that is compiled, by its id. */
export const COMPILED: Readonly<Record<string, Model>> = Object.fromEntries(
  MODELS.map((model) => [model.id, model]),
);

/** Parameters of a preset of the cortical cell. */
export function presetCell(id: string): Float64Array {
  const preset = PRESETS.find((candidate) => candidate.id === id);
  if (!preset) throw new Error(`internal: no preset "${id}"`);
  return Float64Array.from(
    cortical.parameters,
    ({ name, default: usual }) => preset.parameters[name] ?? usual,
  );
}

/** Cells of the prior, the first with default parameters. */
export function drawnCells(model: Model, count: number, seed: number): Float64Array[] {
  const stream = RandomStream.fromSeed(seed);
  return Array.from({ length: count }, (_, k) =>
    k === 0 ? defaultParameters(model) : drawParameters(model, stream),
  );
}

/** Cell after cell, as a population takes them. */
export function together(cells: readonly Float64Array[]): Float64Array {
  return Float64Array.from(cells.flatMap((cell) => [...cell]));
}

export const spikesOf = ({ spikes }: PopulationRun, cell: number) =>
  spikes.times_ms.slice(spikes.starts[cell], spikes.starts[cell + 1]);

/** Voltages in f64, which holds an f32 to the last bit. */
export const voltageOf = ({ v_mV = new Float64Array(0), samples }: PopulationRun, cell: number) =>
  Float64Array.from(v_mV.subarray(cell * samples, (cell + 1) * samples));

/** Largest distance; infinite where only one of both is a number. */
export function largestDistance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  return Array.from(a).reduce((worst, value, k) => {
    if (Number.isNaN(value) && Number.isNaN(b[k])) return worst;
    const distance = Math.abs(value - b[k]);
    return distance <= worst ? worst : Number.isNaN(distance) ? Number.POSITIVE_INFINITY : distance;
  }, 0);
}
