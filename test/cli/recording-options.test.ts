/** What can be said beside a recording: where things are in it, how it is prepared, how it is judged, what is measured. */
import { readFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { example, json, patchtwin, recording, temporaryFolder } from "./run.ts";

const folder = temporaryFolder();
const CELL = example("171116sh_0018.abf");
afterAll(() => folder.remove());

describe("a recording of any format", () => {
  test("[O1] two Igor waves: the current of one comes from the other, and the text says how", async () => {
    const { stdout } = await patchtwin([
      "inspect",
      recording("ibw/B6_Ch3_IDRest_181.ibw"),
      "--current",
      recording("ibw/B6_Ch0_IDRest_181.ibw"),
    ]);
    expect(stdout).toContain("Igor binary wave (IBW), 1 sweep at 4 kHz");
    expect(stdout).toMatch(/protocol of 1 sweep \(1\): step from 700\.\d to 2700\.\d ms, 105\.3 pA/);
  });

  test("[O2] a window of every sweep, and the sweeps of one protocol together", async () => {
    const { sweeps, protocols } = await json(["inspect", CELL, "--window", "100ms,0.7s"]);
    expect(sweeps[0].samples).toBe(12_000);
    expect(protocols).toHaveLength(1);
    expect(protocols[0]).toMatchObject({
      sweeps: Array.from({ length: 17 }, (_, n) => n + 1),
      low_pA: -100,
      high_pA: 300,
    });
  });

  test("[O3] the page shows every sweep with the current below it", async () => {
    const page = folder.in("cell.html");
    await patchtwin(["inspect", CELL, "--report", page]);
    const html = readFileSync(page, "utf8");
    expect(html.match(/class="panel"/g)).toHaveLength(17);
    expect(html).toContain(
      "Sweep 17: recorded voltage in mV and injected current in pA against time in ms; 18 spikes.",
    );
  });
});

describe("preparation", () => {
  test("[O4] each step is on record, and the numbers follow it", async () => {
    const bare = await json(["features", CELL]);
    const corrected = await json(["features", CELL, "--ljp", "14mV", "--sweeps", "1-4"]);
    expect(corrected.sweeps).toHaveLength(4);
    expect(
      bare.sweeps[0].features.restingPotential_mV - corrected.sweeps[0].features.restingPotential_mV,
    ).toBeCloseTo(14, 9);
    const { preparation, qc } = await json(["inspect", CELL, "--bridge", "11.2MOhm"]);
    expect(preparation).toMatchObject([{ step: "bridge", parameters: { resistance_MOhm: 11.2 } }]);
    const left = qc.find(({ check }: { check: string }) => check === "bridge imbalance");
    expect(Math.abs(left.value)).toBeLessThan(0.5);
  });

  test("[O5] limits of quality and settings of spikes can be changed, and are shown", async () => {
    const { qc } = await json(["inspect", CELL, "--limits", "maxDrift_mV=0.5"]);
    expect(qc[0]).toMatchObject({ check: "baseline drift", ok: false, limit: "<= 0.5" });
    const { settings, sweeps } = await json(["features", CELL, "--spikes", "minProminence_mV=200"]);
    expect(settings.minProminence_mV).toBe(200);
    expect(sweeps.every(({ spikeTimes_ms }: { spikeTimes_ms: number[] }) => spikeTimes_ms.length === 0)).toBe(
      true,
    );
  });
});

describe("the catalogue", () => {
  test("[O6] has every feature of every sweep: values with a unit, or null with the reason", async () => {
    const { catalogue } = await json(["features", CELL, "--catalogue"]);
    const [silent] = catalogue.sweeps;
    expect(Object.keys(silent.features).length).toBeGreaterThan(150);
    for (const measured of Object.values<{ values: number[] | null; unit?: string; reason?: string }>(
      silent.features,
    ))
      expect(measured.values === null ? measured.reason : measured.unit).toMatch(/\S/);
    expect(silent.features.AP_amplitude).toEqual({ values: null, reason: expect.any(String) });
    expect(catalogue.sweeps[16].features.AP_amplitude.values).toHaveLength(9);
  });

  test("[O7] as rows, with eFEL's settings; another word is refused", async () => {
    const { stdout } = await patchtwin(["features", CELL, "--catalogue", "efel", "--csv"]);
    expect(stdout).toMatch(/^file,sweep,feature,unit,position,value,reason\n/);
    expect(stdout).toMatch(/\n171116sh_0018\.abf,17,peak_voltage,mV,1,\d/);
    const { code, stderr } = await patchtwin(["features", CELL, "--catalogue", "bogus"]);
    expect(code).toBe(2);
    expect(stderr).toContain("expected patchtwin, efel");
  });
});

test.each([
  [["inspect", CELL, "--bridge", "12"], /--bridge: this is no number with a unit/],
  [["inspect", CELL, "--bridge-tau", "0.1ms"], /it needs --bridge/],
  [["inspect", CELL, "--limits", "drift=1"], /maxDrift_mV \(5\)/],
  [["inspect", CELL, "--window", "5s,1s"], /two times with their units/],
  [["inspect", CELL, "--window", "5s,9s"], /the window takes nothing of a sweep/],
  [["inspect", CELL, "--series", "2"], /the file has no such series/],
  [["inspect", CELL, "--voltage-column", "Vm"], /there is no channel "Vm"/],
  [["inspect", CELL, "--report", "page.pdf"], /a name that ends in \.html/],
  [["features", CELL, "--spikes", "minProminence_mV"], /minRise_mV_per_ms \(5\)/],
])("[O8] %j is refused with what is possible", async (args, message) => {
  const { code, stdout, stderr } = await patchtwin(args);
  expect(code).toBe(2);
  expect(stdout).toBe("");
  expect(stderr).toMatch(message);
});
