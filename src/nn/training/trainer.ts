import type { TrainingModel } from "../models.ts";
import type { ParameterPlace, Weights } from "../parameters/weights.ts";
import type { Batch } from "../runtime.ts";
import { type AdamOptions, type AdamState, adam, adamState } from "./adam.ts";
import { type Json, packArrays, unpackArrays } from "./arrayFile.ts";
import type { Schedule } from "./schedule.ts";
import type { GradientEngine, ShardResult } from "./shards.ts";

export interface TrainerOptions extends Omit<AdamOptions, "learningRate"> {
  readonly learningRate: number | Schedule;
}

/** What one update did. */
export interface StepReport {
  /** Updates so far, this one included. */
  readonly step: number;
  /** Mean over the shards. */
  readonly loss: number;
  /** Before clipping. Not finite: the update was left out. */
  readonly gradientNorm: number;
  readonly learningRate: number;
  /** Of each shard, in order. */
  readonly metrics: readonly ShardResult["metrics"][];
}

/**
 * Updates the weights of a network by Adam. A step takes one batch a shard, averages their gradients in the order of the shards,
 * and so gives the same bits on any number of threads. Draw the batches of step n from `stream.split(n)`: then weights, state
 * and `steps` are all that a run needs to go on as if it had not been interrupted.
 */
export class Trainer {
  readonly #model: TrainingModel;
  readonly #engine: GradientEngine;
  readonly #options: TrainerOptions;
  readonly #values: Float32Array;
  readonly #state: AdamState;
  #steps = 0;

  /** @param weights where to start; they are copied */
  constructor(model: TrainingModel, weights: Weights, engine: GradientEngine, options: TrainerOptions) {
    requireSamePlaces(model.places, weights.places);
    this.#model = model;
    this.#engine = engine;
    this.#options = options;
    this.#values = weights.values.slice();
    this.#state = adamState(weights.values.length);
  }

  /** Calls of `step` so far: the number of the next one. */
  get steps(): number {
    return this.#steps;
  }

  /** A copy of the weights as they are. */
  get weights(): Weights {
    return { places: this.#model.places, values: this.#values.slice() };
  }

  /** One update. Not to be called again before the last call has returned. */
  async step(shards: readonly Batch[]): Promise<StepReport> {
    const results = await this.#engine.gradients(this.#values, shards);
    const { learningRate: rate } = this.#options;
    const learningRate = typeof rate === "number" ? rate : rate(this.#steps);
    const gradient = mean(results.map((result) => result.gradient));
    const gradientNorm = adam(this.#values, gradient, this.#state, { ...this.#options, learningRate });
    this.#steps++;
    return {
      step: this.#steps,
      loss: results.reduce((sum, { loss }) => sum + loss, 0) / results.length,
      gradientNorm,
      learningRate,
      metrics: results.map(({ metrics }) => metrics),
    };
  }

  /** All that is needed to go on, as bytes. `about` is kept beside it, as whatever the caller needs. */
  checkpoint(about: Json = null): Uint8Array<ArrayBuffer> {
    const places = this.#model.places.map(({ name, shape }) => ({ name, shape: [...shape] }));
    const header = {
      kind: "patchtwin-checkpoint",
      steps: this.#steps,
      updates: this.#state.step,
      places,
      about,
    };
    return packArrays(header, [this.#values, this.#state.first, this.#state.second]);
  }

  /**
   * Goes on from a checkpoint: each later step gives the bits that it would have given.
   *
   * @param where name of the file, for messages
   * @returns what was kept beside it
   * @throws InputError when the bytes are no checkpoint of this network
   */
  resume(bytes: Uint8Array, where = "checkpoint"): Json {
    const size = this.#values.length;
    const expected = this.#model.places.map(({ name, shape }) => ({ name, shape: [...shape] }));
    const { header, arrays } = unpackArrays(bytes, {
      where,
      kind: "patchtwin-checkpoint",
      lengths: [size, size, size],
      same: { places: expected },
    });
    this.#values.set(arrays[0]);
    this.#state.first.set(arrays[1]);
    this.#state.second.set(arrays[2]);
    this.#state.step = Number(header.updates);
    this.#steps = Number(header.steps);
    return header.about;
  }
}

function requireSamePlaces(model: readonly ParameterPlace[], weights: readonly ParameterPlace[]): void {
  if (JSON.stringify(model) !== JSON.stringify(weights))
    throw new Error("internal: the weights are those of another network");
}

/** In f64, in the order of the shards. */
function mean(gradients: readonly Float32Array[]): Float32Array {
  if (gradients.length === 1) return gradients[0];
  const sums = new Float64Array(gradients[0].length);
  for (const gradient of gradients) for (let k = 0; k < sums.length; k++) sums[k] += gradient[k];
  return Float32Array.from(sums, (sum) => sum / gradients.length);
}
