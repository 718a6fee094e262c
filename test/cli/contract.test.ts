import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CLI, example, json, patchtwin, ROUGH, recording, temporaryFolder } from "./run.ts";

const folder = temporaryFolder();
const CELL = example("171116sh_0018.abf");
const TWIN = folder.in("twin.json");
afterAll(() => folder.remove());

/** Nothing in a document stands for "undefined" but null: no NaN text, no missing key. */
const numberOrNull = (value: unknown) => value === null || Number.isFinite(value);

/** What two runs of the same job may differ in. */
// biome-ignore lint/suspicious/noExplicitAny: a document of any command
function withoutTimes(document: any): string {
  return JSON.stringify(document, (key, value) =>
    key === "createdAt" || key === "wall_s" ? undefined : value,
  );
}

/** A slow potassium current that only this test knows. */
const OWN_CHANNEL = {
  name: "KX",
  source: "made for a test, 2026",
  current: { conductance: "gKX_nS", reversal: "EK_mV", open: "m^2" },
  gates: [{ name: "m", inf: "1 / (1 + exp(-(v + 40) / 10))", tau: "20" }],
  parameters: [
    {
      name: "gKX_nS",
      unit: "nS",
      default: 20,
      prior: { low: 0.1, high: 100, scale: "log" },
      role: "conductance",
      doc: "Largest conductance.",
    },
  ],
};

describe("inspect", () => {
  test("[C1] sweeps, stimulus, tags and quality control, with units", async () => {
    const document = await json(["inspect", CELL]);
    expect(document).toMatchObject({ format: "abf2", tags: [] });
    expect(document.sweeps).toHaveLength(17);
    expect(document.sweeps[16]).toMatchObject({
      index: 17,
      dt_ms: 0.05,
      samples: 60000,
      stimulus: { kind: "steps", amplitude_pA: 300 },
      currentSource: "epoch-table",
    });
    expect(document.sweeps[16].stimulus.end_ms - document.sweeps[16].stimulus.start_ms).toBeCloseTo(500, 0);
    expect(document.sweeps[16].vBaseline_mV).toBeCloseTo(-62.9, 0);
    for (const one of document.qc)
      expect(one).toMatchObject({
        check: expect.any(String),
        ok: expect.any(Boolean),
        value: expect.any(Number),
        unit: expect.any(String),
        limit: expect.any(String),
      });
  });

  test("[C2] what cannot be known is null: the times of no stimulus, a check without data", async () => {
    const { sweeps, qc } = await json(["inspect", recording("17o05027_ic_ramp.abf")]);
    expect(sweeps[0].stimulus).toMatchObject({ kind: "none", start_ms: null, end_ms: null });
    expect(sweeps[1].stimulus).toMatchObject({ kind: "ramp", amplitude_pA: 10 });
    const [drift] = qc;
    expect(drift).toMatchObject({ check: "baseline drift", ok: null, value: null });
  });

  test("several files are listed under `files`", async () => {
    const { files } = await json(["inspect", CELL, recording("18425108.abf")]);
    expect(files.map(({ file }: { file: string }) => file)).toEqual(["171116sh_0018.abf", "18425108.abf"]);
  });
});

describe("features", () => {
  test("[C3] spikes and features by sweep and the f-I curve; null where undefined", async () => {
    const { sweeps, fi, cell } = await json(["features", CELL]);
    const names =
      "restingPotential_mV inputResistance_MOhm tau_ms capacitance_pF sag rheobase_pA spikeThreshold_mV spikeAmplitude_mV spikeHalfWidth_ms ahpDepth_mV latency_ms adaptationIndex isiCv rate_Hz";
    for (const { index, spikeTimes_ms, features } of sweeps) {
      expect(index).toBeGreaterThan(0);
      expect(Object.keys(features)).toEqual(expect.arrayContaining(names.split(" ")));
      expect(Object.values(features).every(numberOrNull)).toBe(true);
      expect(spikeTimes_ms.every(Number.isFinite)).toBe(true);
    }
    const [silent] = sweeps;
    expect(silent.spikeTimes_ms).toEqual([]);
    for (const name of ["latency_ms", "spikeThreshold_mV", "spikeHalfWidth_ms", "adaptationIndex", "isiCv"])
      expect(silent.features[name], name).toBeNull();
    expect(silent.features.rate_Hz).toBe(0);
    expect(fi.at(-1)).toEqual({ i_pA: 300, rate_Hz: expect.any(Number) });
    expect(fi.at(-1).rate_Hz).toBeGreaterThan(fi[8].rate_Hz);
    expect(cell.rheobase_pA).toBe(50);
  });

  test("[C4] --csv: one row a sweep, an empty cell where undefined", async () => {
    const { code, stdout } = await patchtwin(["features", CELL, "--csv"]);
    const rows = stdout
      .trimEnd()
      .split("\n")
      .map((line) => line.split(","));
    expect(code).toBe(0);
    expect(rows).toHaveLength(18);
    expect(new Set(rows.map((row) => row.length))).toEqual(new Set([rows[0].length]));
    const [header, silent] = rows;
    expect(header.slice(0, 4)).toEqual(["file", "sweep", "i_pA", "spikes"]);
    expect(silent[header.indexOf("latency_ms")]).toBe("");
    expect(silent[header.indexOf("spikes")]).toBe("0");
  });
});

