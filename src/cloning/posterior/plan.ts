import { RandomStream } from "../../random.ts";
import type { Prior } from "../world/index.ts";

/** How a posterior is trained. With the seed it fixes every cell, every batch and every first weight. */
export interface TrainingPlan {
  readonly seed: number;
  /** Cells a gradient. */
  readonly batch: number;
  /** Fresh cells a round. */
  readonly roundCells: number;
  /** Rounds whose cells are kept to be drawn from again: a cell costs more to simulate than to learn from. */
  readonly windowRounds: number;
  readonly updatesPerRound: number;
  readonly learningRate: number;
  readonly warmupUpdates: number;
  /** Gradients longer than this are shortened to it. */
  readonly clipNorm: number;
}

const COMMON: Omit<TrainingPlan, "seed"> = {
  batch: 64,
  roundCells: 512,
  windowRounds: 32,
  updatesPerRound: 48,
  learningRate: 1e-3,
  warmupUpdates: 500,
  clipNorm: 5,
};

/** A cortical cell takes five times as long to simulate as an Izhikevich cell: it is looked at twice as often. */
const OWN: Readonly<Partial<Record<Prior["model"], Partial<TrainingPlan>>>> = {
  cortical: { updatesPerRound: 96 },
};

export const trainingPlan = (model: Prior["model"], seed: number): TrainingPlan => ({
  ...COMMON,
  ...OWN[model],
  seed,
});

/** Streams of a training run. */
const [WEIGHTS, BATCHES] = [0, 1];

export const weightStream = ({ seed }: TrainingPlan): RandomStream =>
  RandomStream.fromSeed(seed).split(WEIGHTS);

/** Which cells of the window (0 to `cells`) go into a batch: uniform, with replacement; of the round and update alone. */
export function batchPositions(plan: TrainingPlan, round: number, update: number, cells: number): number[] {
  const stream = RandomStream.fromSeed(plan.seed).split(BATCHES).split(round).split(update);
  return Array.from({ length: plan.batch }, () => Math.floor(cells * stream.uniform()));
}

const LAST_RATE = 0.01;

/** Learning rate: a linear rise over the first updates, then half a cosine over the budget, of which `spent` (0 to 1) is gone. */
export function learningRate(plan: TrainingPlan, updates: number, spent: number): number {
  const warm = Math.min(1, (updates + 1) / plan.warmupUpdates);
  const cosine = (1 + Math.cos(Math.PI * Math.min(1, spent))) / 2;
  return plan.learningRate * warm * (LAST_RATE + (1 - LAST_RATE) * cosine);
}
