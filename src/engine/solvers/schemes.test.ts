import { describe, expect, it } from "vitest";
import { bits, driveOf, dtOf, expectSameRun } from "../../../test/engine/runs.ts";
import { noiseCurrent, rungeKutta, sampledCurrent, spikeDistance_ms } from "../../../test/engine/truth.ts";
import { referenceKernel } from "../compile/reference.ts";
import { parseExpression } from "../expression.ts";
import { type ConductanceModel, defaultParameters, type Model, parameterIndex, toRecord } from "../model.ts";
import { findModel, MODELS } from "../models/index.ts";
import { restingVoltage } from "../resting.ts";
import { generatedKernel, SCHEMES, solversOf } from "./index.ts";

const hodgkinHuxley = findModel("hodgkin-huxley") as ConductanceModel;
const izhikevich = findModel("izhikevich");

const ALL = MODELS.flatMap((model) => solversOf(model).map((solver) => ({ model, id: model.id, solver })));

it("a reset model has every scheme but the staggered one, and asking for that is our own mistake", () => {
  expect(solversOf(izhikevich)).toEqual([
    "euler",
    "midpoint",
    "backward-euler",
    "exponential-euler",
    "rosenbrock",
  ]);
  expect(solversOf(hodgkinHuxley)).toEqual(Object.keys(SCHEMES));
  expect(() => referenceKernel(izhikevich, 0.1, "staggered")).toThrow("internal:");
});

describe.each(ALL)("$solver on $id", ({ model, solver }) => {
  const dt = dtOf(model);
  const params = defaultParameters(model);
  const current = sampledCurrent(
    [
      [0, 0],
      [2, driveOf(model)],
      [12, -driveOf(model) / 4],
    ],
    16,
    dt,
  );
  const options = { recordEvery: 1, v0_mV: -65 };
  const run = generatedKernel(model, dt, solver).bind(params).run(current, options);

  it("generated code gives the bits of the interpreter, fires, and says what it is", () => {
    const reference = referenceKernel(model, dt, solver);
    expect(reference).toMatchObject({ name: "reference", solver, dt_ms: dt });
    expectSameRun(reference.bind(params).run(current, options), run);
    // The thalamocortical cell is pulled down before it fires.
    if (model.id !== "izhikevich-tc") expect(run.spikeTimes_ms.length).toBeGreaterThan(0);
    expect(run.failure).toBeUndefined();
  });

  it("spikes do not depend on what is recorded", () => {
    for (const recordEvery of [0, 7]) {
      const other = generatedKernel(model, dt, solver)
        .bind(params)
        .run(current, { ...options, recordEvery });
      expect(bits(other.spikeTimes_ms)).toEqual(bits(run.spikeTimes_ms));
      if (recordEvery > 0)
        expect([...other.v_mV]).toEqual([...run.v_mV.filter((_, n) => n % recordEvery === 0)]);
    }
  });

  it.each([1e12, Number.POSITIVE_INFINITY, Number.NaN])(
    "a current of %d is a failure at the step where it comes: when, what, what to try",
    (amplitude) => {
      const broken = current.slice();
      const failing = broken.length - 20;
      broken.fill(amplitude, failing - 1);
      const { failure, v_mV } = generatedKernel(model, dt, solver).bind(params).run(broken, options);
      // Its step ends at the peak, however strong the current is.
      if (solver === "backward-euler" && model.kind === "reset" && amplitude === 1e12) return;
      expect(failure).toEqual({
        t_ms: failing * dt,
        state: "v",
        remedy: expect.stringContaining(`${dt} ms`),
      });
      expect(v_mV.slice(0, failing).every(Number.isFinite)).toBe(true);
      expect(v_mV.slice(failing).every(Number.isNaN)).toBe(true);
    },
  );
});

