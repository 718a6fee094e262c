import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { SearchResult, SearchRunner, SearchTask } from "../cloning/index.ts";

/** What a worker says: how far it is, or what came out. */
export type WorkerMessage =
  | { readonly kind: "progress"; readonly simulations: number; readonly bestLoss: number }
  | { readonly kind: "done"; readonly result: SearchResult };

/** Runs searches on worker threads, one task a thread at a time. The result does not depend on their number. */
export function workerRunner(script: URL, threads = availableParallelism()): SearchRunner {
  return async (tasks, progress) => {
    const simulations = new Array<number>(tasks.length).fill(0);
    let bestLoss = Number.POSITIVE_INFINITY;
    const results = new Array<SearchResult>(tasks.length);
    let next = 0;
    const takeTasks = async (): Promise<void> => {
      while (next < tasks.length) {
        const k = next++;
        results[k] = await runInWorker(script, tasks[k], (done, loss) => {
          simulations[k] = done;
          bestLoss = Math.min(bestLoss, loss);
          progress(
            simulations.reduce((a, b) => a + b, 0),
            bestLoss,
          );
        });
      }
    };
    await Promise.all(Array.from({ length: Math.min(threads, tasks.length) }, takeTasks));
    return results;
  };
}

function runInWorker(
  script: URL,
  task: SearchTask,
  progress: (simulations: number, bestLoss: number) => void,
): Promise<SearchResult> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(script, { workerData: task });
    worker.on("message", (message: WorkerMessage) => {
      if (message.kind === "progress") return progress(message.simulations, message.bestLoss);
      resolve(message.result);
      void worker.terminate();
    });
    worker.on("error", reject);
    worker.on("exit", (code) =>
      reject(new Error(`internal: search worker ended with code ${code} before its result`)),
    );
  });
}
