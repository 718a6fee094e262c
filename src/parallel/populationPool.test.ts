import { afterAll, describe, expect, it } from "vitest";
import { compile, defaultParameters, findModel, type PopulationOptions, packCells } from "../engine/index.ts";
import { InputError } from "../errors.ts";
import { PopulationPool } from "./index.ts";

const model = findModel("hodgkin-huxley");
const COUNT = 203; // no whole number of blocks
const parameters = packCells(
  model,
  Array.from({ length: COUNT }, (_, k) =>
    defaultParameters(model).map((value, n) => (n === 1 ? value * (1 + k / 2000) : value)),
  ),
);
const request: PopulationOptions = {
  steps: 1500,
  i: { kind: "noise", mean: 10, sd: 3, tau_ms: 2, seed: 5 },
  spikeTimes: true,
  statistics: true,
  plateauLevel_mV: -30,
  recordEvery: 25,
};
const pools = [1, 2, 3].map((threads) => new PopulationPool(threads));
afterAll(async () => {
  await Promise.all(pools.map((pool) => pool.close()));
});

describe("PopulationPool", () => {
  it.each(pools.map((pool): [number, PopulationPool] => [pool.threads, pool]))(
    "%i thread(s) give the bits of a run without threads",
    async (_, pool) => {
      const alone = compile(model, { dt_ms: 0.025 }).run(parameters, request);
      const together = await pool.run(model, { dt_ms: 0.025 }, parameters, request);
      expect(alone.spikes.times_ms.length).toBeGreaterThan(100);
      expect(together).toEqual(alone);
    },
  );

  it("is cancelled soon, says so, and runs again", async () => {
    const stop = new AbortController();
    const seen: number[] = [];
    const long = {
      ...request,
      steps: 3_000_000,
      recordEvery: 0,
      i: { kind: "constant", value: 10 } as const,
    };
    const run = pools[1].run(model, { dt_ms: 0.025 }, parameters, {
      ...long,
      signal: stop.signal,
      progress: (fraction) => {
        seen.push(fraction);
        if (fraction > 0) stop.abort(new Error("enough"));
      },
    });
    await expect(run).rejects.toThrow("enough");
    expect(Math.max(...seen)).toBeLessThan(1);
    const again = await pools[1].run(model, { dt_ms: 0.025 }, parameters, request);
    expect(again.count).toBe(COUNT);
  });

  it("reports progress up to the end", async () => {
    const seen: number[] = [];
    await pools[1].run(model, { dt_ms: 0.025 }, parameters, { ...request, progress: (f) => seen.push(f) });
    expect(seen.at(-1)).toBe(1);
    expect(seen.toSorted((a, b) => a - b)).toEqual(seen);
  });

  it("a failure of a cell is a result, whichever thread it was on", async () => {
    const run = await pools[2].run(model, { dt_ms: 0.5, solver: "euler" }, parameters, {
      ...request,
      i: { kind: "constant", value: 60 },
    });
    expect(run.failures.length).toBeGreaterThan(0);
    for (const failure of run.failures) {
      expect(failure.t_ms).toBeGreaterThan(0);
      expect(failure.remedy).toMatch(/smaller time step/);
      expect(run.vMean_mV?.[failure.cell]).toBeNaN();
    }
    expect(run.failures.map(({ cell }) => cell)).toEqual(
      run.failures.map(({ cell }) => cell).toSorted((a, b) => a - b),
    );
  });

  it("a thread's refusal reaches the caller", async () => {
    const asked = pools[0].run(model, { dt_ms: 0.025, solver: "rosenbrock" }, parameters, request);
    await expect(asked).rejects.toThrow(InputError);
  });
});
