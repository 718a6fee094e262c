import { type Model, parameterIndex } from "../model.ts";
import { lowestZero } from "../resting.ts";
import { FIRST_VOLTAGE } from "./cellEquations.ts";
import { parameterNames } from "./loop.ts";
import { type NodeFunction, nodeFunction } from "./nodeFunction.ts";
import type { Step } from "./schemes.ts";

/** Where a cell starts. */
export interface CellPreparation {
  /** First states, in the order of the step's. */
  readonly initial: NodeFunction;
  /** Resting voltage at a constant current; see `restingVoltage`. */
  rest(parameters: ArrayLike<number>, base: number, injected: number): number;
}

export function prepareCells(
  model: Model,
  step: Step,
  fixed: Readonly<Record<string, number>>,
): CellPreparation {
  const names = parameterNames(model);
  const initial = nodeFunction(
    step.states.map((state) => state.initial),
    names,
    FIRST_VOLTAGE,
  );
  if (model.kind === "reset") {
    const rest = parameterIndex(model, model.rest);
    return { initial, rest: (parameters, base) => fixed[model.rest] ?? parameters[base + rest] };
  }
  if (!step.steadyCurrent) throw new Error("internal: a conductance model without a steady current");
  const steady = nodeFunction([step.steadyCurrent], names, FIRST_VOLTAGE);
  const out = [0];
  const rest = (parameters: ArrayLike<number>, base: number, injected: number) =>
    lowestZero((v) => {
      steady(parameters, base, v, out, 0, 1);
      return out[0] - injected;
    });
  return { initial, rest };
}