describe("a step that is too long", () => {
  const run = (solver: Parameters<typeof generatedKernel>[2], dt: number) =>
    generatedKernel(hodgkinHuxley, dt, solver)
      .bind(defaultParameters(hodgkinHuxley))
      .run(new Float64Array(Math.round(200 / dt)).fill(10), { v0_mV: -65, recordEvery: 1 });

  it.each(["euler", "midpoint"] as const)("of 0.5 ms is a failure of %s, and no NaN before it", (solver) => {
    const { failure, v_mV } = run(solver, 0.5);
    expect(failure).toMatchObject({
      state: "v",
      remedy: expect.stringContaining("smaller time step than 0.5 ms"),
    });
    expect(v_mV.slice(0, Math.round(failure!.t_ms / 0.5)).every(Number.isFinite)).toBe(true);
  });

  it.each(["backward-euler", "exponential-euler", "staggered", "rosenbrock"] as const)(
    "of 0.5 ms leaves %s stable",
    (solver) => {
      const { failure, v_mV } = run(solver, 0.5);
      expect(failure).toBeUndefined();
      for (const v of v_mV) expect(Math.abs(v + 20)).toBeLessThan(100);
    },
  );
});

/** With its leak alone the cell is linear: v -> E + i/g with C/g. */
it.each(["exponential-euler", "rosenbrock"] as const)(
  "%s is exact for a passive cell at any step",
  (solver) => {
    const leak = hodgkinHuxley.currents[2];
    const params = Float64Array.from(hodgkinHuxley.parameters, ({ role, name, default: value }) =>
      role === "conductance" && name !== leak.conductance ? 0 : value,
    );
    const at = toRecord(hodgkinHuxley, params);
    const [g, E] = [at[leak.conductance], at[leak.reversal]];
    const { v_mV } = generatedKernel(hodgkinHuxley, 0.7, solver)
      .bind(params)
      .run(new Float64Array(50).fill(10 * g), { v0_mV: E, recordEvery: 1 });
    for (const [n, v] of v_mV.entries())
      expect(v).toBeCloseTo(E + 10 * -Math.expm1((-0.7 * n * g) / at[hodgkinHuxley.capacitance]), 9);
  },
);

describe("rosenbrock", () => {
  const params = defaultParameters(hodgkinHuxley);
  const rows = [
    [0, 0],
    [10, 8],
    [70, -3],
    [80, 12],
  ];
  const run = (model: Model, dt: number, more = {}) =>
    generatedKernel(model, dt, "rosenbrock")
      .bind(defaultParameters(model))
      .run(sampledCurrent(rows, 100, dt), { v0_mV: -65, ...more });

  it("does not depend on the grid where the current's steps lie on it", () => {
    const [fine, coarse] = [
      run(hodgkinHuxley, 0.025, { recordEvery: 80 }),
      run(hodgkinHuxley, 2, { recordEvery: 1 }),
    ];
    expect(spikeDistance_ms(fine.spikeTimes_ms, coarse.spikeTimes_ms)).toBeLessThan(1e-9);
    for (const [k, v] of fine.v_mV.entries()) expect(v).toBeCloseTo(coarse.v_mV[k], 8);
  });

  it("voltages within its long steps are as good as those at their ends", () => {
    const v0_mV = -65;
    const truth = rungeKutta(hodgkinHuxley, params, sampledCurrent(rows, 100, 0.005), 0.005, v0_mV, 10);
    const { v_mV } = run(hodgkinHuxley, 0.05, { recordEvery: 1 });
    for (const [k, v] of v_mV.entries())
      expect(Math.abs(v - truth.v_mV[k]), `at ${k / 20} ms`).toBeLessThan(0.02);
  });

  it("a smaller tolerance comes nearer", () => {
    const truth = run(hodgkinHuxley, 0.1, { tolerance: 1e-10 }).spikeTimes_ms;
    const errors = [1e-4, 1e-6, 1e-8].map((tolerance) =>
      spikeDistance_ms(run(hodgkinHuxley, 0.1, { tolerance }).spikeTimes_ms, truth),
    );
    expect(errors[0]).toBeLessThan(0.05);
    expect(errors[1]).toBeLessThan(errors[0] / 5);
    expect(errors[2]).toBeLessThan(errors[1] / 5);
  });

  it.each(MODELS.filter((model) => model.kind === "reset"))(
    "$id is reset at the very time of its peak: the limit of other schemes at small steps",
    (model) => {
      const at = (solver: "rosenbrock" | "midpoint", dt: number) =>
        generatedKernel(model, dt, solver)
          .bind(defaultParameters(model))
          .run(new Float64Array(Math.round(60 / dt)).fill(driveOf(model))).spikeTimes_ms;
      const exact = at("rosenbrock", 0.1);
      expect(exact.length).toBeGreaterThan(2);
      // A scheme of fixed steps fires at the end of a step, up to one step late a spike.
      const near = at("midpoint", 0.0002);
      for (let k = 0; k < Math.min(exact.length, 4); k++)
        expect(Math.abs(near[k] - exact[k]), `spike ${k}`).toBeLessThan(0.0015 * (k + 1));
    },
  );

  it("a cell whose reset leads to its peak again goes on, firing at the end of every step", () => {
    const bad = defaultParameters(izhikevich);
    bad[parameterIndex(izhikevich, "c_mV")] = bad[parameterIndex(izhikevich, "vpeak_mV")] + 1;
    const { spikeTimes_ms, failure } = generatedKernel(izhikevich, 0.1, "rosenbrock")
      .bind(bad)
      .run(new Float64Array(200).fill(400));
    expect(failure === undefined || failure.state === "v").toBe(true);
    expect(spikeTimes_ms.length).toBeGreaterThan(0);
  });
});