describe("drugs", () => {
  test("[C5] the library, with the source of every number", async () => {
    const { drugs, sources } = await json(["drugs"]);
    expect(drugs.length).toBeGreaterThan(50);
    for (const drug of drugs) {
      expect(Object.keys(drug)).toEqual(
        expect.arrayContaining(["id", "name", "class", "actions", "therapeutic"]),
      );
      for (const { source, provenance } of drug.actions) {
        if (source === null) expect(provenance, drug.id).toBe("recalled");
        else expect(sources, drug.id).toHaveProperty([source]);
      }
    }
    const one = await json(["drugs", "ezogabine"]); // a synonym
    expect(one.drugs.map(({ id }: { id: string }) => id)).toEqual(["retigabine"]);
  });
});

const NEURON = {
  C_pF: 100,
  k_nS_per_mV: 0.7,
  vr_mV: -60,
  vt_mV: -40,
  vpeak_mV: 35,
  a_per_ms: 0.03,
  b_nS: -2,
  c_mV: -50,
  d_pA: 100,
};

/** The Izhikevich cell by explicit Euler as the contract words it: both states step from the old values. */
function izhikevich(current: (t_ms: number) => number, steps: number, dt_ms: number, v0_mV: number) {
  const { C_pF, k_nS_per_mV, vr_mV, vt_mV, vpeak_mV, a_per_ms, b_nS, c_mV, d_pA } = NEURON;
  let [v, u] = [v0_mV, 0];
  const v_mV = [v];
  const spikeTimes_ms: number[] = [];
  for (let n = 0; n < steps; n++) {
    const dv = (k_nS_per_mV * (v - vr_mV) * (v - vt_mV) - u + current(n * dt_ms)) / C_pF;
    const du = a_per_ms * (b_nS * (v - vr_mV) - u);
    v += dt_ms * dv;
    u += dt_ms * du;
    if (v >= vpeak_mV) {
      spikeTimes_ms.push((n + 1) * dt_ms);
      v = c_mV;
      u += d_pA;
    }
    v_mV.push(v);
  }
  return { v_mV, spikeTimes_ms };
}

