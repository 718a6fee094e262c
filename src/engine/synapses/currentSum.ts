import { type Expression, FUNCTIONS, namesIn } from "../expression.ts";
import { type Gate, type Model, membraneOf } from "../model.ts";

/** Adds up one ionic current over the cells of a population. */
export interface CurrentSum {
  /** States that `sum` needs, in its order. */
  readonly states: readonly string[];
  /** In the model's current unit, outward positive. `parameters`: cell after cell; cells whose states are not finite are left out. */
  sum(parameters: ArrayLike<number>, states: readonly Float64Array[]): number;
}

type Reader = (scope: Float64Array) => number;

/**
 * g * open * (v - E) of the current of that name. Gates that are no state, by default those that follow voltage at once, are computed
 * from it. Undefined: no such current, or one that reads an input.
 */
export function currentSum(
  model: Model,
  name: string,
  isState = (gate: Gate) => gate.tau !== undefined,
): CurrentSum | undefined {
  const membrane = membraneOf(model);
  const current = membrane.currents.find((candidate) => candidate.name === name);
  if (!current || [...namesIn(current.open)].some((each) => membrane.inputs?.includes(each)))
    return undefined;
  const opening = namesIn(current.open);
  const gates = membrane.gates.filter((gate) => opening.has(gate.name));
  const held = gates.filter(isState);
  const computed = gates.filter((gate) => !held.includes(gate));
  const read = new Set([...opening, ...computed.flatMap((gate) => [...namesIn(gate.inf)])]);
  for (const parameter of [current.conductance, current.reversal]) read.add(parameter);
  const parameterNames = model.parameters.map((parameter) => parameter.name);
  const places = [...parameterNames.keys()].filter((place) => read.has(parameterNames[place]));
  const ownPools = model.kind === "conductance" ? (model.pools ?? []) : [];
  const pools = ownPools.map((pool) => pool.name).filter((pool) => read.has(pool));
  const states = ["v", ...held.map((gate) => gate.name), ...pools];
  const names = [
    ...states,
    ...computed.map((gate) => gate.name),
    ...places.map((place) => parameterNames[place]),
  ];
  const slots = new Map(names.map((each, slot) => [each, slot]));
  const at = (each: string) => slots.get(each) as number;
  const settle = computed.map((gate): [number, Reader] => [
    at(gate.name),
    reader(gate.inf, slots, gate.name),
  ]);
  const open = reader(current.open, slots, name);
  const [conductance, reversal] = [at(current.conductance), at(current.reversal)];
  const scope = new Float64Array(slots.size);
  const firstParameter = states.length + computed.length;

  return {
    states,
    sum(parameters, values) {
      let total = 0;
      for (let cell = 0; cell < values[0].length; cell++) {
        for (let n = 0; n < values.length; n++) scope[n] = values[n][cell];
        for (let n = 0; n < places.length; n++)
          scope[firstParameter + n] = parameters[cell * parameterNames.length + places[n]];
        for (const [slot, inf] of settle) scope[slot] = inf(scope);
        const flow = scope[conductance] * open(scope) * (scope[0] - scope[reversal]);
        if (Number.isFinite(flow)) total += flow;
      }
      return total;
    },
  };
}

/** An expression as nested functions: no code is generated, because it runs rarely. */
function reader(expression: Expression, slots: ReadonlyMap<string, number>, where: string): Reader {
  const inner = (part: Expression) => reader(part, slots, where);
  switch (expression.kind) {
    case "number": {
      const { value } = expression;
      return () => value;
    }
    case "name": {
      const slot = slots.get(expression.name);
      if (slot === undefined) throw new Error(`internal: ${where} reads "${expression.name}"`);
      return (scope) => scope[slot];
    }
    case "negate": {
      const of = inner(expression.of);
      return (scope) => -of(scope);
    }
    case "binary": {
      const [left, right] = [inner(expression.left), inner(expression.right)];
      switch (expression.operator) {
        case "+":
          return (scope) => left(scope) + right(scope);
        case "-":
          return (scope) => left(scope) - right(scope);
        case "*":
          return (scope) => left(scope) * right(scope);
        case "/":
          return (scope) => left(scope) / right(scope);
        default:
          return expression.operator satisfies never;
      }
    }
    case "power": {
      const base = inner(expression.base);
      const { exponent } = expression;
      return (scope) => base(scope) ** exponent;
    }
    case "call": {
      const fn: (...args: number[]) => number = FUNCTIONS[expression.fn];
      const args = expression.args.map(inner);
      return args.length === 1
        ? (scope) => fn(args[0](scope))
        : (scope) => fn(...args.map((arg) => arg(scope)));
    }
    default:
      return expression satisfies never;
  }
}
