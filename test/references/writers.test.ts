/** Files that we write, read by the readers of others: NWB by pyNWB, judged by NWB Inspector, and ATF by pyABF. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inRoot } from "../../scripts/lib/root.mjs";
import { type Recording, readRecording } from "../../src/recordings/index.ts";
import { describeStimulus } from "../../src/recordings/stimulus.ts";
import { writeAtf } from "../../src/recordings/write/atf.ts";
import {
  type NwbAbout,
  sessionFromRecording,
  sessionFromSimulation,
  writeNwb,
} from "../../src/recordings/write/nwb/index.ts";
import { ask, missing, named } from "./python.ts";

const folder = mkdtempSync(join(tmpdir(), "patchtwin-references-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const put = (name: string, bytes: Uint8Array): string => {
  writeFileSync(join(folder, name), bytes);
  return join(folder, name);
};

const ABOUT: NwbAbout = {
  identifier: "test-1",
  start: "2026-03-01T10:00:00+01:00",
  created: "2026-03-02T10:00:00+01:00",
  software: ["patchtwin", "0.0.0"],
  source: { file: "171116sh_0018.abf", sha256: "00ff" },
};
const ABF = inRoot("examples", "171116sh_0018.abf");
/** Relative rounding of single precision. */
const SINGLE = 2 ** -24;

const wave = (samples: number, size: number) =>
  Array.from({ length: samples }, (_, k) => -60 + size * Math.sin(k * k));

/** Two doses, two kinds of stimulus, sweeps of different lengths, one without a known current. */
const traces = [
  { condition: 0, v: wave(400, 1), i: wave(400, 90), stimulusType: "step", amplitude_pA: 90 },
  { condition: 0, v: wave(500, 2), i: wave(500, 40), stimulusType: "ramp", amplitude_pA: 40 },
  { condition: 1, v: wave(400, 3), i: undefined, stimulusType: "step", amplitude_pA: 90.5 },
  { condition: 2, v: wave(400, 4), i: wave(400, 10), stimulusType: "step", amplitude_pA: 95 },
];
const conditions = [
  { drug: "none", dose_uM: 0 },
  { drug: "retigabine", dose_uM: 2.5 },
  { drug: "retigabine", dose_uM: 10 },
];
const simulated = () =>
  sessionFromSimulation(
    {
      model: "cortical",
      description: "A drug on a clone.",
      notes: ["Seed 3."],
      conditions,
      traces: traces.map(({ v, i, ...rest }) => ({
        ...rest,
        dt_ms: 0.025,
        v_mV: v,
        ...(i && { i_pA: i }),
        description: "A test.",
      })),
    },
    ABOUT,
  );

