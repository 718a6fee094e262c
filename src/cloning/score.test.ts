import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { interpolateCount, scoreCounts, withinRule } from "./score.ts";

describe("the rule of max(2 spikes, 10 %)", () => {
  it.each([
    [0, 2, true],
    [0, 3, false],
    [10, 12, true],
    [10, 13, false],
    [50, 55, true],
    [50, 56, false],
    [42, 38, true],
  ])("%i recorded, %i predicted: %s", (recorded, predicted, expected) => {
    expect(withinRule(predicted, recorded)).toBe(expected);
  });

  it("scores fraction and pooled error, and is null without sweeps", () => {
    const pairs = [
      { predicted: 2, recorded: 0 },
      { predicted: 10, recorded: 10 },
      { predicted: 4, recorded: 10 },
    ];
    expect(scoreCounts(pairs)).toEqual({ sweeps: 3, withinRule: 2 / 3, countError: 8 / 20 });
    expect(scoreCounts([])).toEqual({ sweeps: 0, withinRule: null, countError: null });
  });
});

describe("interpolation between trained neighbours", () => {
  const line = [0, 100, 200, 300].map((amplitude_pA) => ({
    amplitude_pA,
    recordedSpikes: amplitude_pA / 10,
  }));

  it("is the mean of the nearest below and above", () => {
    expect(interpolateCount(line, 150)).toBe(15);
    expect(interpolateCount(line, 110)).toBe(15);
  });

  it("is the measured count where the current was trained", () => {
    expect(interpolateCount(line, 200)).toBe(20);
  });

  it("is null outside the trained currents: it cannot extrapolate", () => {
    expect(interpolateCount(line, -10)).toBeNull();
    expect(interpolateCount(line, 301)).toBeNull();
  });

  it("never leaves the range of the trained counts", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 300, noNaN: true }), (current) => {
        const count = interpolateCount(line, current) ?? Number.NaN;
        expect(count >= 0 && count <= 30).toBe(true);
      }),
    );
  });
});
