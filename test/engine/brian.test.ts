import { expect, it } from "vitest";
import { compiledKernel, defaultParameters, findModel } from "../../src/engine/index.ts";
import truth from "./brian-traces.json" with { type: "json" };
import { sampledCurrent, spikeDistance_ms } from "./truth.ts";

/** Brian 2's spike times by the same explicit Euler, frozen; make_brian_traces.py printed them from the book's equations. */
it.each(truth.cases)("$model under $current_pA spikes in the same steps as in Brian 2", (given) => {
  const model = findModel(given.model);
  const current = sampledCurrent(given.current_pA, given.duration_ms, truth.dt_ms);
  const { spikeTimes_ms } = compiledKernel(model, truth.dt_ms).bind(defaultParameters(model)).run(current);
  expect(given.spikeTimes_ms.length).toBeGreaterThan(1);
  expect(spikeDistance_ms(spikeTimes_ms, given.spikeTimes_ms)).toBeLessThan(1e-6);
});
