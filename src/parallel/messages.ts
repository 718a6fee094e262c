import type { CompileOptions, Model, PartRun, PopulationOptions, ResultArrays } from "../engine/index.ts";
import type { InputProblem } from "../errors.ts";

/** A run that threads share: arrays lie in shared memory, parts are taken one after the other. */
export interface SharedRun {
  readonly model: Model;
  readonly compile: CompileOptions;
  readonly parameters: Float64Array;
  readonly request: Omit<PopulationOptions, "progress">;
  readonly arrays: ResultArrays;
  /** Part k holds the cells from `partCells * k` on. */
  readonly partCells: number;
  readonly count: number;
  readonly control: Int32Array;
}

/** Places in `control`: the next part to take, whether to stop, cells done. */
export const CONTROL = { next: 0, stop: 1, done: 2 } as const;

export type ThreadMessage =
  | { readonly kind: "ready" }
  | { readonly kind: "done"; readonly parts: readonly PartRun[] }
  /** The input was at fault; an error would lose its class on the way. */
  | { readonly kind: "refused"; readonly problem: InputProblem }
  | { readonly kind: "failed"; readonly message: string };
