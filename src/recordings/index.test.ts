/** Claims about whole ABF files: what is chosen, what is refused, and that damage never gets past the reader. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fixture } from "../../test/recordings/fixture.ts";
import { InputError } from "../errors.ts";
import { type ReadOptions, readRecording, readSuppliedCurrent } from "./index.ts";

const text = (content: string): Uint8Array => new TextEncoder().encode(content);
const read = (name: string, options?: ReadOptions) => readRecording(fixture(name), name, options);

function problemOf(run: () => unknown): InputError["problem"] {
  try {
    run();
  } catch (error) {
    if (error instanceof InputError) return error.problem;
    throw error;
  }
  throw new Error("internal: nothing was refused");
}

describe("the injected current", () => {
  it("[C1] is rebuilt from the epoch table, in pA, starting a 64th into the sweep", () => {
    const recording = read("171116sh_0018.abf");
    expect(recording).toMatchObject({ format: "abf2", dt_ms: 0.05, currentSource: "epoch-table" });
    expect(recording.currentDescription).toBe('epoch table of DAC 0 "Cmd 0" (pA)');
    recording.sweeps.forEach(({ index, i_pA, v_mV }, n) => {
      const first = Math.floor(60_000 / 64) + 2000;
      expect(index).toBe(n + 1);
      expect(i_pA.length).toBe(v_mV.length);
      expect([i_pA[first - 1], i_pA[first], i_pA[first + 9_999], i_pA[first + 10_000]]).toEqual([
        0,
        -100 + 25 * n,
        -100 + 25 * n,
        0,
      ]);
    });
  });

  it("[C2] keeps the last level between sweeps when the file says so", () => {
    const [, second] = read("17o05027_ic_ramp.abf").sweeps;
    expect(second.stimulus).toMatchObject({ kind: "ramp", holding_pA: 0, amplitude_pA: 10 });
    expect(second.i_pA.at(-1)).toBe(10);
  });

  it.each([
    ["18425108.abf", "Imemb", 2500],
    ["18425108_abf1.abf", "Imemb", 2500],
    ["2020_03_02_0000.abf", "I_Com", -200],
  ])(
    "[C3] is taken from the recorded channel where that follows the command: %s",
    (name, channel, amplitude_pA) => {
      const { currentSource, currentDescription, sweeps } = read(name);
      expect(currentSource).toBe("recorded-channel");
      expect(currentDescription).toContain(channel);
      expect(Math.abs(sweeps[0].stimulus.amplitude_pA - amplitude_pA)).toBeLessThan(
        0.04 * Math.abs(amplitude_pA),
      );
    },
  );

  it("[C4] that is recorded with an offset is kept as recorded, and the offset is noted", () => {
    expect(read("18425108.abf").notes.join()).toMatch(/\+79\.\d pA from the command/);
  });

  it("[C5] from a stimulus file is not in the ABF: refused, accepted with a supplied current", () => {
    expect(problemOf(() => read("171116sh_0017.abf"))).toMatchObject({
      code: "stimulus-file",
      where: "171116sh_0017.abf",
    });
    const current = readSuppliedCurrent(text("t_ms,i_pA\n0,0\n100,20\n200.05,-5\n"), "folder/sine.csv");
    const { sweeps, currentSource, currentDescription } = read("171116sh_0017.abf", { current });
    expect(currentSource).toBe("supplied");
    expect(currentDescription).toContain("sine.csv");
    expect(sweeps).toHaveLength(3);
    const [{ i_pA }] = sweeps;
    expect([i_pA[0], i_pA[999], i_pA[1000], i_pA[2000], i_pA[2001], i_pA.at(-1)]).toEqual([
      0, 0, 20, 20, -5, -5,
    ]);
  });

  it("[C6] supplied by the user wins over the file's own", () => {
    const current = readSuppliedCurrent(text("t_s i_nA\n0 0.1\n"), "c.txt");
    expect(read("swhlab_gain.abf", { current }).sweeps[0].i_pA.every((value) => value === 100)).toBe(true);
  });
});

describe("the voltage", () => {
  it("[V1] is the first channel in mV when names do not tell, and the choice is noted", () => {
    const recording = read("190619B_0003.abf");
    expect(recording).toMatchObject({ format: "abf1", dt_ms: 0.1, protocol: "IV_FI_IN0_saray.pro" });
    expect(recording.notes[0]).toContain('Took channel "IN 0" (mV)');
    expect(recording.sweeps.map(({ stimulus }) => stimulus.amplitude_pA)).toEqual([
      -120, -60, 0, 60, 120, 180, 240, 300, 360, 420,
    ]);
  });

  it("[V2] is in mV: rest lies where membranes rest", () => {
    for (const name of ["18711001.abf", "171116sh_0019.abf", "17o05028_ic_steps.abf", "18425108.abf"]) {
      for (const { v_mV } of read(name).sweeps) expect(v_mV[0]).toSatisfy((v: number) => v > -85 && v < -30);
    }
  });
});

describe("refusals", () => {
  it("[E1] voltage clamp: says what was commanded and what is needed", () => {
    const problem = problemOf(() => read("171116sh_0014.abf"));
    expect(problem).toMatchObject({
      code: "voltage-clamp",
      got: 'recorded "IN 0" (pA); command DAC 0 "Cmd 0" (mV)',
    });
    expect(problem.next).toMatch(/current-clamp/);
  });

  it("[E2] an ABF that is cut short: says how many bytes there are and should be", () => {
    const bytes = fixture("171116sh_0018.abf").subarray(0, 1_000_000);
    const problem = problemOf(() => readRecording(bytes, "x.abf"));
    expect(problem).toMatchObject({ code: "truncated", got: "1000000 bytes" });
    expect(problem.expected).toMatch(/at least \d{7} bytes/);
  });

  it("[E3] empty and foreign files: lists what can be read", () => {
    expect(problemOf(() => readRecording(new Uint8Array(), "x.abf")).code).toBe("empty");
    const png = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13);
    const problem = problemOf(() => readRecording(png, "cell.abf"));
    expect(problem.code).toBe("unknown-format");
    expect(problem.expected).toMatch(/ABF1.*ABF2.*text/);
  });

  it("[E4] the name does not decide the format, and folders are dropped from it", () => {
    const recording = readRecording(fixture("17o05027_ic_ramp.abf"), "C:\\data\\cell.csv");
    expect(recording).toMatchObject({ format: "abf2", name: "cell.csv" });
  });
});

/** A real ABF2 with header fields overwritten: what the readers do with modes that no shared file has. */
function edited(edit: (view: DataView, protocol: number) => void): Uint8Array {
  const bytes = Uint8Array.from(fixture("17o05027_ic_ramp.abf"));
  const view = new DataView(bytes.buffer);
  edit(view, view.getUint32(76, true) * 512);
  return bytes;
}

