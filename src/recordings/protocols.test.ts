/** Claims about the grouping of sweeps by what was injected. */
import { expect, it } from "vitest";
import { fixture } from "../../test/recordings/fixture.ts";
import { readRecording } from "./index.ts";
import { groupSweeps } from "./protocols.ts";
import type { Sweep } from "./recording.ts";
import { describeStimulus } from "./stimulus.ts";

const DT_MS = 0.1;

function sweepOf(index: number, samples: number, current: (t_ms: number) => number): Sweep {
  const i_pA = Float64Array.from({ length: samples }, (_, k) => current(k * DT_MS));
  return { index, v_mV: new Float64Array(samples), i_pA, stimulus: describeStimulus(i_pA, DT_MS) };
}

const step =
  (level: number, from = 100, to = 600) =>
  (t: number) =>
    t >= from && t < to ? level : 0;

it("[P1] a family of steps is one protocol, its sweep of 0 pA included wherever it stands", () => {
  const levels = [0, -50, 0, 50, 100];
  const sweeps = levels.map((level, n) => sweepOf(n + 1, 10_000, step(level)));
  const [group, ...others] = groupSweeps({ sweeps, dt_ms: DT_MS });
  expect(others).toEqual([]);
  expect(group).toMatchObject({ sweeps: [1, 2, 3, 4, 5], kind: "step", low_pA: -50, high_pA: 100 });
  expect(group.start_ms).toBeCloseTo(100);
  expect(group.end_ms).toBeCloseTo(600);
});

it("[P2] other times, another length, another waveform: other protocols, interleaved or not", () => {
  const sine = (f: number) => (t: number) => 80 * Math.sin(2 * Math.PI * f * t * 1e-3);
  const sweeps = [
    sweepOf(1, 10_000, step(50)),
    sweepOf(2, 10_000, step(50, 100, 300)),
    sweepOf(3, 10_000, sine(10)),
    sweepOf(4, 10_000, step(100)),
    sweepOf(5, 8_000, step(50)),
    sweepOf(6, 10_000, sine(25)),
    sweepOf(7, 10_000, (t) => 0.5 * sine(10)(t)),
    sweepOf(8, 10_000, (t) => (t < 100 ? 0 : (t - 100) / 9)),
  ];
  const groups = groupSweeps({ sweeps, dt_ms: DT_MS });
  expect(groups.map((group) => group.sweeps)).toEqual([[1, 4], [2], [3, 7], [5], [6], [8]]);
  expect(groups.map((group) => group.kind)).toEqual([
    "step",
    "step",
    "arbitrary",
    "step",
    "arbitrary",
    "ramp",
  ]);
});

it("[P3] without any current: one group at the holding level", () => {
  const sweeps = [1, 2].map((index) => sweepOf(index, 1000, () => -20));
  expect(groupSweeps({ sweeps, dt_ms: DT_MS })).toEqual([
    { sweeps: [1, 2], kind: "none", start_ms: null, end_ms: null, low_pA: -20, high_pA: -20, length_ms: 100 },
  ]);
});

it.each([
  ["171116sh_0018.abf", 17, -100, 300],
  ["18711001.abf", 30, 0, 290],
  ["171116sh_0019.abf", 22, -100, 2000],
  ["2020_03_02_0000.abf", 16, -200, 600],
])("[P4] %s is one protocol of %i sweeps", (name, sweeps, low_pA, high_pA) => {
  const groups = groupSweeps(readRecording(fixture(name), name));
  expect(groups).toHaveLength(1);
  expect(groups[0].sweeps).toHaveLength(sweeps);
  expect(Math.abs(groups[0].low_pA - low_pA)).toBeLessThanOrEqual(0.05 * Math.abs(low_pA));
  expect(Math.abs(groups[0].high_pA - high_pA)).toBeLessThan(0.05 * Math.abs(high_pA));
});
