import type { Expression } from "./expression.ts";
import type { Gate } from "./model.ts";

/** The expression with some of its names replaced by other expressions. */
export function substitute(
  expression: Expression,
  replacements: ReadonlyMap<string, Expression>,
): Expression {
  const inner = (part: Expression) => substitute(part, replacements);
  switch (expression.kind) {
    case "number":
      return expression;
    case "name":
      return replacements.get(expression.name) ?? expression;
    case "negate":
      return { ...expression, of: inner(expression.of) };
    case "binary":
      return { ...expression, left: inner(expression.left), right: inner(expression.right) };
    case "power":
      return { ...expression, base: inner(expression.base) };
    case "call":
      return { ...expression, args: expression.args.map(inner) };
    default:
      return expression satisfies never;
  }
}

/** The gate with names replaced in all its expressions. */
export function substituteInGate(gate: Gate, replacements: ReadonlyMap<string, Expression>): Gate {
  const inner = (part: Expression): Expression => substitute(part, replacements);
  return {
    name: gate.name,
    inf: inner(gate.inf),
    ...(gate.tau && { tau: inner(gate.tau) }),
    ...(gate.rates && {
      rates: { opening: inner(gate.rates.opening), closing: inner(gate.rates.closing) },
    }),
  };
}
