import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  COMPILED,
  drawnCells,
  largestDistance,
  presetCell,
  spikesOf,
  together,
  voltageOf,
} from "../../../test/engine/populations.ts";
import { bits, driveOf } from "../../../test/engine/runs.ts";
import { convergenceOrder, noiseCurrent } from "../../../test/engine/truth.ts";
import { chirpCurrent, rampCurrent, sineCurrent, stepCurrent } from "../currents.ts";
import { defaultParameters, type Model } from "../model.ts";
import { compile } from "./compile.ts";
import { referenceKernel } from "./reference.ts";

/** What the compiler must keep of the written equations: the interpreter of the same scheme is the oracle. */

const DT_MS = 0.025;
const DURATION_MS = 100;

/** Four currents that make the default cell fire, in units of that current. */
function drives(dt_ms: number, duration_ms = DURATION_MS): Float64Array[] {
  const sampling = { dt_ms, duration_ms };
  const hold = Math.round(0.5 / dt_ms);
  return [
    stepCurrent({ ...sampling, start_ms: 10, stop_ms: 90, amplitude: 1 }),
    rampCurrent({ ...sampling, start_ms: 5, stop_ms: 95, from: -0.2, to: 1.5 }),
    noiseCurrent(1, Math.round(duration_ms / dt_ms), 0.5, 1, hold),
    sineCurrent({ ...sampling, amplitude: 1, frequency_Hz: 40, offset: 0.3 }),
  ];
}

interface Compared {
  readonly worst_mV: number;
  readonly spikes: number;
}

/** Each cell under each current, compiled and interpreted. */
function compare(
  model: Model,
  solver: "staggered" | "euler" | "midpoint" | "exponential-euler",
  cells: readonly Float64Array[],
  dt_ms: number,
  waveforms = drives(dt_ms),
): Compared {
  const pairs = cells.flatMap((params) => waveforms.map((_, which) => ({ params, which })));
  // Large cells need more current.
  const scale = pairs.map(({ params }) => (driveOf(model) * params[0]) / defaultParameters(model)[0]);
  const compiled = compile(model, { dt_ms, solver }).run(together(pairs.map(({ params }) => params)), {
    steps: waveforms[0].length,
    i: { kind: "waveforms", waveforms, which: pairs.map(({ which }) => which), scale },
    v0_mV: -70,
    recordEvery: 1,
    spikeTimes: true,
  });
  const oracle = referenceKernel(model, dt_ms, solver);
  let [worst_mV, spikes] = [0, 0];
  pairs.forEach(({ params, which }, cell) => {
    const current = waveforms[which].map((value) => 0 + scale[cell] * value);
    const run = oracle.bind(params).run(current, { v0_mV: -70, recordEvery: 1 });
    expect(compiled.failures.find((failure) => failure.cell === cell)?.t_ms).toBe(run.failure?.t_ms);
    worst_mV = Math.max(worst_mV, largestDistance(voltageOf(compiled, cell), run.v_mV));
    expect(largestDistance(spikesOf(compiled, cell), run.spikeTimes_ms)).toBeLessThan(1e-9);
    spikes += run.spikeTimes_ms.length;
  });
  return { worst_mV, spikes };
}

describe.each(["staggered", "euler", "midpoint", "exponential-euler"] as const)(
  "[E1] compiled f64 is the interpreter to 1e-9 mV over 100 ms, %s",
  (solver) => {
    // Explicit schemes magnify rounding in spikes of stiff cells at longer steps.
    const fine_ms = solver === "euler" || solver === "midpoint" ? 0.0125 : DT_MS;

    // Measured, worst of the four schemes: 3.3e-10.
    it("hodgkin-huxley: default and three cells of the prior, seed 3; step, ramp, noise, sine", () => {
      const model = COMPILED["hodgkin-huxley"];
      const { worst_mV, spikes } = compare(model, solver, drawnCells(model, 4, 3), fine_ms);
      expect(spikes).toBeGreaterThan(60);
      expect(worst_mV).toBeLessThan(1e-9);
    });

    // Measured: 2.2e-10.
    it("cortical: default and a cell of the prior, seed 8; step, ramp, noise, sine", () => {
      const model = COMPILED.cortical;
      const { worst_mV, spikes } = compare(model, solver, drawnCells(model, 2, 8), DT_MS);
      expect(spikes).toBeGreaterThan(20);
      expect(worst_mV).toBeLessThan(1e-9);
    });

    // Measured: 3.1e-11.
    it("cortical: pools, calcium-gated and shifted channels of two presets; ramp", () => {
      const cells = [presetCell("ca1-pyramidal"), presetCell("nociceptor")];
      const { worst_mV, spikes } = compare(
        COMPILED.cortical,
        solver,
        cells,
        DT_MS,
        drives(DT_MS).slice(1, 2),
      );
      expect(spikes).toBeGreaterThan(3);
      expect(worst_mV).toBeLessThan(1e-9);
    });
  },
);

