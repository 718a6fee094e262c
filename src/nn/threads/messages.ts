import type { TrainingModel } from "../models.ts";
import type { Batch } from "../runtime.ts";
import type { ShardResult } from "../training/shards.ts";

/** What a thread is given when it starts. */
export interface ThreadStart {
  readonly model: TrainingModel;
  /** Module that exports `InferenceSession` and `Tensor`. */
  readonly runtimeModule: string;
  /** Shared memory that holds the weights of each step. */
  readonly weights: Float32Array;
}

export interface ShardRequest {
  readonly batch: Batch;
}

export type ThreadAnswer =
  | { readonly kind: "ready" }
  | { readonly kind: "done"; readonly result: ShardResult }
  | { readonly kind: "failed"; readonly message: string };
