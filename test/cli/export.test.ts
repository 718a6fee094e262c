import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadHdf5 } from "../../src/recordings/hdf5/load.ts";
import { testTwin } from "../../src/trials/testTwin.ts";
import { ask, missing, named } from "../references/python.ts";
import { example, json, patchtwin, temporaryFolder } from "./run.ts";

const folder = temporaryFolder();
afterAll(() => folder.remove());
const CELL = example("171116sh_0018.abf");
const put = (name: string, content: unknown): string => {
  writeFileSync(folder.in(name), typeof content === "string" ? content : JSON.stringify(content));
  return folder.in(name);
};

/** Exports to a new file of that name, which must succeed. */
async function exported(input: string, format: string, name: string, more: string[] = []): Promise<Buffer> {
  const out = folder.in(name);
  const document = await json(["export", input, "--format", format, "--out", out, ...more]);
  const bytes = readFileSync(out);
  expect(document).toMatchObject({ file: out, format, bytes: bytes.length });
  return bytes;
}

/** The value of a dataset of an NWB file. */
async function nwbValue(bytes: Uint8Array, path: string): Promise<unknown> {
  const h5 = await loadHdf5();
  const { FS } = await h5.ready;
  FS.writeFile("/exported.nwb", bytes);
  const file = new h5.File("/exported.nwb", "r");
  try {
    return (file.get(path) as InstanceType<typeof h5.Dataset>).to_array();
  } finally {
    file.close();
    FS.unlink("/exported.nwb");
  }
}

describe("export of a recording", () => {
  test("[E1] as CSV and ATF it is the same recording to us", async () => {
    const part = ["--window", "0s,1.2s"];
    const sweepsOf = async (args: string[]) => {
      const { sweeps } = await json(["features", ...args]);
      return sweeps.map(({ spikeTimes_ms, i_pA }: { spikeTimes_ms: number[]; i_pA: number }) => [
        spikeTimes_ms.map((t) => Math.round(t * 1e4) / 1e4),
        i_pA,
      ]);
    };
    const original = await sweepsOf([CELL, ...part]);
    expect(original.flatMap(([spikes]: [number[]]) => spikes).length).toBeGreaterThan(20);
    for (const format of ["csv", "atf"]) {
      await exported(CELL, format, `cell.${format}`, part);
      expect(await sweepsOf([folder.in(`cell.${format}`)]), format).toEqual(original);
    }
  });

  test("[E2] as JSON it is what the reader made of it", async () => {
    const document = JSON.parse((await exported(CELL, "json", "cell.json")).toString());
    expect(document).toMatchObject({ kind: "patchtwin-recording/1", format: "abf2", dt_ms: 0.05 });
    expect(document.sweeps).toHaveLength(17);
    expect(document.sweeps[16].stimulus).toMatchObject({ kind: "steps", amplitude_pA: 300 });
    expect(document.sweeps[16].v_mV).toHaveLength(60_000);
  });

  test("[E3] as NWB it carries its origin, and of the experiment what --about says", async () => {
    const about = put("about.json", {
      sessionStart: "2017-11-16T14:30:00+01:00",
      experimenters: ["Doe, Jane"],
      cellId: "171116-1",
      subject: { species: "Mus musculus", age: "P30D", sex: "F" },
    });
    const bytes = await exported(CELL, "nwb", "cell.nwb", ["--about", about, "--window", "0s,0.3s"]);
    const { sha256 } = await json(["inspect", CELL]);
    const value = (path: string) => nwbValue(bytes, path);
    expect(await value("general/notes")).toMatch(`171116sh_0018.abf, SHA-256 ${sha256}`);
    expect(await value("session_start_time")).toBe("2017-11-16T14:30:00+01:00");
    expect(await value("general/experimenter")).toEqual(["Doe, Jane"]);
    expect(await value("general/subject/species")).toBe("Mus musculus");
    expect(await value("general/subject/age")).toBe("P30D");
    expect(await value("general/intracellular_ephys/electrode_0/cell_id")).toBe("171116-1");
    expect(await value("acquisition/voltage_0017/data")).toHaveLength(6_000);
  });

  test("[E4] without --about the file says where its start was taken from", async () => {
    const bytes = await exported(CELL, "nwb", "plain.nwb", ["--window", "0s,0.3s"]);
    expect(await nwbValue(bytes, "general/notes")).toMatch(
      "session_start_time is the source file's time of change.",
    );
  });
});

