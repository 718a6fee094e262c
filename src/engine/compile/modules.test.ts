import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { COMPILED, drawnCells, together } from "../../../test/engine/populations.ts";
import { driveOf, dtOf } from "../../../test/engine/runs.ts";
import { InputError } from "../../errors.ts";
import { defaultParameters, toRecord } from "../model.ts";
import type { Drive } from "../population.ts";
import type { InputCode, LoopFeatures } from "./blockLayout.ts";
import { compile, compiledSolvers } from "./compile.ts";
import { loopModule } from "./populationModule.ts";
import { buildStep } from "./schemes.ts";
import { shapeOf } from "./vectorShape.ts";
import { Assembler, wasmModule } from "./wasmBytes.ts";

/** The bytes of the compiled loops, and the memory that they work in. */

const INPUTS: readonly InputCode[] = [
  { kind: "constant" },
  { kind: "shared" },
  { kind: "shared", scaled: true },
  { kind: "each" },
  { kind: "each", scaled: true },
  { kind: "stream" },
  { kind: "stream", clear: true },
];

const MODULES = Object.entries(COMPILED).flatMap(([id, model]) =>
  compiledSolvers(model).flatMap((solver) =>
    (["f64", "f32"] as const).map((precision) => ({ id, model, solver, precision })),
  ),
);

function bytesOf(
  { model, solver, precision }: (typeof MODULES)[number],
  features: Omit<LoopFeatures, "inputs">,
  input: InputCode,
) {
  const exact = model.kind === "reset" && precision === "f64";
  const step = buildStep(model, solver, dtOf(model), {}, exact);
  const inputs = Object.fromEntries(step.inputs.map((name) => [name, input]));
  const typical = toRecord(model, defaultParameters(model));
  return loopModule(step, shapeOf(precision), { ...features, inputs }, typical).bytes;
}

describe.each(MODULES)("[W1] $id, $solver, $precision: WebAssembly accepts the module", (given) => {
  const plain = { spikeTimes: true, statistics: true, plateau: true, record: true, interleave: 2 };

  it.each(INPUTS)("with input %o", (input) => {
    expect(WebAssembly.validate(bytesOf(given, plain, input))).toBe(true);
  });

  it("with any of what can be asked, any number of vectors side by side, seed 71", () => {
    const features = fc.record({
      spikeTimes: fc.boolean(),
      statistics: fc.boolean(),
      plateau: fc.boolean(),
      record: fc.boolean(),
      interleave: fc.constantFrom(1, 2, 3, 4, 8),
    });
    fc.assert(
      fc.property(features, fc.constantFrom(...INPUTS), (some, input) =>
        WebAssembly.validate(bytesOf(given, some, input)),
      ),
      { seed: 71, numRuns: 6 },
    );
  });
});

it("[W2] every combination of what can be asked, on the squid axon and a reset model", () => {
  const chosen = MODULES.filter(({ id, solver }) =>
    ["hodgkin-huxley staggered", "izhikevich-tc euler"].includes(`${id} ${solver}`),
  );
  expect(chosen.length).toBe(4);
  for (const given of chosen)
    for (const input of INPUTS)
      for (let set = 0; set < 16; set++) {
        const [spikeTimes, statistics, plateau, record] = [1, 2, 4, 8].map((bit) => (set & bit) > 0);
        const features = { spikeTimes, statistics, plateau, record, interleave: 1 + (set % 2) };
        expect(WebAssembly.validate(bytesOf(given, features, input))).toBe(true);
      }
});

/** A function of no arguments that returns what the body leaves on the stack. */
function result(body: Assembler, locals: number): number {
  const bytes = wasmModule({
    parameters: [],
    result: "i32",
    locals: Array.from({ length: locals }, () => "i32" as const),
    body: [body],
  });
  const memory = new WebAssembly.Memory({ initial: 1 });
  return (
    new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } }).exports.run as () => number
  )();
}

