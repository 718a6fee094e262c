import { type NetworkInput, networkInput } from "../inputs/index.ts";
import { drawTrainingCells, type Prior, toUnit, trainingWorld } from "../world/index.ts";
import { toDensitySpace } from "./box.ts";

/** A cell as training sees it: what goes in, and the truth in the space of the density (see box.ts). */
export interface TrainingCell {
  readonly input: NetworkInput;
  readonly truth: Float32Array;
}

/** Cells `first` to `first + count` of the training world's sequence for a seed; plain data, for a worker thread. */
export interface DrawRequest {
  readonly model: Prior["model"];
  readonly seed: number;
  readonly first: number;
  readonly count: number;
}

/** Cells at once: their recordings are held in memory together. */
const AT_ONCE = 32;

/** Draws cells of the training sequence and turns each into a network's input. Depends on the request alone. */
export function drawInputs({ model, seed, first, count }: DrawRequest): TrainingCell[] {
  const { prior } = trainingWorld(model);
  const cells: TrainingCell[] = [];
  for (let done = 0; done < count; done += AT_ONCE)
    for (const { sweeps, dt_ms, parameters } of drawTrainingCells(
      model,
      seed,
      Math.min(AT_ONCE, count - done),
      first + done,
    ))
      cells.push({
        input: networkInput(sweeps, dt_ms),
        truth: Float32Array.from(toUnit(prior, parameters), toDensitySpace),
      });
  return cells;
}
