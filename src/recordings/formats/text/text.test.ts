/** Claims about text recordings: what is understood, what is refused and under which code. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fixture } from "../../../../test/recordings/fixture.ts";
import { InputError } from "../../../errors.ts";
import { type ReadOptions, type Recording, readRecording, readSuppliedCurrent } from "../../index.ts";

const bytes = (content: string): Uint8Array => new TextEncoder().encode(content);
const read = (content: string, options?: ReadOptions): Recording =>
  readRecording(bytes(content), "cell.csv", options);

interface Written {
  readonly header?: string;
  readonly separator?: string;
  readonly time?: (k: number) => string;
  readonly rows?: number;
  readonly v?: (k: number) => string;
  readonly i?: (k: number) => string;
}

/** A sweep of 0.1 ms steps around -65 mV with a step of 100 pA. */
function written({
  header = "time_ms,v_mV,i_pA",
  separator = ",",
  rows = 200,
  ...cells
}: Written = {}): string[] {
  const time = cells.time ?? ((k) => (k / 10).toFixed(1));
  const v = cells.v ?? ((k) => (-65 + Math.sin(k)).toFixed(3));
  const i = cells.i ?? ((k) => (k >= 50 && k < 150 ? "100" : "0"));
  const lines = Array.from({ length: rows }, (_, k) =>
    [time(k), v(k), i(k)].filter((cell) => cell !== "").join(separator),
  );
  return header === "" ? lines : [header, ...lines];
}

function codeOf(run: () => unknown): string {
  return problemOf(run).code;
}

function problemOf(run: () => unknown): InputError["problem"] {
  try {
    run();
  } catch (error) {
    if (error instanceof InputError) return error.problem;
    throw error;
  }
  throw new Error("internal: nothing was refused");
}

const STEP = { kind: "step", amplitude_pA: 100, start_ms: 5, end_ms: 15, holding_pA: 0 };

