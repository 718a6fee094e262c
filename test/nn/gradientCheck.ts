import * as ort from "onnxruntime-node";
import { expect } from "vitest";
import {
  type Batch,
  GraphBuilder,
  gradientName,
  initialWeights,
  loadModel,
  type Node,
  type TrainingModel,
  trainingModel,
  type Weights,
  weightOf,
} from "../../src/nn/index.ts";
import { RandomStream } from "../../src/random.ts";

/** Loss and gradients of a model at given weights. */
export async function evaluator(model: TrainingModel) {
  const inputs = { ...model.batchInputs };
  for (const name of model.parameterNames) inputs[name] = model.shapes[name];
  const loaded = await loadModel(ort, { bytes: model.bytes, inputs });
  return (weights: Weights, batch: Batch = {}) => {
    const feeds: Record<string, Float32Array> = { ...batch };
    for (const name of model.parameterNames) feeds[name] = weightOf(weights, name)!;
    return loaded.run(feeds);
  };
}

/** Truncation falls with the fourth power of the step, rounding of f32 rises as it shrinks: both are about 1e-5 here. */
const STEP = 0.02;

/**
 * Compares each gradient with central differences (Richardson's extrapolation of two steps) of the loss, which is the sum of a
 * node's elements with weights from a fixed pattern, so that every element counts differently.
 */
export async function checkGradients(
  build: (g: GraphBuilder) => Node,
  {
    seed = 1,
    tolerance = 1e-3,
    batch = {},
    jitter = 0,
  }: { seed?: number; tolerance?: number; batch?: Batch; jitter?: number } = {},
): Promise<void> {
  const g = new GraphBuilder();
  const y = build(g);
  const size = y.shape.reduce((a, b) => a * b, 1);
  const pattern = Float32Array.from({ length: size }, (_, k) => Math.sin(1 + 2.3 * k) / Math.sqrt(size));
  const model = trainingModel(g, g.sum(g.mul(y, g.constant(pattern, y.shape))));
  const run = await evaluator(model);
  const weights = jittered(initialWeights(g, RandomStream.fromSeed(seed)), jitter);
  const found = await run(weights, batch);
  expect(model.parameterNames.length, "parameters reached").toBe(g.parameters.length);
  for (const place of weights.places) {
    const gradient = found[gradientName(place.name)];
    expect(gradient.length, place.name).toBe(place.length);
    const scale = Math.max(0.1, ...gradient.map(Math.abs));
    for (let k = 0; k < place.length; k += Math.ceil(place.length / 12)) {
      const at = place.offset + k;
      const expected = await difference(async (shift) => {
        const values = weights.values.slice();
        values[at] += shift;
        const exact = values[at] - weights.values[at];
        return [(await run({ ...weights, values }, batch)).loss[0], exact];
      });
      expect(
        Math.abs(gradient[k] - expected) / scale,
        `${place.name}[${k}]: ${gradient[k]}, ${expected}`,
      ).toBeLessThan(tolerance);
    }
  }
}

/** Weights moved at random, so that nothing that starts at zero hides an error. */
export function jittered(weights: Weights, sd: number): Weights {
  const stream = RandomStream.fromSeed(77);
  return { ...weights, values: weights.values.map((value) => value + sd * stream.normal()) };
}

async function difference(lossAt: (shift: number) => Promise<[number, number]>): Promise<number> {
  const central = async (step: number) => {
    const [above, up] = await lossAt(step);
    const [below, down] = await lossAt(-step);
    return (above - below) / (up - down);
  };
  return (4 * (await central(STEP / 2)) - (await central(STEP))) / 3;
}
