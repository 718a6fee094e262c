import { describe, expect, it } from "vitest";
import { cellBatches, drawCells, fromUnit, toUnit, trainingWorld } from "./index.ts";

describe("[W1] a cell depends on its seed and index alone", () => {
  it.each(["single-step", "rich", "world"] as const)("%s: the same in any batch", (protocol) => {
    const world = trainingWorld("izhikevich", { protocol });
    const together = drawCells(world, 11, 5);
    const batches = cellBatches(world, 11, 2);
    const apart = [...batches.next().value, ...batches.next().value];
    expect(apart).toEqual(together.slice(0, 4));
    expect(drawCells(world, 11, 1, 4)).toEqual(together.slice(4));
    expect(drawCells(world, 12, 1)[0].parameters).not.toEqual(together[0].parameters);
  });
});

describe("[W2] parameters", () => {
  const { prior } = trainingWorld("izhikevich");

  it("lie in the declared ranges, and go to the unit cube and back", () => {
    for (const { parameters } of drawCells(trainingWorld("izhikevich", { protocol: "single-step" }), 3, 40)) {
      const unit = toUnit(prior, parameters);
      unit.forEach((coordinate) => {
        expect(coordinate > 0 && coordinate < 1).toBe(true);
      });
      fromUnit(prior, unit).forEach((value, k) => {
        expect(value).toBeCloseTo(parameters[k], 9);
      });
    }
  });
});
