import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { COMPILED, drawnCells, spikesOf, together, voltageOf } from "../../../test/engine/populations.ts";
import { driveOf, dtOf } from "../../../test/engine/runs.ts";
import { noiseCurrent } from "../../../test/engine/truth.ts";
import { defaultParameters, type Model } from "../model.ts";
import type { PopulationRun } from "../population.ts";
import { compile, compiledSolvers } from "./compile.ts";
import { referenceKernel } from "./reference.ts";

/** A numerical failure is a result: which cell, when, what and what to try. Nothing hangs, nothing throws, no NaN travels on. */

const EVERYTHING = { spikeTimes: true, statistics: true, plateauLevel_mV: -30, recordEvery: 3 } as const;

/** What must hold of any run whatever its cells do. */
function expectHonest(run: PopulationRun, model: Model, steps: number, dt_ms: number): void {
  const failed = new Map(run.failures.map((failure) => [failure.cell, failure]));
  expect(failed.size).toBe(run.failures.length);
  for (let cell = 0; cell < run.count; cell++) {
    const failure = failed.get(cell);
    const numbers = [run.vMin_mV, run.vMax_mV, run.vMean_mV, run.plateau_ms].map(
      (values) => values?.[cell] ?? 0,
    );
    const v = voltageOf(run, cell);
    const times = [...spikesOf(run, cell)];
    expect(times.length).toBe(run.spikeCounts[cell]);
    expect(times.every((time, k) => time >= 0 && (k === 0 || time > times[k - 1]))).toBe(true);
    if (!failure) {
      expect(numbers.every(Number.isFinite)).toBe(true);
      expect(v.every(Number.isFinite)).toBe(true);
      if (model.kind === "conductance") expect(v.every((value) => Math.abs(value) < 1000)).toBe(true);
      continue;
    }
    const step = Math.round(failure.t_ms / dt_ms);
    expect(failure).toEqual({
      cell,
      t_ms: step * dt_ms,
      state: "v",
      remedy: `Try a smaller time step than ${dt_ms} ms, or parameters nearer their usual range.`,
    });
    expect(step).toBeGreaterThan(0);
    expect(step).toBeLessThanOrEqual(steps);
    expect(numbers.every(Number.isNaN)).toBe(true);
    expect(times.every((time) => time < failure.t_ms)).toBe(true);
    v.forEach((value, sample) => {
      expect(Number.isFinite(value)).toBe(3 * sample < step);
    });
  }
}

const anything = fc.record({
  seed: fc.nat(),
  strength: fc.double({ min: -4, max: 10, noNaN: true }),
  v0_mV: fc.option(fc.double({ min: -150, max: 80, noNaN: true }), { nil: undefined }),
  factor: fc.constantFrom(0.2, 1, 1, 4, 20),
});

const SCHEMES = Object.entries(COMPILED).flatMap(([id, model]) =>
  compiledSolvers(model).flatMap((solver) =>
    (["f64", "f32"] as const).map((precision) => ({ id, model, solver, precision })),
  ),
);

describe.each(SCHEMES)(
  "[N1] $id, $solver, $precision: any cells of the prior at any step, seed 51",
  (given) => {
    const { model, solver, precision } = given;
    it("end as voltages or as failures", () => {
      const steps = 300;
      // A short and a long step: explicit schemes run away at the second.
      const kernels = new Map(
        [0.2, 1, 4, 20].map((factor) => [
          factor,
          compile(model, { dt_ms: dtOf(model) * factor, solver, precision }),
        ]),
      );
      fc.assert(
        fc.property(anything, ({ seed, strength, v0_mV, factor }) => {
          const kernel = kernels.get(factor);
          if (!kernel) throw new Error("internal: no kernel of this step");
          const cells = drawnCells(model, 9, seed);
          const size = strength * driveOf(model);
          const run = kernel.run(together(cells), {
            ...EVERYTHING,
            steps,
            i: { kind: "waveforms", waveforms: [noiseCurrent(seed, steps, size / 2, Math.abs(size), 7)] },
            ...(v0_mV !== undefined && { v0_mV }),
          });
          expectHonest(run, model, steps, kernel.dt_ms);
        }),
        { seed: 51, numRuns: 8 },
      );
    });
  },
);

