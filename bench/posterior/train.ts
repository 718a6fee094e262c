/**
 * Cells a second that the training update of the posterior network takes (loss, gradients, Adam), as JSON.
 * usage: tsx bench/posterior/train.ts UPDATES THREADS   with two threads each takes half of the batch
 */
import * as ort from "onnxruntime-node";
import { CELL_SCALARS, FRAME_CHANNELS, FRAMES, SWEEP_SCALARS } from "../../src/cloning/inputs/index.ts";
import { lossGraph, networkSize } from "../../src/cloning/posterior/network.ts";
import { trainingPlan } from "../../src/cloning/posterior/plan.ts";
import { trainingWorld } from "../../src/cloning/world/index.ts";
import { initialWeights, localEngine, Trainer, trainingModel } from "../../src/nn/index.ts";
import { threadEngine } from "../../src/nn/threads/threadEngine.ts";
import { RandomStream } from "../../src/random.ts";

const [updates, threads] = [Number(process.argv[2] ?? 20), Number(process.argv[3] ?? 1)];
const { batch, clipNorm, learningRate } = trainingPlan("izhikevich", 1);
const WARMING = 3;

const size = networkSize(trainingWorld("izhikevich").prior.parameters.length);
const { g, loss } = lossGraph(size, batch / threads);
const model = trainingModel(g, loss);
const engine =
  threads === 1
    ? await localEngine(ort, model)
    : await threadEngine(model, { threads, runtimeModule: "onnxruntime-node" });
const stream = RandomStream.fromSeed(1);
const weights = initialWeights(g, stream);
const trainer = new Trainer(model, weights, engine, { learningRate, clipNorm });
const shards = Array.from({ length: threads }, () =>
  Object.fromEntries(
    Object.entries(model.batchInputs).map(([name, shape]) => [
      name,
      Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () =>
        name === "mask" ? 1 : stream.normal(),
      ),
    ]),
  ),
);
for (let step = 0; step < WARMING; step++) await trainer.step(shards);
const [start_ms, start_cpu] = [performance.now(), process.cpuUsage()];
let last = 0;
for (let step = 0; step < updates; step++) last = (await trainer.step(shards)).loss;
const wall_s = (performance.now() - start_ms) / 1000;
const { user, system } = process.cpuUsage(start_cpu);
await engine.close();
const inputs = {
  frames: FRAMES,
  channels: FRAME_CHANNELS.length,
  sweepScalars: SWEEP_SCALARS.length,
  cellScalars: CELL_SCALARS.length,
};
console.log(
  JSON.stringify({
    cells: updates * batch,
    wall_s,
    cpu_s: (user + system) / 1e6,
    loss: last,
    weights: weights.values.length,
    network: { ...size, ...inputs, batch },
  }),
);