describe("understood", () => {
  it.each([
    ["commas", "time_ms,v_mV,i_pA", ","],
    ["tabs and units in brackets", "Time (ms)\tVm [mV]\tI_inj (pA)", "\t"],
    ["semicolons", "t_ms;voltage_mV;current_pA", ";"],
    ["spaces behind a comment sign", "# time_ms v_mV i_pA", "  "],
    ["units alone", "ms,mV,pA", ","],
  ])("[T1] %s", (_, header, separator) => {
    const recording = read(written({ header, separator }).join("\n"));
    expect(recording).toMatchObject({ format: "text", dt_ms: 0.1, currentSource: "file-column" });
    expect(recording.notes).toEqual([
      expect.stringMatching(/^Took ".*" as time, ".*" as voltage, ".*" as current, by the header\.$/),
    ]);
    expect(recording.sweeps).toHaveLength(1);
    expect(recording.sweeps[0].stimulus).toMatchObject(STEP);
    expect(recording.sweeps[0].v_mV[0]).toBe(-65);
  });

  it("[T2] other units are converted: s, V, nA", () => {
    const lines = written({
      header: "time_s,Vm (V),I (nA)",
      time: (k) => (k / 10_000).toFixed(4),
      v: () => "-0.065",
      i: (k) => (k >= 50 && k < 150 ? "0.1" : "0"),
    });
    const [sweep] = read(lines.join("\n")).sweeps;
    expect(sweep.v_mV[3]).toBeCloseTo(-65, 9);
    expect(sweep.stimulus.amplitude_pA).toBeCloseTo(100, 9);
    expect(sweep.stimulus.start_ms).toBeCloseTo(5, 6);
  });

  it("[T3] decimal commas, Windows line ends, a byte order mark, comments, empty lines, µ in Latin-1", () => {
    const comma = written({ header: "t_ms;v_mV;i_pA", separator: ";" }).join("\r\n").replaceAll(".", ",");
    const messy = `\ufeff# rig 3\r\n\r\n${comma}\r\n\r\n`;
    expect(read(messy).sweeps[0].stimulus).toMatchObject(STEP);
    const micro = written({ header: "t (\u00b5s),v_mV,i_pA", time: (k) => String(100 * k) }).join("\n");
    const latin1 = Uint8Array.from(micro, (character) => character.charCodeAt(0));
    expect(readRecording(latin1, "x.txt").dt_ms).toBe(0.1);
  });

  it("[T4] several voltage columns are several sweeps; so is a time that starts again, and a sweep column", () => {
    const wide = Array.from({ length: 50 }, (_, k) => `${k / 10},${-60 - k / 100},${-70 - k / 100},5`);
    expect(read(["t_ms,v1_mV,v2_mV,i_pA", ...wide].join("\n")).sweeps.map(({ v_mV }) => v_mV[0])).toEqual([
      -60, -70,
    ]);
    const [header, ...rows] = written();
    expect(read([header, ...rows, ...rows, ...rows].join("\n")).sweeps.map(({ index }) => index)).toEqual([
      1, 2, 3,
    ]);
    const numbered = [1, 2].flatMap((sweep) =>
      Array.from({ length: 50 }, (_, k) => `${sweep},${(50 * sweep + k) / 10},-65,0`),
    );
    expect(read(["sweep,t_ms,v_mV,i_pA", ...numbered].join("\n")).sweeps).toHaveLength(2);
  });

  it("[T5] garbled lines are left out and named; a sample they took with them is put between its neighbours", () => {
    const lines = written({ v: (k) => String(-65 + k / 100) });
    lines[30] = "2.9,-6#$%";
    lines.splice(80, 0, "*** amplifier overload ***");
    const { notes, sweeps } = read(lines.join("\n"));
    expect(notes.join()).toMatch(/2 garbled lines \(31, 81\); 1 missing samples/);
    expect(sweeps[0].v_mV).toHaveLength(200);
    expect(sweeps[0].v_mV[29]).toBeCloseTo(-65 + 0.29, 9);
  });

  it("[T8] a preamble with counts (Axon text file) and quoted cells", () => {
    const rows = written({ header: "", separator: "\t", time: (k) => (k / 10_000).toFixed(4) });
    const titles = ['"Time (s)"', '"Trace #1 (mV)"', '"Trace #1 (pA)"'].join("\t");
    const atf = [
      "ATF\t1.0",
      "2\t3",
      '"AcquisitionMode=Episodic Stimulation"',
      '"Signals="\t"IN 0"\t"I_MTest"',
      titles,
      ...rows,
    ];
    expect(read(atf.join("\r\n"))).toMatchObject({
      format: "atf",
      dt_ms: 0.1,
      notes: [expect.stringContaining("used the recorded current")],
      sweeps: [{ stimulus: { ...STEP, start_ms: 5 } }],
    });
    const quoted = written().map((line) => line.replace(/[^,]+/g, '"$&"'));
    expect(read(quoted.join("\n")).sweeps[0].v_mV).toHaveLength(200);
  });

  it("[T6] real files without a header: columns and units are proved by their values and noted", () => {
    const efel = readRecording(fixture("efel_current.txt"), "current.txt", { units: { current: "pA" } });
    expect(efel.notes.join()).toMatch(/column 1 as time, column 3 as voltage, column 2 as current/);
    expect(efel.dt_ms).toBe(0.25);
    const { stimulus } = efel.sweeps[0];
    expect(stimulus.kind).toBe("step");
    expect(Math.abs(stimulus.start_ms - 700)).toBeLessThan(0.6);
    expect(Math.abs(stimulus.end_ms - 2700)).toBeLessThan(0.6);
    const current = readSuppliedCurrent(bytes("t_ms,i_pA\n0,0\n250,100\n750,0\n"), "c.csv");
    const volts = readRecording(fixture("pyelectro_100pA_1.csv"), "100pA_1.csv", { current });
    expect(volts.dt_ms).toBe(0.05);
    expect(volts.sweeps[0].v_mV[0]).toBeCloseTo(-53.7813, 9);
    expect(volts.notes.join()).toMatch(/took it as s.*took it as V/);
    expect(readRecording(fixture("efel_testdata.txt"), "testdata.txt", { current })).toMatchObject({
      dt_ms: 0.25,
    });
  });

  it("[T7] what was written comes back: any step, sampling interval and length", () => {
    const cases = fc.record({
      dt_us: fc.constantFrom(10, 20, 25, 40, 50, 100, 125, 200, 500),
      v: fc.array(fc.double({ min: -150, max: 80, noNaN: true }), { minLength: 600, maxLength: 700 }),
      i: fc.double({ min: -5000, max: 5000, noNaN: true }),
    });
    // Adding 0 makes 0 of -0, which text does not keep.
    const claim = ({ dt_us, v, i }: { dt_us: number; v: number[]; i: number }): void => {
      const lines = v.map((value, k) => `${(k * dt_us) / 1000},${value},${i}`);
      const recording = read(["t_ms,v_mV,i_pA", ...lines].join("\n"));
      expect(recording.dt_ms).toBe(dt_us / 1000);
      expect([...recording.sweeps[0].v_mV]).toEqual(v.map((value) => value + 0));
      expect(recording.sweeps[0].i_pA.every((value) => value === i)).toBe(true);
    };
    fc.assert(fc.property(cases, claim), { numRuns: 30, seed: 40 });
  });
});