describe("export of a simulation", () => {
  const step = ["simulate", "--model", "izhikevich", "--step", "200pA,20ms,80ms"];
  let run: { v_mV: number[]; i_pA: number[]; params: Record<string, number> };
  let file: string;

  beforeAll(async () => {
    run = await json([...step, "--trace"]);
    file = put("run.json", run);
  });

  test("[E5] as CSV: the samples, and no current where the result has none", async () => {
    const { i_pA: _, ...bare } = run;
    const withoutCurrent = (await exported(put("bare.json", bare), "csv", "bare.csv")).toString();
    expect(withoutCurrent).toMatch(/^sweep,time_ms,v_mV\n/);
    const [header, ...rows] = (await exported(file, "csv", "run.csv")).toString().trimEnd().split("\n");
    expect(header).toBe("sweep,time_ms,v_mV,i_pA");
    expect(rows.map((row) => Number(row.split(",")[3]))).toEqual(run.i_pA);
    expect(rows.map((row) => Number(row.split(",")[2]))).toEqual(
      run.v_mV.map((v) => Number(v.toPrecision(9))),
    );
    expect(rows[1]).toMatch(/^1,0\.1,/);
  });

  test("[E6] as NWB: in mV, simulated, with its parameters; a current that is in the result comes along", async () => {
    const bytes = await exported(file, "nwb", "run.nwb");
    expect(await nwbValue(bytes, "session_description")).toMatch(/^Simulated, not measured/);
    expect(await nwbValue(bytes, "general/notes")).toMatch(`C_pF = ${run.params.C_pF}`);
    expect(await nwbValue(bytes, "acquisition/voltage_0001/data")).toEqual(run.v_mV.map(Math.fround));
    const i_pA = run.v_mV.map((_, k) => (k % 7) * 10);
    const withCurrent = await exported(put("full.json", { ...run, i_pA }), "nwb", "full.nwb");
    expect(await nwbValue(withCurrent, "stimulus/presentation/current_0001/data")).toEqual(i_pA);
  });

  test("[E7] without samples it is refused, with the option that brings them", async () => {
    const { code, stderr } = await patchtwin([
      "export",
      put("no-trace.json", await json(step)),
      "--format",
      "csv",
      "--out",
      folder.in("no.csv"),
    ]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/holds no samples.*--trace/);
  });
});

