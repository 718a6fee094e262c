/** Claims about a current that lies in a file of its own, of any format. */
import { describe, expect, it } from "vitest";
import { fixture } from "../../test/recordings/fixture.ts";
import { writeWave } from "../../test/recordings/ibw/write.ts";
import { InputError } from "../errors.ts";
import { readCurrent, readRecording, readSuppliedCurrent } from "./index.ts";

const text = (content: string): Uint8Array => new TextEncoder().encode(content);

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof InputError) return error.problem.code;
    throw error;
  }
  throw new Error("internal: nothing was refused");
}

const voltage = (rows = 100, dt_ms = 0.1): Uint8Array =>
  text(
    [
      "t_ms,v_mV",
      ...Array.from({ length: rows }, (_, k) => `${(k * dt_ms).toFixed(2)},${-65 - k / 10}`),
    ].join("\n"),
  );

describe("the current of a recording", () => {
  it("[S1] comes from another Igor wave: two real waves of one sweep agree with the file that holds both", () => {
    const current = readCurrent(fixture("ibw/B6_Ch0_IDRest_181.ibw"), "a/B6_Ch0_IDRest_181.ibw");
    const recording = readRecording(fixture("ibw/B6_Ch3_IDRest_181.ibw"), "B6_Ch3.ibw", { current });
    expect(recording).toMatchObject({ format: "ibw", dt_ms: 0.25, currentSource: "supplied" });
    expect(recording.currentDescription).toContain("B6_Ch0_IDRest_181.ibw");
    const [{ v_mV, i_pA, stimulus }] = recording.sweeps;
    expect(stimulus.kind).toBe("step");
    expect(Math.abs(stimulus.start_ms - 700)).toBeLessThan(0.6);
    expect(Math.abs(stimulus.end_ms - 2700)).toBeLessThan(0.6);
    // eFEL's text file of the same sweep (columns s, pA, mV), written with five decimals.
    const units = { current: "pA" };
    const both = readRecording(fixture("efel_current.txt"), "current.txt", { units });
    const [same] = both.sweeps;
    const differs = (a: Float64Array, b: Float64Array) => a.findIndex((x, k) => Math.abs(x - b[k]) > 1e-5);
    expect([v_mV.length, differs(v_mV, same.v_mV), differs(i_pA, same.i_pA)]).toEqual([12_000, -1, -1]);
  });

  it("[S2] rows of text give what readSuppliedCurrent gives", () => {
    const rows = text("t_ms,i_pA\n0,0\n2,50\n7,0\n");
    expect(readCurrent(rows, "x/c.csv")).toEqual(readSuppliedCurrent(rows, "c.csv"));
    expect(codeOf(() => readCurrent(text("t_ms,i_pA\n1,0\n0,50\n"), "c.csv"))).toBe("current-file");
  });

  it("[S3] one column of numbers: in the unit that is said, sampled as the recording or as is said", () => {
    const column = text(Array.from({ length: 100 }, (_, k) => (k >= 20 ? "0.05" : "0")).join("\n"));
    expect(codeOf(() => readCurrent(column, "stim.dat"))).toBe("current-unit");
    const units = { current: "nA" };
    const current = readCurrent(column, "stim.dat", { units });
    const [sweep] = readRecording(voltage(), "v.csv", { current }).sweeps;
    expect([sweep.i_pA[19], sweep.i_pA[20], sweep.i_pA[99]]).toEqual([0, 50, 50]);
    const slow = readCurrent(column, "stim.dat", { units, dt_ms: 0.2 });
    const [held] = readRecording(voltage(), "v.csv", { current: slow }).sweeps;
    expect([held.i_pA[39], held.i_pA[40]]).toEqual([0, 50]);
    expect(codeOf(() => readRecording(voltage(101), "v.csv", { current }))).toBe("current-file");
    const titled = readCurrent(text(`i_nA\n${"0.1\n".repeat(100)}`), "c.txt");
    expect(readRecording(voltage(), "v.csv", { current: titled }).sweeps[0].i_pA[0]).toBe(100);
    expect(codeOf(() => readCurrent(text("1\nnan\n3\n"), "c.txt", { units }))).toBe("not-a-number");
  });

  it("[S4] an Axon text file and an ABF: the channel in current units, else the command", () => {
    const atf = readCurrent(fixture("atf/episodic.atf"), "episodic.atf");
    expect(atf).toMatchObject({ dt_ms: 0.1, lengths: [400, 400, 400] });
    expect("i_pA" in atf && typeof atf.i_pA === "function" && atf.i_pA(2, 150, 151)[0]).toBe(50);
    const abf = readCurrent(fixture("171116sh_0018.abf"), "171116sh_0018.abf");
    // Steps of -100 pA + 25 pA a sweep (see [C1] of the ABF tests).
    expect("lengths" in abf && [4, 7].map((sweep) => abf.i_pA(sweep, 4000, 4001)[0])).toEqual([0, 75]);
  });

  it("[S5] is refused where nothing is a current, where a sample is no number, where sweeps do not match", () => {
    expect(codeOf(() => readCurrent(fixture("ibw/B6_Ch3_IDRest_181.ibw"), "v.ibw"))).toBe("current-file");
    const wave = { version: 5, littleEndian: true, typeCode: 4, rowStep: 1e-4, rowUnit: "s" } as const;
    const values = [0, Number.NaN, 5, 5];
    const broken = writeWave({ ...wave, dimensions: [4], values, dataUnit: "pA" });
    expect(codeOf(() => readCurrent(broken, "i.ibw"))).toBe("not-a-number");
    const current = readCurrent(fixture("atf/episodic.atf"), "episodic.atf");
    const two = writeWave({ ...wave, dimensions: [4, 2], values: new Array(8).fill(-65), dataUnit: "mV" });
    expect(codeOf(() => readRecording(two, "v.ibw", { current }))).toBe("current-file");
    expect(codeOf(() => readCurrent(new Uint8Array(), "nothing"))).toBe("empty");
  });

  it("[S6] units of the voltage are for the voltage's file: a wave without a unit is the current", () => {
    const wave = { version: 2, littleEndian: true, typeCode: 2, rowStep: 1e-4, rowUnit: "s" } as const;
    const bytes = writeWave({ ...wave, dimensions: [4], values: [0, 1, 2, 3] });
    const current = readCurrent(bytes, "i.ibw", { units: { voltage: "mV", current: "nA" } });
    expect("lengths" in current && current.i_pA(0, 1, 3)).toEqual(Float64Array.of(1000, 2000));
  });
});