describe.each(["euler", "midpoint"] as const)(
  "[N2] %s at a step of 0.5 ms, far beyond its stability",
  (solver) => {
    it.each(["hodgkin-huxley", "cortical"])(
      "%s: the cells that fail are those of the interpreter, at the same step",
      (id) => {
        const model = COMPILED[id];
        const [dt_ms, steps] = [0.5, 200];
        const cells = drawnCells(model, 12, 52);
        const i = driveOf(model);
        const run = compile(model, { dt_ms, solver }).run(together(cells), {
          ...EVERYTHING,
          steps,
          i: { kind: "constant", value: i },
          v0_mV: -65,
        });
        expect(run.failures.length).toBeGreaterThan(0);
        expectHonest(run, model, steps, dt_ms);
        const oracle = referenceKernel(model, dt_ms, solver);
        const expected = cells.flatMap((params, cell) => {
          const { failure } = oracle.bind(params).run(new Float64Array(steps).fill(i), { v0_mV: -65 });
          return failure ? [{ cell, ...failure }] : [];
        });
        expect(run.failures).toEqual(expected);
      },
    );
  },
);

describe.each(["f64", "f32"] as const)("[N3] in %s", (precision) => {
  const model = COMPILED.cortical;
  const kernel = compile(model, { dt_ms: 0.025, precision });
  const usual = defaultParameters(model);
  const steps = 5000;
  const waveforms = [new Float64Array(steps).fill(400)];
  const full = kernel.run(usual, { ...EVERYTHING, steps, i: { kind: "waveforms", waveforms }, v0_mV: -70 });

  it.each([1, 2, 2047, 2048, 2049, 4400, 5000])(
    "what came before a failure in step %i stays, to the last spike and sample",
    (step) => {
      const broken = waveforms[0].slice();
      broken[step - 1] = Number.NaN;
      const run = kernel.run(together([usual, usual]), {
        ...EVERYTHING,
        steps,
        i: { kind: "waveforms", waveforms: [waveforms[0], broken], which: [0, 1] },
        v0_mV: -70,
      });
      expect(run.failures.map(({ cell, t_ms }) => [cell, t_ms])).toEqual([[1, step * 0.025]]);
      expect([...spikesOf(run, 1)]).toEqual([...spikesOf(full, 0)].filter((time) => time < step * 0.025));
      expect(run.spikeCounts[0]).toBe(full.spikeCounts[0]);
      const samples = Math.ceil(step / 3);
      expect(voltageOf(run, 1).slice(0, samples)).toEqual(voltageOf(full, 0).slice(0, samples));
      expect(voltageOf(run, 1).slice(samples).every(Number.isNaN)).toBe(true);
      expectHonest(run, model, steps, 0.025);
    },
  );

  it("a failure while settling is reported, with no spike counted", () => {
    const broken = waveforms[0].slice();
    broken[3000] = Number.POSITIVE_INFINITY;
    const run = kernel.run(usual, {
      ...EVERYTHING,
      steps,
      settle_steps: 4000,
      i: { kind: "waveforms", waveforms: [broken] },
      v0_mV: -70,
    });
    expect(run.failures.map(({ t_ms }) => t_ms)).toEqual([3001 * 0.025]);
    expect([...run.spikeCounts]).toEqual([0]);
    expect(run.vMean_mV?.[0]).toBeNaN();
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, -2000, 5000])(
    "a first voltage of %d mV fails at once",
    (v0_mV) => {
      const run = kernel.run(usual, { ...EVERYTHING, steps: 100, i: { kind: "constant", value: 0 }, v0_mV });
      expect(run.failures.map(({ t_ms }) => t_ms)).toEqual([0.025]);
    },
  );

  it.each(model.parameters.map(({ name }, index) => [name, index] as const))(
    "%s without a value, infinite, 0 or of the wrong sign: a failure or a voltage",
    (_, index) => {
      const cells = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -usual[index]].map(
        (value) => {
          const cell = usual.slice();
          cell[index] = value;
          return cell;
        },
      );
      const run = kernel.run(together(cells), {
        ...EVERYTHING,
        steps: 300,
        i: { kind: "constant", value: 300 },
        v0_mV: -70,
      });
      expectHonest(run, model, 300, 0.025);
      expect(run.failures[0]?.cell).toBe(0);
    },
  );
});
