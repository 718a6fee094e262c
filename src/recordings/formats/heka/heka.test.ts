/** Claims on bundles written for the purpose, and a real one beside what Myokit reads from it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  type BundleToWrite,
  type OutputToWrite,
  type SegmentToWrite,
  type SeriesToWrite,
  type TraceToWrite,
  writeBundle,
} from "../../../../test/recordings/heka/write.ts";
import { InputError } from "../../../errors.ts";
import type { Content } from "../../content.ts";
import { readContents, readRecording } from "../../read.ts";
import { pagedSource, sourceOf } from "../../source.ts";
import { looksLikeHeka } from "./bundle.ts";
import { readHeka } from "./heka.ts";

const SAMPLES = 24;
const DT_S = 1e-4;
const counts = Array.from({ length: SAMPLES }, (_, k) => 100 * k - 7000);

const trace = (part: Partial<TraceToWrite> = {}): TraceToWrite => ({
  label: "Vmon-1",
  unit: "V",
  adc: 5,
  mode: 4,
  scale: 1e-5,
  interval: DT_S,
  samples: counts,
  ...part,
});

const series = (part: Partial<SeriesToWrite> = {}): SeriesToWrite => ({
  label: "FI",
  sweeps: [[trace()], [trace()], [trace()], [trace()]],
  ...part,
});

const output = (part: Partial<OutputToWrite> = {}): OutputToWrite => ({
  dac: 0,
  unit: "A",
  holding: -0.5,
  segments: [{ level: 1, duration_s: 10 * DT_S }],
  ...part,
});

const bundle = (
  outputs: readonly OutputToWrite[],
  all: readonly SeriesToWrite[] = [series()],
  part: Partial<BundleToWrite> = {},
): BundleToWrite => ({
  groups: [{ label: "E-1", series: all }],
  stimuli: [{ label: "steps", sweeps: 4, outputs }],
  ...part,
});

const contentsOf = (one: BundleToWrite): Content[] => readHeka(sourceOf(writeBundle(one)), "made.dat");

/** Samples of the command, nA, to the digits that matter. */
function played(one: BundleToWrite, sweep = 0): number[] {
  const command = contentsOf(one)[0].commands[0];
  return [...command.samples(sweep, 0, SAMPLES)].map((value) => Number(value.toFixed(9)));
}

const segmentsPlayed = (
  segments: readonly SegmentToWrite[],
  sweep = 0,
  part: Partial<OutputToWrite> = {},
): number[] => played(bundle([output({ segments, ...part })]), sweep);

/** `level x samples` of the runs of a command. */
function runs(values: readonly number[]): string {
  const found: [number, number][] = [];
  for (const value of values) {
    const last = found.at(-1);
    if (last?.[0] === value) last[1]++;
    else found.push([value, 1]);
  }
  return found.map(([value, count]) => `${value}x${count}`).join(" ");
}

function refusal(run: () => unknown): InputError["problem"] {
  try {
    run();
  } catch (error) {
    if (error instanceof InputError) return error.problem;
    throw error;
  }
  throw new Error("internal: nothing was refused");
}

describe("samples", () => {
  const wanted = counts.map((count) => count * 1e-5 * 1e3);

  it.each([0, 1, 2, 3].flatMap((format) => [false, true].map((bigEndian) => [format, bigEndian] as const)))(
    "[H1] of format %i, big-endian %s, together and in blocks",
    (format, bigEndian) => {
      for (const block of [0, 5]) {
        const one = bundle([output()], [series({ sweeps: [[trace({ format, block })]] })], { bigEndian });
        const bytes = writeBundle(one);
        const { v_mV, i_pA } = readRecording(bytes, "made.dat").sweeps[0];
        v_mV.forEach((value, k) => {
          expect(value).toBeCloseTo(wanted[k], 9);
        });
        expect([i_pA[0], i_pA[9], i_pA[10]]).toEqual([1000, 1000, -500]);
        const paged = pagedSource(bytes.length, (start, length) => bytes.slice(start, start + length));
        expect(readRecording(paged, "made.dat").sweeps[0].slice!(7, 19).v_mV).toEqual(v_mV.slice(7, 19));
      }
    },
  );

  it("[H2] of records that are shorter than today's, as older programs wrote them", () => {
    const old = readRecording(writeBundle(bundle([output()], [series()], { traceBytes: 128 })), "made.dat");
    expect(old.sweeps[3].v_mV[1]).toBeCloseTo(wanted[1], 9);
  });

  it("[H3] with an interval in ms; a zero offset is noted and not subtracted", () => {
    const sweeps = [[trace({ interval: 0.1, intervalUnit: "ms", zero: 0.004 })]];
    const [content] = contentsOf(bundle([output()], [series({ sweeps })]));
    expect(content.dt_ms).toBeCloseTo(0.1, 12);
    expect(content.channels[0].samples(0, 0, 1)[0]).toBeCloseTo(-0.07, 12);
    expect(content.notes.join()).toContain('zero offset of 0.004 V for "Vmon-1"; it was not subtracted');
  });
});

