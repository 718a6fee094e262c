import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { hdf5File } from "../../../../test/recordings/hdf5/bases.ts";
import { InputError } from "../../../errors.ts";
import type { Content } from "../../content.ts";
import { readContents, readRecording } from "../../read.ts";
import type { Recording } from "../../recording.ts";

interface Said {
  readonly unit: string;
  readonly rate: number;
  readonly values: readonly number[];
  readonly "first, 1235th, last, least, most, sum": readonly number[];
}

/** What pynwb says (test/recordings/hdf5/make_nwb.py), in V and A. */
const EXPECTED: Record<string, Record<string, Said>> = JSON.parse(
  readFileSync(new URL("../../../../test/recordings/hdf5/expected.json", import.meta.url), "utf8"),
);

const recorded = (name: string, series?: number): Recording =>
  readRecording(hdf5File(name).bytes, name, series === undefined ? {} : { series });
const contents = (name: string): readonly Content[] => readContents(hdf5File(name).bytes, name);

function problemOf(run: () => unknown): InputError["problem"] {
  try {
    run();
  } catch (error) {
    if (error instanceof InputError) return error.problem;
    throw error;
  }
  throw new Error("nothing was thrown");
}

const scaled = (said: readonly number[], factor: number) => said.map((value) => value * factor);

function expectClose(got: ArrayLike<number>, want: readonly number[], what: string): void {
  expect(got.length, what).toBe(want.length);
  for (let k = 0; k < want.length; k++) expect(got[k], `${what} ${k}`).toBeCloseTo(want[k], 6);
}

/** Sweep by sweep: the names of the response and of its stimulus. */
const PAIRS: Record<string, readonly (readonly [string, string])[]> = {
  "table.nwb": [0, 1, 2].map((k) => [`response ${k}`, `stimulus ${2 - k}`]),
  "sweep-numbers.nwb": [
    ["x2", "y0"],
    ["x0", "y2"],
  ],
  "names.nwb": Array.from({ length: 12 }, (_, k) => [`ic__Step__${k + 1}`, `ics__Step__${k + 1}`]),
  "groups.nwb": [
    ["a0", "sa0"],
    ["a1", "sa1"],
  ],
};

