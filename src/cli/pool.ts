import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { SearchResult, SearchRunner } from "../cloning/index.ts";
import { InputError, type InputProblem } from "../errors.ts";
import type { Job, JobProgress, JobResults } from "./jobs.ts";

/** What a worker says: how far it is, what came out, or why the input was refused. */
export type WorkerMessage =
  | { readonly kind: "progress"; readonly now: JobProgress[Job["kind"]] }
  | { readonly kind: "done"; readonly result: JobResults[Job["kind"]] }
  | { readonly kind: "refused"; readonly problem: InputProblem };

/** Lies beside the bundle that this module ends up in. */
const SCRIPT = new URL("./worker.js", import.meta.url);

/** Runs searches on worker threads, one task a thread at a time. The result does not depend on their number. */
export function workerRunner(threads = chosenThreads()): SearchRunner {
  return async (tasks, progress) => {
    const simulations = new Array<number>(tasks.length).fill(0);
    let bestLoss = Number.POSITIVE_INFINITY;
    const results = new Array<SearchResult>(tasks.length);
    const stop = new AbortController();
    let next = 0;
    const takeTasks = async (): Promise<void> => {
      while (next < tasks.length && !stop.signal.aborted) {
        const k = next++;
        const job = { kind: "search", task: tasks[k] } as const;
        results[k] = await runInWorker(
          job,
          (now) => {
            simulations[k] = now.simulations;
            bestLoss = Math.min(bestLoss, now.bestLoss);
            progress(
              simulations.reduce((a, b) => a + b, 0),
              bestLoss,
            );
          },
          stop.signal,
        );
      }
    };
    try {
      await Promise.all(Array.from({ length: Math.min(threads, tasks.length) }, takeTasks));
    } finally {
      stop.abort(); // after a failure the other searches are of no use
    }
    return results;
  };
}

/** As many as there are cores; PATCHTWIN_THREADS says otherwise. */
export function chosenThreads(): number {
  const asked = process.env.PATCHTWIN_THREADS;
  if (asked === undefined || asked === "") return availableParallelism();
  const threads = Number(asked);
  if (Number.isInteger(threads) && threads >= 1) return threads;
  throw new InputError({
    code: "bad-environment",
    where: "PATCHTWIN_THREADS",
    what: "this is no number of threads",
    got: `"${asked}"`,
    expected: "a whole number, at least 1",
    next: "Unset it to use every core.",
  });
}

/** Runs one job on a thread of its own. Throws what the job throws; an InputError stays one. */
export function runInWorker<J extends Job>(
  job: J,
  progress: (now: JobProgress[J["kind"]]) => void = () => {},
  signal?: AbortSignal,
): Promise<JobResults[J["kind"]]> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(SCRIPT, { workerData: job });
    const end = () => void worker.terminate();
    signal?.addEventListener("abort", end, { once: true });
    worker.on("message", (message: WorkerMessage) => {
      switch (message.kind) {
        case "progress":
          return progress(message.now as JobProgress[J["kind"]]);
        case "refused":
          reject(new InputError(message.problem));
          return end();
        case "done":
          resolve(message.result as JobResults[J["kind"]]);
          return end();
        default:
          return message satisfies never;
      }
    });
    worker.on("error", reject);
    worker.on("exit", (code) => {
      signal?.removeEventListener("abort", end);
      reject(new Error(`internal: the worker ended with code ${code} before its result`));
    });
  });
}