describe("the stimulus", () => {
  it("[H4] holds levels in nA, absolute or relative to holding, and rests at holding", () => {
    const segments = [{ level: 0.2, levelStep: 0.1, duration_s: 4 * DT_S }];
    const later = [{ levelSource: 1, duration_s: 6 * DT_S }, ...segments];
    expect(runs(segmentsPlayed(segments, 2))).toBe("0.4x4 -0.5x20");
    expect(runs(segmentsPlayed(segments, 2, { uses: 3 }))).toBe("-0.1x4 -0.5x20");
    expect(runs(segmentsPlayed([{ level: 9, levelSource: 1, duration_s: 4 * DT_S }]))).toBe("-0.5x24");
    const recording = readRecording(writeBundle(bundle([output({ segments: later, uses: 3 })])), "made.dat");
    expect(recording).toMatchObject({
      format: "heka",
      protocol: "FI",
      currentSource: "stimulus-series",
      currentDescription: 'stimulus "steps" of DAC 0 (nA)',
    });
    const { amplitude_pA, holding_pA, start_ms, end_ms } = recording.sweeps[1].stimulus;
    expect([amplitude_pA, holding_pA, start_ms, end_ms].map((value) => Number(value.toFixed(6)))).toEqual([
      -200, -500, 0.6, 1,
    ]);
    expect(recording.notes.join()).toContain("relative to the holding level of -0.5 nA");
  });

  it("[H5] ramps from the level before, one step on at its first sample; continuous segments stay at their level", () => {
    const ramp = [
      { level: 1, duration_s: 2 * DT_S },
      { kind: 1, level: 2, duration_s: 4 * DT_S },
      { kind: 2, level: 2, duration_s: 3 * DT_S },
    ];
    expect(segmentsPlayed(ramp).slice(0, 10)).toEqual([1, 1, 1.25, 1.5, 1.75, 2, 2, 2, 2, -0.5]);
  });

  it("[H6] square waves of equal halves", () => {
    const square = [{ kind: 4, duration_s: 10 * DT_S }];
    const part = { holding: 0, square: { amplitude: 3, cycle_s: 4 * DT_S } };
    expect(runs(segmentsPlayed(square, 0, part))).toBe("3x2 -3x2 3x2 -3x2 3x2 0x14");
  });

  it("[H7] leaves out what was not stored", () => {
    const one = (storage: number) => ({ level: storage + 1, storage, duration_s: 3 * DT_S });
    const segments = [one(0), one(1), one(2), one(3)];
    for (const sweep of [0, 1, 3]) expect(runs(segmentsPlayed(segments, sweep))).toBe("2x3 -0.5x21");
  });

  it("[H8] changes levels and durations from sweep to sweep: increasing, decreasing, alternating", () => {
    const level = (levelMode: number, sweep: number): number =>
      segmentsPlayed([{ level: 1, levelStep: 1, levelMode, duration_s: 2 * DT_S }], sweep)[0];
    const all = (mode: number): number[] => [0, 1, 2, 3].map((sweep) => level(mode, sweep));
    expect([all(0), all(1), all(4)]).toEqual([
      [1, 2, 3, 4],
      [4, 3, 2, 1],
      [1, 4, 2, 3],
    ]);
    const durations = [{ level: 1, duration_s: 2 * DT_S, durationStep_s: DT_S }];
    expect(runs(segmentsPlayed(durations, 3))).toBe("1x5 -0.5x19");
  });

  it("[H9] follows the number of the sweep, not its place: the first ones may be missing", () => {
    const segments = [{ level: 0, levelStep: 1, duration_s: DT_S }];
    const late = bundle(
      [output({ segments })],
      [series({ sweeps: [[trace()], [trace()]], numbers: [3, 4] })],
    );
    expect([played(late, 0)[0], played(late, 1)[0]]).toEqual([2, 3]);
    expect(contentsOf(late)[0].numbers).toEqual([3, 4]);
  });

  it.each<[string, Partial<OutputToWrite>]>([
    ["a file", { uses: 5 }],
    ["another scale", { uses: 0 }],
    ["a chirp", { segments: [{ kind: 5, duration_s: 0.001 }] }],
    ["a sine", { segments: [{ kind: 3, duration_s: 0.001 }] }],
    ["a parameter", { segments: [{ levelSource: 2, duration_s: 0.001 }] }],
    ["interleaved levels", { segments: [{ levelMode: 2, levelStep: 1, duration_s: 0.001 }] }],
    ["logarithmic levels", { segments: [{ levelMode: 5, levelFactor: 2, duration_s: 0.001 }] }],
    [
      "squares on a holding level",
      { uses: 3, square: { amplitude: 1, cycle_s: 0.001 }, segments: [{ kind: 4, duration_s: 0.001 }] },
    ],
    ["a level that is no number", { segments: [{ level: Number.NaN, duration_s: 0.001 }] }],
  ])(
    "[H10] with %s is refused with the way out; the sweeps can be read with a supplied current",
    (what, part) => {
      const bytes = writeBundle(bundle([output(part)]));
      expect(refusal(() => readRecording(bytes, "made.dat"))).toMatchObject({
        code: what === "a file" ? "stimulus-file" : "unsupported",
        next: expect.stringContaining("--current"),
      });
      const current = { name: "i.csv", t_ms: Float64Array.of(0, 1), i_pA: Float64Array.of(0, 5) };
      expect(readRecording(bytes, "made.dat", { current }).sweeps).toHaveLength(4);
    },
  );
});

