import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RandomStream } from "../random.ts";
import { CmaEs } from "./cmaes.ts";
import { guessBetter, type Tried } from "./gaussNewton.ts";
import { lossOf, type Term } from "./loss.ts";

const single = (error: number): Term => ({
  weight: 1,
  size: Math.abs(error),
  errors: Float64Array.of(error),
});

/** Points around a centre, judged by the terms there. */
function tries(
  n: number,
  count: number,
  terms: (x: Float64Array) => Term[],
  { seed = 1, centre = 0 } = {},
): Tried[] {
  const random = RandomStream.fromSeed(seed);
  return Array.from({ length: count }, () => {
    const x = Float64Array.from({ length: n }, () => centre + random.normal());
    const made = terms(x);
    return { x, terms: made, loss: lossOf(made) };
  });
}

describe("Gauss-Newton guess from a cloud of candidates", () => {
  it("comes well down towards a solution of linear errors that lies 5 to 12 deviations of the candidates away", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 3, max: 12 }), (seed, n) => {
        const goal = Float64Array.from({ length: n }, (_, i) => (i % 2 === 0 ? 3 : -2));
        const terms = (x: Float64Array) =>
          Array.from(x, (value, i) => single(value - goal[i] + 0.3 * (x[(i + 1) % n] - goal[(i + 1) % n])));
        const tried = tries(n, 4 * n + 10, terms, { seed });
        const [guess] = guessBetter(tried, [20]);
        const best = Math.min(...tried.map(({ loss }) => loss));
        expect(lossOf(terms(guess))).toBeLessThan(0.6 * best);
      }),
      { numRuns: 30 },
    );
  });

  it("sees the trend of a count, which has no derivative", () => {
    const terms = (x: Float64Array) => [single(Math.round(2 * x[0]) - 12), single(Math.round(3 * x[1]) + 9)];
    const [guess] = guessBetter(tries(2, 60, terms), [20]);
    expect(guess[0]).toBeGreaterThan(4.5);
    expect(guess[1]).toBeLessThan(-2.2);
  });

  it("gives up one error that cannot be met for many that can: it lowers the loss, not the sum of squares", () => {
    const terms = (x: Float64Array) => [
      ...Array.from({ length: 5 }, () => single(x[0] - 1)),
      single(x[0] + 30),
      single(x[1]),
    ];
    const [guess] = guessBetter(tries(2, 40, terms), [20]);
    // Least squares would put it at -4.2.
    expect(Math.abs(guess[0] - 1)).toBeLessThan(0.3);
  });

  it("goes no farther than the radius from the best candidate", () => {
    const tried = tries(3, 30, (x) => Array.from(x, (value) => single(value - 100)));
    const best = tried.reduce((a, b) => (b.loss < a.loss ? b : a));
    const [guess] = guessBetter(tried, [2]);
    expect(Math.hypot(...guess.map((value, i) => value - best.x[i]))).toBeLessThanOrEqual(2 + 1e-9);
    expect(Math.hypot(...guess.map((value, i) => value - best.x[i]))).toBeGreaterThan(0.5);
  });

  it("guesses nothing from fewer candidates than dimensions", () => {
    expect(
      guessBetter(
        tries(5, 5, (x) => Array.from(x, single)),
        [1],
      ),
    ).toEqual([]);
  });

  it("brings a search on a curved valley of many errors down with a tenth of the loss in the same simulations", () => {
    const n = 12;
    const terms = (x: Float64Array): Term[] =>
      Array.from(x, (value, i) =>
        single(30 * (value - 0.35 - 0.6 * (x[(i + 1) % n] - 0.35) ** 2 - 0.5 * (x[(i + 5) % n] - 0.35))),
      );
    const search = (guesses: readonly number[], seed: number) => {
      const cma = new CmaEs(
        { mean: new Float64Array(n).fill(0.8), sigma: 0.1, lambda: 12 },
        RandomStream.fromSeed(seed),
      );
      const seen: { unit: Float64Array; terms: Term[]; loss: number }[] = [];
      for (let generation = 0; generation < 40; generation++) {
        const asked = cma.ask();
        const tried = seen.slice(-60).map(({ unit, ...one }) => ({ ...one, x: cma.whiten(unit) }));
        const radii = guesses.map((radius) => radius * Math.sqrt(n));
        const found = tried.length > n ? guessBetter(tried, radii) : [];
        found.forEach((guess, k) => {
          asked[k] = cma.inject(k, guess);
        });
        seen.push(...asked.map((unit) => ({ unit, terms: terms(unit), loss: lossOf(terms(unit)) })));
        cma.tell(seen.slice(-asked.length).map(({ loss }) => loss));
      }
      return Math.min(...seen.map(({ loss }) => loss));
    };
    for (const seed of [1, 2, 3]) expect(search([1, 2.5], seed)).toBeLessThan(0.1 * search([], seed));
  });
});
