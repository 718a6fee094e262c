import { gradientName, type TrainingModel } from "../models.ts";
import { type Batch, type LoadedModel, loadModel, type OrtRuntime } from "../runtime.ts";

/** What one batch gave. */
export interface ShardResult {
  readonly loss: number;
  readonly metrics: Readonly<Record<string, Float32Array>>;
  /** In the order of all weights; 0 where the loss does not depend on one. */
  readonly gradient: Float32Array<ArrayBuffer>;
}

/** Computes loss and gradients of batches: here, or on threads. The results do not depend on which. */
export interface GradientEngine {
  /** One result a shard, in the same order. `weights` must stay as they are until it returns. */
  gradients(weights: Float32Array, shards: readonly Batch[]): Promise<readonly ShardResult[]>;
  close(): Promise<void>;
}

/** One session on a training model. */
export class ShardRunner {
  private constructor(
    private readonly model: TrainingModel,
    private readonly loaded: LoadedModel,
  ) {}

  /** One thread a session: more would share sums between them in an order of their own. */
  static async open(runtime: OrtRuntime, model: TrainingModel): Promise<ShardRunner> {
    const { bytes, batchInputs, parameterNames, shapes } = model;
    const inputs = {
      ...batchInputs,
      ...Object.fromEntries(parameterNames.map((name) => [name, shapes[name]])),
    };
    return new ShardRunner(model, await loadModel(runtime, { bytes, inputs }));
  }

  async run(weights: Float32Array, batch: Batch): Promise<ShardResult> {
    const places = this.model.places.filter(({ name }) => this.model.parameterNames.includes(name));
    const feeds: Record<string, Float32Array> = { ...batch };
    for (const { name, offset, length } of places) feeds[name] = weights.subarray(offset, offset + length);
    const results = await this.loaded.run(feeds);
    const gradient = new Float32Array(weights.length);
    for (const { name, offset } of places) gradient.set(results[gradientName(name)], offset);
    const metrics = this.model.metricNames.map((name) => [name, results[name].slice()]);
    return { loss: results.loss[0], metrics: Object.fromEntries(metrics), gradient };
  }

  release(): Promise<void> {
    return this.loaded.release();
  }
}

/** Runs shards one after the other on the caller's thread. */
export async function localEngine(runtime: OrtRuntime, model: TrainingModel): Promise<GradientEngine> {
  const runner = await ShardRunner.open(runtime, model);
  return {
    async gradients(weights, shards) {
      const results: ShardResult[] = [];
      for (const shard of shards) results.push(await runner.run(weights, shard));
      return results;
    },
    close: () => runner.release(),
  };
}