describe("[M1] other kinds of acquisition", () => {
  it("gap-free is one sweep at the holding level: epochs are not played", () => {
    const gapFree = edited((view, protocol) => view.setInt16(protocol, 3, true));
    const { sweeps, currentDescription } = readRecording(gapFree, "x.abf");
    expect(sweeps.map(({ v_mV }) => v_mV.length)).toEqual([40_000]);
    expect(sweeps[0].i_pA.every((value) => value === 0)).toBe(true);
    expect(currentDescription).toMatch(/^holding level/);
  });

  it("event-driven has a sweep for every event, of its own length", () => {
    const events = edited((view, protocol) => {
      view.setInt16(protocol, 1, true);
      const synch = view.getUint32(316, true) * 512;
      view.setInt32(synch + 4, 15_000, true);
      view.setInt32(synch + 12, 25_000, true);
    });
    const { sweeps } = readRecording(events, "x.abf");
    const [whole, second] = readRecording(fixture("17o05027_ic_ramp.abf"), "y.abf").sweeps;
    expect(sweeps.map(({ v_mV }) => v_mV.length)).toEqual([15_000, 25_000]);
    expect(sweeps[1].v_mV[0]).toBe(whole.v_mV[15_000]);
    expect(sweeps[1].v_mV.at(-1)).toBe(second.v_mV.at(-1));
  });

  it("samples stored as floats are taken as they are, in the channel's unit", () => {
    const original = readRecording(fixture("17o05027_ic_ramp.abf"), "x.abf");
    const start = Math.ceil(fixture("17o05027_ic_ramp.abf").length / 512);
    const floats = new Uint8Array(start * 512 + 40_000 * 4);
    floats.set(fixture("17o05027_ic_ramp.abf"));
    const view = new DataView(floats.buffer);
    view.setUint16(30, 1, true);
    view.setUint32(236, start, true);
    view.setUint32(240, 4, true);
    original.sweeps
      .flatMap(({ v_mV }) => [...v_mV])
      .forEach((v, k) => {
        view.setFloat32(start * 512 + 4 * k, v, true);
      });
    const [first, second] = readRecording(floats, "x.abf").sweeps;
    expect(first.v_mV).toEqual(Float64Array.from(original.sweeps[0].v_mV, Math.fround));
    expect(second.v_mV).toEqual(Float64Array.from(original.sweeps[1].v_mV, Math.fround));
  });

  it("a stimulus file, an unknown epoch: refused with the way out", () => {
    const dac = (view: DataView): number => view.getUint32(108, true) * 512;
    const file = edited((view) => view.setInt16(dac(view) + 42, 2, true));
    expect(problemOf(() => readRecording(file, "x.abf"))).toMatchObject({
      code: "stimulus-file",
      next: expect.stringContaining("--current"),
    });
    const epoch = edited((view) => view.setInt16(view.getUint32(156, true) * 512 + 4, 6, true));
    expect(problemOf(() => readRecording(epoch, "x.abf"))).toMatchObject({
      code: "unsupported",
      next: expect.stringContaining("--current"),
    });
  });

  it("a command in mV with a recorded voltage and no current: asks for the current", () => {
    const millivolts = edited((view) => {
      const dac = view.getUint32(108, true) * 512;
      const adc = view.getUint32(92, true) * 512;
      view.setUint32(dac + 28, view.getUint32(adc + 78, true), true);
    });
    expect(problemOf(() => readRecording(millivolts, "x.abf")).code).toBe("no-current");
  });
});