describe("simulate", () => {
  const params = folder.in("izhikevich.json");
  beforeAll(() => {
    writeFileSync(params, JSON.stringify(NEURON));
    // rows out of step with dt, a hold across many steps, and an end before the last row's value matters
    writeFileSync(folder.in("i.csv"), "t_ms,i_pA\n10,70\n50.04,300\n50.26,0\n100,150\n");
    writeFileSync(folder.in("hh.csv"), "t_ms,i_uA_per_cm2\n0,0\n20,10\n80,0\n");
  });

  test("[C6] fixed names: the parameters come back under the names they were given", async () => {
    const document = await json(["simulate", "--model", "izhikevich", "--params", params]);
    expect(document).toMatchObject({ model: "izhikevich", params: NEURON, dt_ms: 0.1, spikeTimes_ms: [] });
    expect(document).not.toHaveProperty("v_mV");
    const squid = await json(["simulate", "--model", "hodgkin-huxley", "--step", "10,20,80"]);
    expect(Object.keys(squid.params)).toEqual(
      "C_uF_per_cm2 gNa_mS_per_cm2 gK_mS_per_cm2 gL_mS_per_cm2 ENa_mV EK_mV EL_mV".split(" "),
    );
    expect(squid.spikeTimes_ms.length).toBeGreaterThan(2);
  });

  test("a preset is a type of cell: a thalamocortical one answers a release with a burst", async () => {
    const { params, spikeTimes_ms } = await json([
      "simulate",
      "--model",
      "cortical",
      "--preset",
      "thalamocortical",
      "--step=-200pA,100ms,1100ms",
    ]);
    expect(params.gCaT_nS).toBeGreaterThan(1);
    expect(spikeTimes_ms.length).toBeGreaterThan(1);
    for (const time of spikeTimes_ms) expect(time > 1100 && time < 1200).toBe(true);
  });

  test("a channel of one's own changes the cell, and its parameters join the others", async () => {
    const file = folder.in("kx.json");
    writeFileSync(file, JSON.stringify(OWN_CHANNEL));
    const step = ["simulate", "--model", "cortical", "--step", "200pA,100ms,600ms"];
    const plain = await json(step);
    const { params, spikeTimes_ms } = await json([...step, "--channel", file]);
    expect(params).toEqual({ ...plain.params, gKX_nS: 20 });
    expect(spikeTimes_ms.length).toBeLessThan(plain.spikeTimes_ms.length);
  });

  test("[C7] Izhikevich under euler is the loop that the contract describes, with a current from a file", async () => {
    const at = (t_ms: number) => {
      const t = t_ms + 1e-9;
      return t < 10 ? 0 : t < 50.04 ? 70 : t < 50.26 ? 300 : t < 100 ? 0 : 150;
    };
    const run = (dt: string) =>
      json(
        ["simulate", "--model", "izhikevich", "--params", params, "--current", folder.in("i.csv")].concat(
          ["--duration", "400", "--dt", dt, "--solver", "euler", "--v0", "-58", "--trace"], //
        ),
      );
    for (const dt of ["0.1", "0.25"]) {
      const got = await run(dt);
      const own = izhikevich(at, 400 / Number(dt), Number(dt), -58);
      expect(own.spikeTimes_ms.length).toBeGreaterThan(3);
      expect(got.spikeTimes_ms).toHaveLength(own.spikeTimes_ms.length);
      own.spikeTimes_ms.forEach((time, k) => {
        expect(got.spikeTimes_ms[k]).toBeCloseTo(time, 9);
      });
      expect(got.v_mV).toHaveLength(own.v_mV.length);
      expect(got.t_ms).toHaveLength(own.v_mV.length);
      expect(Math.max(...got.v_mV.map((v: number, n: number) => Math.abs(v - own.v_mV[n])))).toBeLessThan(
        1e-9,
      );
    }
  });

  test("[C8] without a duration a current file is run to its last row", async () => {
    const args = ["simulate", "--model", "hodgkin-huxley", "--current", folder.in("hh.csv")];
    const { duration_ms, spikeTimes_ms } = await json(args);
    expect(duration_ms).toBeCloseTo(80, 6);
    expect(spikeTimes_ms[0]).toBeGreaterThan(20);
  });

  test("[C9] --step in the model's unit, with units, and in nA and s is one step", async () => {
    const forms = ["150,20,120", "150pA,20ms,120ms", "0.15nA,0.02s,0.12s", "150 pA, 20 ms, 120 ms"];
    const runs = await Promise.all(
      forms.map((step) => json(["simulate", "--model", "izhikevich", "--step", step])),
    );
    expect(runs[0].spikeTimes_ms.length).toBeGreaterThan(1);
    expect(runs[0].duration_ms).toBeCloseTo(220, 6);
    for (const run of runs) expect(run.spikeTimes_ms).toEqual(runs[0].spikeTimes_ms);
    const down = await json(["simulate", "--model", "izhikevich", "--step", "-150pA,20,120"]);
    expect(down.spikeTimes_ms).toEqual([]);
  });

  test("[C10] --v0 sets the first voltage; the resting point is the default and stays", async () => {
    const traced = ["simulate", "--model", "hodgkin-huxley", "--duration", "20", "--trace"];
    const rest = await json(traced);
    const moved = await json([...traced, "--v0", "-75"]);
    expect(moved.v_mV[0]).toBe(-75);
    expect(moved.t_ms[0]).toBe(0);
    expect(Math.max(...rest.v_mV) - Math.min(...rest.v_mV)).toBeLessThan(0.1);
    expect(rest.v_mV).toHaveLength(801);
  });

  test("[C11] every solver of the contract is run and named, and all find the same spikes", async () => {
    const names = ["euler", "midpoint", "backward-euler", "exponential-euler", "staggered", "rosenbrock"];
    const args = (model: string) => ["simulate", "--model", model, "--step", "15,5,45", "--dt", "0.01"];
    const squid = await Promise.all(
      names.map((solver) => json([...args("hodgkin-huxley"), "--duration", "60", "--solver", solver])),
    );
    const exact = squid[names.indexOf("rosenbrock")].spikeTimes_ms;
    expect(exact.length).toBeGreaterThan(2);
    squid.forEach(({ solver, spikeTimes_ms }, k) => {
      expect(solver).toBe(names[k]);
      expect(spikeTimes_ms).toHaveLength(exact.length);
      exact.forEach((time: number, n: number) => {
        expect(Math.abs(spikeTimes_ms[n] - time)).toBeLessThan(0.5);
      });
    });
    const izhikevich = names.filter((name) => name !== "staggered");
    const reset = await Promise.all(
      izhikevich.map((solver) => json(["simulate", "--model", "izhikevich", "--solver", solver])),
    );
    expect(reset.map(({ solver }) => solver)).toEqual(izhikevich);
  });

  test("[C12] --drug and --dose change the parameters that the library names", async () => {
    const args = ["simulate", "--model", "cortical", "--step", "200pA,50ms,150ms"];
    const control = await json(args);
    const none = await json([...args, "--drug", "ttx", "--dose", "0uM"]);
    const half = await json([...args, "--drug", "ttx", "--dose", "4.64nM"]); // the library's Kd
    const all = await json([...args, "--drug", "TTX", "--dose", "1mM"]);
    expect(none.spikeTimes_ms).toEqual(control.spikeTimes_ms);
    expect(half.params.gNaT_nS / control.params.gNaT_nS).toBeCloseTo(0.5, 2);
    expect(control.spikeTimes_ms.length).toBeGreaterThan(0);
    expect(all.spikeTimes_ms).toEqual([]);
  });
});