describe("backward Euler on reset models", () => {
  // Measured: 39 % more spikes at this step, far too long for the cell; what is claimed is that it goes on firing.
  it("fires where the cell runs off within a step that has no end", () => {
    const model = findModel("izhikevich-fs");
    const cell = generatedKernel(model, 0.5, "backward-euler").bind(defaultParameters(model));
    const { spikeTimes_ms, failure } = cell.run(new Float64Array(400).fill(400));
    expect(failure).toBeUndefined();
    const exact = generatedKernel(model, 0.5, "rosenbrock")
      .bind(defaultParameters(model))
      .run(new Float64Array(400).fill(400));
    expect(Math.abs(spikeTimes_ms.length / exact.spikeTimes_ms.length - 1)).toBeLessThan(0.5);
  });
});

describe("inputs beside the current", () => {
  const clamped: ConductanceModel = {
    ...hodgkinHuxley,
    id: "clamped",
    currents: [
      ...hodgkinHuxley.currents,
      { name: "Clamp", conductance: "gL_mS_per_cm2", reversal: "ENa_mV", open: parseExpression("wave") },
    ],
    inputs: ["wave"],
  };
  const params = defaultParameters(clamped);
  const v0_mV = restingVoltage(clamped, params);
  const dt = 0.01;
  const current = new Float64Array(4000);
  const wave = noiseCurrent(3, 4000, 0.6, 0.3, 100).map((value) => Math.max(0, value));

  it("rest at 0, like the model without them", () => {
    expect(v0_mV).toBeCloseTo(restingVoltage(hodgkinHuxley, params), 9);
    for (const solver of solversOf(clamped)) {
      const { v_mV } = generatedKernel(clamped, dt, solver).bind(params).run(current, { recordEvery: 100 });
      for (const v of v_mV) expect(v).toBeCloseTo(v0_mV, 4);
    }
  });

  it.each(solversOf(clamped))("%s: a conductance wave fires the cell where the truth says", (solver) => {
    const fine = new Float64Array(16000).map((_, n) => wave[n >> 2]);
    const truth = rungeKutta(clamped, params, new Float64Array(16000), dt / 4, v0_mV, 16000, [fine]);
    expect(truth.spikeTimes_ms.length).toBeGreaterThan(1);
    const run = generatedKernel(clamped, dt, solver).bind(params).run(current, { v0_mV, inputs: { wave } });
    const tolerance = SCHEMES[solver].order === 1 ? 0.6 : 0.01;
    expect(spikeDistance_ms(run.spikeTimes_ms, truth.spikeTimes_ms)).toBeLessThan(tolerance);
  });

  it("of another length than the current is our own mistake", () => {
    const cell = generatedKernel(clamped, dt, "euler").bind(params);
    expect(() => cell.run(current, { inputs: { wave: wave.slice(1) } })).toThrow(
      "internal: input wave has 3999 values for 4000 steps",
    );
  });
});
