import type { Dataset, Group } from "h5wasm";
import { beforeAll, describe, expect, test } from "vitest";
import { type H5, loadHdf5 } from "../../hdf5/load.ts";
import { type Recording, readRecording } from "../../index.ts";
import { describeStimulus } from "../../stimulus.ts";
import {
  type NwbAbout,
  type SimulatedTrace,
  sessionFromRecording,
  sessionFromSimulation,
  writeNwb,
} from "./index.ts";
import { objectId } from "./objectId.ts";

const ABOUT: NwbAbout = {
  identifier: "test-1",
  start: "2026-03-01T10:00:00+01:00",
  created: "2026-03-02T10:00:00+01:00",
  software: ["patchtwin", "0.0.0"],
  source: { file: "run.json", sha256: "00ff" },
};

const trace = (condition: number, v_mV: number[], i_pA?: number[]): SimulatedTrace => ({
  condition,
  dt_ms: 0.05,
  v_mV,
  ...(i_pA && { i_pA }),
  stimulusType: "step",
  description: "A step.",
});

const session = sessionFromSimulation(
  {
    model: "cortical",
    description: "A drug on a clone.",
    notes: ["Seed 3."],
    conditions: [
      { drug: "none", dose_uM: 0 },
      { drug: "retigabine", dose_uM: 2.5 },
    ],
    // Not in the order of the conditions: the tables sort them.
    traces: [trace(1, [-70.5, 1 / 3], [0, 100]), trace(0, [-65, 30, -60], [0, 50, 0]), trace(1, [-71, -72])],
  },
  ABOUT,
);

const recording: Recording = {
  name: "made.abf",
  format: "abf2",
  protocol: "steps",
  dt_ms: 0.05,
  sweeps: [3, 4, 7].map((index) => {
    const i_pA = Float64Array.from({ length: 2000 }, (_, k) => (k >= 500 && k < 1500 ? 100 / 3 : 0));
    const v_mV = Float64Array.from(i_pA, (i, k) => -65 + i / 10 + index * Math.sin(k));
    return { index, i_pA, v_mV, stimulus: describeStimulus(i_pA, 0.05) };
  }),
  currentSource: "supplied",
  currentDescription: "made for a test",
  tags: [{ t_s: 3.5, text: "TTX in" }],
  notes: ["Assumed something."],
  preparation: [{ step: "bridge", description: "Took off the bridge error.", parameters: { r_MOhm: 12.5 } }],
};

/** Equal but for the rounding to single precision. */
const isSingle = (found: Float64Array, given: Float64Array) =>
  found.every((value, k) => Math.abs(value - given[k]) <= 2 ** -23 * Math.abs(given[k]));

let h5: H5;
let files: string[];

async function withFile<T>(bytes: Uint8Array, look: (root: Group) => T): Promise<T> {
  const { FS } = await h5.ready;
  FS.writeFile("/read-back.nwb", bytes);
  const file = new h5.File("/read-back.nwb", "r");
  try {
    return look(file);
  } finally {
    file.close();
    FS.unlink("/read-back.nwb");
  }
}

const values = (root: Group, path: string) => {
  const { value } = root.get(path) as Dataset;
  return ArrayBuffer.isView(value) ? Array.from(value as Float64Array, Number) : value;
};

beforeAll(async () => {
  h5 = await loadHdf5();
  files = (await h5.ready).FS.readdir("/");
});