describe("series", () => {
  const clamped = series({ label: "IV", sweeps: [[trace({ label: "Imon-1", unit: "A", mode: 3 })]] });

  it("[H11] are contents of their own, named with their group when there are several; voltage clamp is told", () => {
    const groups = [
      { label: "E-1", series: [clamped, series()] },
      { label: "E-2", series: [series({ label: "ramp" })] },
    ];
    const one = bundle([output()], [], { groups });
    expect(contentsOf(one).map(({ protocol, clamp }) => [protocol, clamp])).toEqual([
      ["E-1, IV", "voltage"],
      ["E-1, FI", "current"],
      ["E-2, ramp", "current"],
    ]);
    const bytes = writeBundle(one);
    expect(readRecording(bytes, "made.dat").protocol).toBe("E-1, FI");
    expect(readRecording(bytes, "made.dat", { series: 3 }).protocol).toBe("E-2, ramp");
    expect(refusal(() => readRecording(bytes, "made.dat", { series: 1 })).code).toBe("voltage-clamp");
  });

  it("[H12] with traces of several rates come apart; leak traces, empty and other sweeps are left out", () => {
    const slow = trace({ label: "temperature", adc: 7, interval: 1e-2, samples: [1, 2], mode: 6 });
    const leak = trace({ label: "leak", isLeak: true });
    const sweeps = [[trace(), slow, leak], [], [trace(), slow], [trace({ interval: 2e-4 }), slow]];
    const [fast, other] = contentsOf(bundle([output()], [series({ sweeps })]));
    expect(fast.channels.map(({ name }) => name)).toEqual(["Vmon-1"]);
    expect([fast.lengths, fast.numbers, fast.dt_ms]).toEqual([[SAMPLES, SAMPLES], [1, 3], 0.1]);
    expect(fast.notes.join()).toContain("Left out 2 sweeps");
    expect([other.channels[0].name, other.lengths, other.dt_ms]).toEqual(["temperature", [2, 2, 2], 10]);
  });

  it("[H13] say what the amplifier was set to", () => {
    const [content] = contentsOf(bundle([output()], [series({ junction_V: 0.0123 })]));
    expect(content.notes.slice(0, 2)).toEqual([
      expect.stringMatching(/25 pF, a series resistance of 10 MOhm, .*1000 MOhm/),
      expect.stringContaining("liquid junction potential of 12.3 mV"),
    ]);
  });
});

