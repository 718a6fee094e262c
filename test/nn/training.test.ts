import * as ort from "onnxruntime-node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { InputError } from "../../src/errors.ts";
import {
  adam,
  adamState,
  couplingFlow,
  dense,
  type FlowTransform,
  type GradientEngine,
  GraphBuilder,
  inferenceModel,
  initialWeights,
  loadModel,
  localEngine,
  packWeights,
  Trainer,
  trainingModel,
  unpackWeights,
  warmupCosine,
} from "../../src/nn/index.ts";
import { threadEngine } from "../../src/nn/threads/threadEngine.ts";
import { RandomStream } from "../../src/random.ts";

const BATCH = 32;

/** A regression with noise; batches of step n come from the stream of that number. */
function regression() {
  const g = new GraphBuilder();
  const x = g.input("x", [BATCH, 3]);
  const hidden = dense(g, x, { name: "hidden", units: 8, activation: "tanh" });
  const y = dense(g, hidden, { name: "out", units: 1 });
  const error = g.sub(y, g.input("y", [BATCH, 1]));
  return { g, model: trainingModel(g, g.mean(g.square(error)), { metrics: { worst: g.max(g.abs(error)) } }) };
}

function shardsOf(step: number, count: number) {
  return Array.from({ length: count }, (_, shard) => {
    const stream = RandomStream.fromSeed(3).split(step).split(shard);
    const x = Float32Array.from({ length: 3 * BATCH }, () => stream.normal());
    const y = Float32Array.from(
      { length: BATCH },
      (_, k) => Math.sin(x[3 * k]) + x[3 * k + 1] * x[3 * k + 2],
    );
    return { x, y };
  });
}

const options = {
  learningRate: warmupCosine({ peak: 1e-2, warmup: 5, total: 40 }),
  clipNorm: 1,
  weightDecay: 1e-3,
};
const { g, model } = regression();
const start = initialWeights(g, RandomStream.fromSeed(1));

async function trainTo(until: number, trainer: Trainer): Promise<number[]> {
  const losses: number[] = [];
  while (trainer.steps < until) losses.push((await trainer.step(shardsOf(trainer.steps, 4))).loss);
  return losses;
}

describe("Trainer", () => {
  const engines: GradientEngine[] = [];
  beforeAll(async () => {
    engines.push(await localEngine(ort, model));
    for (const threads of [1, 2, 3])
      engines.push(await threadEngine(model, { threads, runtimeModule: "onnxruntime-node" }));
  });
  afterAll(async () => {
    for (const engine of engines) await engine.close();
  });

  it("[T1] the weights have the same bits on any number of threads", async () => {
    const ends = [];
    for (const engine of engines) {
      const trainer = new Trainer(model, start, engine, options);
      await trainTo(12, trainer);
      ends.push(trainer.weights.values);
    }
    expect(ends[0]).not.toEqual(start.values);
    for (const end of ends) expect(end).toEqual(ends[0]);
  });

  it("[T2] a run that goes on from a checkpoint gives the bits of one that was not interrupted", async () => {
    const whole = new Trainer(model, start, engines[0], options);
    const losses = await trainTo(20, whole);
    const first = new Trainer(model, start, engines[2], options);
    await trainTo(9, first);
    const bytes = first.checkpoint({ samples: 1152 });
    const second = new Trainer(model, initialWeights(g, RandomStream.fromSeed(55)), engines[0], options);
    expect(second.resume(bytes)).toEqual({ samples: 1152 });
    expect(await trainTo(20, second)).toEqual(losses.slice(9));
    expect(second.weights.values).toEqual(whole.weights.values);
    expect(second.checkpoint()).toEqual(whole.checkpoint());
  });

  it("[T3] metrics of each shard come back in order", async () => {
    const trainer = new Trainer(model, start, engines[3], options);
    const report = await trainer.step(shardsOf(0, 4));
    const one = await Promise.all(
      shardsOf(0, 4).map(async (shard) => (await engines[0].gradients(start.values, [shard]))[0]),
    );
    expect(report.metrics.map(({ worst }) => worst[0])).toEqual(one.map(({ metrics }) => metrics.worst[0]));
    expect(report.loss).toBeCloseTo(one.reduce((sum, { loss }) => sum + loss, 0) / 4, 12);
  });

  it("[T4] a thread that cannot start says why", async () => {
    await expect(threadEngine(model, { threads: 1, runtimeModule: "no-such-runtime" })).rejects.toThrow(
      "no-such-runtime",
    );
    const broken = { ...model, bytes: model.bytes.slice(0, 50) };
    await expect(threadEngine(broken, { threads: 2, runtimeModule: "onnxruntime-node" })).rejects.toThrow(
      /protobuf|model/i,
    );
  });

  it("[T5] a failed shard rejects the step, and the threads go on", async () => {
    const [good] = shardsOf(0, 1);
    await expect(engines[2].gradients(start.values, [{ x: good.x }])).rejects.toThrow(
      "input y has no values",
    );
    expect((await engines[2].gradients(start.values, [good]))[0].loss).toBeGreaterThan(0);
  });

  it("[T6] bytes that are no checkpoint of this network are refused", () => {
    const trainer = new Trainer(model, start, engines[0], options);
    const bytes = trainer.checkpoint();
    const other = new GraphBuilder();
    other.parameter("a", [3], { kind: "zeros" });
    for (const wrong of [
      bytes.slice(0, -4),
      bytes.slice(0, 30),
      Uint8Array.of(1, 2, 3),
      new Uint8Array(100),
      packWeights(start),
    ])
      expect(() => trainer.resume(wrong, "run.ckpt")).toThrow(InputError);
    const small = trainingModel(other, other.sum(other.square(other.parameter("a", [3], { kind: "zeros" }))));
    const theirs = new Trainer(small, initialWeights(other, RandomStream.fromSeed(1)), engines[0], options);
    expect(() => theirs.resume(bytes, "run.ckpt")).toThrow(/run.ckpt: .*another network/);
  });

  it("[T7] weights and what is said about them survive a file", () => {
    const read = unpackWeights(packWeights(start, { trained: "yes" }));
    expect(read).toEqual({ weights: start, about: { trained: "yes" } });
  });
});

