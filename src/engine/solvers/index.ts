import { InputError } from "../../errors.ts";
import type { Kernel, RunOptions } from "../kernel.ts";
import type { Model, Solver } from "../model.ts";
import { restingVoltage } from "../resting.ts";
import { backwardEuler } from "./backwardEuler.ts";
import { drivesOf } from "./equations.ts";
import { euler } from "./euler.ts";
import { exponentialEuler } from "./exponentialEuler.ts";
import { midpoint } from "./midpoint.ts";
import { rosenbrock } from "./rosenbrock.ts";
import type { Scheme } from "./scheme.ts";
import { staggered } from "./staggered.ts";
import { generatedSystem, type SystemMaker } from "./system.ts";

export const SCHEMES: Readonly<Record<Solver, Scheme>> = {
  staggered,
  euler,
  midpoint,
  "backward-euler": backwardEuler,
  "exponential-euler": exponentialEuler,
  rosenbrock,
};

/** The schemes that integrate a model, by name. */
export function solversOf(model: Model): readonly Solver[] {
  return Object.values(SCHEMES)
    .filter((scheme) => scheme.integrates.includes(model.kind))
    .map((scheme) => scheme.solver);
}

/**
 * Any scheme on equations generated as JavaScript: what runs where no faster kernel has the scheme. `staggered` walks the
 * expression trees here as in the reference.
 */
export function generatedKernel(model: Model, dt_ms: number, solver: Solver): Kernel {
  return schemeKernel("generated", model, dt_ms, solver, generatedSystem);
}

/** A scheme as a kernel, on equations evaluated in one way or another. Throws for a model that the scheme does not integrate. */
export function schemeKernel(
  name: string,
  model: Model,
  dt_ms: number,
  solver: Solver,
  systems: SystemMaker,
): Kernel {
  const scheme = SCHEMES[solver];
  if (!scheme.integrates.includes(model.kind))
    throw new Error(`internal: ${model.id} cannot be integrated with ${solver}`);
  if (model.kind === "reset" && model.synapses) {
    throw new InputError({
      code: "solver-not-available",
      what: "reset models with synapses run compiled only",
      where: `model ${model.id}`,
      got: `${solver}, ${name}`,
      expected: "a compiled kernel",
      next: "Take compile() or compiledKernel().",
    });
  }
  const prepared = scheme.prepare(model, dt_ms, systems);
  return {
    name,
    model,
    solver,
    dt_ms,
    bind(given) {
      const params = Float64Array.from(given);
      const integrate = prepared(params);
      return {
        run(current, options = {}) {
          const v0 = options.v0_mV ?? restingVoltage(model, params, current[0] ?? 0);
          return integrate({ current, inputs: inputsOf(model, current.length, options), v0, options });
        },
      };
    },
  };
}

function inputsOf(model: Model, steps: number, { inputs = {} }: RunOptions): Float64Array[] {
  return drivesOf(model)
    .slice(1)
    .map((name) => {
      const given = inputs[name] ?? new Float64Array(steps);
      if (given.length === steps) return given;
      throw new Error(`internal: input ${name} has ${given.length} values for ${steps} steps`);
    });
}
