import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Recording } from "../index.ts";
import { readRecording } from "../index.ts";
import { describeStimulus } from "../stimulus.ts";
import { writeAtf } from "./atf.ts";
import { writeCsv } from "./csv.ts";

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

function recordingOf(sweeps: readonly { v_mV: number[]; i_pA: number[] }[], dt_ms = 0.05): Recording {
  return {
    name: "made.abf",
    format: "abf2",
    dt_ms,
    sweeps: sweeps.map(({ v_mV, i_pA }, k) => {
      const current = Float64Array.from(i_pA);
      return {
        index: k + 1,
        v_mV: Float64Array.from(v_mV),
        i_pA: current,
        stimulus: describeStimulus(current, dt_ms),
      };
    }),
    currentSource: "supplied",
    currentDescription: "made for a test",
    tags: [],
    notes: [],
  };
}

/** A cell at rest with some noise, under some current; at least as long as a reader asks for. */
const sweep = (samples: number) =>
  fc.record({
    v_mV: fc.array(fc.double({ min: -90, max: 40, noNaN: true }), { minLength: samples, maxLength: samples }),
    i_pA: fc.array(fc.double({ min: -500, max: 500, noNaN: true }), {
      minLength: samples,
      maxLength: samples,
    }),
  });

describe("CSV", () => {
  test("is what docs/export.md says", () => {
    const bytes = writeCsv(
      recordingOf([
        { v_mV: [-65, -64.5], i_pA: [0, 100] },
        { v_mV: [-1 / 3, 1e-12], i_pA: [0, -50] },
      ]),
    );
    expect(text(bytes)).toBe(
      "sweep,time_ms,v_mV,i_pA\n1,0,-65,0\n1,0.05,-64.5,100\n2,0,-0.333333333,0\n2,0.05,1e-12,-50\n",
    );
  });

  test("our reader reads back sweeps of different lengths, to nine digits", () => {
    const sweeps = fc.array(fc.integer({ min: 40, max: 90 }).chain(sweep), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(sweeps, fc.constantFrom(0.02, 0.05, 0.1), (made, dt_ms) => {
        for (const { v_mV } of made) v_mV[0] = -65; // its median alone may not pass for a membrane's
        const read = readRecording(writeCsv(recordingOf(made, dt_ms)), "made.csv");
        expect(read.dt_ms).toBeCloseTo(dt_ms, 9);
        expect(read.sweeps.map(({ v_mV }) => v_mV.length)).toEqual(made.map(({ v_mV }) => v_mV.length));
        for (const [k, { v_mV, i_pA }] of read.sweeps.entries()) {
          expectClose(v_mV, made[k].v_mV);
          expectClose(i_pA, made[k].i_pA);
        }
      }),
      { numRuns: 30, seed: 7 },
    );
  });
});

describe("ATF", () => {
  test("is what the format prescribes: signature, counts, quoted titles, tabs, Windows line ends", () => {
    const recording = { ...recordingOf([{ v_mV: [-65, -64.5], i_pA: [0, 100] }]), name: 'a="b", µ.abf' };
    expect(text(writeAtf(recording)).split("\r\n")).toEqual([
      "ATF\t1.0",
      "5\t3",
      '"AcquisitionMode=Episodic Stimulation"',
      '"Comment=a  b    .abf"',
      '"SweepStartTimesMS=0.000"',
      '"SignalsExported=Vm,Im"',
      '"Signals="\t"Vm"\t"Im"',
      '"Time (s)"\t"Trace #1 (mV)"\t"Trace #1 (pA)"',
      "0\t-65\t0",
      "0.00005\t-64.5\t100",
      "",
    ]);
  });

  test("our reader reads back voltage and current, to nine digits", () => {
    const sweeps = fc
      .integer({ min: 40, max: 90 })
      .chain((samples) => fc.array(sweep(samples), { minLength: 1, maxLength: 4 }));
    fc.assert(
      fc.property(sweeps, fc.constantFrom(0.02, 0.05, 0.1), (made, dt_ms) => {
        const read = readRecording(writeAtf(recordingOf(made, dt_ms)), "made.atf");
        expect(read.format).toBe("atf");
        expect(read.dt_ms).toBeCloseTo(dt_ms, 9);
        expect(read.sweeps).toHaveLength(made.length);
        for (const [k, { v_mV, i_pA }] of read.sweeps.entries()) {
          expectClose(v_mV, made[k].v_mV);
          expectClose(i_pA, made[k].i_pA);
        }
      }),
      { numRuns: 30, seed: 8 },
    );
  });

  test("sweeps of different lengths are refused, with what to take instead", () => {
    const recording = recordingOf([
      { v_mV: [-65, -64.5], i_pA: [0, 100] },
      { v_mV: [-65], i_pA: [0] },
    ]);
    expect(() => writeAtf(recording)).toThrow(/one length.*2, 1 samples.*csv and nwb/);
  });
});

function expectClose(found: ArrayLike<number>, wanted: readonly number[]): void {
  for (const [k, value] of wanted.entries())
    expect(Math.abs(found[k] - value)).toBeLessThanOrEqual(5.1e-9 * Math.abs(value));
}
