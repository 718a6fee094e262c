import { beforeAll, describe, expect, it } from "vitest";
import { findModel, restingVoltage } from "../engine/index.ts";
import { InputError } from "../errors.ts";
import { type CloneRequest, cloneRecording } from "./clone.ts";
import { runInProcess } from "./inProcess.ts";
import { syntheticRecording, TEST_CELL } from "./testRecording.ts";
import type { Twin } from "./twin.ts";

const request: CloneRequest = {
  model: "cortical",
  seed: 1,
  samples: 12,
  effort: "quick",
  refine: true,
  holdOut: 3,
  provenance: { patchtwin: "test", sha256: "0", createdAt: "2000-01-01T00:00:00.000Z" },
};

// Currents of a rig: some silent, some firing. The cell is a model cell, so that the truth is known.
const recording = syntheticRecording([-60, -30, 0, 100, 160, 220, 280, 340, 400]);

describe("cloning a model cell of known parameters", () => {
  let twin: Twin;
  beforeAll(async () => {
    twin = await cloneRecording(recording, { ...request, effort: "standard" }, runInProcess);
  });

  it("predicts the spike counts of sweeps that it has not seen", () => {
    expect(twin.fit.heldOut.indices).toEqual([3, 6, 9]);
    expect(twin.fit.heldOut.withinRule).toBe(1);
  });

  // A search of fixed length ends near the optimum, not in it, even where the truth lies in its box.
  it("comes within 5 mV of the voltage of silent sweeps and of the resting potential", () => {
    for (const sweep of twin.fit.sweeps.slice(0, 2)) expect(sweep.vRmse_mV).toBeLessThan(5);
    const rest_mV = restingVoltage(findModel("cortical"), twin.posterior.samples[0]);
    expect(Math.abs(rest_mV - recording.sweeps[0].v_mV[0])).toBeLessThan(5);
  });

  it("is a population, the best first, each within the search box and named with units", () => {
    const { samples, names, units, loss } = twin.posterior;
    expect(samples.length).toBeGreaterThan(1);
    expect(loss).toEqual(loss.toSorted((a, b) => a - b));
    expect(names).toContain("gNaT_nS");
    expect(units).toHaveLength(names.length);
    for (const { low, median, high } of twin.parameters) expect(low <= median && median <= high).toBe(true);
  });

  it("keeps parameters without a search range at the model's default", () => {
    expect(twin.map.ECa_mV).toBe(120);
    expect(twin.parameters.map(({ name }) => name)).not.toContain("ECa_mV");
  });

  it("says which sweeps it used and in which range of currents it may be believed", () => {
    expect(twin.fit.sweeps.map(({ recordedSpikes }) => recordedSpikes)[0]).toBe(0);
    expect(twin.range.current_pA).toEqual({ low: -60, high: 340 });
    expect(twin.provenance).toMatchObject({ seed: 1, currentSource: "supplied", solver: "staggered" });
  });

  it("draws recorded against cloned voltage with every spike at its height", () => {
    const strongest = twin.fit.traces.find(({ index }) => index === 9);
    const { v_mV } = recording.sweeps[8];
    expect(Math.max(...(strongest?.recorded_mV ?? []))).toBeCloseTo(Math.max(...v_mV), 1);
  });
});

describe("determinism", () => {
  it("same seed, same twin; another seed, another search", async () => {
    const small = { ...request, refine: false, sweeps: [1, 5, 9] };
    const twin = await cloneRecording(recording, small, runInProcess);
    expect(await cloneRecording(recording, small, runInProcess)).toEqual(twin);
    const other = await cloneRecording(recording, { ...small, seed: 2 }, runInProcess);
    expect(other.map.C_pF).not.toBe(twin.map.C_pF);
  });
});

describe("an Izhikevich cell", () => {
  it("is cloned from its own recording, held-out sweeps included", async () => {
    const truth = { C_pF: 100, k_nS_per_mV: 0.7, vr_mV: -60, vt_mV: -40, d_pA: 60 };
    const izhikevich = syntheticRecording([-60, -30, 0, 60, 100, 140, 180, 220, 260], truth, "izhikevich");
    const twin = await cloneRecording(izhikevich, { ...request, model: "izhikevich" }, runInProcess);
    expect(twin.fit.heldOut.withinRule).toBe(1);
    expect(Math.abs(twin.map.vr_mV - truth.vr_mV)).toBeLessThan(3);
  });
});

describe("refusals", () => {
  it("a model in current density has no size to be found", async () => {
    const attempt = cloneRecording(recording, { ...request, model: "hodgkin-huxley" }, runInProcess);
    await expect(attempt).rejects.toBeInstanceOf(InputError);
  });

  it("a cell that never fires cannot be cloned", async () => {
    const silent = syntheticRecording([-60, -30, 0], TEST_CELL);
    await expect(cloneRecording(silent, request, runInProcess)).rejects.toMatchObject({
      problem: { code: "no-spikes" },
    });
  });
});
