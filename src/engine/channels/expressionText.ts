import type { Expression } from "../expression.ts";

const SUM = 1;
const PRODUCT = 2;
const SIGN = 3;
const ATOM = 4;

/** An expression as text that parses back to it, with no more parentheses than that needs. */
export function expressionText(expression: Expression): string {
  return written(expression, SUM);
}

/** The text, in parentheses where it binds less tightly than its place asks for. */
function written(expression: Expression, atLeast: number): string {
  const [text, binding] = parts(expression);
  return binding < atLeast ? `(${text})` : text;
}

function parts(expression: Expression): [string, number] {
  switch (expression.kind) {
    case "number":
      return [String(expression.value), ATOM];
    case "name":
      return [expression.name, ATOM];
    case "negate":
      return [`-${written(expression.of, SIGN)}`, SIGN];
    case "binary": {
      const { operator, left, right } = expression;
      const binding = operator === "+" || operator === "-" ? SUM : PRODUCT;
      // The grammar is left-associative: an equally loose right side needs parentheses to stay where it is.
      return [`${written(left, binding)} ${operator} ${written(right, binding + 1)}`, binding];
    }
    case "power":
      return [`${written(expression.base, ATOM)}^${expression.exponent}`, SIGN];
    case "call":
      return [`${expression.fn}(${expression.args.map(expressionText).join(", ")})`, ATOM];
    default:
      return expression satisfies never;
  }
}
