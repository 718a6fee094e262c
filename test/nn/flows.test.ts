import * as ort from "onnxruntime-node";
import { describe, expect, it } from "vitest";
import {
  couplingFlow,
  type FlowTransform,
  GraphBuilder,
  inferenceModel,
  initialWeights,
  loadModel,
  mixtureOfGaussians,
} from "../../src/nn/index.ts";
import { RandomStream } from "../../src/random.ts";
import { checkGradients, jittered } from "./gradientCheck.ts";

const TRANSFORMS: readonly FlowTransform[] = [
  { kind: "affine", bound: 2 },
  { kind: "spline-box", bins: 5 },
  { kind: "spline-box", bins: 4, low: -2, high: 3 },
  { kind: "spline-line", bins: 6, bound: 4 },
];
const named = TRANSFORMS.map((transform): [string, FlowTransform] => [JSON.stringify(transform), transform]);

const lowest = (t: FlowTransform) =>
  t.kind === "spline-box" ? (t.low ?? 0) : t.kind === "affine" ? -25 : -7;
const highest = (t: FlowTransform) =>
  t.kind === "spline-box" ? (t.high ?? 1) : t.kind === "affine" ? 25 : 7;

/** A flow with weights far from its start. */
function makeFlow(g: GraphBuilder, transform: FlowTransform, dimensions: number, context?: number[]) {
  return couplingFlow(g, {
    name: "flow",
    dimensions,
    transform,
    layers: 4,
    hidden: [8, 8],
    ...(context && { context: g.constant(context, [1, context.length]) }),
  });
}

async function evaluate(
  g: GraphBuilder,
  outputs: Parameters<typeof inferenceModel>[1]["outputs"],
  inputs: Record<string, Float32Array>,
) {
  const weights = jittered(initialWeights(g, RandomStream.fromSeed(6)), 0.2);
  return (await loadModel(ort, inferenceModel(g, { outputs, weights }))).run(inputs);
}

describe("coupling flows", () => {
  it.each(named)("[W1] gradient of the log density beside finite differences: %s", async (_, transform) => {
    const span = highest(transform) - lowest(transform);
    const values = [0.13, 0.71, 0.42, 0.86, 0.27, 0.58].map((u) =>
      transform.kind === "spline-box" ? lowest(transform) + u * span : 3 * (u - 0.5),
    );
    await checkGradients(
      (g) => {
        const x = g.parameter("x", [2, 3], { kind: "values", values });
        const context = g.parameter("context", [2, 2], { kind: "normal", sd: 1 });
        return couplingFlow(g, {
          name: "f",
          dimensions: 3,
          context,
          transform,
          layers: 3,
          hidden: [4],
          activation: "tanh",
        }).logDensity(x);
      },
      { jitter: 0.3, tolerance: 3e-3 },
    );
  });

  it.each(named)("[W2] the density is 1 in sum over one dimension: %s", async (_, transform) => {
    const [low, high, count] = [lowest(transform), highest(transform), 20001];
    const g = new GraphBuilder();
    const x = g.input("x", [count, 1]);
    const out = makeFlow(g, transform, 1, [0.4, -1]).logDensity(x);
    const grid = Float32Array.from({ length: count }, (_, k) => low + ((k + 0.5) * (high - low)) / count);
    const { out: logDensity } = await evaluate(g, { out }, { x: grid });
    const total = logDensity.reduce((sum, each) => sum + Math.exp(each), 0) * ((high - low) / count);
    expect(Math.max(...logDensity) - Math.min(...logDensity)).toBeGreaterThan(0.3);
    expect(total).toBeCloseTo(1, 3);
  });

  it.each(named)("[W3] and over two: %s", async (_, transform) => {
    const [low, high, side] = [lowest(transform), highest(transform), 401];
    const g = new GraphBuilder();
    const x = g.input("x", [side * side, 2]);
    const out = makeFlow(g, transform, 2, [0.4, -1]).logDensity(x);
    const at = (k: number) => low + ((k + 0.5) * (high - low)) / side;
    const grid = Float32Array.from({ length: 2 * side * side }, (_, k) =>
      at(k % 2 === 0 ? Math.floor(k / 2 / side) : (k >> 1) % side),
    );
    const { out: logDensity } = await evaluate(g, { out }, { x: grid });
    const total = logDensity.reduce((sum, each) => sum + Math.exp(each), 0) * ((high - low) / side) ** 2;
    expect(total).toBeCloseTo(1, 2);
  });

  it.each(named)("[W4] the density at a sample is the one that came with it: %s", async (_, transform) => {
    const rows = 200;
    const stream = RandomStream.fromSeed(8);
    const draw = transform.kind === "spline-box" ? () => stream.uniform() : () => stream.normal();
    const g = new GraphBuilder();
    const flow = makeFlow(g, transform, 5, [0.4, -1]);
    const { sample, logDensity } = flow.sample(g.input("noise", [rows, 5]));
    const again = flow.logDensity(sample);
    const noise = Float32Array.from({ length: 5 * rows }, draw);
    const found = await evaluate(g, { sample, logDensity, again }, { noise });
    const spread = Math.max(...found.logDensity) - Math.min(...found.logDensity);
    expect(spread).toBeGreaterThan(1);
    found.again.forEach((value, k) => {
      expect(Math.abs(value - found.logDensity[k]) / spread).toBeLessThan(1e-3);
    });
    for (const value of found.sample) {
      expect(value).toBeGreaterThanOrEqual(lowest(transform));
      expect(value).toBeLessThanOrEqual(highest(transform));
    }
  });

  it("[W5] a new spline-box flow is the uniform density", async () => {
    const g = new GraphBuilder();
    const flow = makeFlow(g, { kind: "spline-box" }, 3);
    const x = [0.01, 0.5, 0.99, 0.3, 0.6, 0.2];
    const out = flow.logDensity(g.constant(x, [2, 3]));
    const weights = initialWeights(g, RandomStream.fromSeed(1));
    const found = await (await loadModel(ort, inferenceModel(g, { outputs: { out }, weights }))).run({});
    for (const value of found.out) expect(value).toBeCloseTo(0, 5);
  });
});

