import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Ended, eachOf, example, patchtwin, ROUGH, recording, temporaryFolder } from "./run.ts";

const folder = temporaryFolder();
const out = folder.in("out"); // what a refused command must leave as it is
/** Its voltage is called V, which no equation knows. */
const wrongChannel = {
  name: "KX",
  source: "made for a test, 2026",
  current: { conductance: "gKX_nS", reversal: "EK_mV", open: "m" },
  gates: [{ name: "m", inf: "1 / (1 + exp(-(V + 40) / 10))", tau: "20" }],
  parameters: [
    {
      name: "gKX_nS",
      unit: "nS",
      default: 5,
      prior: { low: 0.1, high: 100, scale: "log" },
      role: "conductance",
      doc: "Largest conductance.",
    },
  ],
};

const put = (name: string, content: string | Uint8Array) => {
  writeFileSync(folder.in(name), content);
  return folder.in(name);
};

const CELL = example("171116sh_0018.abf");
const PNG = Buffer.from("89504e470d0a1a0a0000000d494844520000000100000001080600000", "hex");
let taken: Server;
let takenPort = "";

/** A pulse of 100 pA into a cell that does not fire, as text; `row` may spoil one line. */
function text(header: string, row: (k: number) => string): string {
  return [header, ...Array.from({ length: 3000 }, (_, k) => row(k))].join("\n");
}
const quiet = (k: number) => (k >= 1000 && k < 2000 ? [-60, 100] : [-65, 0]);

