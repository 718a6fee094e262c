import { InputError } from "../../errors.ts";
import { checkModel } from "../checkModel.ts";
import { defaultSolver, type Model, type Solver } from "../model.ts";
import type { CompileOptions, PopulationKernel } from "../population.ts";
import type { LoopFeatures } from "./blockLayout.ts";
import { CellStepper, steppedFeatures } from "./cellStepper.ts";
import { featuresOf } from "./inputs.ts";
import { type CompiledLoop, compileLoop, interleaveOf } from "./loop.ts";
import { PopulationJob } from "./populationJob.ts";
import { prepareCells } from "./preparation.ts";
import { allocateResults, joinParts } from "./results.ts";
import { buildStep, type CompiledSolver } from "./schemes.ts";

/**
 * Compiles a model into WebAssembly that integrates thousands of parameter sets in lock-step: cells side by side in the lanes of
 * a vector, several vectors interleaved, time innermost, states in registers. See docs/decisions/0005-compiler.md.
 *
 * `dt_ms` > 0. With f64 conductance models equal the interpreter to rounding, reset models without an exponential under `euler` bit for bit;
 * f32 shifts spikes by some microseconds. Throws InputError for a description that {@link checkModel} refuses, for a scheme that has no
 * compiled form and for an unknown fixed parameter.
 */
export function compile(model: Model, options: CompileOptions): PopulationKernel {
  const { dt_ms, solver = defaultSolver(model), precision = "f64", fixed = {} } = options;
  checkModel(model);
  checkCompile(model, solver, fixed);
  const exact = model.kind === "reset" && precision === "f64";
  const step = buildStep(model, solver as CompiledSolver, dt_ms, fixed, exact);
  const preparation = prepareCells(model, step, fixed);
  const loops = new Map<string, CompiledLoop>();
  const compiled = (features: LoopFeatures): CompiledLoop => {
    const key = JSON.stringify(features);
    const loop = loops.get(key) ?? compileLoop(model, step, precision, features);
    loops.set(key, loop);
    return loop;
  };
  const runPart: PopulationKernel["runPart"] = (parameters, request, arrays, from, to, goOn) => {
    const loop = compiled(featuresOf(step.inputs, request, interleaveOf(step)));
    return new PopulationJob(loop, model, dt_ms, preparation, parameters, request, arrays, from, to).run(
      goOn,
    );
  };
  return {
    model,
    solver,
    precision,
    dt_ms,
    runPart,
    run(parameters, request) {
      const count = parameters.length / model.parameters.length;
      const arrays = allocateResults(count, request);
      const goOn = (cells: number) => {
        request.progress?.(cells / count);
        return true;
      };
      const part = runPart(parameters, request, arrays, 0, count, goOn);
      return joinParts(count, request, arrays, [part]);
    },
    open(parameters, request) {
      const features = steppedFeatures(step, request, interleaveOf(step));
      return new CellStepper(compiled(features), model, dt_ms, preparation, parameters, request);
    },
  };
}

/** Schemes that have a compiled form. */
export function compiledSolvers(model: Model): readonly CompiledSolver[] {
  return model.kind === "reset"
    ? ["euler", "midpoint"]
    : ["staggered", "euler", "midpoint", "exponential-euler"];
}

function checkCompile(model: Model, solver: Solver, fixed: Readonly<Record<string, number>>): void {
  const solvers: readonly Solver[] = compiledSolvers(model);
  if (!solvers.includes(solver)) {
    throw new InputError({
      code: "solver-not-available",
      what: `${model.id} has no compiled kernel for this scheme`,
      got: solver,
      expected: solvers.join(", "),
      next: "Take one of these, or the interpreter for single cells.",
    });
  }
  const known = model.parameters.map(({ name }) => name);
  const unknown = Object.keys(fixed).filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new InputError({
      code: "bad-parameters",
      what: `unknown fixed parameter(s) of ${model.id}`,
      got: unknown.join(", "),
      expected: known.join(", "),
      next: "Fix parameters that the model has.",
    });
  }
}
