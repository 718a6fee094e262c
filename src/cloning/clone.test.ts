import { beforeAll, describe, expect, it } from "vitest";
import { findModel, restingVoltage } from "../engine/index.ts";
import { InputError } from "../errors.ts";
import type { Recording } from "../recordings/index.ts";
import { type CloneRequest, cloneCell } from "./clone.ts";
import { runInProcess } from "./inProcess.ts";
import { recordCurrents, syntheticRecording, TEST_CELL } from "./testRecording.ts";
import type { Twin } from "./twin.ts";

const request: CloneRequest = {
  model: "cortical",
  seed: 1,
  samples: 12,
  effort: "quick",
  refine: true,
  holdOut: 3,
  provenance: { patchtwin: "test", createdAt: "2000-01-01T00:00:00.000Z" },
};

const file = (recording: Recording, sha256 = "0") => ({ recording, sha256 });

// Currents of a rig: some silent, some firing. The cell is a model cell, so that the truth is known.
const recording = syntheticRecording([-60, -30, 0, 100, 160, 220, 280, 340, 400]);

describe("cloning a model cell of known parameters", () => {
  let twin: Twin;
  beforeAll(async () => {
    twin = await cloneCell([file(recording)], { ...request, effort: "standard" }, runInProcess);
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

  it("begins where a network says, and tells what it thought of the trained sweeps", async () => {
    const names = twin.parameters.map(({ name }) => name);
    const good = twin.parameters.map(({ best }) => best);
    const asked: number[] = [];
    const quick = { ...request, refine: false };
    const alone = await cloneCell([file(recording)], quick, runInProcess);
    const led = await cloneCell(
      [file(recording)],
      {
        ...quick,
        network: async ({ sweeps }) => {
          asked.push(sweeps.length);
          return {
            names,
            units: names,
            samples: [Float64Array.from(good)],
            unit: [],
            logDensity: new Float64Array(1),
            mean: Float64Array.from(good),
            embedding: new Float32Array(),
            familiarity: { mahalanobis: 3, neighbours: 1, score: 3, quantile: 1 },
          };
        },
      },
      runInProcess,
    );
    expect(asked).toEqual([6]);
    expect(led.posterior.loss[0]).toBeLessThan(alone.posterior.loss[0]);
    expect(led.network).toMatchObject({ familiar: false, strangeness: 3 });
    expect(alone.network).toBeUndefined();
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
    const small = { ...request, refine: false, sweeps: [1, 5, 9].map((sweep) => ({ sweep })) };
    const twin = await cloneCell([file(recording)], small, runInProcess);
    expect(await cloneCell([file(recording)], small, runInProcess)).toEqual(twin);
    const other = await cloneCell([file(recording)], { ...small, seed: 2 }, runInProcess);
    expect(other.map.C_pF).not.toBe(twin.map.C_pF);
  });
});

describe("an Izhikevich cell", () => {
  it("is cloned from its own recording, held-out sweeps included", async () => {
    const truth = { C_pF: 100, k_nS_per_mV: 0.7, vr_mV: -60, vt_mV: -40, d_pA: 60 };
    const izhikevich = syntheticRecording([-60, -30, 0, 60, 100, 140, 180, 220, 260], truth, "izhikevich");
    const twin = await cloneCell([file(izhikevich)], { ...request, model: "izhikevich" }, runInProcess);
    expect(twin.fit.heldOut.withinRule).toBe(1);
    expect(Math.abs(twin.map.vr_mV - truth.vr_mV)).toBeLessThan(3);
  });
});

describe("one cell from several recordings", () => {
  const cell = { d_pA: 60 };
  const options = { cell, modelId: "izhikevich" };
  const steps = syntheticRecording([-30, 0, 60, 100, 140, 180, 220], cell, "izhikevich");
  const ramp = (to_pA: number) => (t_ms: number) => (Math.max(0, Math.min(t_ms, 900) - 100) / 800) * to_pA;
  const sine = (t_ms: number) => (t_ms < 100 ? 0 : 80 + 80 * Math.sin((2 * Math.PI * 4 * t_ms) / 1000));
  const ramps = recordCurrents([ramp(150), ramp(250), sine], 1000, { ...options, every: 2, name: "ramps" });
  let twin: Twin;
  beforeAll(async () => {
    twin = await cloneCell(
      [file(steps, "a"), file(ramps, "b")],
      { ...request, model: "izhikevich", holdOut: 4 },
      runInProcess,
    );
  });

  it("holds out every n-th sweep of all, and predicts it whatever its protocol, length and sampling", () => {
    const roles = twin.fit.sweeps.map(({ file, index, role }) => [file, index, role === "held-out"]);
    expect(roles.filter(([, , out]) => out).map(([number, index]) => [number, index])).toEqual([
      [1, 4],
      [2, 1],
    ]);
    expect(roles).toHaveLength(10);
    expect(twin.fit.heldOut.withinRule).toBe(1);
    expect(twin.fit.trained.withinRule).toBe(1);
  });

  it("counts of steps say nothing about a ramp: only its own recording interpolates", () => {
    const [step, held] = twin.fit.sweeps.filter(({ role }) => role === "held-out");
    expect(step.interpolatedSpikes).not.toBeNull();
    expect(held.interpolatedSpikes).toBeNull(); // the weakest of its recording
  });

  it("keeps where every sweep, picture and file came from", () => {
    expect(twin.provenance).toMatchObject({ file: "model cell", sha256: "a" });
    expect(twin.provenance.files?.map(({ file, sha256 }) => [file, sha256])).toEqual([
      ["model cell", "a"],
      ["ramps", "b"],
    ]);
    expect(new Set(twin.fit.traces.map((trace) => trace.file))).toEqual(new Set([1, 2]));
    const drawn = twin.fit.traces.find((trace) => trace.file === 2 && trace.index === 3);
    expect(Math.max(...(drawn?.t_ms ?? []))).toBeGreaterThan(900);
  });

  it("the second recording moves the fit: it is not the twin of the first alone", async () => {
    const alone = await cloneCell(
      [file(steps)],
      { ...request, model: "izhikevich", holdOut: 4 },
      runInProcess,
    );
    expect(twin.map.C_pF).not.toBe(alone.map.C_pF);
    expect(alone.provenance.files).toHaveLength(1);
  });

  it("says so where the cell rests elsewhere in the second recording", async () => {
    const depolarised = {
      ...ramps,
      sweeps: ramps.sweeps.map((sweep) => ({ ...sweep, v_mV: sweep.v_mV.map((v) => v + 8) })),
    };
    const drifted = await cloneCell(
      [file(steps), file(depolarised)],
      { ...request, model: "izhikevich", refine: false },
      runInProcess,
    );
    expect(drifted.range.reasons.join(" ")).toMatch(/resting potential differs by 8\.\d mV/);
  });
});

describe("refusals", () => {
  it("a model in current density has no size to be found", async () => {
    const attempt = cloneCell([file(recording)], { ...request, model: "hodgkin-huxley" }, runInProcess);
    await expect(attempt).rejects.toBeInstanceOf(InputError);
  });

  it("a cell that never fires cannot be cloned", async () => {
    const silent = syntheticRecording([-60, -30, 0], TEST_CELL);
    await expect(cloneCell([file(silent)], request, runInProcess)).rejects.toMatchObject({
      problem: { code: "no-spikes" },
    });
  });
});
