/**
 * Training samples per second of a network of the size that a posterior needs, and what opening its graph takes, as JSON.
 * usage: tsx bench/nn/train.ts [STEPS] [THREADS]
 */
import * as ort from "onnxruntime-node";
import {
  conv1d,
  couplingFlow,
  GraphBuilder,
  initialWeights,
  localEngine,
  lstm,
  Trainer,
  trainingModel,
} from "../../src/nn/index.ts";
import { threadEngine } from "../../src/nn/threads/threadEngine.ts";
import { RandomStream } from "../../src/random.ts";

const BATCH = 64;
const FRAMES = 128;
const CHANNELS = 8;
const PARAMETERS = 9;
const [steps, threads] = [Number(process.argv[2] ?? 20), Number(process.argv[3] ?? 1)];

/** Two convolutions of 32 filters, an LSTM of 64 units, six coupling layers over nine parameters. */
function network() {
  const g = new GraphBuilder();
  const frames = g.input("frames", [BATCH, FRAMES, CHANNELS]);
  const first = conv1d(g, frames, { name: "c1", filters: 32, kernel: 5, activation: "relu" });
  const second = conv1d(g, first, { name: "c2", filters: 32, kernel: 5, activation: "relu" });
  const states = lstm(g, second, { name: "l", units: 64 });
  const context = g.mean(states, 1);
  const transform =
    process.env.FLOW === "spline" ? ({ kind: "spline-box" } as const) : ({ kind: "affine" } as const);
  const flow = couplingFlow(g, { name: "f", dimensions: PARAMETERS, context, transform });
  const loss = g.neg(g.mean(flow.logDensity(g.input("truth", [BATCH, PARAMETERS]))));
  return { g, loss };
}

const begin_ms = performance.now();
const { g, loss } = network();
const model = trainingModel(g, loss);
const built_ms = performance.now();
const engine =
  threads === 1
    ? await localEngine(ort, model)
    : await threadEngine(model, { threads, runtimeModule: "onnxruntime-node" });
const opened_ms = performance.now();
const stream = RandomStream.fromSeed(1);
const weights = initialWeights(g, stream);
const trainer = new Trainer(model, weights, engine, { learningRate: 1e-3, clipNorm: 5 });
const shards = Array.from({ length: threads }, () => ({
  frames: Float32Array.from({ length: BATCH * FRAMES * CHANNELS }, () => stream.normal()),
  truth: Float32Array.from({ length: BATCH * PARAMETERS }, () => stream.uniform()),
}));
for (let step = 0; step < 3; step++) await trainer.step(shards);
const [start_ms, start_cpu] = [performance.now(), process.cpuUsage()];
for (let step = 0; step < steps; step++) await trainer.step(shards);
const wall_ms = performance.now() - start_ms;
const { user, system } = process.cpuUsage(start_cpu);
console.log(
  JSON.stringify({
    samplesPerSecond: Math.round((1000 * steps * threads * BATCH) / wall_ms),
    samplesPerCpuSecond: Math.round((1e6 * steps * threads * BATCH) / (user + system)),
    step_ms: wall_ms / steps,
    build_ms: built_ms - begin_ms,
    open_ms: opened_ms - built_ms,
    weights: weights.values.length,
    bytes: model.bytes.length,
    threads,
  }),
);
await engine.close();
