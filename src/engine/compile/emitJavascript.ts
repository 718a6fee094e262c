import { type Expression, FUNCTIONS } from "../expression.ts";
import type { Model } from "../model.ts";

/** Names of parameters and gates inside generated functions, apart from the functions' own variables. */
export function generatedNames(model: Model): ReadonlyMap<string, string> {
  const gates = model.kind === "conductance" ? model.gates : [];
  return new Map([
    ...model.parameters.map(({ name }): [string, string] => [name, `p_${name}`]),
    ...gates.map(({ name }): [string, string] => [name, gateName(name)]),
  ]);
}

const gateName = (gate: string) => `x_${gate}`;

/** Reads the parameters from the array `P`. */
export const declareParameters = (model: Model): string =>
  `const ${model.parameters.map((parameter, index) => `p_${parameter.name} = P[${index}]`).join(", ")};`;

/** An expression as JavaScript; names not in `rename` are variables of the generated function. */
export function emit(expression: Expression, rename: ReadonlyMap<string, string>): string {
  const js = (inner: Expression): string => emit(inner, rename);
  switch (expression.kind) {
    case "number":
      return String(expression.value);
    case "name":
      return rename.get(expression.name) ?? expression.name;
    case "negate":
      return `(-${js(expression.of)})`;
    case "binary":
      return `(${js(expression.left)} ${expression.operator} ${js(expression.right)})`;
    case "power": {
      const base = js(expression.base);
      return `(${Array.from({ length: expression.exponent }, () => base).join(" * ")})`;
    }
    case "call":
      return `f_${expression.fn}(${expression.args.map(js).join(", ")})`;
    default:
      return expression satisfies never;
  }
}

/**
 * A function from its source. Descriptions are ours or were parsed by `parseExpression`, which lets no other JavaScript
 * through.
 */
export function compileJavascript<F>(args: readonly string[], body: string): F {
  const helpers = Object.keys(FUNCTIONS).map((name) => `f_${name}`);
  const outer = new Function(...helpers, `"use strict"; return (${args.join(", ")}) => {\n${body}\n};`);
  return outer(...Object.values(FUNCTIONS)) as F;
}