describe("[W3] whole numbers in the bytes (LEB128)", () => {
  const EDGES = [6, 7, 13, 14, 20, 21, 27, 28, 31].flatMap((bits) => [
    2 ** bits - 1,
    2 ** bits,
    2 ** bits + 1,
  ]);

  it.each(["edges", "any, seed 72"])("a signed constant comes back: %s", (which) => {
    const back = (value: number) => {
      expect(result(new Assembler().i32(value), 0)).toBe(value | 0);
    };
    if (which === "edges") for (const edge of [0, ...EDGES]) for (const value of [edge, -edge]) back(value);
    else fc.assert(fc.property(fc.integer(), back), { seed: 72, numRuns: 300 });
  });

  it.each([0, 1, 127, 128, 129, 16_383, 16_384, 16_385])("an unsigned index finds its local: %i", (index) => {
    const body = new Assembler()
      .i32(7)
      .localSet(index)
      .i32(0)
      .localTee(index + 1)
      .localGet(index)
      .op("i32.add");
    expect(result(body, index + 2)).toBe(7);
  });

  it.each([0, 4, 124, 128, 16_380, 16_384, 65_532])(
    "an unsigned offset finds its place in memory: %i",
    (offset) => {
      const body = new Assembler().i32(0).i32(99).i32Store(offset).i32(offset).i32Load(0);
      expect(result(body, 0)).toBe(99);
    },
  );
});

/** Pages of every memory that is made meanwhile. */
function pagesOf(work: () => void): number[] {
  const pages: number[] = [];
  const Memory = WebAssembly.Memory;
  WebAssembly.Memory = class extends Memory {
    constructor(given: WebAssembly.MemoryDescriptor) {
      super(given);
      pages.push(given.initial);
    }
  };
  try {
    work();
  } finally {
    WebAssembly.Memory = Memory;
  }
  return pages;
}

describe("[W4] the memory of a population", () => {
  const model = COMPILED.cortical;
  const many = (count: number) => {
    const cell = defaultParameters(model);
    const cells = new Float64Array(count * cell.length);
    for (let k = 0; k < count; k++) cells.set(cell, k * cell.length);
    return cells;
  };
  const pages = (count: number, steps: number, i: Drive) =>
    // A kernel keeps its memory for the next run, so each is compiled anew.
    pagesOf(() =>
      compile(model, { dt_ms: 0.025 }).run(many(count), {
        steps,
        i,
        v0_mV: -70,
        spikeTimes: true,
        statistics: true,
      }),
    );

  it("does not grow with the number of cells: 100,000 need what 10 need, less than half a megabyte", () => {
    const constant = { kind: "constant", value: 400 } as const;
    const few = pages(10, 2, constant);
    expect(pages(100_000, 2, constant)).toEqual(few);
    expect(few.length).toBe(1);
    expect(few[0] * 65_536).toBeLessThan(5e5);
  });

  it("does not grow with the number of steps beyond those of one call, noise included", () => {
    const noise = { kind: "noise", mean: 0, sd: 100, tau_ms: 5, seed: 73 } as const;
    const short = pages(10, 2048, noise);
    expect(pages(10, 20_000, noise)).toEqual(short);
    expect(short[0] * 65_536).toBeLessThan(2e6);
  });
});

it("[W5] a scheme without a compiled form and a parameter that the model has not are refused by name", () => {
  const squid = COMPILED["hodgkin-huxley"];
  expect(() => compile(squid, { dt_ms: 0.025, solver: "rosenbrock" })).toThrow(InputError);
  expect(() => compile(squid, { dt_ms: 0.025, fixed: { gNa: 120 } })).toThrow(/unknown fixed parameter.*gNa/);
  expect(() => compile(COMPILED.izhikevich, { dt_ms: 0.1, solver: "staggered" })).toThrow(/euler, midpoint/);
});

it("[W6] one kernel serves requests of every kind in turn, without mixing them up", () => {
  const model = COMPILED["hodgkin-huxley"];
  const kernel = compile(model, { dt_ms: 0.025 });
  const cells = together(drawnCells(model, 3, 74));
  const i = { kind: "constant", value: driveOf(model) } as const;
  const plain = kernel.run(cells, { steps: 1000, i, v0_mV: -65 });
  const full = kernel.run(cells, {
    steps: 1000,
    i,
    v0_mV: -65,
    spikeTimes: true,
    recordEvery: 5,
    statistics: true,
  });
  const again = kernel.run(cells, { steps: 1000, i, v0_mV: -65 });
  expect(again).toEqual(plain);
  expect(full.spikeCounts).toEqual(plain.spikeCounts);
  expect(kernel.run(new Float64Array(0), { steps: 1000, i }).count).toBe(0);
});