describe.each(["hodgkin-huxley", "cortical"])("[E2] f32 on regular firing of %s over 500 ms", (id) => {
  // Measured: 0.0001 to 0.0003 ms.
  it("rms shift of the spikes is under 0.01 ms at every current", () => {
    const model = COMPILED[id];
    const strengths = [0.6, 0.7, 0.8, 0.9, 1];
    const run = (precision: "f32" | "f64") =>
      compile(model, { dt_ms: DT_MS, precision }).run(
        together(strengths.map(() => defaultParameters(model))),
        {
          steps: 20_000,
          i: { kind: "constant", value: strengths.map((strength) => strength * driveOf(model)) },
          v0_mV: -70,
          spikeTimes: true,
        },
      );
    const [f32, f64] = [run("f32"), run("f64")];
    expect(f32.spikeCounts).toEqual(f64.spikeCounts);
    strengths.forEach((_, cell) => {
      const [a, b] = [spikesOf(f32, cell), spikesOf(f64, cell)];
      expect(b.length).toBeGreaterThan(10);
      const shift_ms = Math.sqrt(a.reduce((sum, time, k) => sum + (time - b[k]) ** 2, 0) / a.length);
      expect(shift_ms).toBeLessThan(0.01);
    });
  });
});

// Arithmetic alone: the compiler's exponential is not Math.exp to the last bit (adex.test.ts has that one to rounding).
const VARIANTS = Object.entries(COMPILED).filter(([id]) => id.startsWith("izhikevich"));

describe.each(VARIANTS)("[E3] compiled f64 of %s is the interpreter bit for bit", (id, model) => {
  const dt_ms = 0.1;
  const anyCells = fc.record({
    seed: fc.nat(),
    strength: fc.double({ min: -2, max: 6, noNaN: true }),
    recordEvery: fc.constantFrom(1, 3),
    v0_mV: fc.option(fc.double({ min: -120, max: 40, noNaN: true }), { nil: undefined }),
  });

  it.each(["euler", "midpoint"] as const)("%s, five cells of the prior at a time, seed 5", (solver) => {
    const kernel = compile(model, { dt_ms, solver });
    const oracle = referenceKernel(model, dt_ms, solver);
    const waveforms = [...drives(dt_ms, 150), noiseCurrent(2, 1500, 0.4, 0.8)];
    let spikes = 0;
    fc.assert(
      fc.property(anyCells, ({ seed, strength, recordEvery, v0_mV }) => {
        const cells = drawnCells(model, waveforms.length, seed);
        const currents = waveforms.map((waveform) => waveform.map((value) => value * strength * 400));
        const start = v0_mV === undefined ? {} : { v0_mV };
        const run = kernel.run(together(cells), {
          steps: 1500,
          i: { kind: "waveforms", waveforms: currents, which: cells.map((_, cell) => cell) },
          recordEvery,
          spikeTimes: true,
          ...start,
        });
        cells.forEach((params, cell) => {
          const expected = oracle.bind(params).run(currents[cell], { recordEvery, ...start });
          expect(bits(voltageOf(run, cell))).toEqual(bits(expected.v_mV));
          expect(bits(spikesOf(run, cell))).toEqual(bits(expected.spikeTimes_ms));
          expect(run.failures.find((failure) => failure.cell === cell)).toEqual(
            expected.failure && { cell, ...expected.failure },
          );
          spikes += expected.spikeTimes_ms.length;
        });
      }),
      { seed: 5, numRuns: 12 },
    );
    expect(spikes, id).toBeGreaterThan(200);
  });
});

it.each(["hodgkin-huxley", "cortical"])("[E4] halving the step of %s converges at second order", (id) => {
  const model = COMPILED[id];
  const last = (dt_ms: number) => {
    const run = compile(model, { dt_ms }).run(defaultParameters(model), {
      steps: Math.round(80 / dt_ms),
      i: { kind: "constant", value: driveOf(model) },
      v0_mV: -70,
      spikeTimes: true,
    });
    expect(run.spikeCounts[0]).toBeGreaterThan(4);
    return run.spikes.times_ms[4];
  };
  const truth = last(0.1 / 128);
  const errors = [0.05, 0.025, 0.0125, 0.00625].map((dt) => Math.abs(last(dt) - truth));
  expect(convergenceOrder(errors), `errors ${errors} ms`).toBeGreaterThan(1.85);
  expect(convergenceOrder(errors), `errors ${errors} ms`).toBeLessThan(2.15);
});

it("[E5] a chirp through the resting cell is followed to 1e-11 mV", () => {
  const model = COMPILED.cortical;
  const chirp = { duration_ms: 100, dt_ms: 0.025, amplitude: 20, from_Hz: 5, to_Hz: 200 };
  const current = chirpCurrent({ ...chirp, change: "exponential" });
  const params = defaultParameters(model);
  const run = compile(model, { dt_ms: 0.025 }).run(params, {
    steps: current.length,
    i: { kind: "waveforms", waveforms: [current] },
    recordEvery: 1,
  });
  const expected = referenceKernel(model, 0.025).bind(params).run(current, { recordEvery: 1 });
  expect(largestDistance(voltageOf(run, 0), expected.v_mV)).toBeLessThan(1e-11);
});
