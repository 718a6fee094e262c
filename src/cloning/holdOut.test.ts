import { describe, expect, it } from "vitest";
import { measureRecording } from "../features/index.ts";
import { cloneCell } from "./clone.ts";
import { heldOut, scoreHoldOut } from "./holdOut.ts";
import { runInProcess } from "./inProcess.ts";
import { predictRecording } from "./predictRecording.ts";
import { assignRoles } from "./roles.ts";
import { syntheticRecording } from "./testRecording.ts";
import type { SweepFit } from "./twin.ts";

const positions = (flags: readonly boolean[]) => [...flags.keys()].filter((k) => flags[k]);

describe("which sweeps are held out", () => {
  it("every third, in the order of the file", () => {
    expect(positions(heldOut([5, 4, 3, 2, 1, 0, -1], 3))).toEqual([2, 5]);
  });

  it("the strongest third by current, whatever the order", () => {
    expect(positions(heldOut([500, 0, 100, 400, 200, 300], "strongest-third"))).toEqual([0, 3]);
    expect(positions(heldOut([0, 1, 2, 3, 4, 5, 6], "strongest-third"))).toEqual([5, 6]);
  });

  it("a repeat of a trained current stays trained", () => {
    expect(positions(heldOut([0, 100, 200, 200, 200, 300], "strongest-third"))).toEqual([5]);
    expect(positions(heldOut([100, 100, 100], "strongest-third"))).toEqual([]);
  });

  it("nothing of fewer than three sweeps, and nothing for 0", () => {
    expect(positions(heldOut([0, 100], "strongest-third"))).toEqual([]);
    expect(positions(heldOut([0, 100, 200], 0))).toEqual([]);
  });

  it("sweeps past depolarisation block are not among them", () => {
    const recording = syntheticRecording([0, 100, 200, 300, 400, 500, 600, 700]);
    const features = { ...measureRecording(recording), blockAbove_pA: 500 };
    const roles = assignRoles([{ recording, features, file: 1 }], { holdOut: "strongest-third" });
    expect(roles.filter(({ role }) => role === "held-out").map((sweep) => sweep.amplitude_pA)).toEqual([
      400, 500,
    ]);
    expect(roles.filter(({ role }) => role === "beyond-range")).toHaveLength(2);
  });
});

function sweepFit(more: Partial<SweepFit>): SweepFit {
  return {
    index: 1,
    role: "held-out",
    amplitude_pA: 0,
    recordedSpikes: 0,
    clonedSpikes: 0,
    clonedSpikesLow: 0,
    clonedSpikesHigh: 0,
    interpolatedSpikes: null,
    withinRule: true,
    vRmse_mV: 0,
    ...more,
  };
}

describe("scores", () => {
  const trained = [
    sweepFit({ role: "trained", amplitude_pA: 0, recordedSpikes: 0 }),
    sweepFit({ role: "trained", amplitude_pA: 100, recordedSpikes: 4 }),
    sweepFit({ role: "trained", amplitude_pA: 200, recordedSpikes: 10 }),
  ];

  it("by hand: the rule, strict 10 %, the pooled error, silent sweeps", () => {
    const score = scoreHoldOut(
      [
        sweepFit({ amplitude_pA: -50, clonedSpikes: 0, vRmse_mV: 3 }),
        sweepFit({ amplitude_pA: -20, clonedSpikes: 0, vRmse_mV: 1 }),
        sweepFit({ amplitude_pA: 20, clonedSpikes: 3, vRmse_mV: 50 }),
        sweepFit({ amplitude_pA: 150, recordedSpikes: 5, clonedSpikes: 7 }),
        sweepFit({ amplitude_pA: 170, recordedSpikes: 40, clonedSpikes: 36 }),
        sweepFit({ role: "beyond-range", recordedSpikes: 90, clonedSpikes: 0 }),
      ],
      trained,
    );
    expect(score).toMatchObject({ sweeps: 5, withinRule: 4 / 5, strict: 3 / 5, countError: 9 / 45 });
    expect(score.staysSilent).toBeCloseTo(2 / 3, 12);
    expect(score.silentRmse_mV).toBeCloseTo(Math.sqrt((9 + 1) / 2), 12);
  });

  it("the rival interpolates, goes on along the line of the two strongest, and is silent below the weakest", () => {
    const rival = (amplitude_pA: number, recordedSpikes: number) =>
      scoreHoldOut([sweepFit({ amplitude_pA, recordedSpikes })], trained).interpolation;
    expect(rival(150, 7)).toMatchObject({ sweeps: 1, countError: 0 });
    expect(rival(300, 16)).toMatchObject({ sweeps: 1, countError: 0 });
    expect(rival(400, 11)).toMatchObject({ countError: 1, withinRule: 0 });
    expect(rival(-50, 0)).toEqual({ sweeps: 0, withinRule: null, countError: null, strict: null });
  });

  it("the rival reads counts off the same recording, and off all of another one's", () => {
    const here = trained.map((fit) => ({ ...fit, file: 1 }));
    const held = (file?: number) =>
      scoreHoldOut([sweepFit({ amplitude_pA: 150, recordedSpikes: 7, ...(file && { file }) })], here);
    expect(held(1).interpolation).toMatchObject({ sweeps: 1, countError: 0 });
    expect(held(2).interpolation.sweeps).toBe(0);
    expect(held().interpolation).toMatchObject({ sweeps: 1, countError: 0 });
  });

  it("the rival's line does not go below 0 spikes", () => {
    const blocking = [
      sweepFit({ role: "trained", amplitude_pA: 100, recordedSpikes: 10 }),
      sweepFit({ role: "trained", amplitude_pA: 200, recordedSpikes: 2 }),
    ];
    const held = [sweepFit({ amplitude_pA: 400, recordedSpikes: 4 })];
    expect(scoreHoldOut(held, blocking).interpolation.countError).toBe(1);
  });
});

it("a twin predicts another recording of its cell up to twice its strongest current", async () => {
  const cell = { d_pA: 60 };
  const twin = await cloneCell(
    [{ recording: syntheticRecording([-30, 0, 60, 100, 140, 180, 220], cell, "izhikevich"), sha256: "0" }],
    {
      model: "izhikevich",
      seed: 1,
      samples: 6,
      effort: "quick",
      refine: true,
      holdOut: 0,
      provenance: { patchtwin: "test", createdAt: "2000-01-01T00:00:00.000Z" },
    },
    runInProcess,
  );
  const other = syntheticRecording([-50, 80, 160, 250, 330, 500], cell, "izhikevich");
  const fits = predictRecording(twin, other);
  expect(fits.map(({ role }) => role)).toEqual([...new Array(5).fill("held-out"), "beyond-range"]);
  const score = scoreHoldOut(
    fits,
    twin.fit.sweeps.filter(({ role }) => role === "trained"),
  );
  expect(score).toMatchObject({ sweeps: 5, staysSilent: 1 });
  expect(score.withinRule).toBeGreaterThanOrEqual(0.8);
});
