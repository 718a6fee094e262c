import type { BinaryOperator, Expression } from "./expression.ts";

/**
 * The derivative of an expression to one of the names that it reads, as an expression again.
 *
 * `step` counts as flat everywhere, and `min` and `max` take the slope of the argument that they give back (the first where
 * both are equal). Zeros and ones are folded away; nothing else is simplified, because generated code writes each subtree once.
 */
export function derivative(expression: Expression, name: string): Expression {
  const d = (inner: Expression) => derivative(inner, name);
  switch (expression.kind) {
    case "number":
      return ZERO;
    case "name":
      return expression.name === name ? ONE : ZERO;
    case "negate":
      return negated(d(expression.of));
    case "binary":
      return ofBinary(expression.operator, expression.left, expression.right, d);
    case "power": {
      const { base, exponent } = expression;
      const lower: Expression =
        exponent === 1 ? ONE : exponent === 2 ? base : { kind: "power", base, exponent: exponent - 1 };
      return times(times(number(exponent), lower), d(base));
    }
    case "call":
      return ofCall(expression, d);
    default:
      return expression satisfies never;
  }
}

function ofBinary(
  operator: BinaryOperator,
  left: Expression,
  right: Expression,
  d: (inner: Expression) => Expression,
): Expression {
  switch (operator) {
    case "+":
      return plus(d(left), d(right));
    case "-":
      return minus(d(left), d(right));
    case "*":
      return plus(times(d(left), right), times(left, d(right)));
    case "/":
      // (l / r)' = (l' - (l / r) r') / r: the quotient itself is there already.
      return over(minus(d(left), times(over(left, right), d(right))), right);
    default:
      return operator satisfies never;
  }
}

function ofCall(
  call: Extract<Expression, { kind: "call" }>,
  d: (inner: Expression) => Expression,
): Expression {
  const [a, b] = call.args;
  const slope = d(a);
  switch (call.fn) {
    case "exp":
      return times(call, slope);
    case "ln":
      return over(slope, a);
    case "linoid":
      return times({ kind: "call", fn: "linoidSlope", args: [a] }, slope);
    case "step":
      return ZERO;
    case "min":
      return chosen(minus(b, a), slope, d(b));
    case "max":
      return chosen(minus(a, b), slope, d(b));
    case "linoidSlope":
      throw new Error("internal: equations are differentiated once, and linoidSlope is a derivative already");
    default:
      return call.fn satisfies never;
  }
}

/** `first` where `sign` is 0 or more, otherwise `second`. */
function chosen(sign: Expression, first: Expression, second: Expression): Expression {
  const isFirst: Expression = { kind: "call", fn: "step", args: [sign] };
  return plus(times(isFirst, first), times(minus(ONE, isFirst), second));
}

export const number = (value: number): Expression => ({ kind: "number", value });
export const named = (name: string): Expression => ({ kind: "name", name });
const ZERO = number(0);
const ONE = number(1);

const is = (expression: Expression, value: number) =>
  expression.kind === "number" && expression.value === value;

const binary = (operator: BinaryOperator, left: Expression, right: Expression): Expression => ({
  kind: "binary",
  operator,
  left,
  right,
});

export const negated = (of: Expression): Expression => (is(of, 0) ? ZERO : { kind: "negate", of });

export function plus(left: Expression, right: Expression): Expression {
  if (is(left, 0)) return right;
  return is(right, 0) ? left : binary("+", left, right);
}

export function minus(left: Expression, right: Expression): Expression {
  if (is(right, 0)) return left;
  return is(left, 0) ? negated(right) : binary("-", left, right);
}

export function times(left: Expression, right: Expression): Expression {
  if (is(left, 0) || is(right, 0)) return ZERO;
  if (is(left, 1)) return right;
  return is(right, 1) ? left : binary("*", left, right);
}

export function over(left: Expression, right: Expression): Expression {
  if (is(left, 0)) return ZERO;
  return is(right, 1) ? left : binary("/", left, right);
}