describe("mixture of Gaussians", () => {
  const make = (g: GraphBuilder, dimensions: number, rows = 1) =>
    mixtureOfGaussians(g, {
      name: "m",
      dimensions,
      components: 3,
      context: g.constant(
        Array.from({ length: 2 * rows }, (_, k) => Math.sin(1 + k)),
        [rows, 2],
      ),
    });

  it("[M1] gradient of the log density beside finite differences", async () => {
    await checkGradients(
      (g) => make(g, 2, 3).logDensity(g.parameter("x", [3, 2], { kind: "normal", sd: 1 })),
      {
        jitter: 0.3,
      },
    );
  });

  it("[M2] the density is 1 in sum over two dimensions", async () => {
    const [side, reach] = [401, 12];
    const g = new GraphBuilder();
    const at = (k: number) => (2 * reach * (k + 0.5)) / side - reach;
    const x = Float32Array.from({ length: 2 * side * side }, (_, k) =>
      at(k % 2 === 0 ? Math.floor(k / 2 / side) : (k >> 1) % side),
    );
    const out = make(g, 2).logDensity(g.input("x", [side * side, 2]));
    const found = await evaluate(g, { out }, { x });
    const total = found.out.reduce((sum, each) => sum + Math.exp(each), 0) * ((2 * reach) / side) ** 2;
    expect(total).toBeCloseTo(1, 3);
  });

  it("[M3] samples have the density that comes with them: the mean of 1/p over a box is its volume's share", async () => {
    // Each sample within a box counts 1/p; their mean over all samples estimates the volume of the box.
    const count = 40000;
    const stream = RandomStream.fromSeed(3);
    const g = new GraphBuilder();
    const mixture = make(g, 2);
    const { sample, logDensity } = mixture.sample(g.input("noise", [count, 2]), g.input("choice", [count]));
    const found = await evaluate(
      g,
      { sample, logDensity },
      {
        noise: Float32Array.from({ length: 2 * count }, () => stream.normal()),
        choice: Float32Array.from({ length: count }, () => stream.uniform()),
      },
    );
    let [sum, squares] = [0, 0];
    for (let k = 0; k < count; k++) {
      const inside = Math.abs(found.sample[2 * k]) < 1 && Math.abs(found.sample[2 * k + 1]) < 1;
      const term = inside ? Math.exp(-found.logDensity[k]) : 0;
      sum += term;
      squares += term * term;
    }
    const [mean, error] = [sum / count, Math.sqrt(squares) / count];
    expect(error).toBeLessThan(0.1);
    expect(Math.abs(mean - 4)).toBeLessThan(4 * error);
  });
});
