import { describe, expect, it } from "vitest";
import { RandomStream } from "../../random.ts";
import { drawPeak, peakBounds, peakDensity } from "./peak.ts";

describe("density of vpeak", () => {
  it("many noisy looks at one voltage do not push vpeak away from it", () => {
    const stream = RandomStream.fromSeed(11);
    const noisy = (value: number) => Float64Array.from({ length: 120 }, () => value + 0.4 * stream.normal());
    const deviation = { before: new Float64Array(120).fill(0.4), crossing: new Float64Array(120).fill(0.4) };
    const found = { before: noisy(30), crossing: noisy(31) };
    const density = peakDensity(peakBounds(found, deviation), found, 0, 60);
    const draws = Array.from({ length: 2000 }, () => drawPeak(density, stream)).sort((a, b) => a - b);
    // Uniform from 30 to 31, blurred by what the voltages themselves are uncertain.
    expect(draws[200]).toBeLessThan(30.35);
    expect(draws[1800]).toBeGreaterThan(30.65);
    expect(draws[20]).toBeGreaterThan(29.6);
    expect(draws[1980]).toBeLessThan(31.4);
  });

  it("without a spike any vpeak of the range is as likely", () => {
    const none = { before: new Float64Array(0), crossing: new Float64Array(0) };
    const stream = RandomStream.fromSeed(12);
    const density = peakDensity(peakBounds(none, none), none, 0, 60);
    const draws = Array.from({ length: 1000 }, () => drawPeak(density, stream)).sort((a, b) => a - b);
    expect(draws[500]).toBeCloseTo(30, -1);
    expect(draws[999]).toBeGreaterThan(55);
  });
});
