import type { OrtRuntime } from "../../nn/index.ts";
import { RandomStream } from "../../random.ts";
import { type InputSweep, networkInput } from "../inputs/index.ts";
import { type Prior, toUnit } from "../world/index.ts";
import { toDensitySpace } from "./box.ts";
import type { TrainingCell } from "./drawInputs.ts";
import { networkSize } from "./network.ts";
import type { TrainingPlan } from "./plan.ts";
import { Trainer } from "./trainer.ts";

/** For tests: two voltages, each seen once with a normal error, so that the posterior is a normal cut off at the box. */
export const TOY_ERROR_mV = 3;

export const TOY_PRIOR: Prior = {
  model: "izhikevich",
  parameters: [
    { name: "before_mV", unit: "mV", low: -80, high: -50, scale: "linear" },
    { name: "after_mV", unit: "mV", low: -80, high: -50, scale: "linear" },
  ],
};

export const TOY_SIZE = networkSize(2, {
  slots: 1,
  filters: 4,
  lstm: 4,
  sweepUnits: 24,
  context: 24,
  couplings: 2,
  couplingUnits: 24,
});

export const TOY_PLAN: TrainingPlan = {
  seed: 5,
  batch: 64,
  roundCells: 512,
  windowRounds: 8,
  updatesPerRound: 80,
  learningRate: 4e-3,
  warmupUpdates: 20,
  clipNorm: 5,
};

export const TOY_DT_MS = 0.5;

/** One sweep that lies at the first voltage, then, under a step of current, at the second. */
export function toySweep(before_mV: number, after_mV: number): InputSweep {
  const half = (k: number) => k >= 64;
  return {
    v_mV: Float64Array.from({ length: 128 }, (_, k) => (half(k) ? after_mV : before_mV)),
    i_pA: Float64Array.from({ length: 128 }, (_, k) => (half(k) ? 50 : 0)),
  };
}

export function toyCells(seed: number, count: number): TrainingCell[] {
  const stream = RandomStream.fromSeed(seed);
  return Array.from({ length: count }, () => {
    const truth = [0, 1].map(() => -80 + 30 * stream.uniform());
    const [before_mV, after_mV] = truth.map((value) => value + TOY_ERROR_mV * stream.normal());
    return {
      input: networkInput([toySweep(before_mV, after_mV)], TOY_DT_MS),
      truth: Float32Array.from(toUnit(TOY_PRIOR, truth), toDensitySpace),
    };
  });
}

/** Trains on the toy world; round r has the cells of seed r + 1. */
export async function trainToy(runtime: OrtRuntime, rounds: number, plan = TOY_PLAN): Promise<Trainer> {
  const trainer = await Trainer.create(runtime, plan, TOY_SIZE);
  for (let round = 0; round < rounds; round++)
    await trainer.round(toyCells(round + 1, plan.roundCells), round / rounds);
  return trainer;
}
