import * as ort from "onnxruntime-node";
import { describe, expect, it } from "vitest";
import {
  conv1d,
  dense,
  GraphBuilder,
  gradientName,
  inferenceModel,
  initialWeights,
  layerNorm,
  loadModel,
  lstm,
  maskedPool,
  type Node,
  trainingModel,
} from "../../src/nn/index.ts";
import { RandomStream } from "../../src/random.ts";
import { checkGradients, evaluator } from "./gradientCheck.ts";

const normal = { kind: "normal", sd: 1 } as const;
const sequence = (g: GraphBuilder, shape = [3, 7, 2]) => g.parameter("x", shape, normal);
const MASK = [1, 0, 1, 1, 1, 1, 1, 0, 0];

const LAYERS: Record<string, (g: GraphBuilder) => Node> = {
  dense: (g) => dense(g, sequence(g), { name: "d", units: 3, activation: "tanh" }),
  "conv1d, same": (g) => conv1d(g, sequence(g), { name: "c", filters: 3, kernel: 3 }),
  "conv1d, same, stride 2": (g) => conv1d(g, sequence(g), { name: "c", filters: 3, kernel: 5, stride: 2 }),
  "conv1d, valid, stride 3": (g) =>
    conv1d(g, sequence(g), { name: "c", filters: 2, kernel: 2, stride: 3, padding: "valid" }),
  lstm: (g) => lstm(g, sequence(g), { name: "l", units: 3 }),
  "lstm, reverse": (g) => lstm(g, sequence(g), { name: "l", units: 3, reverse: true }),
  "lstm, one step": (g) => lstm(g, sequence(g, [2, 1, 2]), { name: "l", units: 3 }),
  "lstm, one step, reverse": (g) => lstm(g, sequence(g, [2, 1, 2]), { name: "l", units: 2, reverse: true }),
  layerNorm: (g) => layerNorm(g, sequence(g, [4, 5]), { name: "n" }),
  "maskedPool, mean": (g) => maskedPool(g, sequence(g, [3, 3, 4]), g.constant(MASK, [3, 3]), "mean"),
  "maskedPool, max": (g) => maskedPool(g, sequence(g, [3, 3, 4]), g.constant(MASK, [3, 3]), "max"),
};

