import { describe, expect, it } from "vitest";
import { RandomStream } from "../../random.ts";
import { effective, proposal } from "./proposal.ts";
import { sample } from "./sampler.ts";

const WIDE = 0.1;
const NARROW = 0.004;
const BEND = 3;

/** Normal along the first axis, narrow about a parabola along the second, narrow elsewhere: mean and variance are known. */
const ridge = (x: Float64Array) => {
  const along = x[0] - 0.5;
  const gap = x[1] - 0.4 - BEND * (along * along - WIDE * WIDE);
  return { along, gap };
};
const target = {
  cost: (x: Float64Array) => {
    const { along, gap } = ridge(x);
    const others = x.subarray(2).reduce((sum, value) => sum + (value - 0.5) ** 2, 0);
    return 0.5 * ((along / WIDE) ** 2 + (gap / NARROW) ** 2 + others / NARROW ** 2);
  },
  expand: (x: Float64Array) => {
    const { along, gap } = ridge(x);
    const slope = Float64Array.of(-2 * BEND * along, 1, 0, 0, 0, 0, 0, 0);
    const gradient = x.map((value, i) =>
      i < 2 ? (slope[i] * gap) / NARROW ** 2 : (value - 0.5) / NARROW ** 2,
    );
    gradient[0] += along / WIDE ** 2;
    const information = Float64Array.from({ length: 64 }, (_, k) => {
      const [i, j] = [k >> 3, k & 7];
      const own = i !== j || i === 1 ? 0 : i === 0 ? 1 / WIDE ** 2 : 1 / NARROW ** 2;
      return own + (slope[i] * slope[j]) / NARROW ** 2;
    });
    return { gradient, information };
  },
};

describe("sampler", () => {
  it("covers a bent ridge from a start at its middle", () => {
    const centre = Float64Array.of(0.5, 0.4 - BEND * WIDE * WIDE, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5);
    const start = proposal(centre, target.expand(centre).information);
    if (!start) throw new Error("the start is not positive definite");
    const budget = { perRound: 80, locals: 8, most: 2400, enough: 300 };
    const { points, weights } = sample(target, start, budget, RandomStream.fromSeed(5));
    expect(effective(weights)).toBeGreaterThan(100);
    const mean = (f: (x: Float64Array) => number) => points.reduce((sum, x, k) => sum + weights[k] * f(x), 0);
    expect(Math.abs(mean((x) => x[0]) - 0.5) / WIDE).toBeLessThan(0.5);
    const width = Math.sqrt(mean((x) => (x[0] - 0.5) ** 2)) / WIDE;
    expect(width).toBeGreaterThan(0.75);
    expect(width).toBeLessThan(1.25);
  });
});