describe("an NWB file", () => {
  test("holds voltage in mV and current in pA with the conversion to SI, in single precision", async () => {
    await withFile(await writeNwb(session), (root) => {
      expect(values(root, "acquisition/voltage_0001/data")).toEqual([-70.5, Math.fround(1 / 3)]);
      expect(values(root, "acquisition/voltage_0002/data")).toEqual([-65, 30, -60]);
      expect(values(root, "stimulus/presentation/current_0002/data")).toEqual([0, 50, 0]);
      const { attrs } = root.get("acquisition/voltage_0001/data") as Dataset;
      expect([attrs.unit.value, attrs.conversion.value]).toEqual(["volts", 1e-3]);
      const stimulus = root.get("stimulus/presentation/current_0001/data") as Dataset;
      expect([stimulus.attrs.unit.value, stimulus.attrs.conversion.value]).toEqual(["amperes", 1e-12]);
      expect((root.get("acquisition/voltage_0001/starting_time") as Dataset).attrs.rate.value).toBe(20_000);
    });
  });

  test("tables lead from a drug and its dose to the sweeps", async () => {
    await withFile(await writeNwb(session), (root) => {
      const icephys = "general/intracellular_ephys";
      expect(values(root, `${icephys}/experimental_conditions/drug`)).toEqual(["none", "retigabine"]);
      expect(values(root, `${icephys}/experimental_conditions/dose_uM`)).toEqual([0, 2.5]);
      expect(values(root, `${icephys}/experimental_conditions/repetitions`)).toEqual([0, 1]);
      expect(values(root, `${icephys}/repetitions/sequential_recordings`)).toEqual([0, 1]);
      // The control's one sweep is the second, the drug's are the first and the third.
      expect(values(root, `${icephys}/sequential_recordings/simultaneous_recordings`)).toEqual([1, 0, 2]);
      expect(values(root, `${icephys}/sequential_recordings/simultaneous_recordings_index`)).toEqual([1, 3]);
    });
  });

  test("a current that is not known is not made up", async () => {
    await withFile(await writeNwb(session), (root) => {
      expect((root.get("stimulus/presentation") as Group).keys()).toEqual(["current_0001", "current_0002"]);
      const table = root.get("general/intracellular_ephys/intracellular_recordings/stimuli/stimulus");
      const rows = (table as Dataset).value as number[][];
      expect(rows.map(([start, count]) => [start, count])).toEqual([
        [0, 2],
        [0, 3],
        [-1, -1],
      ]);
    });
  });

  test("says that it is simulated, by what, and from which file", async () => {
    await withFile(await writeNwb(session), (root) => {
      expect(values(root, "session_description")).toMatch(/^Simulated, not measured/);
      expect(values(root, "general/keywords")).toContain("simulation");
      expect(values(root, "general/was_generated_by")).toEqual(["patchtwin", "0.0.0"]);
      expect(values(root, "general/notes")).toMatch(/run\.json, SHA-256 00ff\.\nSeed 3\./);
      for (const name of (root.get("acquisition") as Group).keys())
        expect((root.get(`acquisition/${name}`) as Group).attrs.description.value).toMatch(/Simulated/);
    });
  });

  test("long sweeps are compressed in chunks", async () => {
    const long = Array.from({ length: 100_000 }, (_, k) => -65 + (k % 2));
    const bytes = await writeNwb({ ...session, sweeps: [{ ...session.sweeps[0], v_mV: () => long }] });
    await withFile(bytes, (root) => {
      const data = root.get("acquisition/voltage_0001/data") as Dataset;
      expect(data.metadata.chunks).toEqual([32768]);
      expect(data.filters.map(({ name }) => name)).toEqual(["deflate"]);
      expect(values(root, "acquisition/voltage_0001/data")).toEqual(long);
    });
    expect(bytes.length).toBeLessThan(200_000);
  });

  test("our reader reads back a recording, to single precision", async () => {
    const read = readRecording(await writeNwb(sessionFromRecording(recording, ABOUT)), "made.nwb");
    expect(read).toMatchObject({ format: "nwb", dt_ms: 0.05, currentSource: "stimulus-series" });
    expect(read.sweeps.map(({ index }) => index)).toEqual([3, 4, 7]);
    for (const [k, { v_mV, i_pA, stimulus }] of read.sweeps.entries()) {
      expect(stimulus).toMatchObject({ kind: "step", start_ms: 25, end_ms: 75 });
      expect(isSingle(v_mV, recording.sweeps[k].v_mV)).toBe(true);
      expect(isSingle(i_pA, recording.sweeps[k].i_pA)).toBe(true);
    }
  });

  test("the notes tell what was assumed, prepared and tagged, and that start times are not known", () => {
    const { notes, protocol, sweeps } = sessionFromRecording(recording, ABOUT);
    expect(notes).toEqual([
      "Written by patchtwin 0.0.0.",
      "Source file: run.json, SHA-256 00ff.",
      "Read as abf2; injected current from: supplied.",
      "The sweeps are laid end to end: when each began is not known here.",
      "Assumed something.",
      "Preparation, bridge: Took off the bridge error. (r_MOhm = 12.5)",
      "Tag at 3.5 s of the source file: TTX in",
    ]);
    expect(protocol).toBe("steps");
    expect(sweeps.map(({ start_s }) => start_s)).toEqual([0, 0.1, 0.2]);
  });

  test("a session without sweeps is refused, and nothing is left in the library's memory", async () => {
    await expect(writeNwb({ ...session, sweeps: [] })).rejects.toThrow(/no sweep to write/);
    expect((await h5.ready).FS.readdir("/")).toEqual(files);
  });
});

describe("object identifiers", () => {
  const paths = Array.from({ length: 5000 }, (_, k) => `/acquisition/voltage_${k}`);

  test("are UUIDs of version 8, the same for the same object of the same file", () => {
    for (const path of paths.slice(0, 50))
      expect(objectId("a", path)).toMatch(
        /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
      );
    expect(objectId("a", "/x")).toBe(objectId("a", "/x"));
  });

  test("differ between objects and between files, in every part", () => {
    const ids = ["a", "b"].flatMap((identifier) => paths.map((path) => objectId(identifier, path)));
    expect(new Set(ids).size).toBe(ids.length);
    // 10 000 random words of 32 bits agree in 0.01 pairs: a weak hash would show here.
    for (const part of [0, 24])
      expect(new Set(ids.map((id) => id.slice(part, part + 8))).size).toBeGreaterThan(9_990);
  });
});
