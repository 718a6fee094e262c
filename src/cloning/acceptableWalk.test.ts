import { describe, expect, it } from "vitest";
import { RandomStream } from "../random.ts";
import { walkAcceptable } from "./acceptableWalk.ts";

type Loss = (unit: Float64Array) => number;

function walk(loss: Loss, starts: readonly number[][], seed: number, generations = 150) {
  let asked = 0;
  const accepted = walkAcceptable(
    { starts: starts.map((x) => ({ unit: Float64Array.from(x), loss: 0 })), limit: 1, generations },
    RandomStream.fromSeed(seed),
    (units) => {
      asked += units.length;
      return units.map(loss);
    },
  );
  return { accepted, asked };
}

/** Sixteen starts within 0.02 of a point. */
function around(centre: readonly number[], seed: number): number[][] {
  const random = RandomStream.fromSeed(seed);
  return Array.from({ length: 16 }, () => centre.map((x) => x + 0.02 * (random.uniform() - 0.5)));
}

describe("a walk over acceptable parameters", () => {
  it("goes to both ends of a valley from a spot in its middle, and never leaves it or the box", () => {
    const valley: Loss = ([x, y, z]) => ((x + y - 1) / 0.05) ** 2 + ((z - 0.5) / 0.1) ** 2;
    for (const seed of [1, 2, 3]) {
      const { accepted } = walk(valley, around([0.5, 0.5, 0.5], seed), seed);
      const along = accepted.map(({ unit }) => unit[0]);
      expect(Math.min(...along)).toBeLessThan(0.1);
      expect(Math.max(...along)).toBeGreaterThan(0.9);
      expect(accepted.every(({ unit, loss }) => loss === valley(unit) && loss <= 1)).toBe(true);
      expect(accepted.every(({ unit }) => unit.every((x) => x >= 0 && x <= 1))).toBe(true);
    }
  });

  it("is flat over what is acceptable: a quarter of a square box in every quarter of it", () => {
    const square: Loss = ([x, y]) => (Math.max(Math.abs(x - 0.5), Math.abs(y - 0.5)) <= 0.3 ? 0 : 2);
    const { accepted } = walk(square, around([0.5, 0.5], 1), 1, 2000);
    const late = accepted.slice(accepted.length / 10);
    for (const quarter of [0, 1, 2, 3]) {
      const here = late.filter(({ unit: [x, y] }) => Number(x > 0.5) + 2 * Number(y > 0.5) === quarter);
      expect(here.length / late.length).toBeGreaterThan(0.21);
      expect(here.length / late.length).toBeLessThan(0.29);
    }
    const outer = late.filter(({ unit: [x, y] }) => Math.max(Math.abs(x - 0.5), Math.abs(y - 0.5)) > 0.15);
    expect(outer.length / late.length).toBeGreaterThan(0.68); // 3/4 of the area
    expect(outer.length / late.length).toBeLessThan(0.82);
  });

  it("asks for no point outside the box, and for the same points from the same seed", () => {
    const flat: Loss = () => 0;
    const first = walk(flat, around([0.02, 0.98], 1), 5, 50);
    expect(first.asked).toBe(first.accepted.length);
    expect(walk(flat, around([0.02, 0.98], 1), 5, 50).accepted).toEqual(first.accepted);
  });
});
