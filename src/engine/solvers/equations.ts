import { derivative, minus, named, negated, number, over, plus, times } from "../derivative.ts";
import type { Expression } from "../expression.ts";
import type { ConductanceModel, Model, ResetModel } from "../model.ts";
import { substitute } from "../substitute.ts";

/** One state of a model and how it moves. Its expressions read states, parameters, inputs and the injected current `i`. */
export interface Equation {
  readonly name: string;
  /** Time derivative (1/ms). */
  readonly slope: Expression;
  /**
   * Slope of the time derivative in the state itself while everything else stands still, instantaneous gates included: every
   * equation of a conductance model is linear in this sense.
   */
  readonly own: Expression;
  /** A usual size of the state, in its own unit: what an error is measured against. Missing: its size at the start. */
  readonly scale?: number;
}

/** A model as a plain system of differential equations: instantaneous gates and the currents of pools are written out. v is first. */
export function equationsOf(model: Model): readonly Equation[] {
  return model.kind === "reset" ? resetEquations(model) : conductanceEquations(model);
}

/** What holds still during a step, in the order in which it is passed: the injected current, then the model's inputs. */
export function drivesOf(model: Model): readonly string[] {
  return ["i", ...(model.kind === "conductance" ? (model.inputs ?? []) : [])];
}

function resetEquations({ dv, du }: ResetModel): Equation[] {
  return [
    { name: "v", slope: dv, own: derivative(dv, "v"), scale: 100 },
    { name: "u", slope: du, own: derivative(du, "u"), scale: 100 },
  ];
}

function conductanceEquations(model: ConductanceModel): Equation[] {
  const instant = new Map(
    model.gates.filter((gate) => !gate.tau).map((gate): [string, Expression] => [gate.name, gate.inf]),
  );
  const ionic = model.currents.map((current) => {
    const g = times(named(current.conductance), substitute(current.open, instant));
    return { name: current.name, g, i: times(g, minus(named("v"), named(current.reversal))) };
  });
  const currents = new Map(ionic.map(({ name, i }): [string, Expression] => [`I_${name}`, i]));
  const sum = (terms: readonly Expression[]) => terms.reduce(plus, number(0));
  const capacitance = named(model.capacitance);
  const voltage: Equation = {
    name: "v",
    slope: over(minus(named("i"), sum(ionic.map(({ i }) => i))), capacitance),
    own: negated(over(sum(ionic.map(({ g }) => g)), capacitance)),
    scale: 100,
  };
  const gates = model.gates.flatMap(({ name, inf, tau }) =>
    tau ? [{ ...relaxation(name, inf, tau), scale: 1 }] : [],
  );
  const pools = (model.pools ?? []).map(({ name, inf, tau }) =>
    relaxation(name, substitute(inf, currents), substitute(tau, currents)),
  );
  return [voltage, ...gates, ...pools];
}

function relaxation(name: string, inf: Expression, tau: Expression): Equation {
  return { name, slope: over(minus(inf, named(name)), tau), own: negated(over(number(1), tau)) };
}
