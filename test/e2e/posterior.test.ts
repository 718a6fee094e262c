import * as onnxruntime from "onnxruntime-node";
import { describe, expect, test } from "vitest";
import { noBrowser } from "./browser.ts";
import { answerInChromium, shippedWeights, tenSweeps } from "./posteriorPage.ts";
import { answer } from "./posteriorScenario.ts";

describe.skipIf(noBrowser)("the shipped posterior in Chromium", () => {
  test("[P1] a recording of ten sweeps gives the samples that it gives in Node", async () => {
    const [shipped, recording] = [shippedWeights(), tenSweeps()];
    const here = await answer(onnxruntime, shipped, recording, 0);
    const there = await answerInChromium(shipped, recording, 0);
    expect(there.unit.length).toBe(here.unit.length);
    expect(here.logDensity.length).toBe(1000);
    expect(new Set(here.unit).size).toBeGreaterThan(here.unit.length / 2);
    const apart = (a: readonly number[], b: readonly number[]) =>
      Math.max(...a.map((value, k) => Math.abs(value - b[k])));
    // Measured: 9.8e-7 of the prior's width, and 8.0e-6 nats.
    expect(apart(here.unit, there.unit)).toBeLessThan(1e-5);
    expect(apart(here.logDensity, there.logDensity)).toBeLessThan(1e-4);
  });
});
