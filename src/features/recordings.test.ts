import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { readRecording } from "../recordings/index.ts";
import { spikeShapes } from "./action.ts";
import { measureRecording } from "./family.ts";
import { checkQuality } from "./quality/index.ts";
import { detectSpikes, spikeTimes } from "./spikes.ts";
import { adaptationIndex, interspikeIntervals, isiCv } from "./train.ts";

const file = (path: string) => readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)));
const read = (path: string) => readRecording(new Uint8Array(file(path)), basename(path));

/** Counts of the manifest that came with the recordings: above -30 mV, prominence 15 mV, 1 ms apart. */
const MANIFEST: Record<string, number[]> = {
  "examples/171116sh_0018.abf": [0, 0, 0, 0, 0, 0, 2, 3, 6, 8, 10, 12, 12, 14, 16, 16, 18],
  "examples/18711001.abf": [
    0, 0, 0, 0, 0, 0, 0, 2, 2, 2, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 5, 5, 6, 6, 6, 6, 7, 7, 7, 7,
  ],
  "test/recordings/171116sh_0019.abf": [
    0, 0, 5, 12, 18, 22, 25, 28, 29, 30, 30, 31, 29, 28, 29, 25, 14, 4, 4, 4, 4, 4,
  ],
  "test/recordings/17o05027_ic_ramp.abf": [6, 9],
  "test/recordings/17o05028_ic_steps.abf": [10, 11, 12, 12, 12, 16, 18, 20, 22, 27, 29, 32, 35, 39, 40, 42],
  "test/recordings/18425108.abf": [40],
  "test/recordings/18425108_abf1.abf": [40],
  "test/recordings/190619B_0003.abf": [0, 0, 0, 0, 3, 6, 8, 12, 13, 16],
  "test/recordings/2020_03_02_0000.abf": [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
  "test/recordings/swhlab_gain.abf": [0, 14, 43],
};

/** Where we count otherwise, and why: file -> sweep -> our count. */
const DIFFERENCES: Record<string, Record<number, number>> = {
  // Slow humps of the plateau (less than 5 mV in any ms): two in sweep 16, one in sweep 17.
  "test/recordings/171116sh_0019.abf": { 16: 23, 17: 13 },
  // The turning points at the ends of two steps, where the membrane only discharges.
  "test/recordings/17o05028_ic_steps.abf": { 10: 25 },
  // 20 of the 40 are the jumps at the ends of the 20 current pulses.
  "test/recordings/18425108.abf": { 1: 20 },
  "test/recordings/18425108_abf1.abf": { 1: 20 },
};

test.each(Object.keys(MANIFEST))("spike counts of every sweep of %s are those of the manifest", (path) => {
  const expected = MANIFEST[path].map((count, k) => DIFFERENCES[path]?.[k + 1] ?? count);
  const { sweeps } = measureRecording(read(path));
  expect(sweeps.map(({ spikeTimes_ms }) => spikeTimes_ms.length)).toEqual(expected);
});

describe("what is known of these cells", () => {
  test("171116sh_0019 goes into depolarisation block above 1400 pA", () => {
    const { blockAbove_pA, fi, mainStep } = measureRecording(read("test/recordings/171116sh_0019.abf"));
    expect(blockAbove_pA).toBe(1400);
    expect(fi.at(-1)!.rate_Hz).toBeLessThan(Math.max(...fi.map(({ rate_Hz }) => rate_Hz)) / 4);
    expect(mainStep!.end_ms - mainStep!.start_ms).toBeCloseTo(500, 6);
  });

  test("171116sh_0018 fires from 50 pA on, without block; the same cell in 0019 has the same passive values", () => {
    const cell18 = measureRecording(read("examples/171116sh_0018.abf"));
    const cell19 = measureRecording(read("test/recordings/171116sh_0019.abf"));
    expect(cell18.cell.rheobase_pA).toBe(50);
    expect(cell18.blockAbove_pA).toBeNull();
    for (const key of ["inputResistance_MOhm", "tau_ms", "sag"] as const)
      expect(Math.abs(cell18.cell[key]! / cell19.cell[key]! - 1)).toBeLessThan(0.2);
  });

  test("190619B_0003 fires small spikes from a plateau and is not in block", () => {
    const { blockAbove_pA, cell } = measureRecording(read("test/recordings/190619B_0003.abf"));
    expect(blockAbove_pA).toBeNull();
    expect(cell.spikeAmplitude_mV).toBeLessThan(40);
  });

  test("a cell that fires by itself has no rheobase, and the check says so", () => {
    const recording = read("test/recordings/17o05028_ic_steps.abf");
    expect(measureRecording(recording).cell.rheobase_pA).toBeNull();
    expect(checkQuality(recording).find(({ check }) => check === "spontaneous firing")!.ok).toBe(false);
  });

  test("the model cell: 500 MOhm within 3 %, tau alike in all sweeps, no spike features, implausible rest", () => {
    const recording = read("test/recordings/2020_03_02_0000.abf");
    const { cell } = measureRecording(recording);
    expect(Math.abs(cell.inputResistance_MOhm! / 500 - 1)).toBeLessThan(0.03);
    expect(cell.tau_ms).toBeCloseTo(13.9, 0);
    expect(cell.spikeThreshold_mV).toBeNull();
    expect(cell.rheobase_pA).toBeNull();
    expect(checkQuality(recording).find(({ check }) => check === "resting potential")!.ok).toBe(false);
  });

  test("a clean recording passes all checks", () => {
    expect(checkQuality(read("examples/171116sh_0018.abf")).every(({ ok }) => ok)).toBe(true);
  });

  test("a constant prepulse is not the main step but serves for the resistance", () => {
    const { mainStep, cell } = measureRecording(read("examples/18711001.abf"));
    expect(mainStep!.start_ms).toBeCloseTo(823.4, 3);
    expect(cell.inputResistance_MOhm).toBeGreaterThan(150);
    expect(cell.inputResistance_MOhm).toBeLessThan(250);
  });

  test("pulses shorter than 20 ms leave no main step: rate over the sweep, no latency, no f-I curve", () => {
    const { mainStep, fi, sweeps } = measureRecording(read("test/recordings/18425108.abf"));
    expect(mainStep).toBeNull();
    expect(fi).toEqual([]);
    expect(sweeps[0].features.latency_ms).toBeNull();
    expect(sweeps[0].features.rate_Hz).toBeGreaterThan(0);
  });
});

/**
 * eFEL 5 values published for testdata.txt (BlueBrain/eFEL, tests/testdata/allfeatures/expectedresults.json). eFEL
 * interpolates the 4 kHz trace to 10 kHz first and takes whole samples; the tolerances are what that can shift.
 */
describe("published values of eFEL for testdata.txt", () => {
  const rows = file("test/recordings/efel_testdata.txt").toString().trim().split("\n");
  const v_mV = Float64Array.from(rows, (row) => Number(row.trim().split(/\s+/)[1]));
  const spikes = detectSpikes(v_mV, 0.25);
  const shapes = spikeShapes(v_mV, 0.25, spikes);
  const near = (values: readonly number[], tolerance: number, ours: readonly (number | null)[]) =>
    expect(ours.map((value, k) => Math.abs(value! - values[k]) <= tolerance)).toEqual(values.map(() => true));

  test("peak times within 0.1 ms, peak voltages within 0.25 mV", () => {
    near([708, 911.3, 1406, 1712, 2387.5, 2637.8], 0.1, spikeTimes(spikes));
    near(
      [18.749, 9.262, 5.718, 5.843, 3.562, 4.475],
      0.25,
      shapes.map((s) => s.peak_mV),
    );
  });

  test("threshold and amplitude within 1.5 mV (the same criterion, 10 mV/ms)", () => {
    near(
      [-53.829, -37.105, -35.436, -33.92, -32.599, -33.374],
      1.5,
      shapes.map((s) => s.threshold_mV),
    );
    near(
      [72.578, 46.367, 41.155, 39.763, 36.161, 37.849],
      1.5,
      shapes.map((s) => s.amplitude_mV),
    );
  });

  test("half-width within one 10 kHz sample and a half (AP_duration_half_width)", () => {
    near(
      [1.6, 2.3, 2.5, 2.5, 2.8, 2.8],
      0.15,
      shapes.map((s) => s.halfWidth_ms),
    );
  });

  test("downstroke within 3 %; upstroke within 15 % (4 kHz does not resolve it)", () => {
    const down = [-44, -23.245, -19.125, -19.25, -16.381, -17.132];
    const up = [111.628, 56.626, 46.353, 44.987, 40.515, 40.981];
    near(
      down.map(() => 1),
      0.03,
      shapes.map((s, k) => s.downstroke_mV_per_ms! / down[k]),
    );
    near(
      up.map(() => 1),
      0.15,
      shapes.map((s, k) => s.upstroke_mV_per_ms / up[k]),
    );
  });

  test("minimum between spikes, interval variation and adaptation index (eFEL leaves out the first interval)", () => {
    const minima = shapes.map((s) => s.threshold_mV - s.ahpDepth_mV!);
    near([-47.716, -45.904, -42.685, -42.06, -41.279], 0.05, minima.slice(0, 5));
    const isis = interspikeIntervals(spikeTimes(spikes)).slice(1);
    expect(isiCv(isis)).toBeCloseTo(0.4479, 3);
    expect(adaptationIndex(isis)).toBeCloseTo(-0.1062, 3);
  });
});
