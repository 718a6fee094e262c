/** Claims about Axon text files: what pyABF reads from them, what is refused, and that damage never gets through. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { atfBases } from "../../../../test/recordings/atf/bases.ts";
import expected from "../../../../test/recordings/atf/expected.json" with { type: "json" };
import { fixture } from "../../../../test/recordings/fixture.ts";
import { InputError } from "../../../errors.ts";
import type { Content } from "../../content.ts";
import { type ReadOptions, readRecording } from "../../index.ts";
import { sourceOf } from "../../source.ts";
import { readAtf } from "./atf.ts";

const contentOf = (name: string): Content => readAtf(sourceOf(fixture(`atf/${name}`)), name, {});
const bytes = (lines: readonly string[]): Uint8Array => new TextEncoder().encode(lines.join("\r\n"));
const read = (lines: readonly string[], options: ReadOptions = {}): Content =>
  readAtf(sourceOf(bytes(lines)), "x.atf", options);

function problemOf(run: () => unknown): InputError["problem"] {
  try {
    run();
  } catch (error) {
    if (error instanceof InputError) return error.problem;
    throw error;
  }
  throw new Error("internal: nothing was refused");
}

interface Written {
  readonly records?: readonly string[];
  readonly titles?: string;
  readonly width?: number;
  readonly counts?: string;
  readonly step?: number;
  readonly rows?: number;
}

function written({ records = [], titles, width = 2, counts, step = 1e-4, rows = 100 }: Written): string[] {
  const cells = (k: number): number[] => Array.from({ length: width - 1 }, (_, c) => -60 - c + k / 100);
  return [
    "ATF\t1.0",
    counts ?? `${records.length}\t${width}`,
    ...records,
    titles ?? ['"Time (s)"', ...cells(0).map((_, c) => `"Trace #${c + 1} (mV)"`)].join("\t"),
    ...Array.from({ length: rows }, (_, k) => [Number((k * step).toPrecision(6)), ...cells(k)].join("\t")),
  ];
}

describe("as pyABF reads them", () => {
  it.each(Object.entries(expected))("[A1] %s", (name, facts) => {
    const { channels, lengths, dt_ms } = contentOf(name);
    expect(channels).toHaveLength(facts.channels);
    expect(lengths).toEqual(new Array(facts.sweeps).fill(facts.samples));
    // pyABF takes every time for seconds.
    expect(dt_ms).toBeCloseTo(name.includes("_ms") ? facts.time[1] : 1000 * facts.time[1], 7);
    channels.forEach(({ samples }, channel) => {
      lengths.forEach((length, sweep) => {
        const values = samples(sweep, 0, length);
        const sum = values.reduce((a, b) => a + b, 0);
        expect(Math.abs(sum - facts.sums[channel][sweep])).toBeLessThan(1e-6 * Math.abs(sum) + 1e-4);
        expect([...values.slice(0, 4)].map(Math.fround)).toEqual(facts.firsts[channel][sweep]);
        expect(samples(sweep, 2, 5)).toEqual(values.slice(2, 5));
      });
    });
  });

  it("[A2] signals have their names and units, and make a recording with the current that was recorded", () => {
    const content = contentOf("18702001-step_first16.atf");
    expect(content.channels.map(({ name, unit }) => [name, unit])).toEqual([
      ["IN 0", "pA"],
      ["IN 1", "A"],
    ]);
    const recording = readRecording(fixture("atf/episodic.atf"), "episodic.atf");
    expect(recording).toMatchObject({ format: "atf", dt_ms: 0.1, currentSource: "recorded-channel" });
    expect(recording.notes).toContain("Comment in the file: cell 7");
    expect(recording.sweeps.map(({ stimulus }) => stimulus.amplitude_pA)).toEqual([-50, 0, 50]);
    expect(recording.sweeps[2].stimulus).toMatchObject({ kind: "step", start_ms: 10, end_ms: 30 });
  });
});

describe("headers", () => {
  it("[A3] without names of signals: columns of one unit are sweeps, two of one title are two signals", () => {
    const sweeps = read(written({ width: 4 }));
    expect(sweeps.lengths).toEqual([100, 100, 100]);
    expect(sweeps.channels[0].samples(2, 0, 2)).toEqual(Float64Array.of(-62, -61.99));
    const both = read(written({ width: 3, titles: '"Time (s)"\t"Trace #1 (mV)"\t"Trace #1 (mV)"' }));
    expect(both.channels.map(({ name }) => name)).toEqual(["signal 1", "signal 2"]);
    const named = read(written({ width: 3, titles: '"Time (s)"\t"OUT 3 (pA)"\t"IN 0 (mV)"' }));
    expect(named.channels.map(({ name, unit }) => `${name} ${unit}`)).toEqual(["OUT 3 pA", "IN 0 mV"]);
  });

  it("[A4] no records at all, one trace: the line of counts is no row of numbers", () => {
    const { lengths, dt_ms } = read(written({ width: 2 }));
    expect([lengths, dt_ms]).toEqual([[100], 0.1]);
  });

  it("[A5] a trace without a unit has the one that the user says", () => {
    const lines = written({ titles: '"Time (s)"\t"Trace #1"' });
    expect(read(lines).channels[0].unit).toBe("");
    expect(problemOf(() => readRecording(bytes(lines), "x.atf")).code).toBe("no-voltage");
    expect(read(lines, { units: { voltage: "mV" } }).channels[0].unit).toBe("mV");
    const taken = read(written({ width: 3, titles: '"Time (s)"\t"A (mV)"\t"B"' }), {
      units: { voltage: "V", current: "nA" },
    });
    expect(taken.channels.map(({ unit }) => unit)).toEqual(["mV", "nA"]);
  });

  it("[A6] a garbled line is named as the user counts lines", () => {
    const lines = written({ records: ['"Comment="', '"YTop=10"'], rows: 200 });
    lines[40] = "*** overload ***";
    const { notes, lengths } = read(lines);
    expect(notes.join()).toMatch(/Left out 1 garbled lines \(41\); 1 missing samples/);
    expect(lengths).toEqual([200]);
  });

  it.each<[string, Written, string]>([
    ["more records than there are", { counts: "900\t2", rows: 5 }, "truncated"],
    ["a count that is none", { counts: "x\t2" }, "damaged-header"],
    ["no columns", { counts: "0\t1" }, "damaged-header"],
    ["another number of columns", { counts: "0\t5" }, "damaged-header"],
    ["records that are rows of numbers", { counts: "3\t2" }, "damaged-header"],
    ["one signal with more sweeps", { width: 4, titles: "Time (s)\tA (mV)\tA (mV)\tB (pA)" }, "columns"],
    ["a step that cannot be", { step: 1e-9 }, "time-unit"],
    ["one row", { rows: 1 }, "too-short"],
  ])("[A7] refused: %s", (_, what, code) => {
    expect(problemOf(() => read(written(what))).code).toBe(code);
  });
});

it("[A8] bytes overwritten, lines lost, cut short: a typed error or a reading", () => {
  const bases = atfBases();
  const change = fc.record({
    base: fc.nat(bases.length - 1),
    size: fc.nat(6000),
    edits: fc.array(fc.tuple(fc.nat(500), fc.constantFrom(0, 9, 10, 13, 34, 44, 48, 61, 255)), {
      maxLength: 5,
    }),
  });
  const claim = ({ base, size, edits }: { base: number; size: number; edits: [number, number][] }): void => {
    const damaged = bases[base].bytes.slice(0, Math.max(20, size));
    for (const [at, value] of edits) damaged[at] = value;
    try {
      const { lengths, channels } = readAtf(sourceOf(damaged), "x.atf", {});
      for (const { samples } of channels)
        lengths.forEach((length, sweep) => {
          expect(samples(sweep, 0, length)).toHaveLength(length);
        });
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
    }
  };
  fc.assert(fc.property(change, claim), { numRuns: 300, seed: 12 });
});
