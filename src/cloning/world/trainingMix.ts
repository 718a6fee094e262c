import { drawCells } from "./drawCells.ts";
import type { DrawnCell } from "./drawnCell.ts";
import type { Prior } from "./prior.ts";
import { trainingWorld, type WorldOptions } from "./world.ts";

/** Cells that are drawn alike, one block after the other. */
const BLOCK = 32;

const LABORATORY: WorldOptions = { protocol: "world", rig: "full", noise_mV: null };
const RICH: WorldOptions = { protocol: "rich", rig: "noisy", noise_mV: null };
const STEP: WorldOptions = { protocol: "single-step", rig: "noisy", noise_mV: null };

/**
 * What the cells of a training sequence are recorded with, block after block and then from the start: half as a laboratory would,
 * with everything that a rig does to a trace; half with the protocols and the clean rigs that recovery is published for.
 */
export const TRAINING_MIX: readonly WorldOptions[] = [
  LABORATORY,
  RICH,
  LABORATORY,
  STEP,
  LABORATORY,
  RICH,
  LABORATORY,
  { ...STEP, rig: "ideal", noise_mV: 0 },
  LABORATORY,
  RICH,
  LABORATORY,
  STEP,
  LABORATORY,
  RICH,
  LABORATORY,
  { ...RICH, rig: "ideal", noise_mV: 0 },
];

/** Cells `first` to `first + count` (not included) of the training sequence of a model and a seed; each as in {@link drawCells}. */
export function drawTrainingCells(
  model: Prior["model"],
  seed: number,
  count: number,
  first = 0,
): DrawnCell[] {
  const cells: DrawnCell[] = [];
  for (let from = first; from < first + count; ) {
    const block = Math.floor(from / BLOCK);
    const to = Math.min(first + count, (block + 1) * BLOCK);
    const world = trainingWorld(model, TRAINING_MIX[block % TRAINING_MIX.length]);
    cells.push(...drawCells(world, seed, to - from, from));
    from = to;
  }
  return cells;
}
