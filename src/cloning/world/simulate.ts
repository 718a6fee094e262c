import {
  compile,
  defaultParameters,
  type PopulationKernel,
  packCells,
  toRecord,
} from "../../engine/index.ts";
import { engineParameters, type WorldModel } from "./world.ts";

/** Currents of one cell, equally long, at the recorded interval. */
export interface Recipe {
  readonly parameters: Float64Array;
  readonly i_pA: readonly Float64Array[];
  readonly dt_ms: number;
}

/** Steps of the engine in one recorded sample. */
export function oversamplingOf({ longestStep_ms }: WorldModel, dt_ms: number): number {
  return Math.ceil(dt_ms / longestStep_ms - 1e-9);
}

const kernels = new Map<string, PopulationKernel>();

/** Compiled once for each model and step, single precision; what the prior leaves alone is folded into the code. */
export function kernelOf({ engine, prior }: WorldModel, dt_ms: number): PopulationKernel {
  const key = `${engine.id} ${dt_ms}`;
  const known = kernels.get(key);
  if (known) return known;
  const free = new Set(prior.parameters.map(({ name }) => name));
  const defaults = Object.entries(toRecord(engine, defaultParameters(engine)));
  const fixed = Object.fromEntries(defaults.filter(([name]) => !free.has(name)));
  const kernel = compile(engine, { dt_ms, precision: "f32", fixed });
  kernels.set(key, kernel);
  return kernel;
}

/** Reset models start at vr with u = 0; under a holding current they are given this time to settle. */
const SETTLE_MS = 400;
/** Voltages held at once: memory stays bounded whatever the batch, and the same pages are used again. */
const LARGEST_RUN = 1_000_000;

interface Lane {
  readonly recipe: number;
  readonly sweep: number;
  readonly current: Float64Array;
}

/** Takes the voltage of one sweep at the engine's steps, which is overwritten afterwards. */
export type TakeSweep = (recipe: number, sweep: number, v_mV: Float64Array) => void;

/**
 * Runs every sweep of every cell. Sweeps of equal step and length run in lock-step, whichever cell they belong to; a result does
 * not depend on its company. Returns the cells whose integration failed.
 */
export function simulateCells(model: WorldModel, recipes: readonly Recipe[], take: TakeSweep): Set<number> {
  const groups = new Map<string, number[]>();
  recipes.forEach((recipe, k) => {
    const key = groupKey(model, recipe);
    groups.set(key, [...(groups.get(key) ?? []), k]);
  });
  const run = new LaneRunner(model, recipes, take);
  for (const members of groups.values())
    for (const lanes of lanesInRuns(model, recipes, members)) run.run(lanes);
  return run.failed;
}

function groupKey(model: WorldModel, recipe: Recipe): string {
  return `${recipe.dt_ms} ${recipe.i_pA[0].length} ${settleSamples(model, recipe)}`;
}

function settleSamples({ engine }: WorldModel, { i_pA, dt_ms }: Recipe): number {
  return engine.kind === "reset" && i_pA[0][0] !== 0 ? Math.round(SETTLE_MS / dt_ms) : 0;
}

function* lanesInRuns(
  model: WorldModel,
  recipes: readonly Recipe[],
  members: readonly number[],
): Generator<Lane[]> {
  let lanes: Lane[] = [];
  let size = 0;
  for (const recipe of members)
    for (const [sweep, i_pA] of recipes[recipe].i_pA.entries()) {
      const current = engineCurrent(model, recipes[recipe], i_pA);
      if (size > 0 && size + current.length > LARGEST_RUN) {
        yield lanes;
        [lanes, size] = [[], 0];
      }
      lanes.push({ recipe, sweep, current });
      size += current.length;
    }
  if (lanes.length > 0) yield lanes;
}

function engineCurrent(model: WorldModel, recipe: Recipe, i_pA: Float64Array): Float64Array {
  const factor = oversamplingOf(model, recipe.dt_ms);
  const settle = settleSamples(model, recipe) * factor;
  if (factor === 1 && settle === 0) return i_pA;
  const current = new Float64Array(settle + i_pA.length * factor).fill(i_pA[0], 0, settle);
  for (let k = 0, n = settle; k < i_pA.length; k++)
    for (let part = 0; part < factor; part++) current[n++] = i_pA[k];
  return current;
}

class LaneRunner {
  readonly failed = new Set<number>();
  readonly #model: WorldModel;
  readonly #recipes: readonly Recipe[];
  readonly #take: TakeSweep;
  #voltages = new Float64Array(0);

  constructor(model: WorldModel, recipes: readonly Recipe[], take: TakeSweep) {
    this.#model = model;
    this.#recipes = recipes;
    this.#take = take;
  }

  run(lanes: readonly Lane[]): void {
    const model = this.#model;
    const first = this.#recipes[lanes[0].recipe];
    const factor = oversamplingOf(model, first.dt_ms);
    const settle = settleSamples(model, first) * factor;
    const steps = lanes[0].current.length;
    const kernel = kernelOf(model, first.dt_ms / factor);
    const full = lanes.map(({ recipe }) => engineParameters(model, this.#recipes[recipe].parameters));
    const drive = {
      kind: "waveforms",
      waveforms: lanes.map(({ current }) => current),
      which: lanes.map((_, k) => k),
      scale: 1 / model.pA_per_unit,
    } as const;
    const arrays = {
      spikeCounts: new Uint32Array(lanes.length),
      v_mV: this.#room(lanes.length * (steps + 1)),
    };
    const request = { steps, recordEvery: 1, i: drive };
    const part = kernel.runPart(packCells(model.engine, full), request, arrays, 0, lanes.length);
    for (const { cell } of part.failures) this.failed.add(lanes[cell].recipe);
    lanes.forEach(({ recipe, sweep }, lane) => {
      if (this.failed.has(recipe)) return;
      const start = lane * (steps + 1);
      this.#take(recipe, sweep, arrays.v_mV.subarray(start + settle, start + steps + 1));
    });
  }

  #room(samples: number): Float64Array {
    if (this.#voltages.length < samples) this.#voltages = new Float64Array(samples);
    return this.#voltages.subarray(0, samples);
  }
}
