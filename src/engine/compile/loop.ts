import { defaultParameters, type Model, toRecord } from "../model.ts";
import type { Precision } from "../population.ts";
import type { BlockLayout, LoopFeatures } from "./blockLayout.ts";
import { inOrder } from "./graph.ts";
import { type NodeFunction, nodeFunction } from "./nodeFunction.ts";
import { loopModule } from "./populationModule.ts";
import type { Step } from "./schemes.ts";
import { shapeOf, type VectorShape } from "./vectorShape.ts";

/** A loop that is ready to run in a memory. */
export interface CompiledLoop {
  readonly features: LoopFeatures;
  readonly shape: VectorShape;
  readonly layout: BlockLayout;
  readonly inputs: readonly string[];
  readonly states: readonly string[];
  readonly invariants: NodeFunction;
  readonly module: WebAssembly.Module;
}

/** Arguments: see `LOOP_ARGUMENTS`. Returns the end of the list of spikes. */
export type LoopFunction = (...args: number[]) => number;

export function compileLoop(
  model: Model,
  step: Step,
  precision: Precision,
  features: LoopFeatures,
): CompiledLoop {
  const shape = shapeOf(precision);
  const typical = toRecord(model, defaultParameters(model));
  const loop = loopModule(step, shape, features, typical);
  return {
    features,
    shape,
    layout: loop.layout,
    inputs: step.inputs,
    states: step.states.map(({ name }) => name),
    invariants: nodeFunction(loop.invariants, parameterNames(model)),
    module: new WebAssembly.Module(loop.bytes),
  };
}

export const parameterNames = (model: Model) => model.parameters.map(({ name }) => name);

export function instantiate(loop: CompiledLoop, memory: WebAssembly.Memory): LoopFunction {
  return new WebAssembly.Instance(loop.module, { env: { memory } }).exports.run as LoopFunction;
}

/** Vectors side by side: short steps wait for their own results, long ones fill the registers by themselves. */
export function interleaveOf(step: Step): number {
  if (step.spike.kind === "reset") return 5;
  const size = inOrder(step.states.map(({ next }) => next)).filter((node) => !node.invariant).length;
  return size <= LONG_STEP ? 4 : 2;
}
const LONG_STEP = 150;
