import { describe, expect, it } from "vitest";
import { drawCells, drawTrainingCells, TRAINING_MIX, trainingWorld } from "./index.ts";

const BLOCK = 32;
const parameters = (cells: readonly { parameters: Float64Array }[]) =>
  cells.map((cell) => [...cell.parameters]);

describe("[W5] the cells that networks are trained on", () => {
  it("half are a laboratory's; the others have the protocols that recovery is published for, also without noise", () => {
    const laboratory = TRAINING_MIX.filter(({ protocol, rig }) => protocol === "world" && rig === "full");
    expect(laboratory).toHaveLength(TRAINING_MIX.length / 2);
    for (const protocol of ["rich", "single-step"])
      for (const rig of ["noisy", "ideal"])
        expect(TRAINING_MIX.some((part) => part.protocol === protocol && part.rig === rig)).toBe(true);
  });

  it("a batch across two blocks has the cells of both worlds, whatever the batch", () => {
    // Blocks 2 and 3: a laboratory's, then single steps.
    const first = 3 * BLOCK - 1;
    const cells = drawTrainingCells("izhikevich", 9, 3, first);
    expect(cells.map(({ index }) => index)).toEqual([first, first + 1, first + 2]);
    const steps = trainingWorld("izhikevich", { protocol: "single-step", rig: "noisy" });
    expect(parameters(cells.slice(1))).toEqual(parameters(drawCells(steps, 9, 2, first + 1)));
    expect(cells.slice(1).map(({ sweeps }) => sweeps.length)).toEqual([1, 1]);
    expect(parameters(drawTrainingCells("izhikevich", 9, 1, first))).toEqual(parameters(cells.slice(0, 1)));
  });
});
