/** Claims about Igor binary waves: every version and byte order, what is refused, and that damage never gets through. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fixture } from "../../../../test/recordings/fixture.ts";
import { ibwBases } from "../../../../test/recordings/ibw/bases.ts";
import expected from "../../../../test/recordings/ibw/expected.json" with { type: "json" };
import { fixChecksum, type WaveToWrite, writeWave } from "../../../../test/recordings/ibw/write.ts";
import { InputError } from "../../../errors.ts";
import type { Content } from "../../content.ts";
import type { ReadOptions } from "../../options.ts";
import { sourceOf } from "../../source.ts";
import { readIbw } from "./ibw.ts";

const read = (bytes: Uint8Array, options: ReadOptions = {}): Content =>
  readIbw(sourceOf(bytes), "wave.ibw", options);

function problemOf(run: () => unknown): InputError["problem"] {
  try {
    run();
  } catch (error) {
    if (error instanceof InputError) return error.problem;
    throw error;
  }
  throw new Error("internal: nothing was refused");
}

const wave = (changes: Partial<WaveToWrite> = {}): WaveToWrite => ({
  version: 5,
  littleEndian: true,
  typeCode: 2,
  dimensions: [100],
  values: Array.from({ length: 100 }, (_, k) => -65 + k / 4),
  name: "Vm",
  rowStep: 5e-5,
  rowUnit: "s",
  dataUnit: "mV",
  ...changes,
});

describe("real waves", () => {
  it.each(Object.entries(expected.files))("[I1] %s agrees with igor2", (name, facts) => {
    const content = readIbw(sourceOf(fixture(`ibw/${name}`)), name, {});
    expect(content).toMatchObject({ format: "ibw", dt_ms: facts.step * 1000, lengths: [facts.points] });
    const [channel] = content.channels;
    expect(channel).toMatchObject({ name: facts.name, unit: facts.unit });
    const values = channel.samples(0, 0, facts.points);
    expect(expected.indices.map((k) => values[k])).toEqual(facts.at);
    expect(values.reduce((a, b) => a + b, 0)).toBeCloseTo(facts.sum, 6);
    expect(channel.samples(0, 2799, 2802)).toEqual(values.slice(2799, 2802));
    expect(content.notes.join("\n")).toContain(`Wave note: ${facts.note}`);
    expect(content.notes.join("\n")).toMatch(/row scaling of the wave has no unit: took it as s/);
  });
});

describe("every version, byte order and type of number", () => {
  const versions = [1, 2, 3, 5] as const;
  const types = { 2: "f32", 4: "f64", 8: "i8", 16: "i16", 32: "i32", 72: "u8", 80: "u16", 96: "u32" };
  const cases = versions.flatMap((version) =>
    [true, false].flatMap((littleEndian) =>
      Object.entries(types).map(([code, type]) => ({ version, littleEndian, typeCode: Number(code), type })),
    ),
  );
  it.each(cases)("[I2] version $version, little-endian $littleEndian, $type", (one) => {
    // 200 and 60000 are negative numbers where the type has a sign.
    const values = [-3, 0, 7, 100, 200, 60_000, 1.5];
    const native = { f32: Float32Array, f64: Float64Array, i8: Int8Array, i16: Int16Array, i32: Int32Array };
    const unsigned = { u8: Uint8Array, u16: Uint16Array, u32: Uint32Array };
    const stored = { ...native, ...unsigned }[one.type as keyof typeof native].from(values);
    const content = read(writeWave(wave({ ...one, values, dimensions: [7], formula: "f()", note: "n" })));
    expect([...content.channels[0].samples(0, 0, 7)]).toEqual([...stored]);
    expect(content).toMatchObject({ dt_ms: 0.05, channels: [{ name: "Vm", unit: "mV" }] });
    expect(content.notes).toEqual(one.version === 1 ? [] : ["Wave note: n"]);
  });

  it("[I3] columns of a matrix are sweeps; long units stand in blocks of their own", () => {
    const matrix = wave({ dimensions: [20, 5], dataUnit: "millivolts", rowUnit: "seconds", note: "two" });
    const content = read(writeWave(matrix));
    expect(content.lengths).toEqual([20, 20, 20, 20, 20]);
    expect(content.channels[0].unit).toBe("millivolts");
    expect(content.dt_ms).toBe(0.05);
    expect(content.channels[0].samples(3, 1, 3)).toEqual(Float64Array.of(-65 + 61 / 4, -65 + 62 / 4));
  });

  it("[I4] what the user says wins over the header", () => {
    const bytes = writeWave(wave({ dataUnit: "V", rowStep: 1, rowUnit: "" }));
    const content = read(bytes, { units: { voltage: "mV" }, dt_ms: 0.1 });
    expect(content).toMatchObject({ dt_ms: 0.1, channels: [{ unit: "mV" }] });
    expect(content.notes.join()).toMatch(/0.1 ms as the sampling interval.*voltage in mV instead of "V"/);
    const unknown = writeWave(wave({ dataUnit: "" }));
    expect(read(unknown, { units: { current: "nA" } }).channels[0].unit).toBe("nA");
    expect(read(writeWave(wave({ dataUnit: "pA" })), { units: { voltage: "mV" } }).channels[0].unit).toBe(
      "pA",
    );
  });
});

describe("refused, with what to do", () => {
  it.each<[string, Partial<WaveToWrite>, ReadOptions, string, RegExp]>([
    ["no unit", { dataUnit: "" }, {}, "voltage-unit", /--voltage-unit mV.*--current-unit pA/],
    ["a strange unit", { dataUnit: "deg" }, {}, "voltage-unit", /the unit "deg"/],
    ["a wrong wish", {}, { units: { voltage: "lux" } }, "voltage-unit", /"lux" is no unit of voltage/],
    ["no scaling", { rowStep: 1, rowUnit: "" }, {}, "time-unit", /--dt 0.05ms/],
    ["scaling of 0", { rowStep: 0 }, {}, "time-unit", /SetScale/],
    ["scaling that is not a number", { rowStep: Number.NaN }, {}, "time-unit", /--dt/],
    ["a step no digitiser has", { rowStep: 1e-7 }, {}, "time-unit", /0.002 to 5 ms/],
    ["a text wave", { typeCode: 0 }, {}, "unsupported", /a text wave/],
    ["a complex wave", { typeCode: 3, dimensions: [100] }, {}, "unsupported", /a complex wave/],
    ["64-bit integers", { typeCode: 128 }, {}, "unsupported", /number type 128/],
    ["two points", { values: [1, 2], dimensions: [2] }, {}, "too-short", /got 2/],
    ["points that are no product", { dimensions: [7, 5] }, {}, "damaged-header", /100 in 7 x 5/],
  ])("[I5] %s", (_, changes, options, code, message) => {
    const problem = problemOf(() => read(writeWave(wave(changes)), options));
    expect(problem.code).toBe(code);
    expect(new InputError(problem).message).toMatch(message);
  });

  it("[I6] every bit of a header that flips breaks the checksum", () => {
    for (const { bytes } of ibwBases()) {
      const end = bytes[0] + bytes[1] === 5 ? 384 : 120;
      for (let bit = 16; bit < 8 * end; bit++) {
        const flipped = bytes.slice();
        flipped[bit >> 3] ^= 1 << (bit & 7);
        expect(problemOf(() => read(flipped)).code).toBe("damaged-header");
      }
    }
  });

  it("[I7] cut short anywhere: truncated", () => {
    for (const { bytes } of ibwBases()) {
      for (let size = 2; size < bytes.length; size += 37)
        expect(problemOf(() => read(bytes.slice(0, size))).code).toBe("truncated");
    }
  });
});

it("[I8] any field overwritten, with a right checksum: a typed error or a reading of the file's own bytes", () => {
  const bases = ibwBases();
  const change = fc.record({
    base: fc.nat(bases.length - 1),
    edits: fc.array(fc.tuple(fc.nat(420), fc.constantFrom(0, 1, 2, 0x7f, 0x80, 0xff)), { maxLength: 4 }),
  });
  const claim = ({ base, edits }: { base: number; edits: [number, number][] }): void => {
    const bytes = bases[base].bytes.slice();
    for (const [at, value] of edits) if (at >= 2) bytes[at] = value;
    fixChecksum(bytes);
    try {
      const { lengths, channels } = read(bytes);
      for (const sweep of lengths.keys()) channels[0].samples(sweep, 0, lengths[sweep]);
      expect(lengths.reduce((a, b) => a + b, 0)).toBeLessThanOrEqual(bytes.length);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
    }
  };
  fc.assert(fc.property(change, claim), { numRuns: 2000, seed: 5 });
});