describe("export of a trial and of a twin", () => {
  let twin: string;
  let trial: string;

  beforeAll(async () => {
    twin = put("twin.json", testTwin("cortical"));
    trial = folder.in("trial.json");
    await json(["trial", twin, "--drug", "ttx", "--dose", "1nM,1uM", "--out", trial]);
  });

  test("[E8] a trial as CSV: one row a dose and feature, with units, ranges and the verdict", async () => {
    const { doses } = JSON.parse(readFileSync(trial, "utf8"));
    const [header, ...rows] = (await exported(trial, "csv", "trial.csv")).toString().trimEnd().split("\n");
    const columns = header.split(",");
    const cells = rows.map((row) => Object.fromEntries(row.split(",").map((cell, k) => [columns[k], cell])));
    expect(cells).toHaveLength(2 * Object.keys(doses[0].features).length);
    const rate = cells.find(({ dose_uM, feature }) => dose_uM === "1" && feature === "rate_Hz");
    expect(rate).toMatchObject({
      drug: "tetrodotoxin",
      unit: "Hz",
      before: String(doses[1].features.rate_Hz.before),
      after: "0",
      verdict: doses[1].verdict.label,
    });
    const width = cells.find(({ dose_uM, feature }) => dose_uM === "1" && feature === "spikeHalfWidth_ms");
    expect(width?.after).toBe(""); // no spike, no width
  });

  test("[E9] a trial as NWB: its traces under drug and dose, said to be drawings", async () => {
    const { traces } = JSON.parse(readFileSync(trial, "utf8"));
    const bytes = await exported(trial, "nwb", "trial.nwb");
    const conditions = "general/intracellular_ephys/experimental_conditions";
    expect(await nwbValue(bytes, `${conditions}/drug`)).toEqual(["none", "tetrodotoxin", "tetrodotoxin"]);
    expect(await nwbValue(bytes, `${conditions}/dose_uM`)).toEqual([0, 0.001, 1]);
    expect(await nwbValue(bytes, "general/notes")).toMatch(/drawings.*cannot be measured/);
    const drawn = (await nwbValue(bytes, "acquisition/voltage_0003/data")) as number[];
    expect(drawn).toEqual(traces[2].v_mV.slice(0, drawn.length).map(Math.fround));
    expect(drawn.length).toBeGreaterThanOrEqual(traces[2].v_mV.length - 1); // of the last stretch, which may be shorter
  });

  test("[E13] with its twin a trial as NWB holds every sweep: those that were drawn are drawn from the same samples", async () => {
    const { traces, protocol, doses, provenance } = JSON.parse(readFileSync(trial, "utf8"));
    const bytes = await exported(trial, "nwb", "sweeps.nwb", ["--twin", twin]);
    const steps = protocol.steps_pA.length;
    const sweeps = steps * (1 + doses.length);
    const tables = "general/intracellular_ephys";
    expect(await nwbValue(bytes, `${tables}/experimental_conditions/dose_uM`)).toEqual([0, 0.001, 1]);
    expect(await nwbValue(bytes, `${tables}/intracellular_recordings/stimulus_amplitude_pA`)).toEqual(
      [0, 1, 2].flatMap(() => protocol.steps_pA),
    );
    expect(
      await nwbValue(bytes, `acquisition/voltage_${String(sweeps).padStart(4, "0")}/data`),
    ).toBeDefined();
    for (const [condition, drawn] of traces.entries()) {
      const name = String(condition * steps + protocol.steps_pA.indexOf(drawn.i_pA) + 1).padStart(4, "0");
      const v_mV = (await nwbValue(bytes, `acquisition/voltage_${name}/data`)) as number[];
      // The extremes of the whole sweep, and the drawing's first pair.
      const [low, high] = [Math.min(...v_mV), Math.max(...v_mV)];
      expect(Math.abs(low - Math.min(...drawn.v_mV)), name).toBeLessThan(0.02);
      expect(Math.abs(high - Math.max(...drawn.v_mV)), name).toBeLessThan(0.02);
      const i_pA = (await nwbValue(bytes, `stimulus/presentation/current_${name}/data`)) as number[];
      expect(i_pA.length).toBe(v_mV.length);
      expect(i_pA.filter((i) => i === Math.fround(drawn.i_pA))).toHaveLength(
        protocol.step_ms / provenance.dt_ms,
      );
    }
  });

  test("[E14] a trial of another twin is refused", async () => {
    const other = put("other-twin.json", {
      ...testTwin("cortical"),
      model: "cortical",
      provenance: { ...testTwin("cortical").provenance, file: "another.abf" },
    });
    const { code, stderr } = await patchtwin([
      "export",
      trial,
      "--twin",
      other,
      "--format",
      "nwb",
      "--out",
      folder.in("no.nwb"),
    ]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/not made on this twin: its recording is another.*expected another\.abf/);
  });

  test.skipIf(missing)(
    named("[E10] pyNWB finds no error in any of them, NWB Inspector nothing critical"),
    async () => {
      const files = ["cell.nwb", "run.nwb", "trial.nwb", "sweeps.nwb"].map(folder.in);
      const read = ask("read_nwb.py", files);
      for (const file of files) {
        expect(read[file].errors, file).toEqual([]);
        const grave = read[file].findings.filter(
          ([importance]: string[]) => importance !== "BEST_PRACTICE_SUGGESTION",
        );
        expect(grave, file).toEqual([]);
      }
    },
  );

  test("[E15] the result of the main job is its trial, with its twin at hand", async () => {
    const [inner, outer] = [twin, trial].map((file) => JSON.parse(readFileSync(file, "utf8")));
    const result = put("result.json", { kind: "patchtwin-result/1", twin: inner, trial: outer });
    const bytes = await exported(result, "nwb", "result.nwb");
    const amplitudes = "general/intracellular_ephys/intracellular_recordings/stimulus_amplitude_pA";
    expect(await nwbValue(bytes, amplitudes)).toHaveLength(outer.protocol.steps_pA.length * 3);
    const alone = put("alone.json", { kind: "patchtwin-result/1", twin: inner });
    expect(JSON.parse((await exported(alone, "json", "alone-copy.json")).toString())).toEqual(inner);
  });

  test("[E11] a twin as JSON is the twin; other formats are refused with the reason and a way", async () => {
    expect(JSON.parse((await exported(twin, "json", "copy.json")).toString())).toEqual(testTwin("cortical"));
    const { code, stderr } = await patchtwin([
      "export",
      twin,
      "--format",
      "nwb",
      "--out",
      folder.in("no.nwb"),
    ]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/not .*yet.*not the samples.*expected --format json.*simulate --trace/);
    expect(folder.list()).not.toContain("no.nwb");
  });
});

