/**
 * Izhikevich cells (rich protocol, 0.5 mV of noise) as one vector each, for another tool to learn from; and our own network trained
 * on the same cells, judged on the same fresh ones. The vector: the cell's scalars and those of all its sweeps, values and flags.
 * usage: tsx cells.ts FOLDER CELLS FRESH EPOCHS   writes train.f32 and fresh.f32 (rows: vector, then truth) and prints JSON
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import * as onnxruntime from "onnxruntime-node";
import { evaluationWorld } from "../../src/cloning/evaluation/rows.ts";
import {
  CELL_SCALARS,
  emptyBatch,
  fillBatch,
  fitStandards,
  networkInput,
  SWEEP_SCALARS,
} from "../../src/cloning/inputs/index.ts";
import { toDensitySpace } from "../../src/cloning/posterior/box.ts";
import {
  judgeHeldOut,
  networkSize,
  openSampler,
  posteriorOfInput,
  samplerBytes,
  Trainer,
  type TrainingCell,
  trainingPlan,
} from "../../src/cloning/posterior/index.ts";
import { drawCells, toUnit } from "../../src/cloning/world/index.ts";

const [folder, ...numbers] = process.argv.slice(2);
const [cells, fresh, epochs] = numbers.map(Number);
const [TRAINING_SEED, FRESH_SEED] = [1, 4_000_000_011];
const AT_ONCE = 32;
const ROUNDS = 20;

const world = evaluationWorld("izhikevich", "rich/0.5mV");
const { prior } = world;

function drawn(seed: number, count: number): TrainingCell[] {
  const all: TrainingCell[] = [];
  for (let done = 0; done < count; done += AT_ONCE)
    for (const { sweeps, dt_ms, parameters } of drawCells(world, seed, Math.min(AT_ONCE, count - done), done))
      all.push({
        input: networkInput(sweeps, dt_ms),
        truth: Float32Array.from(toUnit(prior, parameters), toDensitySpace),
      });
  return all;
}

const [learned, judged] = [drawn(TRAINING_SEED, cells), drawn(FRESH_SEED, fresh)];
const standards = fitStandards(learned.map(({ input }) => input));
const slots = Math.max(...[...learned, ...judged].map(({ input }) => input.sweeps));

function rows(of: readonly TrainingCell[]): Float32Array {
  const batch = emptyBatch(1, slots);
  const width = 2 * (CELL_SCALARS.length + slots * SWEEP_SCALARS.length) + prior.parameters.length;
  const all = new Float32Array(of.length * width);
  of.forEach(({ input, truth }, k) => {
    fillBatch(batch, 0, input, standards);
    all.set([...batch.cells, ...batch.sweeps, ...truth], k * width);
  });
  return all;
}

writeFileSync(join(folder, "train.f32"), rows(learned));
writeFileSync(join(folder, "fresh.f32"), rows(judged));

const roundCells = Math.floor(cells / ROUNDS);
const updatesPerRound = Math.max(1, Math.round((epochs * roundCells) / trainingPlan(prior.model, 1).batch));
const plan = {
  ...trainingPlan(prior.model, 1),
  roundCells,
  windowRounds: ROUNDS,
  updatesPerRound,
  warmupUpdates: updatesPerRound,
};
const size = networkSize(prior.parameters.length, { slots });
const trainer = await Trainer.create(onnxruntime, plan, size);
const start_ms = performance.now();
for (let round = 0; round < ROUNDS; round++)
  await trainer.round(learned.slice(round * roundCells, (round + 1) * roundCells), round / ROUNDS);
const training_s = (performance.now() - start_ms) / 1000;
const bytes = samplerBytes(size, trainer.weights);
const fitted = trainer.state.standards!;
const posterior = await openSampler(onnxruntime, bytes, { prior, size, standards: fitted });
const { r2Mean } = await judgeHeldOut(posterior, judged);
const times_ms: number[] = [];
for (const { input } of judged.slice(0, 50)) {
  const begin_ms = performance.now();
  await posteriorOfInput(posterior, input);
  times_ms.push(performance.now() - begin_ms);
}
console.log(
  JSON.stringify({
    vector: rows(judged.slice(0, 1)).length - prior.parameters.length,
    parameters: prior.parameters.length,
    r2Mean,
    training_s,
    presentations: ROUNDS * updatesPerRound * plan.batch,
    clone_ms: times_ms.toSorted((a, b) => a - b)[times_ms.length >> 1],
  }),
);
