import { substitute } from "../channels/substitute.ts";
import { type Expression, parseExpression } from "../expression.ts";

/** Halley's step towards exp(x) = y: the error is cubed, and far away x moves by 2. */
const STEP = parseExpression("x - 2 + 4 / (1 + exp(x) / y)");
const START = parseExpression("2 * (y - 1) / (y + 1)");
const STEPS = 7;

/**
 * ln(y) in terms of the functions that equations have, to rounding for y from 1e-4 to 1e4. It is computed once a cell, not
 * at every step. The tree shares its parts: do not print it.
 */
export function naturalLogarithm(y: Expression): Expression {
  let x = substitute(START, { y });
  for (let step = 0; step < STEPS; step++) x = substitute(STEP, { x, y });
  return x;
}
