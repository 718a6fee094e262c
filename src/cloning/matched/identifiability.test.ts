import { describe, expect, it } from "vitest";
import { RandomStream } from "../../random.ts";
import { fromUnit, trainingWorld } from "../world/index.ts";
import { identifiability } from "./identifiability.ts";

const { prior } = trainingWorld("izhikevich");
const stream = RandomStream.fromSeed(3);

/** Draws with a small spread around the middle, then changed. */
function draws(change: (unit: Float64Array) => void) {
  return Array.from({ length: 600 }, () => {
    const unit = Float64Array.from({ length: 9 }, () => 0.5 + 0.01 * stream.normal());
    change(unit);
    return fromUnit(prior, unit);
  });
}

describe("identifiability", () => {
  it("a posterior as wide as the prior has ratio 1 and is called unknown, a narrow one is not", () => {
    const found = identifiability(
      draws((unit) => {
        unit[6] = stream.uniform();
      }),
      prior,
    );
    expect(found.spreadRatio.b_nS).toBeCloseTo(1, 1);
    expect(found.unknown).toEqual(["b_nS"]);
    expect(found.spreadRatio.C_pF).toBeLessThan(0.05);
    expect(found.degenerate).toEqual([]);
    expect(found.advice).toHaveLength(1);
  });

  it("names two parameters on a line, and no others", () => {
    const found = identifiability(
      draws((unit) => {
        unit[6] = stream.uniform();
        unit[8] = 1 - unit[6];
      }),
      prior,
    );
    expect(found.degenerate).toHaveLength(1);
    expect(found.degenerate[0]).toContain("b_nS and d_pA trade off here (some up, others down)");
  });
});