describe("[H14] files that cannot be read", () => {
  const bytes = writeBundle(bundle([output()]));
  const signed = (signature: string): Uint8Array => {
    const copy = bytes.slice();
    for (let k = 0; k < 4; k++) copy[k] = signature.charCodeAt(k);
    return copy;
  };
  const at = (extension: number): number => new DataView(bytes.buffer).getUint32(64 + 16 * extension, true);

  it.each([
    ["DAT1", signed("DAT1"), /separate files/],
    ["DATA", signed("DATA"), /separate files/],
    ["a .pul alone", bytes.subarray(at(1), at(2)), /without the samples/],
  ])("%s: known, and refused with what to do", (_, file, what) => {
    expect(looksLikeHeka(file)).toBe(true);
    expect(refusal(() => readRecording(file, "made.dat"))).toMatchObject({
      code: "unsupported",
      what: expect.stringMatching(what),
      next: expect.stringContaining("bundle"),
    });
  });

  it("texts that begin with the same letters are not taken", () => {
    for (const line of ["DATA,1,2,3\n", "Tree height\n", "DAT2"])
      expect(looksLikeHeka(new TextEncoder().encode(line))).toBe(false);
  });

  it("a bundle without recorded sweeps, one that is cut, one with more records than bytes", () => {
    expect(refusal(() => contentsOf(bundle([output()], []))).code).toBe("empty");
    expect(refusal(() => readHeka(sourceOf(bytes.slice(0, at(1) + 60)), "made.dat")).code).toBe("truncated");
    const many = bytes.slice();
    new DataView(many.buffer).setInt32(at(1) + 28 + 8, 1e9, true);
    expect(refusal(() => readHeka(sourceOf(many), "made.dat")).code).toBe("damaged-header");
  });
});

const FOLDER = process.env.PATCHTWIN_SHARED && join(process.env.PATCHTWIN_SHARED, "recordings/heka");

/** Myokit 1.39.2: first, last and middle (12000) sample and mean of the voltage, mV. */
const MYOKIT = [
  [0, -51.61708410122514, -51.83593303442234, -54.77476156592759, -53.9443023972335],
  [1, -52.55500810064171, -50.241462235414176, -58.714042363477176, -55.4477883154716],
  [5, -53.99315823308045, -59.870815296090946, -61.934248094807394, -58.12743092897807],
  [10, -53.086498366977764, -56.400496498249645, -51.46076343465571, -52.50328471848722],
  [20, -56.181647565052444, -58.24508036376889, -43.300824639731566, -48.857153942803286],
  [49, -62.5595307610851, -63.02849276079339, -30.044832114644073, -43.71300221938451],
] as const;

describe.skipIf(!FOLDER)("a real bundle (skipped without PATCHTWIN_SHARED)", () => {
  const read = () => readRecording(readFileSync(join(FOLDER!, "test_singleFP.dat")), "test_singleFP.dat");
  const mean = (values: Iterable<number> & { readonly length: number }): number => {
    let sum = 0;
    for (const value of values) sum += value;
    return sum / values.length;
  };

  it("[H15] has the samples that Myokit reads", async () => {
    const [content] = readContents(readFileSync(join(FOLDER!, "test_singleFP.dat")), "test_singleFP.dat");
    expect([content.protocol, content.clamp, content.dt_ms]).toEqual(["cell 2 fp", "current", 0.04]);
    const { sweeps } = read();
    expect(sweeps).toHaveLength(50);
    for (const [sweep, first, last, middle, average] of MYOKIT) {
      const { v_mV } = sweeps[sweep];
      expect([v_mV.length, v_mV[0], v_mV[24_999], v_mV[12_000]]).toEqual(
        [25_000, first, last, middle].map(near),
      );
      expect(mean(v_mV)).toBeCloseTo(average, 9);
    }
  });

  it("[H16] has its steps on top of the holding level, as the cell's answer shows (Myokit takes them as absolute)", () => {
    const sweeps = read().sweeps.map(({ v_mV, i_pA }) => ({
      step_pA: i_pA[10_000] - i_pA[0],
      rise_mV: mean(v_mV.subarray(15_000, 17_500)) - mean(v_mV.subarray(1000, 2500)),
      holding_pA: i_pA[0],
    }));
    expect(sweeps.map(({ step_pA }) => Math.round(step_pA))).toEqual(
      Array.from({ length: 50 }, (_, sweep) => -100 + 20 * sweep),
    );
    // The trace's own field has the holding current in A: -8.909e-10.
    expect(sweeps[0].holding_pA).toBeCloseTo(-890.949, 3);
    const [x, y] = [mean(sweeps.map((s) => s.step_pA)), mean(sweeps.map((s) => s.rise_mV))];
    const slope_GOhm =
      mean(sweeps.map((s) => (s.step_pA - x) * (s.rise_mV - y))) /
      mean(sweeps.map((s) => (s.step_pA - x) ** 2));
    // No step, no rise; and the slope is the membrane resistance that the amplifier measured, 33.6 MOhm. Taken as
    // absolute the steps would be 791 pA larger, and the line would meet 0 mV at -29 mV.
    expect(Math.abs(y - slope_GOhm * x)).toBeLessThan(5);
    expect(slope_GOhm * 1000).toBeGreaterThan(25);
    expect(slope_GOhm * 1000).toBeLessThan(45);
  });
});

function near(value: number): unknown {
  return expect.closeTo(value, 9);
}