describe.skipIf(missing)(named("NWB"), () => {
  // biome-ignore lint/suspicious/noExplicitAny: what read_nwb.py prints
  let trial: any;
  // biome-ignore lint/suspicious/noExplicitAny: what read_nwb.py prints
  let cell: any;
  let recorded: string;

  beforeAll(async () => {
    const trialFile = put("trial.nwb", await writeNwb(simulated()));
    const recording = readRecording(readFileSync(ABF), ABF);
    recorded = put("cell.nwb", await writeNwb(sessionFromRecording(recording, ABOUT)));
    const few = { ...recording, sweeps: recording.sweeps.slice(0, 2) };
    const fewFile = put("few.nwb", await writeNwb(sessionFromRecording(few, ABOUT)));
    const read = ask("read_nwb.py", [trialFile, fewFile]);
    trial = read[trialFile];
    cell = read[fewFile];
  });

  test("pyNWB finds no error against the schema", () => {
    expect(trial.errors).toEqual([]);
    expect(cell.errors).toEqual([]);
  });

  test("NWB Inspector suggests, but finds nothing critical and no best practice violated", () => {
    const grave = ({ findings }: { findings: string[][] }) =>
      findings.filter(([importance]) => importance !== "BEST_PRACTICE_SUGGESTION");
    expect(grave(trial)).toEqual([]);
    expect(grave(cell)).toEqual([]);
    // That it looks at all: it asks for what only the laboratory knows.
    expect(cell.findings.map(([, check]: string[]) => check)).toContain("check_institution");
  });

  test("voltage and current come back in V and A, to single precision", () => {
    for (const [k, { v, i }] of traces.entries()) {
      const { response, stimulus } = trial.sweeps[k];
      expect(response).toMatchObject({ type: "CurrentClampSeries", unit: "volts", rate: 40_000 });
      expectSingle(response.values, v, 1e-3);
      if (i) {
        expect(stimulus).toMatchObject({ type: "CurrentClampStimulusSeries", unit: "amperes", rate: 40_000 });
        expectSingle(stimulus.values, i, 1e-12);
      } else expect(stimulus).toBeNull();
    }
  });

  test("the tables come back: drug and dose, what was swept under them, and with which stimulus", () => {
    expect(trial.conditionColumns).toEqual({
      drug: ["none", "retigabine", "retigabine"],
      dose_uM: [0, 2.5, 10],
    });
    expect(trial.sweepsOfConditions).toEqual([[0, 1], [2], [3]]);
    expect(trial.stimulusTypes).toEqual(["step", "ramp", "step", "step"]);
    expect(trial.sweepColumns).toEqual({ sweep: [1, 2, 3, 4], stimulus_amplitude_pA: [90, 40, 90.5, 95] });
    expect(cell.sweepColumns).toMatchObject({ sweep: [1, 2], stimulus_amplitude_pA: [-100, -75] });
    expect(cell.sweepsOfConditions).toEqual([[0, 1]]);
  });

  test("says where it comes from and whether it was measured", () => {
    expect(trial).toMatchObject({ identifier: "test-1", generatedBy: [["patchtwin", "0.0.0"]] });
    expect(new Date(trial.start)).toEqual(new Date(ABOUT.start));
    expect(trial.description).toMatch(/^Simulated, not measured/);
    expect(trial.notes).toMatch(/SHA-256 00ff.*Seed 3\./s);
    expect(cell.description).toMatch(/^Whole-cell current-clamp recording 171116sh_0018.abf/);
    expect(cell.notes).toMatch(/end to end/);
  });

  test("a real recording is the same by pyNWB as the original by pyABF", () => {
    const { v_mV, i_pA, ...rest } = ask("compare_nwb_abf.py", [recorded, ABF]);
    expect(rest).toEqual({ samples: 17 * 60_000, rate_Hz: 20_000, sweeps: 17 });
    expect(v_mV).toBeLessThan(100 * 2 * SINGLE); // pyABF's samples are single precision as well
    expect(i_pA).toBeLessThan(300 * 2 * SINGLE);
  });
});

describe.skipIf(missing)(named("ATF"), () => {
  test("pyABF reads every sweep of voltage and current", () => {
    const dt_ms = 0.05;
    const sweeps = [1, 2, 3].map((index) => {
      const i_pA = Float64Array.from(wave(300, 20 * index));
      return {
        index,
        v_mV: Float64Array.from(wave(300, index)),
        i_pA,
        stimulus: describeStimulus(i_pA, dt_ms),
      };
    });
    const recording: Recording = {
      name: "made, of 1.5 kinds = 3.abf",
      format: "abf2",
      dt_ms,
      sweeps,
      currentSource: "supplied",
      currentDescription: "made for a test",
      tags: [],
      notes: [],
    };
    const file = put("made.atf", writeAtf(recording));
    const { columns, ...rest } = ask("read_atf.py", [file])[file];
    expect(rest).toEqual({ rate_Hz: 20_000, sweeps: 3, channels: 2 });
    for (const [k, { v_mV, i_pA }] of sweeps.entries()) {
      const [v, i] = columns.slice(2 * k, 2 * k + 2);
      expect([v.label, i.label]).toEqual([`Trace #${k + 1} (mV)`, `Trace #${k + 1} (pA)`]);
      expectSingle(v.values, [...v_mV], 1);
      expectSingle(i.values, [...i_pA], 1);
    }
  });
});

function expectSingle(found: readonly number[], wanted: readonly number[], unit: number): void {
  expect(found.length).toBe(wanted.length);
  const worst = found.reduce((most, value, k) => Math.max(most, Math.abs(value / unit / wanted[k] - 1)), 0);
  expect(worst).toBeLessThan(2 * SINGLE);
}