const izhikevich = {
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
const { d_pA: _, ...withoutD } = izhikevich;

/** A twin file with as much as its schema asks for. */
const twin = (model: string, names: readonly string[]) =>
  JSON.stringify({
    kind: "patchtwin-twin/1",
    model,
    posterior: { names, samples: [names.map(() => 1)] },
    fit: { sweeps: [], traces: [] },
    range: { current_pA: { low: 0, high: 100 } },
    measured: { rheobase_pA: 50, spikeThreshold_mV: -40, holding_pA: 0 },
    provenance: { file: "a.abf", dt_ms: 0.1 },
  });

beforeAll(async () => {
  mkdirSync(out);
  writeFileSync(folder.in("out/kept.txt"), "kept");
  mkdirSync(folder.in("a-folder"));
  const abf = readFileSync(CELL);
  put("empty.abf", "");
  put("truncated.abf", abf.subarray(0, 100_000));
  put("header-only.abf", abf.subarray(0, 700));
  put(
    "random.abf",
    Uint8Array.from({ length: 5000 }, (_, k) => (k * 7919 + ((k * k) % 251)) & 255),
  );
  put("picture.png", PNG);
  put(
    "no-current.csv",
    text("t_ms,v_mV", (k) => `${k * 0.1},${quiet(k)[0]}`),
  );
  put(
    "nan.csv",
    text("t_ms,v_mV,i_pA", (k) => `${k * 0.1},${k === 1500 ? "NaN" : quiet(k)[0]},${quiet(k)[1]}`),
  );
  put(
    "seconds-as-ms.csv",
    text("t_ms,v_mV,i_pA", (k) => `${(k * 1e-4).toFixed(6)},${quiet(k).join()}`),
  );
  put(
    "volts-as-mV.csv",
    text("t_ms,v_mV,i_pA", (k) => `${k * 0.1},${quiet(k)[0] / 1000},${quiet(k)[1]}`),
  );
  put(
    "quiet.csv",
    text("t_ms,v_mV,i_pA", (k) => `${k * 0.1},${quiet(k).join()}`),
  );
  put("not-json.json", "{ twin: 1");
  put("not-a-twin.json", '{"kind":"something","model":"cortical"}');
  put("list.json", "[1,2]");
  put("null.json", "null");
  put("old-twin.json", twin("cortical", ["gOld_nS"]));
  put("izhikevich-twin.json", twin("izhikevich", Object.keys(izhikevich)));
  put("channel.json", JSON.stringify(wrongChannel));
  put("unknown.json", JSON.stringify({ ...izhikevich, gNa_nS: 3 }));
  put("missing.json", JSON.stringify(withoutD));
  put("non-finite.json", JSON.stringify(izhikevich).replace('"k_nS_per_mV":0.7', '"k_nS_per_mV":1e999'));
  put("text.json", JSON.stringify({ ...izhikevich, C_pF: "100" }));
  put("hh-current-in-pA.csv", "t_ms,i_pA\n0,0\n100,10\n200,0\n");
  taken = createServer();
  await new Promise<void>((listening) => taken.listen(0, "127.0.0.1", listening));
  const address = taken.address();
  takenPort = String(typeof address === "object" && address ? address.port : 0);
});
afterAll(() => {
  taken.close();
  folder.remove();
});

/** [E1] exit code 2; [E2] nothing on standard output; [E3] one line that says what, expected and the next step; [E4] no trace on disk. */
function expectRefusal({ code, stdout, stderr }: Ended, says: RegExp): void {
  expect(stderr).toMatch(says);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  const message = stderr.split("\n").find((line) => line.startsWith("patchtwin: ")) ?? "";
  expect(message).toMatch(says);
  expect(message).toMatch(/\. [A-Z`].*[.?]$/); // the next step
  expect(stderr).not.toMatch(/internal:|\n\s+at |Error:/);
  expect(folder.list().filter((name) => name.startsWith("out"))).toEqual(["out", "out/kept.txt"]);
  expect(folder.list().filter((name) => name.endsWith(".tmp"))).toEqual([]);
}

const twinOut = ["--out", folder.in("out/twin.json")];
const drugged = ["--drug", "retigabine", "--dose", "10uM"];
const simulated = ["simulate", "--model", "izhikevich", "--step", "200pA,10ms,50ms"];

type Case = readonly [name: string, args: () => string[], says: RegExp];

describe.each<readonly [string, readonly Case[]]>([
  [
    "a file",
    [
      ["that is missing", () => ["inspect", folder.in("none.abf")], /none\.abf: there is no such file/],
      ["below a file", () => ["inspect", `${CELL}/a.abf`], /there is no such file/],
      ["that is a directory", () => ["inspect", folder.in("a-folder")], /this is a directory/],
      ["that is empty", () => ["inspect", folder.in("empty.abf")], /empty/],
      ["that is truncated", () => ["inspect", folder.in("truncated.abf")], /ends|truncated|short/],
      ["with a header alone", () => ["features", folder.in("header-only.abf")], /header-only\.abf: /],
      ["of random bytes", () => ["inspect", folder.in("random.abf")], /expected Axon ABF1, Axon ABF2/],
      ["that is a picture", () => ["inspect", folder.in("picture.png")], /expected Axon ABF1, Axon ABF2/],
    ],
  ],
  [
    "a recording",
    [
      [
        "in voltage clamp",
        () => ["clone", recording("171116sh_0014.abf"), ...twinOut],
        /voltage-clamp.*expected current clamp/,
      ],
      [
        "with its stimulus in another file",
        () => ["inspect", recording("171116sh_0017.abf")],
        /stimulus file.*--current FILE/,
      ],
      [
        "as text without current",
        () => ["inspect", folder.in("no-current.csv")],
        /nothing in the file says which current was injected/,
      ],
      ["with NaN", () => ["features", folder.in("nan.csv")], /nan\.csv.*NaN/],
      [
        "in seconds labelled ms",
        () => ["inspect", folder.in("seconds-as-ms.csv")],
        /seconds-as-ms\.csv.*time/,
      ],
      ["in volts labelled mV", () => ["inspect", folder.in("volts-as-mV.csv")], /volts-as-mV\.csv.*mV/],
      ["without spikes", () => ["clone", folder.in("quiet.csv"), ...twinOut], /no sweep.*has a spike/],
      ["given twice", () => ["clone", CELL, CELL, ...twinOut], /given twice.*the same file again/],
    ],
  ],
  [
    "a command line",
    [
      ["with an unknown command", () => ["inspct", CELL], /unknown command 'inspct'.*Did you mean inspect\?/],
      ["with an unknown option", () => ["inspect", CELL, "--curent", "x"], /'--curent'.*Did you mean --curr/],
      ["without --out", () => ["clone", CELL], /--out/],
      ["without a file", () => ["inspect"], /missing required argument/],
      [
        "with an unknown model",
        () => ["clone", CELL, "--model", "hh", ...twinOut],
        /no such model.*"hh".*cortical/,
      ],
      [
        "with a model of a patch of membrane",
        () => ["clone", CELL, "--model", "hodgkin-huxley", ...twinOut],
        /per area/,
      ],
      ["--sweeps abc", () => ["clone", CELL, "--sweeps", "1,abc", ...twinOut], /--sweeps.*"abc"/],
      [
        "--sweeps 99",
        () => ["clone", CELL, "--sweeps", "1,99", ...twinOut],
        /--sweeps.*99, expected 1 to 17/,
      ],
      [
        "--sweeps of no file",
        () => ["clone", CELL, "--sweeps", "2:1", ...twinOut],
        /--sweeps.*file 2, expected 1/,
      ],
      ["--sweeps nothing", () => ["clone", CELL, "--sweeps", "", ...twinOut], /--sweeps/],
      ["--hold-out -1", () => ["clone", CELL, "--hold-out", "-1", ...twinOut], /--hold-out.*"-1"/],
      ["--hold-out 1.5", () => ["clone", CELL, "--hold-out", "1.5", ...twinOut], /--hold-out.*"1\.5"/],
      ["--seed x", () => ["clone", CELL, "--seed", "x", ...twinOut], /--seed.*"x".*whole number/],
      ["--samples 0", () => ["clone", CELL, "--samples", "0", ...twinOut], /--samples.*"0".*1 to 1000/],
      ["--effort huge", () => ["clone", CELL, "--effort", "huge", ...twinOut], /--effort.*quick/],
      ["--out below a file", () => ["clone", CELL, "--out", `${CELL}/twin.json`], /twin\.json: .*written/],
      ["--out a folder", () => ["clone", CELL, "--out", out], /cannot be written.*directory/],
      ["--port taken", () => ["demo", CELL, "--port", takenPort, ...ROUGH], /another program.*--port \d+/],
      ["--port 70000", () => ["demo", CELL, "--port", "70000"], /--port.*0 to 65535/],
      [
        "report to a PDF",
        () => ["report", folder.in("list.json"), "--out", folder.in("out/r.pdf")],
        /\.html/,
      ],
      [
        "report of no twin",
        () => ["report", folder.in("list.json"), "--out", folder.in("out/r.html")],
        /twin/,
      ],
    ],
  ],
  [
    "a drug",
    [
      ["that is unknown", () => ["drugs", "retigabin"], /"retigabin".*Did you mean retigabine/],
      [
        "of the main job",
        () => ["demo", CELL, "--drug", "retigabin", "--no-serve"],
        /Did you mean retigabine/,
      ],
      [
        "on a model without channels",
        () => ["demo", CELL, "--model", "izhikevich", "--no-serve"],
        /--model: .*ion channels/,
      ],
      [
        "on a twin without channels",
        () => ["trial", folder.in("izhikevich-twin.json"), ...drugged],
        /izhikevich-twin\.json: .*ion channels.*--model cortical/,
      ],
      [
        "without a dose's unit",
        () => [...simulated, "--drug", "ttx", "--dose", "10"],
        /dose: the dose has no unit.*"10"/,
      ],
      ["in a negative dose", () => [...simulated, "--drug", "ttx", "--dose", "-10uM"], /negative.*"-10uM"/],
      ["without a dose", () => [...simulated, "--drug", "ttx"], /needs a dose/],
      [
        "in several doses at once",
        () => [...simulated, "--drug", "ttx", "--dose", "1uM,2uM"],
        /takes one dose/,
      ],
      ["and another", () => ["trial", CELL, "--drug", "ttx,xe991", "--dose", "1uM"], /two drugs at once/],
      ["in doses both ways", () => ["trial", CELL, ...drugged, "--doses", "1uM..2uM:2"], /--dose, --doses/],
      ["with an unknown protocol", () => ["trial", CELL, ...drugged, "--protocol", "ramp"], /--protocol/],
    ],
  ],
  [
    "a twin file",
    [
      ["that is a recording", () => ["trial", CELL, ...drugged], /not JSON/],
      [
        "that is not JSON",
        () => ["trial", folder.in("not-json.json"), ...drugged],
        /not-json\.json.*not JSON/,
      ],
      ["that is no twin", () => ["trial", folder.in("not-a-twin.json"), ...drugged], /not a twin.*kind/],
      ["that is a list", () => ["trial", folder.in("list.json"), ...drugged], /not a twin/],
      ["that is null", () => ["trial", folder.in("null.json"), ...drugged], /not a twin/],
      [
        "of another version",
        () => ["trial", folder.in("old-twin.json"), ...drugged],
        /gOld_nS.*Clone the recording again/,
      ],
    ],
  ],
  [
    "a simulation",
    [
      [
        "with an unknown parameter",
        () => [...simulated, "--params", folder.in("unknown.json")],
        /unknown.*gNa_nS/,
      ],
      [
        "with a missing parameter",
        () => [...simulated, "--params", folder.in("missing.json")],
        /missing.*got d_pA/,
      ],
      [
        "with a parameter that is not finite",
        () => [...simulated, "--params", folder.in("non-finite.json")],
        /k_nS_per_mV is not a finite number.*Infinity/,
      ],
      ["with a parameter in quotes", () => [...simulated, "--params", folder.in("text.json")], /C_pF is not/],
      ["with a list of parameters", () => [...simulated, "--params", folder.in("list.json")], /a list/],
      [
        "with two currents",
        () => [...simulated, "--current", folder.in("quiet.csv")],
        /--current, --step: two currents/,
      ],
      ["with a step of two numbers", () => [...simulated, "--step", "200,10"], /--step.*"200,10"/],
      ["with a step backwards", () => [...simulated, "--step", "200,50,10"], /--step.*end after it/],
      ["with a step in mV", () => [...simulated, "--step", "200mV,10,50"], /--step.*pA/],
      ["with dt 0", () => [...simulated, "--dt", "0"], /--dt.*"0".*above 0/],
      [
        "with a dt that blows up",
        () => ["simulate", "--model", "hodgkin-huxley", "--step", "1e6,1,50", "--dt", "5"],
        /not finite at t = .* ms.*smaller time step/,
      ],
      ["of years", () => [...simulated, "--duration", "1e12"], /--duration, --dt.*steps/],
      ["with too long a trace", () => [...simulated, "--duration", "1e6", "--trace"], /--trace.*samples/],
      [
        "of a model without gates, staggered",
        () => [...simulated, "--solver", "staggered"],
        /--solver: izhikevich has no gates.*got staggered, expected euler, midpoint.*Choose one/,
      ],
      [
        "with an explicit scheme at too long a step",
        () => [
          "simulate",
          "--model",
          "hodgkin-huxley",
          "--step",
          "10,5,90",
          "--solver",
          "euler",
          "--dt",
          "0.5",
        ],
        /v is not finite at t = .* ms \(got dt = 0.5 ms.*smaller time step/,
      ],
      [
        "with an unknown preset",
        () => ["simulate", "--model", "cortical", "--preset", "purkinje"],
        /--preset: no such preset \(got "purkinje", expected .*thalamocortical/,
      ],
      [
        "with a preset of another model",
        () => [...simulated, "--preset", "motoneuron"],
        /--preset: presets are cells of the cortical model/,
      ],
      [
        "with a channel in a model without channels",
        () => [...simulated, "--channel", folder.in("channel.json")],
        /--channel: this model has no ion channels/,
      ],
      [
        "with a channel that reads what nobody knows",
        () => ["simulate", "--model", "cortical", "--channel", folder.in("channel.json")],
        /channel KX, gate m, inf: "1 \/ \(1 \+ exp\(-\(V \+ 40\) \/ 10\)\)" reads the unknown symbol V \(expected v \(mV\)/,
      ],
      ["with an unknown solver", () => [...simulated, "--solver", "rk4"], /--solver.*"rk4".*midpoint/],
      [
        "of the squid with a current in pA",
        () => ["simulate", "--model", "hodgkin-huxley", "--current", folder.in("hh-current-in-pA.csv")],
        /density.*t_ms,i_uA_per_cm2/,
      ],
    ],
  ],
])("%s", (_, cases) => {
  test.concurrent.each(cases)("[E1-E4] %s is refused, also with --json", async (_, args, says) => {
    expectRefusal(await patchtwin([...args(), "--json"]), says);
  });
});

describe("without --json", () => {
  test("[E1-E4] a refusal is the same", async () => {
    expectRefusal(await patchtwin(["inspect", folder.in("none.abf")]), /there is no such file/);
    expectRefusal(await patchtwin(["nonsense"]), /unknown command/);
  });

  test("a bare command shows what there is, on standard error", async () => {
    const { code, stdout, stderr } = await patchtwin([]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain("inspect");
  });
});

describe("garbage", () => {
  /** Bytes of three kinds: any, text with numbers, and a real file with some bytes changed. */
  const damaged = fc
    .array(fc.tuple(fc.nat(6000), fc.nat(255)), { minLength: 1, maxLength: 40 })
    .map((changes) => {
      const bytes = Uint8Array.from(readFileSync(recording("171116sh_0014.abf")).subarray(0, 8192));
      for (const [place, value] of changes) bytes[place] = value;
      return bytes;
    });
  const textual = fc
    .array(fc.constantFrom("t_ms", "v_mV", "i_pA", ",", "\n", "0.1", "-65", "NaN", "1e400", "\t", '"', "µ"), {
      maxLength: 60,
    })
    .map((words) => new TextEncoder().encode(words.join("")));
  const bytes = fc.oneof(fc.uint8Array({ maxLength: 3000 }), textual, damaged);

  test("[E5] never ends with exit code 1, whatever the bytes (seed 20240611)", async () => {
    const samples = fc.sample(bytes, { numRuns: 24, seed: 20240611 });
    const ended = await eachOf([...samples.keys()], (k) => {
      const file = put(`garbage-${k}.abf`, samples[k]);
      const commands = [
        ["inspect", file],
        ["features", file],
        ["trial", file, ...drugged],
        ["simulate", "--model", "izhikevich", "--current", file],
      ];
      return patchtwin([...commands[k % commands.length], "--json"]);
    });
    expect(ended.filter(({ code }) => code !== 2 && code !== 0)).toEqual([]);
    expect(ended.filter(({ code, stdout }) => code === 2 && stdout !== "")).toEqual([]);
  });
});