describe("corrected by the user", () => {
  const swapped = written({
    header: "a,b,c",
    time: (k) => (k >= 50 && k < 150 ? "0.1" : "0"),
    i: (k) => (k / 10).toFixed(1),
  });

  it("[U1] columns by number or title, whatever the header says", () => {
    const units = { time: "ms", voltage: "mV", current: "nA" };
    const { sweeps, notes } = read(swapped.join("\n"), {
      columns: { time: "3", voltage: "B", current: "1" },
      units,
    });
    expect(sweeps[0].stimulus).toMatchObject(STEP);
    expect(notes.join()).toContain("as you said");
  });

  it("[U2] a sampling interval for a file without time", () => {
    const lines = written({ header: "v_mV,i_pA", time: () => "" });
    const { sweeps, dt_ms } = read(lines.join("\n"), { dt_ms: 0.1 });
    expect(dt_ms).toBe(0.1);
    expect(sweeps[0].stimulus).toMatchObject(STEP);
    const bare = written({ header: "", time: () => "", i: () => "" });
    const current = readSuppliedCurrent(bytes("t_ms,i_pA\n0,0\n5,100\n15,0\n"), "c.csv");
    expect(read(bare.join("\n"), { dt_ms: 0.1, current }).sweeps[0].stimulus).toMatchObject(STEP);
  });

  it("[U3] a column that is not there: lists those that are", () => {
    const problem = problemOf(() => read(swapped.join("\n"), { columns: { voltage: "Vm" } }));
    expect(problem).toMatchObject({ code: "columns", got: "3 columns (a, b, c)" });
    expect(problem.next).toContain("--voltage-column");
  });

  it("[U4] a window of every sweep, with its own current", () => {
    const { sweeps } = read(written().join("\n"), { window_ms: [4, 12] });
    expect(sweeps[0].v_mV.length).toBe(80);
    expect(sweeps[0].v_mV[0]).toBeCloseTo(-65 + Math.sin(40), 3);
    expect(sweeps[0].stimulus).toMatchObject({ ...STEP, start_ms: 1, end_ms: 8 });
    expect(codeOf(() => read(written().join("\n"), { window_ms: [30, 40] }))).toBe("window");
  });
});

it("[M1] empty lines make no columns larger than the file", () => {
  const wide = Array.from({ length: 500 }, (_, k) => k).join(",");
  expect(codeOf(() => read(`${wide}\n${"\n".repeat(200_000)}`))).toBe("columns");
});

