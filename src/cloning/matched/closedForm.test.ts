import { describe, expect, it } from "vitest";
import { drawCells, toUnit, trainingWorld } from "../world/index.ts";
import { closedForm } from "./closedForm.ts";

const world = trainingWorld("izhikevich", { protocol: "rich", rig: "ideal", noise_mV: 0 });

/** Share of the variance of the true values that estimates explain, in units of the prior. */
function recovery(truth: readonly Float64Array[], estimate: readonly Float64Array[]): number[] {
  return [...truth[0].keys()].map((j) => {
    const mean = truth.reduce((sum, x) => sum + x[j], 0) / truth.length;
    const total = truth.reduce((sum, x) => sum + (x[j] - mean) ** 2, 0);
    return 1 - truth.reduce((sum, x, i) => sum + (x[j] - estimate[i][j]) ** 2, 0) / total;
  });
}

describe("closed form", () => {
  it("gives every parameter of a noiseless rich recording with R2 of at least 0.99", () => {
    const cells = drawCells(world, 101, 12);
    const truth = cells.map(({ parameters }) => toUnit(world.prior, parameters));
    const fits = cells.map(({ sweeps, dt_ms }) => closedForm(sweeps, dt_ms, world.prior));
    const r2 = recovery(
      truth,
      fits.map(({ values }) => toUnit(world.prior, values)),
    );
    expect(Math.min(...r2)).toBeGreaterThan(0.99);
    expect(fits.every(({ residual_mV }) => residual_mV < 0.01)).toBe(true);
  });

  it("calls what only spikes show weak when there are none", () => {
    const [cell] = drawCells(world, 102, 1);
    const silent = cell.sweeps.slice(0, 2);
    const fit = closedForm(silent, cell.dt_ms, world.prior);
    expect(fit.spikes).toBe(0);
    expect(fit.weak).toEqual(expect.arrayContaining(["vpeak_mV", "c_mV", "d_pA"]));
  });

  it("refuses sweeps whose current and voltage differ in length", () => {
    const sweep = { v_mV: new Float64Array(20), i_pA: new Float64Array(19) };
    expect(() => closedForm([sweep], 0.1, world.prior)).toThrow("sweep 1");
  });
});
