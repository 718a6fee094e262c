import { describe, expect, it } from "vitest";
import { bits, driveOf, dtOf, expectSameRun } from "../../../test/engine/runs.ts";
import { drawParameters, sampledCurrent } from "../../../test/engine/truth.ts";
import { RandomStream } from "../../random.ts";
import { defaultParameters, type Model, parameterIndex } from "../model.ts";
import { MODELS } from "../models/index.ts";
import { restingVoltage } from "../resting.ts";
import { fastKernel } from "./fast.ts";
import { javascriptKernel } from "./javascript.ts";
import { referenceKernel } from "./reference.ts";
import { wasmKernel } from "./wasm.ts";

/** One contract for every kernel: a new one is added here and must pass all that follows. */
const KERNELS = {
  reference: referenceKernel,
  javascript: javascriptKernel,
  // Skipped for reset models: there is no table to gain from.
  wasm: (model: Model, dt_ms: number) =>
    model.kind === "conductance" ? wasmKernel(model, dt_ms) : undefined,
};

const ALL = MODELS.flatMap((model) =>
  Object.entries(KERNELS).flatMap(([name, create]) => {
    const kernel = create(model, dtOf(model));
    return kernel ? [{ name, id: model.id, model, kernel, create }] : [];
  }),
);

/** A step, from and back to no current. */
function stepCurrent(model: Model, duration_ms: number, amplitude = driveOf(model)): Float64Array {
  const rows = [
    [0, 0],
    [10, amplitude],
    [duration_ms - 10, 0],
  ];
  return sampledCurrent(rows, duration_ms, dtOf(model));
}

it("the fastest kernel is wasm for conductance models, generated JavaScript for reset models", () => {
  for (const model of MODELS) {
    expect(fastKernel(model, 0.05).name).toBe(model.kind === "conductance" ? "wasm" : "javascript");
  }
});