describe("layers", () => {
  it.each(Object.entries(LAYERS))("[L1] gradient of %s beside finite differences", async (_, build) => {
    for (const seed of [4, 5]) await checkGradients(build, { seed });
  });

  it.each([
    ["same", 1, 4, 9],
    ["same", 2, 5, 9],
    ["same", 3, 2, 11],
    ["valid", 1, 3, 9],
    ["valid", 4, 6, 19],
  ] as const)(
    "[L2] conv1d, %s, stride %i, kernel %i, is the operator Conv",
    async (padding, stride, kernel, time) => {
      const g = new GraphBuilder();
      const x = sequence(g, [2, time, 3]);
      const ours = conv1d(g, x, { name: "c", filters: 4, kernel, stride, padding });
      const outputs = ours.shape[1];
      const zeros = padding === "valid" ? 0 : Math.max(0, (outputs - 1) * stride + kernel - time);
      const [theirs] = g.operator({
        type: "Conv",
        inputs: [
          g.transpose(x, [0, 2, 1]),
          g.transpose(g.parameter("c/w", [kernel, 3, 4], normal), [2, 1, 0]),
          g.parameter("c/b", [4], normal),
        ],
        attributes: { pads: [Math.floor(zeros / 2), Math.ceil(zeros / 2)], strides: [stride] },
        shapes: [[2, 4, outputs]],
        vjp: null,
      });
      const { a, b } = await compute(g, { a: ours, b: g.transpose(theirs, [0, 2, 1]) });
      expect(a.some((value) => Math.abs(value) > 0.1)).toBe(true);
      expectClose(a, b, 1e-5);
    },
  );

  it.each([false, true])(
    "[L3] the LSTM operator and its gradient are those of the equations (reverse: %s)",
    async (reverse) => {
      const g = new GraphBuilder();
      const x = sequence(g, [3, 9, 2]);
      const pattern = g.constant(
        Array.from({ length: 3 * 9 * 5 }, (_, k) => Math.cos(k)),
        [3, 9, 5],
      );
      const operator = lstm(g, x, { name: "l", units: 5, reverse });
      const equations = unrolledLstm(g, x, 5, reverse);
      const weights = initialWeights(g, RandomStream.fromSeed(9));
      for (const place of weights.places.filter(({ name }) => name === "l/b"))
        for (let k = 0; k < place.length; k++) weights.values[place.offset + k] += 0.3 * Math.sin(k);
      const results = [];
      for (const y of [operator, equations]) {
        const model = trainingModel(g, g.sum(g.mul(y, pattern)), { metrics: { y } });
        results.push(await (await evaluator(model))(weights));
      }
      expectClose(results[0].y, results[1].y, 1e-6);
      for (const name of ["x", "l/w", "l/r", "l/b"])
        expectClose(results[0][gradientName(name)], results[1][gradientName(name)], 2e-5);
    },
  );

  it("[L4] pooling does not depend on order, on what is masked, or on padding; an empty set gives 0", async () => {
    const g = new GraphBuilder();
    const pooled = (members: number[][], mask: number[], kind: "mean" | "max") =>
      maskedPool(
        g,
        g.constant(members.flat(), [1, members.length, 2]),
        g.constant(mask, [1, mask.length]),
        kind,
      );
    const [a, b, huge] = [
      [1, -4],
      [3, -2],
      [1e20, 1e20],
    ];
    for (const kind of ["mean", "max"] as const) {
      const { one, other, empty } = await compute(g, {
        one: pooled([a, b], [1, 1], kind),
        other: pooled([huge, b, a], [0, 1, 1], kind),
        empty: pooled([a, b], [0, 0], kind),
      });
      expect([...one]).toEqual(kind === "mean" ? [2, -3] : [3, -2]);
      expect(other).toEqual(one);
      expect([...empty]).toEqual([0, 0]);
    }
  });

  it("[L5] first weights depend on seed and name alone; orthogonal ones are orthonormal", () => {
    const weightsOf = (names: string[], seed: number) => {
      const g = new GraphBuilder();
      for (const name of names) g.parameter(name, [4, 6], { kind: "orthogonal" });
      const { values, places } = initialWeights(g, RandomStream.fromSeed(seed));
      return Object.fromEntries(places.map((p) => [p.name, values.slice(p.offset, p.offset + p.length)]));
    };
    const { a } = weightsOf(["a"], 3);
    expect(weightsOf(["b", "a"], 3).a).toEqual(a);
    expect(weightsOf(["b", "a"], 3).b).not.toEqual(a);
    expect(weightsOf(["a"], 4).a).not.toEqual(a);
    for (let i = 0; i < 4; i++)
      for (let j = 0; j < 4; j++) {
        const product = [0, 1, 2, 3, 4, 5].reduce((sum, k) => sum + a[6 * i + k] * a[6 * j + k], 0);
        expect(product).toBeCloseTo(i === j ? 1 : 0, 6);
      }
  });
});

/** The equations of the layer, step by step, from elementary operators: gradients come from those alone. */
function unrolledLstm(g: GraphBuilder, x: Node, units: number, reverse: boolean): Node {
  const [batch, time, channels] = x.shape;
  const w = g.parameter("l/w", [4 * units, channels], normal);
  const r = g.parameter("l/r", [4 * units, units], normal);
  const b = g.parameter("l/b", [4 * units], normal);
  const outputs: Node[] = [];
  let [h, c] = [g.zeros([batch, units]), g.zeros([batch, units])];
  const times = Array.from({ length: time }, (_, t) => (reverse ? time - 1 - t : t));
  for (const t of times) {
    const now = g.reshape(g.slice(x, 1, t, t + 1), [batch, channels]);
    const gates = g.add(g.add(g.gemm(now, w, false, true), g.gemm(h, r, false, true)), b);
    const [i, o, f, candidate] = g.split(gates, 1, [units, units, units, units]);
    c = g.add(g.mul(g.sigmoid(f), c), g.mul(g.sigmoid(i), g.tanh(candidate)));
    h = g.mul(g.sigmoid(o), g.tanh(c));
    outputs[t] = g.reshape(h, [batch, 1, units]);
  }
  return g.concat(outputs, 1);
}

async function compute(g: GraphBuilder, outputs: Record<string, Node>) {
  const weights = initialWeights(g, RandomStream.fromSeed(2));
  return (await loadModel(ort, inferenceModel(g, { outputs, weights }))).run({});
}

function expectClose(a: Float32Array, b: Float32Array, tolerance: number): void {
  expect(a.length).toBe(b.length);
  const scale = Math.max(1, ...b.map(Math.abs));
  a.forEach((value, k) => {
    expect(Math.abs(value - b[k]) / scale, `${k}: ${value}, ${b[k]}`).toBeLessThan(tolerance);
  });
}
