import { describe, expect, it } from "vitest";
import {
  COMPILED,
  drawnCells,
  presetCell,
  spikesOf,
  together,
  voltageOf,
} from "../../../test/engine/populations.ts";
import { driveOf, dtOf } from "../../../test/engine/runs.ts";
import { noiseCurrent } from "../../../test/engine/truth.ts";
import { defaultParameters } from "../model.ts";
import type { Precision } from "../population.ts";
import { compile } from "./compile.ts";

/** What is gathered while a cell runs is what its stored voltage says. */

const CASES = ["hodgkin-huxley", "cortical", "izhikevich", "izhikevich-lts"].flatMap((id) =>
  (["f64", "f32"] as const).map((precision) => ({ id, precision, model: COMPILED[id] })),
);

/** Longest stretch at or above the level, in steps, and how many there are; a cell that begins above it begins one. */
function plateausOf(v: ArrayLike<number>, level: number): { longest: number; count: number } {
  let [now, longest, count] = [0, 0, 0];
  for (let k = 0; k < v.length; k++) {
    now = v[k] >= level ? now + 1 : 0;
    longest = Math.max(longest, now);
    if (now === 1) count++;
  }
  return { longest, count };
}

describe.each(CASES)("running features of $id in $precision", ({ id, precision, model }) => {
  const dt_ms = dtOf(model);
  const steps = 5000;
  const kernel = compile(model, { dt_ms, precision: precision as Precision });
  const cells =
    id === "cortical"
      ? [presetCell("fast-spiking"), presetCell("ca1-pyramidal"), presetCell("motoneuron")]
      : drawnCells(model, 7, 41);
  const scale = cells.map((cell) => (driveOf(model) * cell[0]) / defaultParameters(model)[0]);
  const level = -35;

  const run = (settle_steps: number, spikeLevel_mV?: number) =>
    kernel.run(together(cells), {
      steps,
      i: { kind: "waveforms", waveforms: [noiseCurrent(42, steps, 1.2, 2, 100)], scale },
      v0_mV: -65,
      spikeTimes: true,
      statistics: true,
      plateauLevel_mV: level,
      recordEvery: 1,
      settle_steps,
      ...(spikeLevel_mV !== undefined && { spikeLevel_mV }),
    });

  it.each([
    [0, undefined],
    [0, -20],
    [777, 0],
    [2048, 10],
    [4999, -40],
  ])(
    "[F1] after %i steps of settling, spikes at %s mV: counts, times, extremes, mean, plateaus",
    (settle, spikeLevel) => {
      const result = run(settle, spikeLevel);
      expect(result.failures).toEqual([]);
      cells.forEach((_, cell) => {
        const whole = voltageOf(result, cell);
        const v = whole.subarray(1 + settle);
        expect(result.vMin_mV?.[cell]).toBe(v.reduce((a, b) => Math.min(a, b)));
        expect(result.vMax_mV?.[cell]).toBe(v.reduce((a, b) => Math.max(a, b)));
        const mean = v.reduce((sum, value) => sum + value, 0) / v.length;
        expect(Math.abs((result.vMean_mV?.[cell] ?? 0) - mean)).toBeLessThan(
          precision === "f64" ? 1e-10 : 1e-3,
        );
        const plateaus = plateausOf(v, level);
        expect(result.plateau_ms?.[cell]).toBe(plateaus.longest * dt_ms);
        expect(result.plateauCrossings?.[cell]).toBe(plateaus.count);
        const times = spikesOf(result, cell);
        expect(result.spikeCounts[cell]).toBe(times.length);
        if (model.kind === "reset") return;
        const threshold = spikeLevel ?? 0;
        const crossings: number[] = [];
        for (let step = settle; step < steps; step++) {
          const [before, after] = whole.subarray(step, step + 2);
          if (before < threshold && after >= threshold)
            crossings.push((step + (threshold - before) / (after - before)) * dt_ms);
        }
        expect([...times]).toEqual(crossings);
      });
      if (settle === 0) expect(result.spikeCounts.reduce((a, b) => a + b, 0)).toBeGreaterThan(20);
    },
  );

  it("[F2] spikes are counted alike whether or not their times, voltages and statistics are kept", () => {
    const full = run(0);
    const plain = kernel.run(together(cells), {
      steps,
      i: { kind: "waveforms", waveforms: [noiseCurrent(42, steps, 1.2, 2, 100)], scale },
      v0_mV: -65,
    });
    expect(plain.spikeCounts).toEqual(full.spikeCounts);
    expect(plain.spikes.times_ms.length).toBe(0);
    expect(plain.samples).toBe(0);
    expect(plain.vMin_mV ?? plain.vMean_mV ?? plain.plateau_ms ?? plain.plateauCrossings).toBeUndefined();
  });
});

it("[F3] depolarisation block is one long plateau, firing is many short ones", () => {
  const model = COMPILED["hodgkin-huxley"];
  const run = compile(model, { dt_ms: 0.025 }).run(
    together([defaultParameters(model), defaultParameters(model)]),
    {
      steps: 20_000,
      i: { kind: "constant", value: [10, 300] },
      plateauLevel_mV: -50,
      settle_steps: 4000,
      v0_mV: -65,
    },
  );
  const [firing, blocked] = [0, 1].map((cell) => [
    run.plateau_ms?.[cell] ?? 0,
    run.plateauCrossings?.[cell] ?? 0,
  ]);
  expect(firing[0]).toBeLessThan(5);
  expect(firing[1]).toBe(run.spikeCounts[0]);
  expect(blocked).toEqual([400, 1]);
  expect(run.spikeCounts[1]).toBe(0);
});