describe("voltage and current beside pynwb", () => {
  it.each(Object.keys(PAIRS))("%s", (name) => {
    const { sweeps, format, currentSource, dt_ms } = recorded(name);
    expect([format, currentSource]).toEqual(["nwb", "stimulus-series"]);
    expect(sweeps.length).toBe(PAIRS[name].length);
    for (const [k, [response, stimulus]] of PAIRS[name].entries()) {
      const [v, i] = [EXPECTED[name][response], EXPECTED[name][stimulus]];
      expect([v.unit, i.unit, 1000 / v.rate]).toEqual(["volts", "amperes", dt_ms]);
      expectClose(sweeps[k].v_mV, scaled(v.values, 1e3), response);
      expectClose(sweeps[k].i_pA, scaled(i.values, 1e12), stimulus);
    }
  });

  it("timestamps.nwb: regular timestamps, a stimulus in [n, 1] and in pA", () => {
    const { sweeps, dt_ms, notes } = recorded("timestamps.nwb");
    expect(dt_ms).toBe(0.1);
    expectClose(sweeps[0].v_mV, scaled(EXPECTED["timestamps.nwb"].v.values, 1e3), "v");
    expectClose(sweeps[0].i_pA, EXPECTED["timestamps.nwb"].i.values, "i");
    expect(notes).toContain("Stimulus series were matched to the responses by their start times.");
  });

  it("windows.nwb: a table cuts sweeps out of long series, from different samples of both", () => {
    const { sweeps } = recorded("windows.nwb");
    const { "v 0": v, "i 0": i } = EXPECTED["windows.nwb"];
    expect(sweeps.map(({ index }) => index)).toEqual([1, 2, 3]);
    for (const [k, sweep] of sweeps.entries()) {
      expectClose(sweep.v_mV, scaled(v.values.slice(60 * k, 60 * k + 60), 1e3), `v of ${k}`);
      expectClose(sweep.i_pA, scaled(i.values.slice(60 * k + 5, 60 * k + 65), 1e12), `i of ${k}`);
    }
  });

  it("latest.nwb: the newest layout after a user block holds the same as names.nwb", () => {
    const [old, latest] = [recorded("names.nwb"), recorded("latest.nwb")];
    expect(latest.sweeps.map(({ v_mV }) => v_mV)).toEqual(old.sweeps.map(({ v_mV }) => v_mV));
    expect(latest.sweeps.map(({ i_pA }) => i_pA)).toEqual(old.sweeps.map(({ i_pA }) => i_pA));
    expect(latest.notes).toEqual(old.notes);
  });

  it("plain.nwb: series without a clamp, a recorded current in nA, and a sweep that ends in NaN", () => {
    const { sweeps, currentSource, notes } = recorded("plain.nwb");
    expect(currentSource).toBe("recorded-channel");
    expect(sweeps.map(({ v_mV }) => v_mV.length)).toEqual([60, 60, 50]);
    for (const [k, { v_mV, i_pA }] of sweeps.entries()) {
      const said = (name: string) => EXPECTED["plain.nwb"][`${name} ${k}`].values.slice(0, v_mV.length);
      expectClose(v_mV, scaled(said("membrane"), 1e3), `v of ${k}`);
      expectClose(i_pA, scaled(said("pipette"), 1e3), `i of ${k}`);
    }
    expect(notes).toContain("Left 10 samples at the end of 1 sweep: they are filled with NaN.");
  });

  it("stopped.nwb: a table may count the samples that were never taken", () => {
    const { sweeps } = recorded("stopped.nwb");
    const said = EXPECTED["stopped.nwb"];
    expectClose(sweeps[0].v_mV, scaled(said["v 0"].values.slice(0, 55), 1e3), "v");
    expectClose(sweeps[0].i_pA, scaled(said["i 0"].values.slice(0, 55), 1e12), "i");
  });

  it("zero.nwb: no current in the I = 0 mode", () => {
    const { sweeps, currentDescription } = recorded("zero.nwb");
    expect([...sweeps[0].i_pA]).toEqual(new Array(60).fill(0));
    expect(currentDescription).toContain("I = 0");
  });

  it("soft-links.nwb: links inside the file are followed", () => {
    const { sweeps } = recorded("soft-links.nwb");
    expectClose(
      sweeps[0].v_mV,
      Array.from({ length: 60 }, (_, k) => -70 + (k % 20)),
      "v",
    );
    expect(sweeps[0].stimulus).toMatchObject({ kind: "step", amplitude_pA: 10 });
  });
});

describe("numbers, groups and notes", () => {
  it("sweeps keep the numbers of the file: sweep_number, else the number in the name", () => {
    const numbersOf = (name: string) => recorded(name).sweeps.map(({ index }) => index);
    expect(numbersOf("sweep-numbers.nwb")).toEqual([10, 12]);
    expect(numbersOf("names.nwb")).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  });

  it("a sweep without a stimulus is a series of its own, without a command", async () => {
    const [, without] = contents("sweep-numbers.nwb");
    expect([without.numbers, without.commands]).toEqual([[11], []]);
    expect(problemOf(() => recorded("sweep-numbers.nwb", 2)).code).toBe("no-current");
  });

  it("one content for each electrode, rate and clamp mode; others than voltage and current are left", async () => {
    const all = contents("groups.nwb");
    expect(all.map(({ clamp, dt_ms, lengths }) => [clamp, dt_ms, lengths.length])).toEqual([
      ["current", 0.1, 2],
      ["current", 0.1, 1],
      ["current", 0.05, 1],
      ["voltage", 0.1, 1],
    ]);
    expect(all.map(({ channels }) => channels[0].name)).toEqual([
      "electrode 0",
      "electrode 1",
      "electrode 0",
      "electrode 0",
    ]);
    expect(recorded("groups.nwb").notes[0]).toMatch(/^Took series 1 of 4/);
    expectClose(
      recorded("groups.nwb", 3).sweeps[0].i_pA,
      scaled(EXPECTED["groups.nwb"].sc3.values, 1e12),
      "sc3",
    );
  });

  it("notes amplifier settings and electrode; the bias current is not added", () => {
    const { notes, protocol, sweeps } = recorded("table.nwb");
    expect(protocol).toBe("steps");
    expect(notes).toContain("Bias current 5 pA on the amplifier: not added to the stimulus.");
    expect(notes).toContain("Amplifier: gain 0.01, bridge balance 12 MOhm, capacitance compensation 3 pF.");
    expect(notes).toContain('Electrode "electrode 0": location CA1, seal 2.5 GOhm, resistance 5 MOhm.');
    expect(notes).toContain("Sweeps start at 0, 2, 4 s.");
    expect(sweeps[0].i_pA[0]).toBe(0);
  });
});