describe("refused", () => {
  it("[X1] no current column: names the option that supplies one", () => {
    const problem = problemOf(() => read(written({ header: "t_ms,v_mV", i: () => "" }).join("\n")));
    expect(problem.code).toBe("no-current");
    expect(problem.next).toContain("--current");
  });

  it.each(["NaN", "nan", "inf", "-Infinity", "1.#QNAN"])("[X2] %s in the data: names the line", (word) => {
    const lines = written();
    lines[42] = `4.1,${word},0`;
    expect(problemOf(() => read(lines.join("\n")))).toMatchObject({
      code: "not-a-number",
      what: expect.stringContaining("line 43"),
    });
  });

  it("[X3] seconds under the name of milliseconds, by header or by option", () => {
    const seconds = { time: (k: number): string => (k / 20_000).toFixed(5), rows: 4001 };
    const problem = problemOf(() => read(written(seconds).join("\n")));
    expect(problem).toMatchObject({
      code: "time-unit",
      got: "a sampling interval of 0.00005 ms and 0.2 ms in all",
    });
    expect(problem.next).toContain("--time-unit s");
    const bare = written({ ...seconds, header: "t,v_mV,i_pA" }).join("\n");
    expect(codeOf(() => read(bare, { units: { time: "ms" } }))).toBe("time-unit");
    expect(read(bare).dt_ms).toBe(0.05);
  });

  it("[X4] milliseconds under the name of seconds", () => {
    expect(codeOf(() => read(written({ header: "t_s,v_mV,i_pA" }).join("\n")))).toBe("time-unit");
  });

  it.each([0.002, 0.004, 0.01, 0.05, 0.1, 0.25, 1, 2])(
    "[X5] true milliseconds never trip it: steps of %s ms",
    (dt_ms) => {
      const rows = Math.ceil(20 / dt_ms);
      expect(read(written({ time: (k) => (k * dt_ms).toFixed(3), rows }).join("\n")).dt_ms).toBe(dt_ms);
    },
  );

  it("[X6] a time without a unit that proves nothing asks for the unit", () => {
    const lines = written({ header: "t,v_mV,i_pA", time: (k) => (k * 0.0015).toFixed(4) });
    expect(problemOf(() => read(lines.join("\n")))).toMatchObject({
      code: "time-unit",
      next: expect.stringContaining("--time-unit"),
    });
  });

  it("[X7] volts under the name of millivolts, and the reverse", () => {
    const volts = written({ v: () => "-0.065" }).join("\n");
    expect(problemOf(() => read(volts))).toMatchObject({
      code: "voltage-unit",
      next: expect.stringContaining("--voltage-unit V"),
    });
    expect(read(volts, { units: { voltage: "V" } }).sweeps[0].v_mV[0]).toBeCloseTo(-65, 9);
    expect(codeOf(() => read(written({ header: "t_ms,v_V,i_pA" }).join("\n")))).toBe("voltage-unit");
  });

  it("[X8] a current without a unit cannot be proved", () => {
    const problem = problemOf(() => readRecording(fixture("efel_current.txt"), "current.txt"));
    expect(problem).toMatchObject({ code: "current-unit", next: expect.stringContaining("--current-unit") });
  });

  it("[X9] uneven steps: names the line", () => {
    const lines = written();
    lines.splice(100, 7);
    expect(problemOf(() => read(lines.join("\n")))).toMatchObject({
      code: "irregular-time",
      what: expect.stringContaining("line 101"),
    });
  });

  it("[X10] empty, prose, unknown columns, too short", () => {
    expect(codeOf(() => read(" \n\n"))).toBe("empty");
    expect(codeOf(() => read("Dear colleague,\nplease find attached"))).toBe("unknown-format");
    expect(codeOf(() => read("1\n2\n3\n4"))).toBe("columns");
    expect(codeOf(() => read("t_ms,v_mV,i_pA\n0,-65,0\n0.1,-65,0"))).toBe("too-short");
  });

  it("[X11] any text gives a recording or an InputError", () => {
    const token = fc.constantFrom(
      "0",
      "0.1",
      "-65",
      "NaN",
      ",",
      "\t",
      ";",
      "\n",
      "\r\n",
      "t_ms",
      "v_mV",
      "i_pA",
      "#",
      '"',
      " ",
      "x",
      "1e999",
      "-",
    );
    const claim = (tokens: readonly string[]): void => {
      try {
        read(tokens.join(""));
      } catch (error) {
        expect(error).toBeInstanceOf(InputError);
      }
    };
    fc.assert(fc.property(fc.array(token, { maxLength: 120 }), claim), { numRuns: 1000, seed: 41 });
  });
});

describe("a supplied current", () => {
  it("[X12] needs a header, increasing times and numbers", () => {
    const supplied = (content: string) => () => readSuppliedCurrent(bytes(content), "c.csv");
    expect(codeOf(supplied("0,0\n1,5\n"))).toBe("current-file");
    expect(codeOf(supplied("t_ms,i_pA\n0,0\n5,1\n5,2\n"))).toBe("current-file");
    expect(codeOf(supplied("t_ms,v_mV\n0,0\n5,1\n"))).toBe("current-file");
    expect(codeOf(supplied("t_ms,i_pA\n0,0\n5,nan\n"))).toBe("not-a-number");
    expect(codeOf(supplied("t_ms,i_pA\n0,0\nfive,1\n"))).toBe("current-file");
    expect(codeOf(supplied(""))).toBe("empty");
  });
});
