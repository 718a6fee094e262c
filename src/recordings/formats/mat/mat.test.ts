/** Claims about MATLAB files: what SciPy wrote comes back, choices can be corrected, damage never gets through. */
import { existsSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { zlibSync } from "fflate";
import { describe, expect, it } from "vitest";
import { fixture } from "../../../../test/recordings/fixture.ts";
import { matBases } from "../../../../test/recordings/mat/bases.ts";
import expected from "../../../../test/recordings/mat/expected.json" with { type: "json" };
import { InputError } from "../../../errors.ts";
import type { Content } from "../../content.ts";
import { type ReadOptions, type Recording, readCurrent, readRecording } from "../../index.ts";
import { sourceOf } from "../../source.ts";
import { readMat } from "./mat.ts";

const file = (name: string): Uint8Array => fixture(`mat/${name}.mat`);
const read = (name: string, options?: ReadOptions): Recording => readRecording(file(name), name, options);
const contentOf = (bytes: Uint8Array, options: ReadOptions = {}): Content =>
  readMat(sourceOf(bytes), "x.mat", options);

function problemOf(run: () => unknown): InputError["problem"] {
  try {
    run();
  } catch (error) {
    if (error instanceof InputError) return error.problem;
    throw error;
  }
  throw new Error("internal: nothing was refused");
}

/** Largest differences from what was written, in mV and pA. */
function differences({ sweeps }: Recording): [number, number] {
  let [v, i] = [0, 0];
  sweeps.forEach(({ v_mV, i_pA }, n) => {
    v_mV.forEach((value, k) => {
      v = Math.max(v, Math.abs(value - expected.v_mV[n][k]));
      i = Math.max(i, Math.abs(i_pA[k] - expected.i_pA[n][k]));
    });
  });
  return [v, i];
}

const STEPS = [-100, 0, 100];

describe("what SciPy wrote", () => {
  it.each([
    ["named_v7", 300],
    ["named_v6", 300],
    ["named_v4", 300],
    ["big_endian", 300],
    ["bare", 300],
    ["pages", 300],
    ["sweeps", 260],
  ])("[M1] %s comes back exactly", (name, shortest) => {
    const recording = read(name);
    expect(recording).toMatchObject({ format: "mat", dt_ms: 0.05, currentSource: "file-column" });
    expect(recording.sweeps.map(({ stimulus }) => stimulus.amplitude_pA)).toEqual(STEPS);
    expect(recording.sweeps[2].v_mV).toHaveLength(shortest);
    expect(differences(recording)).toEqual([0, 0]);
  });

  it("[M2] rows as sweeps, in V and nA of single precision, units in texts beside", () => {
    const recording = read("struct_rows");
    expect(recording.dt_ms).toBe(0.05);
    expect(recording.sweeps.map(({ stimulus }) => Math.round(stimulus.amplitude_pA))).toEqual(STEPS);
    const [v, i] = differences(recording);
    expect([v < 1e-5, i < 1e-5]).toEqual([true, true]);
    expect(recording.sweeps[1].v_mV).toHaveLength(300);
    expect(recording.notes[0]).toMatch(/"cell7.Vm" \(3 x 300, V\).*"cell7.Istim" \(3 x 300, nA\)/);
  });

  it("[M3] a table of time, voltage and current", () => {
    const { sweeps, notes, dt_ms } = read("table");
    expect([sweeps.length, dt_ms, sweeps[0].stimulus.amplitude_pA]).toEqual([1, 0.05, 100]);
    expect([...sweeps[0].v_mV]).toEqual(expected.v_mV[2]);
    expect(notes.join()).toMatch(/"data\(:,2\)".*"data\(:,3\)".*"data\(:,1\)"/);
  });

  it.each(["i1", "i2", "i4", "u1", "u2", "u4", "f4", "f8"])("[M4] every class of number: %s", (kind) => {
    const { channels, lengths } = contentOf(file(`class_${kind}`), {
      units: { voltage: "mV" },
    });
    const wanted = expected.v_mV.map((sweep) =>
      sweep.slice(0, 60).map((v) => Math.round(v) + (kind.startsWith("u") ? 150 : 0)),
    );
    expect(lengths.map((length, sweep) => [...channels[0].samples(sweep, 0, length)])).toEqual(wanted);
    expect([...channels[0].samples(1, 20, 23)]).toEqual(wanted[1].slice(20, 23));
    expect(channels[0].alwaysFinite).toBe(!kind.startsWith("f"));
  });

  it.each(Object.entries(expected.files))(
    "[M5] %s has the column sums that SciPy's reader finds",
    (name, facts) => {
      const { sweeps } = read(name.replace(".mat", ""));
      sweeps.forEach(({ v_mV, i_pA }, n) => {
        expect(v_mV.reduce((a, b) => a + b, 0)).toBeCloseTo(facts.v_mV.sums[n], 8);
        expect(i_pA.reduce((a, b) => a + b, 0)).toBeCloseTo(facts.i_pA.sums[n], 8);
      });
    },
  );
});

describe("choices", () => {
  it("[M6] by values and shapes only: each is noted with its reason", () => {
    const notes = read("bare").notes.join("\n");
    expect(notes).toMatch(/"inputs" for the voltage by its values/);
    expect(notes).toMatch(/"outputs" for the current, as the only other array of the size/);
    expect(notes).toMatch(/"outputs" has no unit: took it as pA.*about 6\d MOhm/);
    expect(notes).toMatch(/"Pars.sampleRate" has no unit: took it as Hz/);
  });

  it("[M7] the user's word wins: variables, units, interval", () => {
    const columns = { voltage: "inputs", current: "outputs", time: "Pars.sampleRate" };
    const said = read("bare", { columns, units: { current: "nA" } });
    expect(said.sweeps[2].stimulus.amplitude_pA).toBe(100_000);
    expect(read("bare", { dt_ms: 0.1 }).dt_ms).toBe(0.1);
    expect(read("sweeps", { columns: { voltage: "sweeps.v_mV" } }).sweeps).toHaveLength(3);
    expect(read("sweeps", { columns: { voltage: "sweeps(*).v_mV" } }).sweeps).toHaveLength(3);
    expect(problemOf(() => read("bare", { units: { voltage: "V" } })).code).toBe("voltage-unit");
  });

  it.each<[string, ReadOptions, RegExp]>([
    ["bare", { columns: { voltage: "nothing" } }, /no array "nothing".*inputs \(300 x 3\), outputs/],
    ["bare", { columns: { current: "Pars" } }, /--current-column/],
    [
      "bare",
      { columns: { time: "rate" } },
      /neither a rate.*no such variable.*Pars.sampleRate.*--time-column/,
    ],
    ["bare", { columns: { voltage: "inputs", time: "outputs" } }, /an array of 300 x 3.*--dt/],
    ["class_u2", {}, /cannot be a membrane voltage|the unit of the voltage/],
  ])("[M8] a wish or a file that cannot be followed: %s %j", (name, options, message) => {
    expect(new InputError(problemOf(() => read(name, options))).message).toMatch(message);
  });

  it("[M9] a current alone serves for another file's voltage", async () => {
    const current = readCurrent(file("named_v6"), "i.mat");
    const supplied = read("named_v7", { current });
    expect(supplied.currentSource).toBe("supplied");
    expect(differences(supplied)).toEqual([0, 0]);
    const alone = version4({ i_nA: column(100, (k) => k / 1e3), fs: [[20_000]] });
    const commanded = readCurrent(alone, "i.mat");
    expect("lengths" in commanded && commanded.i_pA(0, 10, 12)).toEqual(Float64Array.of(10, 11));
    expect(problemOf(() => readRecording(alone, "i.mat")).code).toBe("no-voltage");
  });
});

/** A matrix as its columns. */
type Columns = readonly (readonly number[])[];

const column = (rows: number, at: (k: number) => number): Columns => [
  Array.from({ length: rows }, (_, k) => at(k)),
];
const membrane = (k: number): number => -65 + (k % 7) / 10;

/** A file of level 4, little-endian, of doubles. */
function version4(variables: Record<string, Columns>): Uint8Array {
  const parts = Object.entries(variables).map(([name, columns]) => {
    const header = Int32Array.of(0, columns[0].length, columns.length, 0, name.length + 1);
    const text = new TextEncoder().encode(`${name}\0`);
    return [new Uint8Array(header.buffer), text, new Uint8Array(Float64Array.from(columns.flat()).buffer)];
  });
  return Uint8Array.from(parts.flat().flatMap((part) => [...part]));
}

describe("rules", () => {
  const v_mV = column(200, membrane);
  const fs = [[20_000]];
  const step = (k: number): number => (k >= 100 ? 1 : 0);
  /** A voltage that follows `amplitude` with so many mV. */
  const answer = (mV: number): Columns => column(200, (k) => membrane(k) + mV * step(k));

  it.each<[string, Record<string, Columns>, string]>([
    ["two arrays like a voltage", { a: v_mV, b: v_mV, fs }, "columns"],
    ["no array like a voltage", { a: column(200, step), fs }, "columns"],
    ["nothing about time", { v_mV }, "columns"],
    ["a rate that no unit makes sensible", { v_mV, fs: [[300]] }, "columns"],
    ["two rates", { v_mV, fs, dt_ms: [[0.1]] }, "columns"],
    ["a current without correlation", { v_mV, cmd: column(200, (k) => k % 2), fs }, "current-unit"],
    // 2 MOhm in nA, a motoneuron, or 2 GOhm in pA, a granule cell: nobody can tell.
    [
      "a current of either unit",
      { v_mV: answer(20), cmd: column(200, (k) => 10 * step(k)), fs },
      "current-unit",
    ],
    ["an array of settings", { v_mV: column(10, membrane), fs }, "columns"],
  ])("[M16] refused: %s", (_, variables, code) => {
    expect(problemOf(() => contentOf(version4(variables))).code).toBe(code);
  });

  it.each([
    ["pA", 100, 1],
    ["nA", 0.1, 1000],
  ])("[M17] a current in %s is proved by the resistance", (unit, amplitude, factor) => {
    const cmd = column(200, (k) => amplitude * step(k));
    const { commands, notes } = contentOf(version4({ v_mV: answer(10), cmd, fs }));
    expect(notes.join()).toContain(`took it as ${unit}, as only that makes an input resistance`);
    expect(commands[0].samples(0, 99, 101)).toEqual(Float64Array.of(0, amplitude * factor));
  });

  it("[M18] a clock: a rate in Hz or kHz, an interval in s, ms or us, times in s or ms", () => {
    const times = (factor: number): Columns => column(200, (k) => 3 + k * 0.05 * factor);
    const clocks: Record<string, Columns>[] = [
      { sampleRate: [[20_000]] },
      { fs_kHz: [[20]] },
      { samplingInterval: [[5e-5]] },
      { si: [[50]] },
      { dt: [[0.05]] },
      { time: times(1) },
      { t_s: times(1e-3) },
      { t: times(1e-3), fs },
    ];
    for (const clock of clocks) expect(contentOf(version4({ v_mV, ...clock })).dt_ms).toBe(0.05);
    const uneven = column(200, (k) => k + (k % 3));
    expect(problemOf(() => contentOf(version4({ v_mV, time: uneven }))).code).toBe("columns");
  });

  it("[M20] a text that comes first in a file of level 4 does not make it an Igor wave", () => {
    const whole = version4({ remark: [[104, 105]], v_mV, fs });
    whole[0] = 1;
    expect(problemOf(() => readRecording(whole, "x.mat")).code).toBe("no-current");
  });

  it("[M19] one current serves all sweeps; one of another length is none", () => {
    const two = [...v_mV, ...v_mV];
    const i_pA = column(200, (k) => k);
    const { commands, lengths } = contentOf(version4({ v_mV: two, i_pA, fs }));
    expect(lengths).toEqual([200, 200]);
    expect(commands[0].samples(1, 5, 7)).toEqual(Float64Array.of(5, 6));
    expect(contentOf(version4({ v_mV: two, i_pA: column(150, (k) => k), fs })).commands).toEqual([]);
  });
});

/** A variable as version 5 stores it, in a stream of its own. */
function compressedFile(stream: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(136 + stream.length);
  bytes.set(file("named_v7").subarray(0, 128));
  const view = new DataView(bytes.buffer);
  view.setUint32(128, 15, true);
  view.setUint32(132, stream.length, true);
  bytes.set(stream, 136);
  return bytes;
}

/** The tag of a matrix, compressed, and then bytes that no deflater makes smaller. */
function claiming(size: number, stream_bytes: number): Uint8Array {
  const tag = new Uint8Array(stream_bytes);
  const view = new DataView(tag.buffer);
  view.setUint32(0, 14, true);
  view.setUint32(4, size, true);
  for (let k = 8, state = 1; k < tag.length; k++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    tag[k] = state >>> 24;
  }
  return compressedFile(zlibSync(tag));
}

describe("refused", () => {
  it("[M10] version 7.3, with what to do", () => {
    const head = new Uint8Array(600);
    head.set(new TextEncoder().encode("MATLAB 7.3 MAT-file, Platform: GLNXA64"));
    const problem = problemOf(() => readRecording(head, "x.mat"));
    expect([problem.code, problem.next]).toEqual(["unsupported", expect.stringContaining("-v7")]);
  });

  it("[M11] a stream that claims more than it can hold, or more than memory should", () => {
    expect(problemOf(() => contentOf(claiming(0xffff_fff0, 1000))).code).toBe("damaged-header");
    expect(problemOf(() => contentOf(claiming(300_000_000, 400_000))).code).toBe("too-large");
  });

  it("[M12] a stream that yields more than it says, less than it says, or has a wrong sum", () => {
    const whole = new Uint8Array(80);
    new DataView(whole.buffer).setUint32(0, 14, true);
    const says = (size: number): Uint8Array => {
      new DataView(whole.buffer).setUint32(4, size, true);
      return zlibSync(whole);
    };
    const wrongSum = says(72);
    wrongSum[wrongSum.length - 1] ^= 1;
    for (const stream of [says(40), says(100), wrongSum])
      expect(problemOf(() => contentOf(compressedFile(stream))).code).toBe("damaged-header");
  });

  it("[M13] cut short anywhere: truncated or damaged, never a part", () => {
    for (const { bytes, name } of matBases().filter(({ name }) => !name.startsWith("class"))) {
      const whole = bytes.length;
      for (let size = 30; size < whole - 8; size += 211) {
        try {
          const { channels, lengths } = contentOf(bytes.subarray(0, size));
          // Variables before the cut may be enough for a reading of whole arrays.
          expect(channels[0].samples(0, 0, lengths[0]), name).toHaveLength(lengths[0]);
        } catch (error) {
          if (!(error instanceof InputError)) throw error;
        }
      }
    }
  });
});

it("[M14] bytes overwritten anywhere: a typed error or a reading within the file", () => {
  const bases = matBases();
  const change = fc.record({
    base: fc.nat(bases.length - 1),
    edits: fc.array(fc.tuple(fc.nat(1500), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 6 }),
  });
  const claim = ({ base, edits }: { base: number; edits: [number, number][] }): void => {
    const bytes = bases[base].bytes.slice();
    for (const [at, value] of edits) bytes[at % bytes.length] = value;
    try {
      const { lengths, channels, commands } = contentOf(bytes);
      for (const { samples } of [...channels, ...commands])
        lengths.forEach((length, sweep) => {
          expect(samples(sweep, 0, length)).toHaveLength(length);
        });
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
    }
  };
  fc.assert(fc.property(change, claim), { numRuns: 1500, seed: 3 });
});

const shared = process.env.PATCHTWIN_SHARED;
const real = `${shared}/recordings/nsdesai/experiment001trial001_current_steps.mat`;

it.skipIf(!shared || !existsSync(real))("[M15] a real recording as its description says", () => {
  const recording = readRecording(readFileSync(real), "experiment001.mat");
  expect(recording.dt_ms).toBe(0.05);
  expect(recording.sweeps.map(({ stimulus }) => stimulus.amplitude_pA)).toEqual(
    Array.from({ length: 17 }, (_, n) => -200 + 50 * n),
  );
  expect(recording.sweeps.every(({ v_mV }) => v_mV.length === 30_000)).toBe(true);
});
