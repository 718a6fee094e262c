import { describe, expect, it } from "vitest";
import { RandomStream } from "../../random.ts";
import { residualTests } from "./residuals.ts";

function ar1(seed: number, length: number, phi: number): number[] {
  const stream = RandomStream.fromSeed(seed);
  let value = stream.normal();
  return Array.from({ length }, () => {
    value = phi * value + Math.sqrt(1 - phi * phi) * stream.normal();
    return value;
  });
}

const rejected = (phi: number, test: "runs" | "lag1") =>
  Array.from({ length: 400 }, (_, seed) => residualTests(ar1(seed, 200, phi))[test]).filter(
    ({ p }) => p < 0.05,
  ).length;

describe.each(["runs", "lag1"] as const)("%s", (test) => {
  it("rejects white residuals at 0.05 about 20 times in 400", () => {
    expect(rejected(0, test)).toBeGreaterThan(7);
    expect(rejected(0, test)).toBeLessThan(36);
  });

  it("rejects AR(1) residuals of 0.4 nearly always", () => {
    expect(rejected(0.4, test)).toBeGreaterThan(380);
  });
});

it("runs by hand: ++--+++-, expected 1 + 2 x 5 x 3 / 8", () => {
  const { runs } = residualTests([1, 2, -1, -1, 1, 1, 3, -2]);
  expect(runs.count).toBe(4);
  expect(runs.z).toBeCloseTo((4 - 4.75) / Math.sqrt((30 * 22) / (64 * 7)), 12);
});

it("residuals of one sign are the plainest misfit; none and constant ones say nothing of neighbours", () => {
  expect(residualTests(new Array(40).fill(1.5)).runs.p).toBeLessThan(1e-6);
  expect(residualTests(new Array(40).fill(1.5)).lag1).toMatchObject({ correlation: 0, p: 1 });
  expect(residualTests([]).runs).toMatchObject({ z: 0, p: 1 });
});

it("lag-1 correlation of AR(1) is its coefficient", () => {
  expect(residualTests(ar1(1, 20_000, 0.7)).lag1.correlation).toBeCloseTo(0.7, 1.5);
});
