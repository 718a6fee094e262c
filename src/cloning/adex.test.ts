import { expect, it } from "vitest";
import { cloneCell } from "./clone.ts";
import { runInProcess } from "./inProcess.ts";
import { syntheticRecording } from "./testRecording.ts";

it("an AdEx cell is cloned from its own recording, held-out sweeps included", async () => {
  const truth = { C_pF: 150, gL_nS: 8, EL_mV: -66, a_nS: 2, Vr_mV: -58, b_pA: 40, vpeak_mV: 30 };
  const recording = syntheticRecording([-60, -30, 0, 160, 220, 280, 340, 400, 460], truth, "adex");
  const twin = await cloneCell(
    [{ recording, sha256: "0" }],
    {
      model: "adex",
      seed: 1,
      samples: 12,
      effort: "quick",
      refine: true,
      holdOut: 3,
      provenance: { patchtwin: "test", createdAt: "2000-01-01T00:00:00.000Z" },
    },
    runInProcess,
  );
  expect(twin.fit.sweeps.filter((sweep) => sweep.recordedSpikes > 2).length).toBeGreaterThanOrEqual(5);
  expect(twin.fit.heldOut.withinRule).toBe(1);
  expect(Math.abs(twin.map.EL_mV - truth.EL_mV)).toBeLessThan(3);
});
