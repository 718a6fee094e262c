import { describe, expect, it } from "vitest";
import { RandomStream } from "../../random.ts";
import { drawCells, toUnit, trainingWorld } from "../world/index.ts";
import { plausibleIzhikevich } from "../world/izhikevichPrior.ts";
import { identifiability } from "./identifiability.ts";
import { matchedPosterior } from "./posterior.ts";
import { refine } from "./refine.ts";

const noisy = (protocol: "rich" | "single-step", noise_mV: number) =>
  trainingWorld("izhikevich", { protocol, rig: "noisy", noise_mV });

describe("refinement by innovations", () => {
  it("finds every parameter of a noisy rich recording to 1 % of its range, and the noise", () => {
    const world = noisy("rich", 0.5);
    for (const { parameters, sweeps, dt_ms } of drawCells(world, 201, 2)) {
      const fit = refine(sweeps, dt_ms, world.prior);
      const truth = toUnit(world.prior, parameters);
      const error = toUnit(world.prior, fit.values).map((x, j) => Math.abs(x - truth[j]));
      expect(Math.max(...error)).toBeLessThan(0.01);
      expect(fit.converged).toBe(true);
      expect(fit.noise.white_mV).toBeCloseTo(0.5, 1);
      expect(fit.noise.slow_mV).toBeCloseTo(0.5, 1);
    }
  });

  it("says why it did not converge when it may not go on", () => {
    const world = noisy("single-step", 0.5);
    const [{ sweeps, dt_ms }] = drawCells(world, 202, 1);
    const fit = refine(sweeps, dt_ms, world.prior, undefined, { mostIterations: 1 });
    expect(fit).toMatchObject({ converged: false, reason: "not settled after 1 iterations" });
  });
});

describe("posterior", () => {
  it("gives the same draws again for the same stream, inside the prior, with b wider than vr after one step", () => {
    const world = noisy("single-step", 1);
    const [{ sweeps, dt_ms }] = drawCells(world, 203, 1);
    const run = () =>
      matchedPosterior(sweeps, dt_ms, world.prior, RandomStream.fromSeed(1), {
        samples: 300,
        proposals: 200,
        accepts: (all) => all.map((values) => plausibleIzhikevich(Float64Array.from(values))),
      });
    const { samples } = run();
    expect(run().samples).toEqual(samples);
    const units = samples.map((sample) => toUnit(world.prior, sample));
    expect(units.every((unit) => unit.every((x) => x > -1e-9 && x < 1 + 1e-9))).toBe(true);
    const { spreadRatio } = identifiability(samples, world.prior);
    expect(spreadRatio.b_nS).toBeGreaterThan(spreadRatio.vr_mV);
  });

  it("rests on nothing where no draw is accepted, and says so", () => {
    const world = noisy("single-step", 1);
    const [{ sweeps, dt_ms }] = drawCells(world, 203, 1);
    const options = {
      samples: 10,
      proposals: 20,
      mostIterations: 1,
      accepts: (all: readonly Float64Array[]) => all.map(() => false),
    };
    const stream = RandomStream.fromSeed(1);
    expect(matchedPosterior(sweeps, dt_ms, world.prior, stream, options).effectiveSampleSize).toBe(0);
  });
});
