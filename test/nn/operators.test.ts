import * as ort from "onnxruntime-node";
import { describe, expect, it } from "vitest";
import {
  dense,
  GraphBuilder,
  inferenceModel,
  initialWeights,
  loadModel,
  type Node,
  trainingModel,
} from "../../src/nn/index.ts";
import { RandomStream } from "../../src/random.ts";
import { checkGradients } from "./gradientCheck.ts";

const normal = { kind: "normal", sd: 1 } as const;
type Build = (g: GraphBuilder) => Node;

/** A parameter away from what an operator cannot take. */
const x = (g: GraphBuilder, shape: readonly number[] = [3, 4]) => g.parameter("x", shape, normal);
const y = (g: GraphBuilder, shape: readonly number[] = [3, 4]) => g.parameter("y", shape, normal);
const positive = (g: GraphBuilder, node: Node) => g.add(g.softplus(node), 0.5);

const OPERATORS: Record<string, Build> = {
  "add, broadcast": (g) => g.add(x(g), y(g, [4])),
  "sub, broadcast": (g) => g.sub(x(g, [3, 1]), y(g, [2, 1, 4])),
  "mul, broadcast": (g) => g.mul(x(g, [2, 3, 1]), y(g, [3, 4])),
  "div, broadcast": (g) => g.div(x(g), positive(g, y(g, [1, 4]))),
  "numbers on either side": (g) => g.sub(1, g.mul(2, g.div(3, positive(g, x(g))))),
  addAll: (g) => g.addAll([x(g), g.square(x(g)), y(g)]),
  neg: (g) => g.neg(g.exp(x(g))),
  exp: (g) => g.exp(x(g)),
  log: (g) => g.log(positive(g, x(g))),
  tanh: (g) => g.tanh(x(g)),
  sigmoid: (g) => g.sigmoid(x(g)),
  softplus: (g) => g.softplus(x(g)),
  silu: (g) => g.silu(x(g)),
  sqrt: (g) => g.sqrt(positive(g, x(g))),
  square: (g) => g.square(x(g)),
  "sum over an axis": (g) => g.square(g.sum(x(g), 0)),
  "sum, kept": (g) => g.mul(x(g), g.sum(x(g), [1], true)),
  "mean of all": (g) => g.square(g.mean(x(g))),
  "reshape, transpose": (g) => g.square(g.reshape(g.transpose(x(g, [2, 3, 4]), [2, 0, 1]), [8, 3])),
  "concat, split, slice": (g) => {
    const [a, , c] = g.split(g.square(g.concat([x(g), y(g)], 1)), 1, [3, 2, 3]);
    return g.concat([g.slice(a, 0, 1, 3), g.slice(c, 0, 0, 2)], 0);
  },
  "sum and slice of a transpose": (g) => {
    const turned = g.transpose(x(g, [2, 3, 4]), [2, 0, 1]);
    return g.square(g.add(g.sum(turned, 1), g.slice(g.reshape(g.slice(turned, 1, 1, 2), [4, 3]), 1, 0, 1)));
  },
  pad: (g) => g.square(g.add(g.pad(x(g), 1, 1, 2), 1)),
  expand: (g) => g.square(g.expand(x(g, [3, 1]), [2, 3, 4])),
  matmul: (g) => g.matmul(x(g, [2, 3, 4]), y(g, [4, 5])),
  "matmul in batches": (g) => g.square(g.matmul(x(g, [2, 3, 4]), y(g, [1, 4, 2]))),
  "gemm 00": (g) => g.gemm(x(g), y(g, [4, 2])),
  "gemm 10": (g) => g.gemm(x(g), y(g, [3, 2]), true),
  "gemm 01": (g) => g.gemm(x(g), y(g, [2, 4]), false, true),
  "gemm 11": (g) => g.gemm(x(g), y(g, [2, 3]), true, true),
  "gemm of many rows, narrow times wide": (g) => g.gemm(x(g, [1100, 2]), y(g, [1100, 3]), true),
  "gemm of many rows, wide times narrow": (g) => g.gemm(x(g, [1100, 3]), y(g, [1100, 2]), true),
  "gemm, plus": (g) => g.gemm(x(g), y(g, [4, 2]), false, false, g.square(g.parameter("z", [2], normal))),
  "a value used twice": (g) => g.mul(g.tanh(x(g)), g.exp(g.tanh(x(g)))),
};

/** With kinks: points are kept away from them by more than the step of the differences. */
const apart = (g: GraphBuilder) => {
  const values = [-2, -1.1, -0.4, -0.2, 0.15, 0.3, 0.55, 0.8, 1.2, 1.6, 2.1, 2.7];
  return g.parameter("x", [3, 4], { kind: "values", values: values.map((_, k) => values[(5 * k) % 12]) });
};
const KINKED: Record<string, Build> = {
  relu: (g) => g.square(g.relu(apart(g))),
  abs: (g) => g.mul(g.abs(apart(g)), apart(g)),
  clip: (g) => g.square(g.clip(apart(g), -0.7, 1.4)),
  max: (g) => g.square(g.max(apart(g), 1)),
  "where, greater": (g) => g.where(g.greater(apart(g), 0.4), g.square(apart(g)), g.exp(y(g, [4]))),
};

describe("gradients beside finite differences", () => {
  it.each(Object.entries(OPERATORS))("[N1] %s", async (_, build) => {
    for (const seed of [1, 2, 3]) await checkGradients(build, { seed });
  });
  it.each(Object.entries(KINKED))("[N2] %s", async (_, build) => {
    await checkGradients(build);
  });
  it("[N3] equal largest values share the gradient", async () => {
    const build: Build = (g) => g.max(g.parameter("x", [3], { kind: "values", values: [2, 1, 2] }));
    // Central differences of a maximum of two equal values give half of each side.
    await checkGradients(build);
  });
});

