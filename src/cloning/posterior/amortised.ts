import {
  inferenceModel,
  type LoadedModel,
  loadModel,
  type OrtRuntime,
  type Weights,
} from "../../nn/index.ts";
import { RandomStream } from "../../random.ts";
import type { Recording } from "../../recordings/recording.ts";
import type { Familiarity } from "../calibration/index.ts";
import {
  emptyBatch,
  fillBatch,
  type InputSweep,
  type NetworkInput,
  networkInput,
  type Standards,
} from "../inputs/index.ts";
import { fromUnit, type Prior } from "../world/index.ts";
import { logSlope, toUnitInterval } from "./box.ts";
import { type NetworkSize, sampleGraph } from "./network.ts";

/** Samples that one run of the network gives; written into its shape. */
export const SAMPLES_PER_RUN = 1000;

/** ONNX bytes of the sampler with its weights in it. */
export function samplerBytes(size: NetworkSize, weights: Weights): Uint8Array<ArrayBuffer> {
  const { g, outputs } = sampleGraph(size, SAMPLES_PER_RUN);
  return inferenceModel(g, { outputs, weights }).bytes;
}

/** A trained posterior that is ready to answer. */
export interface Posterior {
  readonly prior: Prior;
  readonly size: NetworkSize;
  readonly standards: Standards;
  readonly session: LoadedModel;
  /** Of an embedding; missing while weights are in the making. */
  readonly familiarity?: (embedding: ArrayLike<number>) => Familiarity;
}

export async function openSampler(
  runtime: OrtRuntime,
  bytes: Uint8Array,
  described: Omit<Posterior, "session">,
): Promise<Posterior> {
  const { size } = described;
  const { g, outputs } = sampleGraph(size, SAMPLES_PER_RUN);
  const { inputs } = inferenceModel(g, { outputs });
  const free = Object.fromEntries(Object.entries(inputs).filter(([name]) => INPUTS.has(name)));
  return { ...described, session: await loadModel(runtime, { bytes, inputs: free }) };
}

const INPUTS: ReadonlySet<string> = new Set(["frames", "sweeps", "mask", "cells", "noise"]);

export interface PosteriorSamples {
  readonly names: readonly string[];
  readonly units: readonly string[];
  /** [samples][parameters], in the parameters' units, all within the prior's box. */
  readonly samples: readonly Float64Array[];
  /** The same in coordinates 0 to 1 of the box. */
  readonly unit: readonly Float64Array[];
  /** Log density over the unit box, a sample. */
  readonly logDensity: Float64Array;
  /** Posterior mean, taken in the coordinates of the box (logarithms where the prior has them), in the parameters' units. */
  readonly mean: Float64Array;
  /** What the network makes of the recording before it thinks of parameters: familiar recordings lie where those of training do. */
  readonly embedding: Float32Array;
  /** How familiar the recording is to the network; null where the weights do not say. */
  readonly familiarity: Familiarity | null;
}

export interface SampleOptions {
  /** 1 or more; 1000. */
  readonly samples?: number;
  /** Seed of the noise; the same seed gives the same samples. 1. */
  readonly seed?: number;
}

/**
 * Samples of the posterior of a recorded cell, by the network alone: no simulation. It answers for cells and protocols of the
 * training world; for others it answers too, and wrongly.
 *
 * @param sweeps of one cell, sampled every `dt_ms`: see `networkInput` for what is taken and refused.
 */
export async function amortisedPosterior(
  posterior: Posterior,
  { sweeps, dt_ms }: { readonly sweeps: readonly InputSweep[]; readonly dt_ms: number } | Recording,
  options: SampleOptions = {},
): Promise<PosteriorSamples> {
  return posteriorOfInput(posterior, networkInput(sweeps, dt_ms), options);
}

/** The same from an input that was made before. */
export async function posteriorOfInput(
  { prior, size, standards, session, familiarity }: Posterior,
  input: NetworkInput,
  { samples: count = SAMPLES_PER_RUN, seed = 1 }: SampleOptions = {},
): Promise<PosteriorSamples> {
  const batch = emptyBatch(1, size.slots, size);
  fillBatch(batch, 0, input, standards);
  const { frames, sweeps, mask, cells } = batch;
  const unit: Float64Array[] = [];
  const logDensity = new Float64Array(count);
  let embedding: Float32Array = new Float32Array();
  for (let done = 0; done < count; done += SAMPLES_PER_RUN) {
    const noise = normals(RandomStream.fromSeed(seed).split(done), SAMPLES_PER_RUN * size.parameters);
    const run = await session.run({ frames, sweeps, mask, cells, noise });
    embedding = run.embedding;
    for (let k = 0; k < Math.min(SAMPLES_PER_RUN, count - done); k++) {
      const y = run.sample.subarray(k * size.parameters, (k + 1) * size.parameters);
      unit.push(Float64Array.from(y, toUnitInterval));
      logDensity[done + k] = run.logDensity[k] - y.reduce((sum, value) => sum + logSlope(value), 0);
    }
  }
  return {
    names: prior.parameters.map(({ name }) => name),
    units: prior.parameters.map((parameter) => parameter.unit),
    samples: unit.map((place) => fromUnit(prior, place)),
    unit,
    logDensity,
    mean: fromUnit(prior, meanOf(unit)),
    embedding,
    familiarity: familiarity?.(embedding) ?? null,
  };
}

function meanOf(rows: readonly Float64Array[]): Float64Array {
  const sum = new Float64Array(rows[0].length);
  for (const row of rows) for (let k = 0; k < sum.length; k++) sum[k] += row[k];
  return sum.map((value) => value / rows.length);
}

function normals(stream: RandomStream, count: number): Float32Array {
  return Float32Array.from({ length: count }, () => stream.normal());
}
