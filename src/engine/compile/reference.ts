import type { Kernel } from "../kernel.ts";
import { defaultSolver, type Model, type Solver } from "../model.ts";
import { schemeKernel } from "../solvers/index.ts";
import { interpretedSystem } from "../solvers/system.ts";

/** The oracle: walks the expression trees in plain f64, as close to the written equations as can be. */
export function referenceKernel(model: Model, dt_ms: number, solver: Solver = defaultSolver(model)): Kernel {
  return schemeKernel("reference", model, dt_ms, solver, interpretedSystem);
}
