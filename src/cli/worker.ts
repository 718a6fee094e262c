import { parentPort, workerData } from "node:worker_threads";
import { runSearch, type SearchTask } from "../cloning/index.ts";
import type { WorkerMessage } from "./pool.ts";

const post = (message: WorkerMessage) => parentPort?.postMessage(message);
const result = runSearch(workerData as SearchTask, (simulations, bestLoss) =>
  post({ kind: "progress", simulations, bestLoss }),
);
post({ kind: "done", result });