describe("what export refuses", () => {
  const parameters = {
    model: "izhikevich",
    params: {},
    dt_ms: 0.1,
    spikeTimes_ms: [],
    v_mV: [-60, -61, -60],
  };
  const cases: [what: string, args: () => string[], said: RegExp][] = [
    [
      "an unknown format",
      () => [CELL, "--format", "wav"],
      /--format.*got "wav", expected nwb, atf, csv, json/,
    ],
    ["no format", () => [CELL], /required option '--format/],
    [
      "a document of another kind",
      () => [put("other.json", { kind: "x/1" }), "--format", "csv"],
      /kind x\/1/,
    ],
    ["a list of trials", () => [put("trials.json", { trials: [] }), "--format", "csv"], /one trial/],
    ["text that is no JSON", () => [put("broken.json", "{ no"), "--format", "csv"], /not JSON/],
    ["a broken trial", () => [put("t.json", { kind: "patchtwin-trial/1" }), "--format", "csv"], /twin: /],
    ["no such file", () => [folder.in("absent.abf"), "--format", "csv"], /no such file/],
    [
      "a wrong word in --about",
      () => [
        put("p.json", parameters),
        "--format",
        "nwb",
        "--about",
        put("a.json", { subject: { sex: "x" } }),
      ],
      /subject\.sex/,
    ],
    [
      "an unknown key in --about",
      () => [put("p.json", parameters), "--format", "nwb", "--about", put("b.json", { sesionStart: "2020" })],
      /sesionStart/,
    ],
    [
      "a start without its offset from UTC",
      () => [
        ...[put("p.json", parameters), "--format", "nwb"],
        ...["--about", put("c.json", { sessionStart: "2020-01-01T10:00:00" })],
      ],
      /sessionStart/,
    ],
  ];

  test.each(cases)("[E12] %s: exit code 2 and a message, and nothing is written", async (_, args, said) => {
    const out = folder.in("refused.out");
    const { code, stdout, stderr } = await patchtwin(["export", ...args(), "--out", out]);
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toMatch(said);
    expect(stderr).not.toMatch(/internal|\n {4}at /);
    expect(folder.list()).not.toContain("refused.out");
  });
});
