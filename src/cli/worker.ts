import { parentPort, workerData } from "node:worker_threads";
import { InputError } from "../errors.ts";
import { type Job, runJob } from "./jobs.ts";
import type { WorkerMessage } from "./pool.ts";

const post = (message: WorkerMessage) => parentPort?.postMessage(message);
try {
  const result = await runJob(workerData as Job, (now) => post({ kind: "progress", now }));
  post({ kind: "done", result });
} catch (error) {
  // An error loses its class on the way to the main thread: the problem is sent instead.
  if (!(error instanceof InputError)) throw error;
  post({ kind: "refused", problem: error.problem });
}