describe.each(ALL)("$name kernel of $id", ({ name, model, kernel, create }) => {
  const dt = dtOf(model);
  const params = defaultParameters(model);
  const current = stepCurrent(model, 60);
  const cell = kernel.bind(params);
  const full = cell.run(current, { recordEvery: 1 });

  it("says what it is", () => {
    expect(kernel).toMatchObject({ name, model, dt_ms: dt });
    expect(kernel.solver).toBe(model.kind === "reset" ? "euler" : "staggered");
  });

  it("fires under the step, in order of time and within it", () => {
    expect(full.failure).toBeUndefined();
    expect(full.spikeTimes_ms.length).toBeGreaterThan(0);
    expect(full.spikeTimes_ms[0]).toBeGreaterThan(10);
    expect([...full.spikeTimes_ms]).toEqual([...full.spikeTimes_ms].sort((a, b) => a - b));
  });

  it("gives the same bits when run again", () => {
    expectSameRun(cell.run(current, { recordEvery: 1 }), full);
  });

  it("leaves current and parameters as they were", () => {
    expect(params).toEqual(defaultParameters(model));
    expect(current).toEqual(stepCurrent(model, 60));
  });

  it("keeps the parameters that it was bound to when the caller's array changes", () => {
    const scratch = defaultParameters(model);
    const early = kernel.bind(scratch);
    scratch.fill(1);
    expectSameRun(early.run(current, { recordEvery: 1 }), full);
    scratch.set(params);
  });

  it.each([0, undefined])(
    "stores no voltage with recordEvery %s and finds the same spikes",
    (recordEvery) => {
      const run = cell.run(current, recordEvery === undefined ? {} : { recordEvery });
      expect(run.v_mV.length).toBe(0);
      expect(bits(run.spikeTimes_ms)).toEqual(bits(full.spikeTimes_ms));
    },
  );

  it.each([2, 7, 10_000])("stores step 0 and every %i-th step", (recordEvery) => {
    const run = cell.run(current, { recordEvery });
    const expected = full.v_mV.filter((_, step) => step % recordEvery === 0);
    expect(run.v_mV.length).toBe(1 + Math.floor(current.length / recordEvery));
    expect(bits(run.v_mV)).toEqual(bits(expected));
  });

  it("starts at the resting point of the first current", () => {
    for (const first of [0, driveOf(model) / 100, -driveOf(model) / 10]) {
      const run = cell.run(new Float64Array(4).fill(first), { recordEvery: 1 });
      expect(run.v_mV[0]).toBeCloseTo(restingVoltage(model, params, first), 7);
    }
  });

  it("starts at v0 when given", () => {
    for (const v0_mV of [-90, -40, -20]) {
      expect(cell.run(current, { v0_mV, recordEvery: 1 }).v_mV[0]).toBe(v0_mV);
    }
  });

  it("an empty current gives no spike and the first voltage", () => {
    const none = new Float64Array(0);
    expectSameRun(cell.run(none), { spikeTimes_ms: none, v_mV: none });
    expectSameRun(cell.run(none, { recordEvery: 1, v0_mV: -61 }), {
      spikeTimes_ms: none,
      v_mV: Float64Array.of(-61),
    });
  });

  it("two cells used in turn do not disturb each other, nor do short and long sweeps", () => {
    const other = drawParameters(model, RandomStream.fromSeed(5));
    other[parameterIndex(model, model.parameters[0].name)] = params[0];
    const long = stepCurrent(model, 90);
    const alone = create(model, dt)!.bind(other).run(long, { recordEvery: 1 });
    const second = kernel.bind(other);
    for (let turn = 0; turn < 3; turn++) {
      expectSameRun(second.run(long, { recordEvery: 1 }), alone);
      expectSameRun(cell.run(current, { recordEvery: 1 }), full);
    }
  });

  it("two sweeps at once give what each gives alone: of equal and unequal length, failing, empty", () => {
    const failing = current.slice();
    failing[300] = Number.NaN;
    const sweeps = {
      current,
      weaker: current.map((i) => 0.7 * i),
      failing,
      short: current.slice(0, 500),
      none: new Float64Array(0),
    };
    type Sweep = keyof typeof sweeps;
    const options = { recordEvery: 3, v0_mV: -72, spikeLevel_mV: -10 };
    const alone = Object.fromEntries(
      Object.entries(sweeps).map(([sweep, samples]) => [sweep, cell.run(samples, options)]),
    );
    const pairs: [Sweep, Sweep][] = [
      ["current", "weaker"],
      ["weaker", "failing"],
      ["failing", "current"],
      ["current", "short"],
      ["none", "current"],
      ["none", "none"],
    ];
    for (const [first, second] of pairs) {
      const [a, b] = cell.runPair(sweeps[first], sweeps[second], options);
      expectSameRun(a, alone[first]);
      expectSameRun(b, alone[second]);
    }
    const [plain, again] = cell.runPair(current, current);
    for (const run of [plain, again]) expect(bits(run.spikeTimes_ms)).toEqual(bits(full.spikeTimes_ms));
  });

  it("counts spikes where the recorded voltage says", () => {
    if (model.kind === "reset") {
      // The voltage that is stored at a spike is the one after the reset.
      const steps = Array.from(full.spikeTimes_ms, (time) => Math.round(time / dt));
      expect([...full.spikeTimes_ms]).toEqual(steps.map((step) => step * dt));
      for (const step of steps) expect(full.v_mV[step]).toBeLessThan(full.v_mV[step - 1]);
      expectSameRun(cell.run(current, { recordEvery: 1, spikeLevel_mV: -100 }), full);
      return;
    }
    for (const spikeLevel_mV of [undefined, -30, 10, 60]) {
      const level = spikeLevel_mV ?? 0;
      const run = cell.run(current, {
        recordEvery: 1,
        ...(spikeLevel_mV !== undefined && { spikeLevel_mV }),
      });
      const expected: number[] = [];
      for (let step = 0; step < current.length; step++) {
        const [before, after] = run.v_mV.subarray(step, step + 2);
        if (before < level && after >= level)
          expected.push((step + (level - before) / (after - before)) * dt);
      }
      expect(expected.length > 0).toBe(level < 60);
      expect([...run.spikeTimes_ms]).toEqual(expected);
    }
  });

  it("starting on the spike level and rising is no crossing", () => {
    if (model.kind === "reset") return;
    const up = new Float64Array(3).fill(50 * driveOf(model));
    const run = cell.run(up, { v0_mV: -70, spikeLevel_mV: -70, recordEvery: 1 });
    expect(run.v_mV[1]).toBeGreaterThan(-70);
    expect(run.spikeTimes_ms.length).toBe(0);
    expect(cell.run(up, { v0_mV: -70, spikeLevel_mV: -69.99 }).spikeTimes_ms.length).toBe(1);
  });

  describe("a numerical failure is a result", () => {
    const failing = [
      ["current without bound", 1e12],
      ["infinite current", Number.POSITIVE_INFINITY],
      ["current that is no number", Number.NaN],
    ] as const;

    it.each(failing)("%s: when, what, what to try; earlier spikes and voltage stay", (_, amplitude) => {
      const broken = current.slice();
      const failedStep = 1801 < current.length ? 1801 : 401;
      broken.fill(amplitude, failedStep - 1);
      const run = cell.run(broken, { recordEvery: 1 });
      const t_ms = failedStep * dt;
      expect(run.failure).toEqual({ t_ms, state: "v", remedy: expect.stringContaining(`${dt} ms`) });
      expect(bits(run.spikeTimes_ms)).toEqual(bits(full.spikeTimes_ms.filter((time) => time < t_ms)));
      expect(run.v_mV.length).toBe(full.v_mV.length);
      expect(bits(run.v_mV.slice(0, failedStep))).toEqual(bits(full.v_mV.slice(0, failedStep)));
      expect(run.v_mV.slice(failedStep).every(Number.isNaN)).toBe(true);
      const sparse = cell.run(broken, { recordEvery: 7 });
      expect(bits(sparse.v_mV)).toEqual(bits(run.v_mV.filter((__, step) => step % 7 === 0)));
      expect(cell.run(broken).failure).toEqual(run.failure);
      expectSameRun(cell.run(current, { recordEvery: 1 }), full);
    });

    it.each([
      [0, Number.NaN],
      [0, Number.POSITIVE_INFINITY],
      [3, Number.NaN],
      [3, Number.NEGATIVE_INFINITY],
    ])("parameter %i = %d: a failure or a finite trace", (index, value) => {
      const bad = defaultParameters(model);
      bad[index] = value;
      const run = kernel.bind(bad).run(current, { recordEvery: 1 });
      if (!run.failure) expect(run.v_mV.every(Number.isFinite)).toBe(true);
      else expect(run.failure.t_ms).toBeGreaterThan(0);
    });

    it("a first voltage that is no number", () => {
      const run = cell.run(current, { v0_mV: Number.NaN, recordEvery: 1 });
      expect(run.failure?.t_ms).toBe(dt);
      expect(run.v_mV.every(Number.isNaN)).toBe(true);
    });
  });
});
