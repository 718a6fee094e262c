/** The checks on real recordings: what is known of them, and what was seen in the traces. */
import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import {
  prepareRecording,
  type Recording,
  readCurrent,
  readRecording,
  sourceOf,
} from "../../recordings/index.ts";
import { type CheckName, checkQuality } from "./index.ts";

const ours = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const shared = process.env.PATCHTWIN_SHARED && join(process.env.PATCHTWIN_SHARED, "recordings");
const read = (path: string) => readRecording(new Uint8Array(readFileSync(path)), basename(path));

function judge(recording: Recording) {
  const verdicts = checkQuality(recording);
  return {
    failed: verdicts.filter(({ ok }) => ok === false).map(({ check }) => check),
    value: (name: CheckName) => verdicts.find(({ check }) => check === name)!.value!,
  };
}

describe("171116sh, whose bridge was left off", () => {
  const recording = read(ours("examples/171116sh_0018.abf"));
  const before = judge(recording);

  test("0018 is clean: no check fails, all are made", () => {
    expect(before.failed).toEqual([]);
    expect(checkQuality(recording).every(({ ok }) => ok)).toBe(true);
  });

  test("11 MOhm are left, in 0019 too, where they matter for steps of 2 nA", () => {
    const strong = judge(read(ours("test/recordings/171116sh_0019.abf")));
    expect(Math.abs(before.value("bridge imbalance") - 11.2)).toBeLessThan(0.5);
    expect(Math.abs(strong.value("bridge imbalance") - 11.5)).toBeLessThan(0.5);
    expect(strong.failed).toContain("bridge error at largest step");
  });

  test("the preparation takes off what the check has found, and the check finds nothing more", () => {
    const found = before.value("bridge imbalance");
    const mended = judge(prepareRecording(recording, [{ step: "bridge", resistance_MOhm: found }]));
    expect(Math.abs(mended.value("bridge imbalance"))).toBeLessThan(0.1);
    const left = before.value("input resistance") - mended.value("input resistance");
    expect(Math.abs(left - found)).toBeLessThan(0.1);
  });
});

test("18711001 is clean: no check fails", () => {
  expect(judge(read(ours("examples/18711001.abf"))).failed).toEqual([]);
});

describe("the model cell 2020_03_02_0000: 500 MOhm, 14 ms, no bridge to balance", () => {
  const recording = read(ours("test/recordings/2020_03_02_0000.abf"));
  const before = judge(recording);

  test("only its rest, that of no cell, fails; 500 MOhm within 3 %; the bridge is balanced", () => {
    expect(before.failed).toEqual(["resting potential"]);
    expect(Math.abs(before.value("input resistance") / 500 - 1)).toBeLessThan(0.03);
    expect(Math.abs(before.value("bridge imbalance"))).toBeLessThan(2);
  });

  test("15 MOhm put on it with its recorded current, which overshoots by 5 %, are found within 1.5", () => {
    const worse = judge(prepareRecording(recording, [{ step: "bridge", resistance_MOhm: -15 }]));
    const added = worse.value("bridge imbalance") - before.value("bridge imbalance");
    expect(Math.abs(added - 15)).toBeLessThan(1.5);
  });
});

test("a voltage that jumps against the current is over-compensation: 18425108", () => {
  const left = judge(read(ours("test/recordings/18425108.abf"))).value("bridge imbalance");
  expect(left).toBeLessThan(-4);
  expect(left).toBeGreaterThan(-8);
});

test("17o05028 fires by itself and drifts by 14 mV", () => {
  const { failed } = judge(read(ours("test/recordings/17o05028_ic_steps.abf")));
  expect(failed).toEqual(
    expect.arrayContaining(["baseline drift", "spontaneous firing", "drift within a sweep"]),
  );
});

describe.skipIf(!shared || !existsSync(shared))("further recordings (PATCHTWIN_SHARED)", () => {
  const file = (path: string) => join(shared!, path);

  test("seven Allen cells, bridge balanced during the experiment: within 4 MOhm, tops whole, nothing fails", () => {
    const names = ["509881736_sweep_39", "518290966_sweep_57", "526950199_sweep_37", "532355382_sweep_33"];
    const others = ["532571720_sweep_42", "534524026_sweep_29", "566517779_sweep_46"];
    for (const name of [...names, ...others]) {
      const { failed, value } = judge(read(file(`allen_cells/cell_${name}.csv`)));
      expect(failed).toEqual([]);
      expect(Math.abs(value("bridge imbalance"))).toBeLessThan(4);
      expect(value("flat spike tops")).toBeLessThan(0.32);
    }
  });

  test("B6 at 4 kHz: sampled too slowly, up to a millivolt of its peaks is lost, tops are whole", async () => {
    const bytes = (name: string) => new Uint8Array(readFileSync(file(`bluepyefe/B6/${name}.ibw`)));
    const current = readCurrent(sourceOf(bytes("B6_Ch0_IDRest_181")), "B6_Ch0_IDRest_181.ibw");
    const recording = readRecording(bytes("B6_Ch3_IDRest_181"), "B6_Ch3_IDRest_181.ibw", { current });
    const { failed, value } = judge(recording);
    expect(failed).toEqual(expect.arrayContaining(["sampling rate", "peak lost to sampling"]));
    expect(value("holding current")).toBeCloseTo(-12.5, 1);
    expect(value("flat spike tops")).toBeLessThan(0.32);
  });

  test("spikes of 0.2 ms at 10 kHz lose millivolts of their peaks (zebrafish)", () => {
    const { failed } = judge(read(file("wyart_opsin/2019_08_01_0067.abf")));
    expect(failed).toContain("peak lost to sampling");
  });
});
