import { parentPort, workerData } from "node:worker_threads";
import type { OrtRuntime } from "../runtime.ts";
import { ShardRunner } from "../training/shards.ts";
import type { ShardRequest, ThreadAnswer, ThreadStart } from "./messages.ts";

const post = (answer: ThreadAnswer) => {
  parentPort?.postMessage(answer, answer.kind === "done" ? [answer.result.gradient.buffer] : []);
};
const fail = (error: unknown) =>
  post({ kind: "failed", message: error instanceof Error ? error.message : String(error) });

const { model, runtimeModule, weights }: ThreadStart = workerData;
const own = new Float32Array(weights.length);

async function start(): Promise<void> {
  const runtime: OrtRuntime = await import(runtimeModule);
  const runner = await ShardRunner.open(runtime, model);
  parentPort?.on("message", ({ batch }: ShardRequest) => {
    own.set(weights);
    runner.run(own, batch).then((result) => post({ kind: "done", result }), fail);
  });
  post({ kind: "ready" });
}

start().catch(fail);