describe("clone and trial", () => {
  // biome-ignore lint/suspicious/noExplicitAny: a twin document
  let twin: any;
  let progress = "";
  beforeAll(async () => {
    const { code, stdout, stderr } = await patchtwin(["clone", CELL, ...ROUGH, "--out", TWIN, "--json"]);
    expect(code, stderr).toBe(0);
    [twin, progress] = [JSON.parse(stdout), stderr];
  });

  test("[C13] a twin says model, posterior, map, fit, range and provenance", () => {
    expect(twin).toMatchObject({
      model: "cortical",
      fit: { vRmse_mV: expect.any(Number), heldOut: expect.any(Object) },
      range: {
        inRange: expect.any(Boolean),
        score: expect.any(Number),
        reasons: expect.any(Array),
      },
      provenance: { seed: 1, patchtwin: expect.any(String), sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    });
    const { names, units, samples } = twin.posterior;
    expect(units).toHaveLength(names.length);
    for (const sample of samples) expect(sample).toHaveLength(names.length);
    expect(Object.keys(twin.map)).toEqual(names);
    expect(numberOrNull(twin.fit.spikeTimeCoincidence)).toBe(true);
    expect(progress).toContain("cloning: explore");
    expect(JSON.parse(readFileSync(TWIN, "utf8"))).toEqual(twin);
    expect(folder.list().filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  test("[C14] a trial says the doses, features before and after with units, and the verdict", async () => {
    const trialFile = folder.in("trial.json");
    const document = await json(["trial", TWIN, "--drug", "ttx", "--dose", "1uM,3nM", "--out", trialFile]);
    expect(document).toMatchObject({ twin: "171116sh_0018.abf", drug: { id: "tetrodotoxin" } });
    expect(document.therapeutic).toBeNull();
    expect(document.doses.map(({ dose_uM }: { dose_uM: number }) => dose_uM)).toEqual([0.003, 1]);
    for (const { timesFreeCmax, parameters, features, verdict } of document.doses) {
      expect(timesFreeCmax).toBeNull(); // tetrodotoxin has no therapeutic range
      expect(parameters.length).toBeGreaterThan(0);
      for (const feature of Object.values<Record<string, unknown>>(features)) {
        expect(feature.unit).toEqual(expect.any(String));
        for (const key of ["before", "after", "low", "high"])
          expect(numberOrNull(feature[key]), key).toBe(true);
      }
      const shares = Object.values<number>(verdict.all);
      expect(shares.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9);
      expect(verdict.all[verdict.label]).toBe(verdict.probability);
    }
    expect(document.doses[1].features.spikeThreshold_mV?.after ?? null).toBeNull(); // silent: null, not 0
    expect(JSON.parse(readFileSync(trialFile, "utf8"))).toEqual(document);

    const range = await json(["trial", TWIN, "--drug", "ttx", "--doses", "1nM..100nM:3"]);
    const doses = range.doses.map(({ dose_uM }: { dose_uM: number }) => dose_uM);
    expect(doses).toEqual([0.001, 0.01, 0.1]);
  });

  test("[C15] the result and a report of it are written as one file", async () => {
    const page = folder.in("report.html");
    expect(await json(["report", TWIN, folder.in("trial.json"), "--out", page])).toEqual({ report: page });
    expect(readFileSync(page, "utf8")).toMatch(/^<!doctype html>/i);
  });

  test("[C16] the same seed gives the same twin, whatever the number of threads; another seed another", async () => {
    const args = ["clone", CELL, ...ROUGH, "--model", "izhikevich", "--out", folder.in("again.json")];
    const one = await json(args, { env: { PATCHTWIN_THREADS: "1" } });
    const three = await json(args, { env: { PATCHTWIN_THREADS: "3" } });
    const other = await json([...args, "--seed", "2"]);
    expect(withoutTimes(three)).toBe(withoutTimes(one));
    expect(withoutTimes(other)).not.toBe(withoutTimes(one));
    expect(other.provenance.seed).toBe(2);
  });

  test("[C17] the main job is done once; again it is taken from the store and says so", async () => {
    const args = ["demo", CELL, ...ROUGH, "--doses", "1nM,1uM", "--no-serve"];
    const first = await patchtwin([...args, "--fresh", "--json"]);
    const second = await patchtwin([...args, "--json"]);
    expect([first.code, second.code]).toEqual([0, 0]);
    expect(second.stdout).toBe(first.stdout);
    expect(first.stderr).not.toMatch(/taken from the store/);
    expect(second.stderr).toMatch(/taken from the store/);
    const { kind, twin, trial } = JSON.parse(first.stdout);
    expect({ kind, model: twin.model, drug: trial.drug.id }).toEqual({
      kind: "patchtwin-result/1",
      model: "cortical",
      drug: "tetrodotoxin",
    });
  });

  test("[C18] text output ends with the research-tool line for a verdict", async () => {
    const { stdout } = await patchtwin(["trial", TWIN, "--drug", "ttx", "--dose", "1uM"]);
    expect(stdout).toMatch(/^Verdict/m);
    expect(stdout).toMatch(/Not for dosing people\.$/m);
  });
});

describe("interrupts and pipes", () => {
  test.each(["SIGINT", "SIGTERM"] as const)("[C19] %s during a clone leaves no file", async (signal) => {
    const before = folder.list();
    const { code, stdout } = await patchtwin(
      ["clone", CELL, "--effort", "thorough", "--out", folder.in("interrupted.json"), "--json"],
      { onStderr: (text, kill) => text.includes("explore") && kill(signal) },
    );
    expect({ code, stdout }).toEqual({ code: signal === "SIGINT" ? 130 : 143, stdout: "" });
    expect(folder.list()).toEqual(before);
  });

  test("[C20] a reader that stops early is no failure", async () => {
    const args = ["simulate", "--model", "izhikevich", "--duration", "20000", "--trace"];
    const child = spawn(process.execPath, [CLI, ...args], { stdio: ["ignore", "pipe", "pipe"] });
    let stderr = "";
    child.stderr.on("data", (chunk) => {
      stderr += chunk;
    });
    child.stdout.once("data", () => child.stdout.destroy());
    const code = await new Promise((resolve) => child.on("close", resolve));
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  });
});

describe("help", () => {
  const commands = "inspect features simulate clone trial drugs report demo".split(" ");
  test("[C21] every command has it, with --json, and ends with 0", async () => {
    const ended = await Promise.all(commands.map((command) => patchtwin([command, "--help"])));
    for (const { code, stdout, stderr } of ended) {
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(stdout).toContain("--json");
    }
    const { code, stdout } = await patchtwin(["--help"]);
    expect(code).toBe(0);
    for (const command of commands) expect(stdout).toContain(command);
    expect((await patchtwin(["--version"])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
