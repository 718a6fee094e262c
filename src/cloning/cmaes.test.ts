import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RandomStream } from "../random.ts";
import { CmaEs, reflect } from "./cmaes.ts";

function minimise(loss: (x: Float64Array) => number, n: number, generations: number, seed = 1) {
  const search = new CmaEs(
    { mean: new Float64Array(n).fill(0.7), sigma: 0.3, lambda: 12 },
    RandomStream.fromSeed(seed),
  );
  let best = Number.POSITIVE_INFINITY;
  for (let generation = 0; generation < generations; generation++) {
    const losses = search.ask().map(loss);
    best = Math.min(best, ...losses);
    search.tell(losses);
  }
  return { best, search };
}

describe("CMA-ES", () => {
  it("finds the centre of a sphere to 1e-10", () => {
    const { best } = minimise((x) => x.reduce((sum, value) => sum + (value - 0.3) ** 2, 0), 8, 200);
    expect(best).toBeLessThan(1e-10);
  });

  it("learns a badly scaled, rotated valley: an ellipsoid of condition 1e6", () => {
    const n = 6;
    const loss = (x: Float64Array) => {
      let sum = 0;
      for (let i = 0; i < n; i++) {
        const rotated = x[i] - 0.4 + 0.5 * (x[(i + 1) % n] - 0.4);
        sum += 10 ** ((6 * i) / (n - 1)) * rotated ** 2;
      }
      return sum;
    };
    expect(minimise(loss, n, 500).best).toBeLessThan(1e-8);
  });

  it("follows the curved valley of Rosenbrock's function", () => {
    const loss = ([a, b, c]: Float64Array) => {
      const [x, y, z] = [4 * a - 2, 4 * b - 2, 4 * c - 2];
      return 100 * (y - x * x) ** 2 + (1 - x) ** 2 + 100 * (z - y * y) ** 2 + (1 - y) ** 2;
    };
    expect(minimise(loss, 3, 400).best).toBeLessThan(1e-8);
  });

  it("finds a minimum on the wall of the box and never leaves the box", () => {
    const { best, search } = minimise((x) => x[0] + (x[1] - 0.5) ** 2, 2, 200);
    expect(best).toBeLessThan(1e-4);
    for (const x of search.ask()) for (const value of x) expect(value >= 0 && value <= 1).toBe(true);
  });

  it("gives the same candidates for the same seed and ranks NaN last", () => {
    const run = () => {
      const search = new CmaEs(
        { mean: Float64Array.of(0.5, 0.5), sigma: 0.2, lambda: 6 },
        RandomStream.fromSeed(4),
      );
      for (let k = 0; k < 5; k++) search.tell(search.ask().map((x, i) => (i === 0 ? Number.NaN : x[0])));
      return search;
    };
    expect(run().ask()).toEqual(run().ask());
    expect(run().mean.every(Number.isFinite)).toBe(true);
  });

  it("reflection is the identity inside the cube and maps everything into it", () => {
    fc.assert(
      fc.property(fc.double({ min: -50, max: 50, noNaN: true }), (value) => {
        const [inside] = reflect(Float64Array.of(value));
        expect(inside >= 0 && inside <= 1).toBe(true);
        if (value > 0 && value <= 1) expect(inside).toBe(value);
      }),
    );
  });
});
