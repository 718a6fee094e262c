import { Worker } from "node:worker_threads";
import type { TrainingModel } from "../models.ts";
import type { Batch } from "../runtime.ts";
import type { GradientEngine, ShardResult } from "../training/shards.ts";
import type { ShardRequest, ThreadAnswer, ThreadStart } from "./messages.ts";

export interface ThreadEngineOptions {
  readonly threads: number;
  /** Module of the runtime, loaded on each thread, e.g. `onnxruntime-node`. */
  readonly runtimeModule: string;
}

/**
 * Computes the shards of a step on threads, each with a session of its own; a free thread takes the next shard. The results have
 * the bits that `localEngine` gives. Rejects when a thread cannot load the runtime or the model.
 */
export async function threadEngine(
  model: TrainingModel,
  { threads, runtimeModule }: ThreadEngineOptions,
): Promise<GradientEngine> {
  const size = model.places.reduce((sum, { length }) => sum + length, 0);
  const weights = new Float32Array(new SharedArrayBuffer(4 * size));
  const start: ThreadStart = { model, runtimeModule, weights };
  const workers = Array.from({ length: threads }, () => startWorker(start));
  const close = async () => {
    await Promise.all(workers.map((worker) => worker.terminate()));
  };
  try {
    await Promise.all(workers.map((worker) => answer(worker)));
  } catch (error) {
    await close();
    throw error;
  }
  for (const worker of workers) worker.unref();
  return {
    async gradients(values, shards) {
      weights.set(values);
      return runShards(workers, shards);
    },
    close,
  };
}

async function runShards(
  workers: readonly Worker[],
  shards: readonly Batch[],
): Promise<readonly ShardResult[]> {
  const results = new Array<ShardResult>(shards.length);
  let next = 0;
  await Promise.all(
    workers.map(async (worker) => {
      worker.ref();
      try {
        while (next < shards.length) {
          const k = next++;
          const request: ShardRequest = { batch: shards[k] };
          const waiting = answer(worker);
          worker.postMessage(request);
          const done = await waiting;
          if (done.kind === "done") results[k] = done.result;
        }
      } finally {
        worker.unref();
      }
    }),
  );
  return results;
}

/** The next message of a thread; rejects when it reports a failure or ends. */
function answer(worker: Worker): Promise<ThreadAnswer> {
  return new Promise((resolve, reject) => {
    const off = () => worker.off("message", hear).off("error", stop).off("exit", ended);
    const stop = (error: unknown) => {
      off();
      reject(error);
    };
    const ended = (code: number) => stop(new Error(`internal: a training thread ended with code ${code}`));
    const hear = (message: ThreadAnswer) => {
      if (message.kind === "failed") return stop(new Error(message.message));
      off();
      resolve(message);
    };
    worker.on("message", hear).on("error", stop).on("exit", ended);
  });
}

/** From the sources the worker is TypeScript, which a thread does not read by itself; the bundle has it beside this file. */
function startWorker(workerData: ThreadStart): Worker {
  const fromSources = import.meta.url.endsWith(".ts");
  const script = new URL(fromSources ? "./worker.ts" : "./trainingWorker.js", import.meta.url);
  if (!fromSources) return new Worker(script, { workerData });
  const href = JSON.stringify(script.href);
  return new Worker(`import("tsx/esm/api").then(({ tsImport }) => tsImport(${href}, ${href}))`, {
    eval: true,
    workerData,
  });
}