describe("Adam", () => {
  it("[A1] the first update has the length of the learning rate, whatever the gradient's (Kingma and Ba 2015, section 2.1)", () => {
    const weights = Float32Array.of(1, 1, 1);
    const norm = adam(weights, Float32Array.of(1e-3, -50, 0), adamState(3), { learningRate: 0.1 });
    expect(norm).toBeCloseTo(50, 4);
    expect([...weights]).toEqual([expect.closeTo(0.9, 5), expect.closeTo(1.1, 5), 1]);
  });

  it("[A2] clipping shortens the gradient and keeps its direction; what is shorter stays", () => {
    const run = (gradient: number[], clipNorm?: number) => {
      const state = adamState(2);
      adam(new Float32Array(2), Float32Array.from(gradient), state, { learningRate: 1, clipNorm });
      return [...state.first];
    };
    expect(run([30, 40], 5)).toEqual(run([3, 4]));
    expect(run([3, 4], 6)).toEqual(run([3, 4]));
  });

  it("[A3] a gradient that is not finite changes nothing", () => {
    const [weights, state] = [Float32Array.of(1, 2), adamState(2)];
    expect(adam(weights, Float32Array.of(Number.NaN, 1), state, { learningRate: 1 })).toBeNaN();
    expect(weights).toEqual(Float32Array.of(1, 2));
    expect(state).toEqual(adamState(2));
  });

  it("[A4] the schedule rises to its peak and ends at its floor", () => {
    const rate = warmupCosine({ peak: 2, warmup: 4, total: 24, floor: 0.5 });
    expect([0, 3, 14, 24, 99].map(rate)).toEqual([0.5, 2, 1.25, 0.5, 0.5]);
  });
});

/** Trains on batches that a function makes, in this thread. */
async function trained(
  build: (g: GraphBuilder) => ReturnType<GraphBuilder["mean"]>,
  batchOf: (stream: RandomStream) => Record<string, Float32Array>,
  steps: number,
  peak: number,
) {
  const g = new GraphBuilder();
  const model = trainingModel(g, build(g));
  const engine = await localEngine(ort, model);
  const learningRate = warmupCosine({ peak, warmup: 20, total: steps });
  const trainer = new Trainer(model, initialWeights(g, RandomStream.fromSeed(2)), engine, {
    learningRate,
    clipNorm: 5,
  });
  let recent = 0;
  for (let step = 0; step < steps; step++) {
    const { loss } = await trainer.step([batchOf(RandomStream.fromSeed(4).split(step))]);
    if (step >= steps - 50) recent += loss / 50;
  }
  await engine.close();
  return { weights: trainer.weights, loss: recent };
}