describe("[F1] damage to a file gives an InputError or a recording, nothing else, and quickly", () => {
  const allowed = (bytes: Uint8Array): void => {
    try {
      const { sweeps } = readRecording(bytes, "damaged.abf");
      for (const { v_mV, i_pA } of sweeps) expect(v_mV.length).toBe(i_pA.length);
    } catch (error) {
      expect(error).toBeInstanceOf(InputError);
    }
  };
  /** Where the headers and section tables lie: beyond are samples. */
  const headers = { "17o05027_ic_ramp.abf": 7680, "190619B_0003.abf": 8192 };

  it.each(Object.entries(headers))("%s cut anywhere", (name, headerBytes) => {
    const whole = fixture(name);
    const cut = fc.oneof(fc.nat(headerBytes), fc.nat(whole.length));
    fc.assert(
      fc.property(cut, (length) => allowed(whole.subarray(0, length))),
      { numRuns: 60, seed: 20 },
    );
  });

  it.each(Object.entries(headers))("%s with bits flipped in the header", (name, headerBytes) => {
    const whole = fixture(name);
    const flips = fc.array(fc.record({ at: fc.nat(headerBytes - 1), bit: fc.nat(7) }), {
      minLength: 1,
      maxLength: 12,
    });
    const run = (places: readonly { at: number; bit: number }[]): void => {
      const bytes = Uint8Array.from(whole);
      for (const { at, bit } of places) if (at > 3) bytes[at] ^= 1 << bit;
      allowed(bytes);
    };
    fc.assert(fc.property(flips, run), { numRuns: 80, seed: 21 });
  });

  it.each(Object.entries(headers))("%s with whole fields overwritten", (name) => {
    const whole = fixture(name);
    const field = fc.record({
      at: fc.nat(5900),
      value: fc.constantFrom(0, 1, 0x7fffffff, 0x80000000, 0xffffffff, 0x7fc00000),
    });
    const run = ({ at, value }: { at: number; value: number }): void => {
      const bytes = Uint8Array.from(whole);
      new DataView(bytes.buffer).setUint32(Math.max(4, at), value, true);
      allowed(bytes);
    };
    fc.assert(fc.property(field, run), { numRuns: 80, seed: 22 });
  });
});
