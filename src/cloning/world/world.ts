import { defaultParameters, findModel, type Model, parameterIndex } from "../../engine/index.ts";
import { corticalPrior } from "./corticalPrior.ts";
import { hodgkinHuxleyPrior } from "./hodgkinHuxleyPrior.ts";
import { izhikevichPrior, plausibleIzhikevich } from "./izhikevichPrior.ts";
import type { Prior } from "./prior.ts";
import type { RigKind } from "./rig.ts";

export type ProtocolKind = "single-step" | "rich" | "world";

export interface WorldOptions {
  readonly protocol: ProtocolKind;
  readonly rig: RigKind;
  /** Standard deviation of white noise; null: drawn for each cell. */
  readonly noise_mV: number | null;
}

/** Where training and test cells come from: a prior, its rule, protocols and rigs. */
export interface World extends WorldOptions {
  readonly prior: Prior;
}

/** What the engine has to know about the cells of a prior. */
export interface WorldModel {
  readonly prior: Prior;
  readonly engine: Model;
  /** Largest step of integration. */
  readonly longestStep_ms: number;
  /** Injected current of the recording, pA, that is one unit of the engine's. */
  readonly pA_per_unit: number;
  /** Judged before anything is simulated. */
  readonly plausible: (values: Float64Array) => boolean;
}

/** A patch of 10,000 um²: densities times area cannot be told apart in a recording, so one area stands for all. */
const PA_PER_UA_PER_CM2 = 100;

const MODELS: Readonly<Record<Prior["model"], Omit<WorldModel, "engine">>> = {
  izhikevich: {
    prior: izhikevichPrior,
    longestStep_ms: 0.1,
    pA_per_unit: 1,
    plausible: plausibleIzhikevich,
  },
  "hodgkin-huxley": {
    prior: hodgkinHuxleyPrior,
    longestStep_ms: 0.05,
    pA_per_unit: PA_PER_UA_PER_CM2,
    plausible: () => true,
  },
  cortical: { prior: corticalPrior, longestStep_ms: 0.05, pA_per_unit: 1, plausible: () => true },
};

/** Models that have a training world. */
export const TRAINABLE: readonly Prior["model"][] = ["izhikevich", "hodgkin-huxley", "cortical"];

/** The world of a model: everything mixed unless told otherwise. */
export function trainingWorld(model: Prior["model"], options: Partial<WorldOptions> = {}): World {
  return { prior: MODELS[model].prior, protocol: "world", rig: "full", noise_mV: null, ...options };
}

export function worldModel({ model }: Prior): WorldModel {
  return { ...MODELS[model], engine: findModel(model) };
}

/** The engine's full parameter set: what the prior does not name keeps its default. */
export function engineParameters({ engine, prior }: WorldModel, values: ArrayLike<number>): Float64Array {
  const full = defaultParameters(engine);
  prior.parameters.forEach(({ name }, index) => {
    full[parameterIndex(engine, name)] = values[index];
  });
  return full;
}