const run = async (g: GraphBuilder, out: Node) => {
  const model = await loadModel(ort, inferenceModel(g, { outputs: { out } }));
  return [...(await model.run({})).out];
};

describe("GraphBuilder", () => {
  it("[N4] equal expressions are one node, and what changes nothing is left out", () => {
    const g = new GraphBuilder();
    const a = g.input("a", [2, 3]);
    expect(g.exp(g.add(a, 1))).toBe(g.exp(g.add(a, 1)));
    for (const same of [
      g.add(a, 0),
      g.mul(1, a),
      g.sub(a, 0),
      g.div(a, 1),
      g.neg(g.neg(a)),
      g.reshape(a, [2, 3]),
    ])
      expect(same).toBe(a);
    expect(g.transpose(g.transpose(a, [1, 0]), [1, 0])).toBe(a);
    expect(g.mul(2, g.constant(3))).toBe(g.constant(6));
  });

  it("[N5] values are those of the equations", async () => {
    const g = new GraphBuilder();
    const a = g.constant([-1000, -1, 0, 2, 1000]);
    expect(await run(g, g.softplus(a))).toEqual([
      0,
      Math.fround(Math.log1p(Math.exp(-1))),
      expect.closeTo(Math.LN2, 6),
      expect.closeTo(2.126928, 5),
      1000,
    ]);
    expect(await run(g, g.clip(a, -1, 1.5))).toEqual([-1, -1, 0, 1.5, 1.5]);
    expect(await run(g, g.where(g.greater(a, 0), a, -5))).toEqual([-5, -5, -5, 2, 1000]);
  });

  it("[N6] no gradient passes stopGradient", async () => {
    const g = new GraphBuilder();
    const a = g.parameter("a", [2], normal);
    const { gradients } = await import("../../src/nn/graph/backward.ts");
    expect(gradients(g, g.sum(g.stopGradient(g.exp(a)))).size).toBe(0);
    expect(gradients(g, g.sum(g.exp(a))).size).toBe(1);
  });

  it("[N7] wrong shapes are refused where they are made", () => {
    const g = new GraphBuilder();
    const a = g.input("a", [2, 3]);
    expect(() => g.add(a, g.input("b", [2, 4]))).toThrow("[2,3] and [2,4] do not broadcast");
    expect(() => g.matmul(a, a)).toThrow("product of [2,3] and [2,3]");
    expect(() => g.reshape(a, [4])).toThrow("[2,3] reshaped to [4]");
    expect(() => g.slice(a, 1, 2, 4)).toThrow("sliced from 2 to 4");
    expect(() => g.parameter("a", [2, 3], normal)).toThrow("a is a input of shape [2,3]");
  });

  it("[N8] an inference model needs the weights of its own parameters, or takes them as inputs", () => {
    const graphOf = (units: number) => {
      const g = new GraphBuilder();
      return { g, out: dense(g, g.input("x", [1, 2]), { name: "d", units }) };
    };
    const [small, large] = [graphOf(3), graphOf(4)];
    const weights = initialWeights(large.g, RandomStream.fromSeed(1));
    const outputs = { out: small.out };
    expect(() => inferenceModel(small.g, { outputs, weights })).toThrow(
      "weights of d/w are [2,4], not [2,3]",
    );
    expect(() =>
      inferenceModel(small.g, { outputs, weights: { places: [], values: weights.values } }),
    ).toThrow("there are no weights for d/");
    expect(inferenceModel(small.g, { outputs }).inputs).toEqual({ x: [1, 2], "d/w": [2, 3], "d/b": [3] });
  });

  it.each([
    [false, [1, 3, 6, 10]],
    [true, [10, 9, 7, 4]],
  ])("[N10] a loop carries a state from step to step (reverse: %s)", async (reverse, sums) => {
    const g = new GraphBuilder();
    const scale = g.exp(g.constant([0]));
    const { states, sequences } = g.scan({
      states: [g.zeros([1])],
      sequences: [g.constant([1, 2, 3, 4], [4, 1])],
      captured: [scale],
      reverse,
      step: ([sum], [now]) => {
        const next = g.mul(g.add(sum, now), scale);
        return { states: [next], outputs: [next, sum, g.mul(now, 2)] };
      },
      vjp: null,
    });
    expect(await run(g, sequences[0])).toEqual(sums);
    expect(await run(g, sequences[1])).toEqual(sums.map((sum, k) => sum - k - 1));
    expect(await run(g, g.concat([sequences[2], g.reshape(states[0], [1, 1])], 0))).toEqual([2, 4, 6, 8, 10]);
  });

  it("[N11] a loop that sees what it was not given is refused", () => {
    const g = new GraphBuilder();
    const a = g.input("a", [3, 2]);
    const loop = (outside: Node) => () =>
      g.scan({
        states: [g.zeros([2])],
        sequences: [a],
        step: ([sum], [now]) => ({ states: [g.add(sum, now)], outputs: [g.mul(now, outside)] }),
        vjp: null,
      });
    expect(loop(g.constant([1, 2]))).not.toThrow();
    expect(loop(g.input("b", [2]))).toThrow("a loop sees a input [2] that it was not given");
    expect(loop(g.exp(g.constant([1, 2])))).toThrow("a loop sees a operator [2]");
  });

  it("[N9] equal graphs give equal bytes", () => {
    const bytes = () => {
      const g = new GraphBuilder();
      const y = dense(g, g.input("x", [4, 2]), { name: "d", units: 3, activation: "tanh" });
      return trainingModel(g, g.mean(g.square(y))).bytes;
    };
    expect(bytes()).toEqual(bytes());
  });
});
