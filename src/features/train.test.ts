import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { coincidence } from "./coincidence.ts";
import { detectSpikes } from "./spikes.ts";
import { traceWithSpikes } from "./synthetic.ts";
import { adaptationIndex, isDepolarisationBlock, isiCv, trainFeatures } from "./train.ts";

test("a train with known intervals", () => {
  const v = traceWithSpikes([120, 140, 180, 260]);
  const train = trainFeatures(detectSpikes(v, 0.05), { start_ms: 100, end_ms: 300 });
  expect(train.count).toBe(4);
  expect(train.rate_Hz).toBeCloseTo(20, 9);
  expect(train.latency_ms).toBeCloseTo(20, 6);
  // Each interval doubles: (2 - 1) / (2 + 1).
  expect(train.adaptationIndex).toBeCloseTo(1 / 3, 6);
});

test("too few intervals give null, a silent window a rate of 0", () => {
  expect(isiCv([10])).toBeNull();
  expect(adaptationIndex([10])).toBeNull();
  expect(trainFeatures([], { start_ms: 0, end_ms: 100 })).toMatchObject({ rate_Hz: 0, latency_ms: null });
});

describe("depolarisation block", () => {
  const step = { start_ms: 100, end_ms: 400 };
  const lastingLevel = (level_mV: number) =>
    traceWithSpikes([110, 125, 140]).map((v, k) =>
      k * 0.05 > 141 && k * 0.05 < 400 ? Math.max(v, level_mV) : v,
    );

  test("firing that ends on a plateau above threshold is block; silence below threshold is not", () => {
    const blocked = lastingLevel(-20);
    expect(isDepolarisationBlock(blocked, 0.05, detectSpikes(blocked, 0.05), step, -45)).toBe(true);
    const adapted = lastingLevel(-50);
    expect(isDepolarisationBlock(adapted, 0.05, detectSpikes(adapted, 0.05), step, -45)).toBe(false);
  });

  test("regular firing from a depolarised level is not block", () => {
    const v = traceWithSpikes([110, 160, 210, 260, 310, 360], { rest_mV: -20, height_mV: 50 });
    expect(isDepolarisationBlock(v, 0.05, detectSpikes(v, 0.05), step, -45)).toBe(false);
  });
});

describe("coincidence factor", () => {
  const train = [10, 60, 130, 200, 290, 350];

  test("1 for the same train, also within the window; symmetric in a common shift", () => {
    expect(coincidence(train, train, 400, 2)).toBeCloseTo(1, 12);
    expect(
      coincidence(
        train,
        train.map((t) => t + 1.9),
        400,
        2,
      ),
    ).toBeCloseTo(1, 12);
  });

  test("worked by hand: 2 of 4 coincide, 1000 ms, 4 ms", () => {
    // expected by chance 2 * (4 / 1000) * 4 * 4 = 0.128; (2 - 0.128) / 4 / (1 - 0.032)
    const gamma = coincidence([100, 200, 300, 400], [101, 230, 330, 402], 1000, 4);
    expect(gamma).toBeCloseTo((2 - 0.128) / 4 / 0.968, 12);
  });

  test("about 0 for trains that have nothing to do with each other, null for two empty ones", () => {
    expect(coincidence([], [], 400)).toBeNull();
    expect(coincidence(train, [], 400)).toBe(0);
    expect(coincidence(train, [30, 95, 165, 245, 320], 400, 2)).toBeLessThan(0);
  });

  test("never above 1", () => {
    const times = fc.array(fc.double({ min: 0, max: 1000, noNaN: true }), { minLength: 1, maxLength: 30 });
    const sorted = times.map((values) => values.sort((a, b) => a - b));
    fc.assert(
      fc.property(sorted, sorted, (a, b) => {
        expect(coincidence(a, b, 1000, 2)!).toBeLessThanOrEqual(1 + 1e-9);
      }),
      { seed: 24 },
    );
  });
});