describe("what is learned", () => {
  it("[E1] linear regression ends at the least-squares solution", async () => {
    const stream = RandomStream.fromSeed(10);
    const x = Float32Array.from({ length: 50 }, () => stream.normal());
    const y = x.map((value) => 1.7 * value - 0.6 + 0.5 * stream.normal());
    const mean = (values: Float32Array) => values.reduce((a, b) => a + b) / values.length;
    const [mx, my] = [mean(x), mean(y)];
    const slope =
      mean(x.map((value, k) => (value - mx) * (y[k] - my))) / mean(x.map((value) => (value - mx) ** 2));
    const { weights } = await trained(
      (g) => {
        const line = dense(g, g.input("x", [50, 1]), { name: "line", units: 1 });
        return g.mean(g.square(g.sub(line, g.input("y", [50, 1]))));
      },
      () => ({ x, y }),
      600,
      0.05,
    );
    expect(weights.values[0]).toBeCloseTo(slope, 4);
    expect(weights.values[1]).toBeCloseTo(my - slope * mx, 4);
  });

  it("[E2] a conditional Gaussian: mean, spread and correlation as they are known", async () => {
    // y given c: mean (c, -2 c), sd (0.3, 0.5 e^(c/2)), correlation 0.8.
    const rho = 0.8;
    const rows = 256;
    const parts: FlowTransform = { kind: "affine" };
    const flowOf = (g: GraphBuilder, count: number) =>
      couplingFlow(g, {
        name: "f",
        dimensions: 2,
        context: g.input("c", [count, 1]),
        transform: parts,
        layers: 4,
        hidden: [32],
      });
    const { weights, loss } = await trained(
      (g) => g.neg(g.mean(flowOf(g, rows).logDensity(g.input("y", [rows, 2])))),
      (stream) => {
        const c = Float32Array.from({ length: rows }, () => 2 * stream.uniform() - 1);
        const y = new Float32Array(2 * rows);
        c.forEach((each, k) => {
          const [a, b] = [stream.normal(), stream.normal()];
          y[2 * k] = each + 0.3 * a;
          y[2 * k + 1] = -2 * each + 0.5 * Math.exp(each / 2) * (rho * a + Math.sqrt(1 - rho * rho) * b);
        });
        return { c, y };
      },
      700,
      5e-3,
    );
    // Entropy, the least possible loss; the mean of c/2 is 0.
    const entropy = 1 + Math.log(2 * Math.PI) + Math.log(0.3 * 0.5) + 0.5 * Math.log(1 - rho * rho);
    expect(loss).toBeGreaterThan(entropy - 0.05);
    expect(loss).toBeLessThan(entropy + 0.05);
    const count = 20000;
    const g = new GraphBuilder();
    const { sample } = flowOf(g, 1).sample(g.input("noise", [count, 2]));
    const model = await loadModel(ort, inferenceModel(g, { outputs: { sample }, weights }));
    const stream = RandomStream.fromSeed(12);
    const noise = Float32Array.from({ length: 2 * count }, () => stream.normal());
    for (const c of [-0.7, 0, 0.6]) {
      const { sample: s } = await model.run({ c: Float32Array.of(c), noise });
      const { mean, sd, correlation } = moments(s);
      expect(Math.abs(mean[0] - c)).toBeLessThan(0.05);
      expect(Math.abs(mean[1] + 2 * c)).toBeLessThan(0.08);
      expect(Math.abs(sd[0] / 0.3 - 1)).toBeLessThan(0.06);
      expect(Math.abs(sd[1] / (0.5 * Math.exp(c / 2)) - 1)).toBeLessThan(0.06);
      expect(Math.abs(correlation - rho)).toBeLessThan(0.06);
    }
  });

  it("[E3] a spline flow finds two separate arcs: its loss is near the entropy", async () => {
    // Half circles of radius 0.25 with normal noise across, in the unit box: two moons.
    const rows = 128;
    const sd = 0.02;
    const { loss } = await trained(
      (g) => {
        const flow = couplingFlow(g, {
          name: "f",
          dimensions: 2,
          transform: { kind: "spline-box", bins: 12 },
          layers: 4,
          hidden: [48, 48],
        });
        return g.neg(g.mean(flow.logDensity(g.input("y", [rows, 2]))));
      },
      (stream) => ({
        y: Float32Array.from(
          Array.from({ length: rows }, () => {
            const [angle, radius] = [Math.PI * stream.uniform(), 0.25 + sd * stream.normal()];
            return stream.uniform() < 0.5
              ? [0.4 + radius * Math.cos(angle), 0.45 + radius * Math.sin(angle)]
              : [0.6 - radius * Math.cos(angle), 0.55 - radius * Math.sin(angle)];
          }).flat(),
        ),
      }),
      450,
      5e-3,
    );
    // Arcs that hardly overlap: ln 2 for the choice, ln(pi) for the angle, the normal's entropy, E[ln radius] for the area.
    const entropy =
      Math.log(2) + Math.log(Math.PI) + 0.5 * Math.log(2 * Math.PI * Math.E * sd * sd) + Math.log(0.25);
    expect(loss).toBeGreaterThan(entropy - 0.1);
    expect(loss).toBeLessThan(entropy + 0.25);
  });
});

function moments(sample: Float32Array) {
  const count = sample.length / 2;
  const average = (f: (a: number, b: number) => number) => {
    let sum = 0;
    for (let k = 0; k < count; k++) sum += f(sample[2 * k], sample[2 * k + 1]);
    return sum / count;
  };
  const mean = [average((a) => a), average((_, b) => b)];
  const sd = [
    Math.sqrt(average((a) => (a - mean[0]) ** 2)),
    Math.sqrt(average((_, b) => (b - mean[1]) ** 2)),
  ];
  return { mean, sd, correlation: average((a, b) => (a - mean[0]) * (b - mean[1])) / (sd[0] * sd[1]) };
}
