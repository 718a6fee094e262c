import { describe, expect, it } from "vitest";
import { RandomStream } from "../../random.ts";
import { evaluate, linoid, parseExpression } from "../expression.ts";
import type { Precision } from "../population.ts";
import { shareExponentials } from "./exponentials.ts";
import { Graph, type Node } from "./graph.ts";
import { LocalVariables, VectorCode } from "./vectorCode.ts";
import { shapeOf } from "./vectorShape.ts";
import { wasmModule } from "./wasmBytes.ts";

/** The vector code of single operations against the functions of JavaScript, over the whole range that a rate can meet. */

interface Evaluation {
  readonly precision: Precision;
  /** Builds the value from a state. */
  readonly build: (graph: Graph, x: Node) => Node;
  /** The state is a voltage: exponentials of it go without limits of their own. */
  readonly voltage?: boolean;
  /** How large the argument of a relaxation factor is expected to become. */
  readonly expected?: number;
}

/** Values of a function at many arguments by a module of its own. */
function evaluated(
  { precision, build, voltage = false, expected = Number.POSITIVE_INFINITY }: Evaluation,
  xs: ArrayLike<number>,
): Float64Array {
  const shape = shapeOf(precision);
  const graph = new Graph();
  const x = graph.state("x");
  const [output] = shareExponentials(graph, [build(graph, x)]);
  const locals = new LocalVariables(2);
  const vector = new VectorCode(shape, locals, 1, new Set(voltage ? [x] : []), () => expected);
  const variables = locals.vectors(1);
  vector.bind(x, variables);
  const [at, end] = [0, 1];
  vector.code.loop(() => {
    vector.code.localGet(at).v128Load(0).localSet(variables[0]);
    vector.compute([output]);
    vector.code.localGet(at);
    vector.push(output, 0).code.v128Store(0);
    vector.code.localGet(at).i32(16).op("i32.add").localTee(at).localGet(end).op("i32.lt_s").brIf(0);
  });
  vector.code.localGet(at);
  const body = [vector.prologue, vector.code];
  const bytes = wasmModule({ parameters: ["i32", "i32"], result: "i32", locals: locals.types, body });
  const length = Math.ceil((xs.length * shape.bytes) / 16) * 16;
  const memory = new WebAssembly.Memory({ initial: Math.ceil(length / 65536) });
  const values = precision === "f64" ? new Float64Array(memory.buffer) : new Float32Array(memory.buffer);
  values.set(xs);
  const { run } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } }).exports;
  (run as (at: number, end: number) => number)(0, length);
  return Float64Array.from(values.subarray(0, xs.length));
}

/** Arguments as the precision holds them. */
function spread(precision: Precision, low: number, high: number, seed: number, count = 20_000): Float64Array {
  const stream = RandomStream.fromSeed(seed);
  const values = Float64Array.from({ length: count }, (_, k) =>
    k < 2 ? [low, high][k] : low + (high - low) * stream.uniform(),
  );
  return precision === "f64" ? values : Float64Array.from(values, Math.fround);
}

/** Arguments of both signs whose sizes are spread evenly over the decades from `smallest` to `largest`. */
function decades(precision: Precision, smallest: number, largest: number, seed: number): Float64Array {
  return spread(precision, Math.log(smallest), Math.log(largest), seed).map((log, k) => {
    const value = (k % 2 ? -1 : 1) * Math.exp(log);
    return precision === "f64" ? value : Math.fround(value);
  });
}

function largestError(given: Evaluation, xs: Float64Array, exact: (x: number) => number): number {
  const values = evaluated(given, xs);
  return xs.reduce((worst, x, k) => {
    const error = Math.abs(values[k] / exact(x) - 1);
    return error <= worst ? worst : Number.isNaN(error) ? Number.POSITIVE_INFINITY : error;
  }, 0);
}

const text = (source: string) => (graph: Graph, x: Node) =>
  graph.expression(parseExpression(source), () => x);

describe.each([
  // Measured: 1.9e-15, 8.0e-14, 1.2e-6, 4.2e-6; the reduction takes no second word of ln 2, so that errors grow with |x|.
  ["f64", 20, 1e-14],
  ["f64", 690, 1e-13],
  ["f32", 20, 3e-6],
  ["f32", 85, 1e-5],
] as const)("[M1] exp in %s for |x| up to %d has relative error below %d", (precision, range, bound) => {
  it.each([false, true])("as a voltage: %s", (voltage) => {
    const error = largestError(
      { precision, build: text("exp(x)"), voltage },
      spread(precision, -range, range, 11),
      Math.exp,
    );
    expect(error).toBeLessThan(bound);
  });
});

it.each(["f64", "f32"] as const)("[M2] exp in %s: exact at 0, NaN stays, ends are held", (precision) => {
  const { lowest, highest } = shapeOf(precision).exp;
  const xs = [
    0,
    -0,
    Number.NaN,
    1e30,
    -1e30,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    highest,
    lowest,
  ];
  const values = evaluated({ precision, build: text("exp(x)") }, xs);
  const atZero = precision === "f64" ? 0 : 2e-7;
  expect(Math.abs(values[0] - 1)).toBeLessThanOrEqual(atZero);
  expect(values[1]).toBe(values[0]);
  expect(values[2]).toBeNaN();
  expect(values[3]).toBe(values[7]);
  expect(values[5]).toBe(values[7]);
  expect(values[4]).toBe(values[8]);
  expect(values[6]).toBe(values[8]);
  expect(values[8]).toBeGreaterThan(0);
  expect(values[8]).toBeLessThan(1e-36);
  expect(values[7]).toBeGreaterThan(1e36);
  expect(values[7]).toBeLessThan(Number.POSITIVE_INFINITY);
});

