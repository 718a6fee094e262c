import { describe, expect, it } from "vitest";
import { RandomStream } from "../random.ts";
import { acceptablePopulation } from "./population.ts";

const random = RandomStream.fromSeed(3);
const candidates = Array.from({ length: 300 }, () => {
  const unit = Float64Array.from({ length: 3 }, () => random.uniform());
  return { unit, loss: 1 + Math.abs(unit[0] - 0.5) };
});

describe("the population of acceptable clones", () => {
  const population = acceptablePopulation(candidates, 12);
  const best = Math.min(...candidates.map(({ loss }) => loss));

  it("starts with the best and holds only acceptable ones, ascending", () => {
    expect(population[0].loss).toBe(best);
    const losses = population.map(({ loss }) => loss);
    expect(losses).toEqual(losses.toSorted((a, b) => a - b));
    expect(Math.max(...losses)).toBeLessThanOrEqual(best + 0.25);
  });

  it("spreads over directions that the loss leaves open and not over the one it fixes", () => {
    const range = (side: number) => {
      const values = population.map(({ unit }) => unit[side]);
      return Math.max(...values) - Math.min(...values);
    };
    expect(range(1)).toBeGreaterThan(0.8);
    expect(range(2)).toBeGreaterThan(0.8);
    expect(range(0)).toBeLessThan(0.55);
  });

  it("has no clone twice, and fewer than asked where there are not enough", () => {
    const twice = [...candidates.slice(0, 3), ...candidates.slice(0, 3)].map((one) => ({ ...one, loss: 1 }));
    expect(acceptablePopulation(twice, 12)).toHaveLength(3);
  });
});
