import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { alongSegments, HALF_WIDTH, lengthAfter, ratioOf, resampled } from "./resample-kernel.ts";
import { sampled } from "./synthetic.ts";

/** Sines below 0.8 of half the lower rate, which both rates can hold. */
const bandLimited = (t_ms: number) =>
  20 * Math.sin(2 * Math.PI * 0.3 * t_ms + 1) + 5 * Math.sin(2 * Math.PI * 1.7 * t_ms) - 60;

describe.each([
  [20, 5],
  [5, 20],
  [20, 12.5],
  [25, 10],
  [10, 44.1],
])("from %f to %f kHz", (from_kHz, to_kHz) => {
  const ratio = ratioOf(to_kHz / from_kHz)!;
  const input = sampled(60, 1 / from_kHz, bandLimited);
  const output = resampled(input, ratio);

  test("a band-limited signal is reproduced to 1e-3 of its amplitude", () => {
    const margin_ms = HALF_WIDTH / Math.min(from_kHz, to_kHz);
    const errors = [...output.keys()]
      .map((k) => ({ t_ms: k / to_kHz, error: Math.abs(output[k] - bandLimited(k / to_kHz)) }))
      .filter(({ t_ms }) => t_ms > margin_ms && t_ms < 60 - margin_ms - 1 / from_kHz);
    expect(errors.length).toBeGreaterThan(100);
    expect(Math.max(...errors.map(({ error }) => error))).toBeLessThan(1e-3 * 25);
  });

  test("there and back again gives the samples that were there", () => {
    const back = resampled(output, ratioOf(from_kHz / to_kHz)!);
    const margin = Math.ceil((2 * HALF_WIDTH * from_kHz) / Math.min(from_kHz, to_kHz));
    const middle = input.subarray(margin, input.length - margin);
    const errors = middle.map((v, k) => Math.abs(v - back[k + margin]));
    expect(Math.max(...errors)).toBeLessThan(2e-3 * 25);
  });
});

test("what the new rate cannot hold is stopped by 80 dB and not folded back", () => {
  const output = resampled(
    sampled(200, 0.05, (t_ms) => Math.sin(2 * Math.PI * 4 * t_ms)),
    ratioOf(0.25)!,
  );
  const middle = output.subarray(100, output.length - 100);
  expect(Math.max(...middle.map(Math.abs))).toBeLessThan(2e-4);
});

test("a constant stays exactly flat, to the ends", () => {
  for (const value of resampled(new Float64Array(70).fill(-65), ratioOf(7 / 3)!))
    expect(value).toBeCloseTo(-65, 10);
});

test("ratios: the rate of a stored 0.10000000149 ms is 10 kHz; no fraction for an odd one", () => {
  expect(ratioOf(10 * 0.10000000149)).toEqual({ up: 1, down: 1 });
  expect(ratioOf(44.1 / 25)).toEqual({ up: 441, down: 250 });
  expect(ratioOf(0.5)).toEqual({ up: 1, down: 2 });
  expect(ratioOf(1 / Math.PI ** 8)).toBeNull();
});

test("a step between its edges keeps its two levels, and comes late by less than one new sample", () => {
  const sizes = fc.integer({ min: 1, max: 40 });
  fc.assert(
    fc.property(sizes, sizes, fc.integer({ min: 1, max: 60 }), (up, down, edge) => {
      const ratio = ratioOf(up / down)!;
      const input = Float64Array.from({ length: 61 }, (_, k) => (k < edge ? -3 : 7));
      const output = alongSegments(input, ratio, new Set([0, edge]));
      expect(output).toHaveLength(lengthAfter(61, ratio));
      const places = [...output.keys()].map((n) => (n * ratio.down) / ratio.up);
      expect([...output]).toEqual(places.map((place) => (place < edge - 1e-9 ? -3 : 7)));
    }),
    { numRuns: 200, seed: 7 },
  );
});

test("a ramp stays a ramp and does not reach over its end", () => {
  const input = Float64Array.from([0, 0, 1, 2, 3, 0, 0]);
  const output = alongSegments(input, { up: 2, down: 1 }, new Set([0, 1, 5]));
  expect([...output]).toEqual([0, 0, 0, 0.5, 1, 1.5, 2, 2.5, 3, 3, 0, 0, 0]);
});