// Measured, worst of all that follow: 5.0e-13 and 2.8e-5, of a linoid whose exponential is a high power of a shared one.
describe.each([
  ["f64", 1e-11],
  ["f32", 5e-5],
] as const)("[M3] x / (exp(x) - 1) in %s has relative error below %d", (precision, bound) => {
  const linoidOf = { precision, build: text("linoid(x)") };

  it("over fourteen decades around the removable singularity", () => {
    const error = largestError(linoidOf, decades(precision, 1e-12, 60, 12), linoid);
    expect(error).toBeLessThan(bound);
  });

  it("on both sides of the border of its series", () => {
    const border = shapeOf(precision).linoidSeriesBelow;
    const xs = spread(precision, 0.98 * border, 1.02 * border, 13);
    for (const side of [xs, xs.map((x) => -x)]) {
      const error = largestError(linoidOf, side, linoid);
      expect(error).toBeLessThan(bound);
    }
  });

  it("is exactly 1 at 0, NaN at NaN, 0 and -x at the far ends", () => {
    const values = evaluated(linoidOf, [0, -0, Number.NaN, 1e6, -1e6]);
    expect([values[0], values[1], values[2]]).toEqual([1, 1, Number.NaN]);
    expect(values[3]).toBeGreaterThanOrEqual(0);
    expect(values[3]).toBeLessThan(1e-30);
    expect(values[4]).toBe(1e6);
  });

  it("shared with exponentials of either sign, as rates are", () => {
    for (const source of [
      "linoid(-(x + 40) / 10) + 4 * exp(-(x + 65) / 20)",
      "linoid((x + 40) / 5) + exp((x + 3) / 40) + 1 / exp(-x / 20)",
      "linoid((x + 40) / 10) + exp(-(x + 3) / 40) + exp(-x / 80)",
    ]) {
      const xs = spread(precision, -120, 60, 14);
      const expression = parseExpression(source);
      const fn = (x: number) => evaluate(expression, { x });
      const error = largestError({ precision, build: text(source), voltage: true }, xs, fn);
      expect(error).toBeLessThan(bound);
    }
  });
});

const relaxation = (z: number) => (z === 0 ? 1 : -Math.expm1(-z) / z);

// Measured: 1.4e-13 and below 6e-7, just beyond the range of a series included.
describe.each([
  ["f64", [1e-3, 5e-3, 0.03, 0.1, 0.5, Number.POSITIVE_INFINITY], 1e-12],
  ["f32", [5e-3, 0.03, 0.1, 0.3, 0.6, Number.POSITIVE_INFINITY], 6e-7],
] as const)("[M4] (1 - exp(-z)) / z in %s", (precision, expectations, bound) => {
  const build = (graph: Graph, x: Node) => graph.operation("relaxation", x);

  it.each(expectations)(`expected up to %d: relative error below ${bound} there and beyond`, (expected) => {
    const below = Math.min(expected, 1.5);
    const error = Math.max(
      largestError({ precision, build, expected }, spread(precision, 0, below, 15), relaxation),
      largestError({ precision, build, expected }, spread(precision, 0, 3, 16), relaxation),
      largestError({ precision, build, expected }, spread(precision, 0, 80, 17), relaxation),
      largestError(
        { precision, build, expected },
        decades(precision, 1e-12, 1e4, 18).map(Math.abs),
        relaxation,
      ),
    );
    expect(error).toBeLessThan(bound);
  });

  it("is exactly 1 at 0, NaN at NaN and 1/z far out", () => {
    for (const expected of expectations) {
      const values = evaluated({ precision, build, expected }, [0, Number.NaN, 1e9]);
      expect(values[0]).toBe(1);
      expect(values[1]).toBeNaN();
      expect(values[2] * 1e9).toBeCloseTo(1, 6);
    }
  });
});

it.each(["f64", "f32"] as const)("[M5] a lane's value does not depend on its neighbours, %s", (precision) => {
  const source = "linoid(x / 10) + exp(-x / 20)";
  const xs = [0, 1e-5, -37, 250, Number.NaN, 0.2, -1e9, 60];
  const alone = xs.map((x) => evaluated({ precision, build: text(source) }, [x, 17, 17, 17])[0]);
  for (let shift = 0; shift < xs.length; shift++) {
    const turned = xs.map((_, k) => xs[(k + shift) % xs.length]);
    const values = evaluated({ precision, build: text(source) }, turned);
    expect([...values]).toEqual(turned.map((x) => alone[xs.indexOf(x)] ?? Number.NaN));
  }
});

it.each([
  ["min(x, 3)", [2, 3, 4, -0, Number.NEGATIVE_INFINITY]],
  ["max(x - 1, 0)^3", [0, 1, 2.5, -7]],
  ["step(x)", [-1e-300, 0, -0, 5, Number.NEGATIVE_INFINITY]],
  ["-(x - 4) / (x * 3 + 0.1)", [-5, 0, 1, 1e300]],
] as const)("[M6] %s rounds in f64 as in JavaScript where the graph is exact", (source, xs) => {
  const expression = parseExpression(source);
  const build = (_: Graph, x: Node) => {
    const exact = new Graph(true);
    return exact.expression(expression, () => exact.state("x") && x);
  };
  const folded = (x: number) => {
    const graph = new Graph(true);
    const node = graph.expression(expression, () => graph.number(x));
    return node.kind === "number" ? node.value : Number.NaN;
  };
  expect([...evaluated({ precision: "f64", build }, xs)]).toEqual(xs.map(folded));
});
