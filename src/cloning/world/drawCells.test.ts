import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { compile, runSweeps } from "../../engine/index.ts";
import { detectSpikes } from "../../features/index.ts";
import {
  admitted,
  cellBatches,
  type DrawnCell,
  drawCells,
  engineParameters,
  toUnit,
  trainingWorld,
  worldModel,
} from "./index.ts";

/** Everything about a cell, its samples as a hash: arrays of this size take seconds to compare one by one. */
function digest({ sweeps, ...rest }: DrawnCell) {
  const hash = createHash("sha256");
  for (const { v_mV, i_pA } of sweeps) hash.update(v_mV).update(i_pA);
  return { ...rest, samples: hash.digest("hex") };
}

/** Sweeps that fire, of all sweeps of a cell. */
function firingShare({ sweeps, dt_ms }: DrawnCell): number {
  return sweeps.filter(({ v_mV }) => detectSpikes(v_mV, dt_ms).length > 0).length / sweeps.length;
}

describe("[W1] a cell depends on its seed and index alone", () => {
  it.each(["single-step", "rich", "world"] as const)("%s: the same in any batch", (protocol) => {
    const world = trainingWorld("izhikevich", { protocol });
    const together = drawCells(world, 11, 4);
    const batches = cellBatches(world, 11, 2);
    batches.next();
    expect(batches.next().value.map(digest)).toEqual(together.slice(2).map(digest));
    expect(drawCells(world, 11, 1, 3).map(digest)).toEqual(together.slice(3).map(digest));
    expect(drawCells(world, 12, 1)[0].parameters).not.toEqual(together[0].parameters);
  });

  it.each(["hodgkin-huxley", "cortical"] as const)("%s too", (model) => {
    const world = trainingWorld(model, { protocol: "single-step" });
    expect(drawCells(world, 5, 1, 1).map(digest)).toEqual(drawCells(world, 5, 2).slice(1).map(digest));
  });

  it("its parameters, protocol and currents do not depend on the level of noise", () => {
    const [silent, noisy] = [0, 1].map(
      (noise_mV) =>
        drawCells(trainingWorld("izhikevich", { protocol: "rich", rig: "noisy", noise_mV }), 3, 1)[0],
    );
    expect(noisy.parameters).toEqual(silent.parameters);
    for (const [k, { v_mV, i_pA }] of noisy.sweeps.entries()) {
      expect(i_pA.every((i, n) => i === silent.sweeps[k].i_pA[n])).toBe(true);
      expect(v_mV.some((v, n) => v !== silent.sweeps[k].v_mV[n])).toBe(true);
    }
  });
});

describe("[W2] every drawn cell lies in its prior and passes its rule", () => {
  it.each(["izhikevich", "hodgkin-huxley", "cortical"] as const)("%s", (model) => {
    const world = trainingWorld(model, { protocol: "single-step" });
    const cells = drawCells(world, 21, 12);
    for (const { parameters } of cells)
      toUnit(world.prior, parameters).forEach((coordinate) => {
        expect(coordinate > 0 && coordinate < 1).toBe(true);
      });
    const parameters = cells.map((cell) => cell.parameters);
    expect(admitted(worldModel(world.prior), parameters)).toEqual(cells.map(() => true));
    expect(cells.some(({ rejected }) => rejected > 0)).toBe(true);
  });
});

describe("[W3] without a rig the voltage is the engine's", () => {
  it.each([
    ["izhikevich", 0.1, 1],
    ["hodgkin-huxley", 0.05, 100],
    ["cortical", 0.05, 1],
  ] as const)(
    "%s: in double precision too, up to the first spike and in numbers of spikes",
    (model, dt_ms, pA) => {
      const world = trainingWorld(model, { protocol: "single-step", rig: "ideal" });
      const { engine, prior } = worldModel(world.prior);
      const exact = compile(engine, { dt_ms });
      const factor = Math.round(0.1 / dt_ms);
      for (const cell of drawCells(world, 8, 3)) {
        const [{ v_mV, i_pA }] = cell.sweeps;
        const current = Float64Array.from(
          { length: i_pA.length * factor },
          (_, n) => i_pA[Math.floor(n / factor)] / pA,
        );
        const [[run]] = runSweeps(exact, [engineParameters(worldModel(prior), cell.parameters)], [current]);
        const truth = v_mV.map((_, k) => run.v_mV[k * factor]);
        const [ours, theirs] = [v_mV, truth].map((v) => detectSpikes(v, cell.dt_ms).length);
        expect(Math.abs(ours - theirs)).toBeLessThanOrEqual(Math.max(1, 0.02 * theirs));
        for (let k = 0; k < 1000; k++) expect(Math.abs(v_mV[k] - truth[k])).toBeLessThan(0.01);
      }
    },
  );
});

describe("[W4] protocols are those of a laboratory", () => {
  it("rich: ten sweeps of a second at 10 kHz, of which in most cells a part fires", () => {
    const shares = drawCells(
      trainingWorld("izhikevich", { protocol: "rich", rig: "noisy", noise_mV: 0.5 }),
      31,
      24,
    ).map((cell) => {
      expect(cell.sweeps.map(({ i_pA }) => i_pA.length)).toEqual(new Array(10).fill(10_000));
      expect(cell.dt_ms).toBe(0.1);
      return firingShare(cell);
    });
    expect(shares.filter((share) => share >= 0.2 && share <= 0.8).length).toBeGreaterThanOrEqual(20);
  });

  it("single-step: a second at one level, which fires", () => {
    const cells = drawCells(trainingWorld("izhikevich", { protocol: "single-step", rig: "ideal" }), 32, 30);
    for (const { sweeps } of cells) expect(new Set(sweeps[0].i_pA).size).toBe(2);
    expect(cells.map(firingShare).filter((share) => share === 1).length).toBeGreaterThanOrEqual(28);
  });

  it("world: every kind, 1 to 30 sweeps, 0.2 to 5 s, 4 to 50 kHz, from the holding current", () => {
    const cells = drawCells(trainingWorld("izhikevich"), 33, 40);
    const kinds = ["chirp", "noise", "one-step", "ramp", "sine", "steps", "steps+other", "train"];
    expect(kinds).toEqual(expect.arrayContaining([...new Set(cells.map(({ protocol }) => protocol))]));
    expect(new Set(cells.map(({ protocol }) => protocol)).size).toBeGreaterThanOrEqual(6);
    for (const { sweeps, dt_ms, hold_pA } of cells) {
      expect(sweeps.length).toBeLessThanOrEqual(30);
      expect(1 / dt_ms).toBeGreaterThanOrEqual(4);
      expect(1 / dt_ms).toBeLessThanOrEqual(50);
      for (const { v_mV, i_pA } of sweeps) {
        expect(v_mV.length).toBe(i_pA.length);
        expect(v_mV.length * dt_ms).toBeGreaterThanOrEqual(200);
        expect(v_mV.length * dt_ms).toBeLessThanOrEqual(5000);
        expect([i_pA[0], i_pA[i_pA.length - 1]]).toEqual([hold_pA, hold_pA]);
        expect(v_mV.every((v) => Number.isFinite(v) && Math.abs(v) < 300)).toBe(true);
      }
    }
    const firing = cells.map(firingShare);
    expect(firing.filter((share) => share > 0).length / cells.length).toBeGreaterThan(0.85);
  });
});