describe("what is refused", () => {
  it.each([
    ["voltage-clamp.nwb", "voltage-clamp", ""],
    ["gap.nwb", "irregular-time", "0.6 ms after sample 30, usually 0.1 ms"],
    ["external-link.nwb", "external-link", "a link to /data of other.nwb"],
    ["nwb1.nwb", "unsupported", "version NWB-1.0.5"],
    ["layouts-old.h5", "unknown-format", "c plain"],
  ])("%s: %s", (name, code, got) => {
    const problem = problemOf(() => recorded(name));
    expect(problem.code).toBe(code);
    if (name !== "layouts-old.h5") expect(problem.got).toContain(got);
  });
});

describe("99111002.nwb, a real recording", () => {
  const recording = recorded("../99111002.nwb");
  const said = EXPECTED["99111002.nwb"];

  it("has 16 sweeps at 10 kHz with their stimuli, as h5py reads them", () => {
    expect([recording.sweeps.length, recording.dt_ms, recording.protocol]).toEqual([16, 0.1, "Step"]);
    for (const { index, v_mV, i_pA } of recording.sweeps) {
      const summary = (x: Float64Array) => [
        ...[x[0], x[1234], x[x.length - 1]],
        ...[Math.min(...x), Math.max(...x), x.reduce((sum, value) => sum + value, 0)],
      ];
      const of = (name: string) => said[name]["first, 1235th, last, least, most, sum"];
      const differences = (got: number[], want: number[]) => got.map((x, k) => Math.abs(x - want[k]));
      const v = differences(summary(v_mV), scaled(of(`ic__Step__${index}`), 1e3));
      const i = differences(summary(i_pA), scaled(of(`ics__Step__${index}`), 1e12));
      expect(Math.max(...v.slice(0, 5), ...i.slice(0, 5))).toBeLessThan(1e-4);
      expect(Math.max(v[5], i[5])).toBeLessThan(1); // sums of 7168 samples
    }
  });

  it("keeps the offset of about +50 mV and the dead first sweeps as they are", () => {
    const rest = recording.sweeps.map(
      ({ v_mV }) => v_mV.subarray(0, 300).reduce((sum, v) => sum + v, 0) / 300,
    );
    // No neuron rests so high: the amplifier's offset was never set.
    expect(Math.min(...rest)).toBeGreaterThan(-25);
    expect(Math.max(...rest)).toBeLessThan(0);
    expect(recording.sweeps[0].stimulus.amplitude_pA).toBeCloseTo(-2000, 3);
  });

  it("plays steps of -2.0 to +1.0 nA by 0.2 nA on samples 312 to 4311", () => {
    for (const { index, i_pA } of recording.sweeps) {
      const level_pA = -2000 + 200 * (index - 1);
      expect([i_pA[311], i_pA[4312]]).toEqual([0, 0]);
      for (const sample of [312, 2000, 4311]) expect(i_pA[sample]).toBeCloseTo(level_pA, 3);
    }
  });
});
