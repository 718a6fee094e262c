import { parentPort } from "node:worker_threads";
import { InputError } from "../errors.ts";
import type { SharedRun, ThreadMessage } from "./messages.ts";
import { PartTaker } from "./thread.ts";

const post = (message: ThreadMessage) => parentPort?.postMessage(message);
const taker = new PartTaker();

parentPort?.on("message", (run: SharedRun) => {
  try {
    post({ kind: "done", parts: taker.take(run) });
  } catch (error) {
    if (error instanceof InputError) post({ kind: "refused", problem: error.problem });
    else post({ kind: "failed", message: error instanceof Error ? error.message : String(error) });
  }
});
post({ kind: "ready" });
