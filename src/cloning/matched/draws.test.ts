import { describe, expect, it } from "vitest";
import { RandomStream } from "../../random.ts";
import { solveDraws } from "./draws.ts";
import { effective, normalised } from "./weights.ts";

const WIDE = 0.1;
const NARROW = 0.004;
const BEND = 3;
const centre = new Float64Array(8).fill(0.5);

/** Place along a parabola and distance from it: where both are normal, the posterior is a ridge bent by some eight of its widths. */
const along = (x: Float64Array) => x[0] - 0.5;
const gap = (x: Float64Array) => x[1] - 0.5 - BEND * along(x) ** 2;
const others = (x: Float64Array) => Array.from(x.subarray(2, 7), (value) => value - 0.5);

/** As the gradient of a log density; the last direction is not seen at all. */
const none = new Float64Array(0);
const equation = {
  peaks: { before: none, crossing: none },
  at: (x: Float64Array) =>
    Float64Array.of(
      along(x) / WIDE ** 2,
      gap(x) / NARROW ** 2,
      ...others(x).map((value) => value / NARROW ** 2),
      0,
    ),
  jacobian: (x: Float64Array) => {
    const matrix = new Float64Array(64);
    for (let i = 1; i < 7; i++) matrix[i * 9] = 1 / NARROW ** 2;
    matrix[0] = 1 / WIDE ** 2;
    matrix[8] = (-2 * BEND * along(x)) / NARROW ** 2;
    return matrix;
  },
};
const covariance = new Float64Array(64);
covariance[0] = 1 / WIDE ** 2;
for (let i = 1; i < 7; i++) covariance[i * 9] = 1 / NARROW ** 2;

describe("draws by re-estimation", () => {
  const covariances = Array.from({ length: 800 }, () => covariance);
  const { draws, passes } = solveDraws(equation, centre, covariances, RandomStream.fromSeed(5));
  const weights = normalised(draws.map(({ logWeight }) => logWeight));
  const mean = (f: (x: Float64Array) => number) =>
    draws.reduce((sum, { x }, k) => sum + weights[k] * f(x), 0);

  it("follow a bent ridge to its ends, at a few passes each", () => {
    expect(effective(weights)).toBeGreaterThan(300);
    expect(passes).toBeLessThan(6 * covariances.length);
    expect(Math.abs(mean(along)) / WIDE).toBeLessThan(0.15);
    expect(Math.sqrt(mean((x) => along(x) ** 2)) / WIDE).toBeCloseTo(1, 0.7);
    expect(Math.sqrt(mean((x) => gap(x) ** 2)) / NARROW).toBeCloseTo(1, 0.7);
    expect(mean((x) => (along(x) > 1.5 * WIDE ? 1 : 0))).toBeGreaterThan(0.03);
  });

  it("leave a direction that is not seen as wide as its prior", () => {
    expect(mean((x) => x[7])).toBeCloseTo(0.5, 1);
    expect(Math.sqrt(12 * mean((x) => (x[7] - 0.5) ** 2))).toBeCloseTo(1, 0.7);
  });
});
