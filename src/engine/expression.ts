/**
 * Equations of models as small expression trees, written as text the way papers print them.
 * One tree feeds the interpreter, the generated kernels and the documentation.
 */
export type Expression =
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "negate"; readonly of: Expression }
  | {
      readonly kind: "binary";
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: "power"; readonly base: Expression; readonly exponent: number }
  | { readonly kind: "call"; readonly fn: FunctionName; readonly args: readonly Expression[] };

export type BinaryOperator = "+" | "-" | "*" | "/";
export type FunctionName = keyof typeof FUNCTIONS;

/**
 * The functions an equation may use. `linoid(x) = x / (exp(x) - 1)` is the voltage factor of most rate equations;
 * written as one function its removable singularity at 0 is exact. `step(x)` is 1 for x >= 0 and 0 below. `ln` may take parameters only:
 * compiled kernels compute it once a cell.
 */
export const FUNCTIONS = {
  exp: Math.exp,
  ln: Math.log,
  linoid,
  step: (x: number) => (x >= 0 ? 1 : 0),
  min: Math.min,
  max: Math.max,
  linoidSlope,
} as const;

/** What may be written; the slope of `linoid` comes from derivatives alone. */
const ARITY: Partial<Record<FunctionName, number>> = { exp: 1, ln: 1, linoid: 1, step: 1, min: 2, max: 2 };

/** x / (exp(x) - 1), exact to rounding for every finite x, 1 at x = 0 (its series there: 1 - x/2 + x²/12). */
export function linoid(x: number): number {
  return Math.abs(x) < 1e-5 ? 1 - x / 2 + (x * x) / 12 : x / Math.expm1(x);
}

/**
 * Derivative of {@link linoid}, to 1e-13 for every finite x: -1/2 at 0, 0 far above, -1 far below. Near 0 its series
 * (Bernoulli numbers), whose next term is below 1e-17 there.
 */
export function linoidSlope(x: number): number {
  if (Math.abs(x) < 0.1) {
    const xx = x * x;
    return -1 / 2 + x * (1 / 6 - xx * (1 / 180 - xx * (1 / 5040 - xx * (1 / 151_200 - xx / 4_790_016))));
  }
  return linoid(x) * (1 / x + 1 / Math.expm1(-x));
}

/**
 * Parses an equation: numbers, names, `+ - * /`, `^` with a whole-number exponent, parentheses and {@link FUNCTIONS}.
 * Throws an `Error` that starts with `equation` and names the position for text that is none of these.
 */
export function parseExpression(text: string): Expression {
  const tokens = tokenize(text);
  let next = 0;

  const fail = (expected: string, token: Token | undefined = tokens[next]): never => {
    const at = token ? `"${token.text}" at ${token.at}` : "its end";
    throw new Error(`equation "${text}": expected ${expected}, got ${at}`);
  };
  const accept = (...options: string[]): string | undefined =>
    tokens[next] && options.includes(tokens[next].text) ? tokens[next++].text : undefined;

  const sum = (): Expression => {
    let left = product();
    for (let operator = accept("+", "-"); operator; operator = accept("+", "-")) {
      left = { kind: "binary", operator: operator as BinaryOperator, left, right: product() };
    }
    return left;
  };
  const product = (): Expression => {
    let left = signed();
    for (let operator = accept("*", "/"); operator; operator = accept("*", "/")) {
      left = { kind: "binary", operator: operator as BinaryOperator, left, right: signed() };
    }
    return left;
  };
  const signed = (): Expression => (accept("-") ? { kind: "negate", of: signed() } : power());
  const power = (): Expression => {
    const base = primary();
    if (!accept("^")) return base;
    const exponent = Number(tokens[next]?.text);
    if (!Number.isInteger(exponent) || exponent < 1) fail("a whole-number exponent");
    next++;
    return { kind: "power", base, exponent };
  };
  const primary = (): Expression => {
    if (accept("(")) {
      const inner = sum();
      if (!accept(")")) fail('")"');
      return inner;
    }
    const token = tokens[next];
    if (!token || token.kind === "symbol") return fail("a number, a name or a parenthesis");
    next++;
    if (token.kind === "number") return { kind: "number", value: Number(token.text) };
    if (!accept("(")) return { kind: "name", name: token.text };
    return call(token);
  };
  const call = (name: Token): Expression => {
    if (!Object.hasOwn(ARITY, name.text)) fail(`one of the functions ${Object.keys(ARITY).join(", ")}`, name);
    const fn = name.text as FunctionName;
    const args = [sum()];
    while (accept(",")) args.push(sum());
    if (tokens[next]?.text !== ")" || args.length !== ARITY[fn]) fail(`${ARITY[fn]} argument(s) of ${fn}`);
    next++;
    return { kind: "call", fn, args };
  };

  const tree = sum();
  if (next < tokens.length) fail("an operator");
  return tree;
}

interface Token {
  readonly kind: "number" | "name" | "symbol";
  readonly text: string;
  readonly at: number;
}

function tokenize(text: string): Token[] {
  const pattern = /((?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|([A-Za-z_]\w*)|([-+*/^(),])|(\s+)/y;
  const tokens: Token[] = [];
  while (pattern.lastIndex < text.length) {
    const at = pattern.lastIndex;
    const match = pattern.exec(text);
    if (!match) throw new Error(`equation "${text}": unexpected character at ${at}`);
    const [, number, name, symbol, space] = match;
    if (space) continue;
    if (number) tokens.push({ kind: "number", text: number, at });
    else if (name) tokens.push({ kind: "name", text: name, at });
    else tokens.push({ kind: "symbol", text: symbol, at });
  }
  return tokens;
}

/** Every name that an expression reads. */
export function namesIn(expression: Expression, into: Set<string> = new Set()): Set<string> {
  switch (expression.kind) {
    case "number":
      break;
    case "name":
      into.add(expression.name);
      break;
    case "negate":
      namesIn(expression.of, into);
      break;
    case "binary":
      namesIn(expression.left, into);
      namesIn(expression.right, into);
      break;
    case "power":
      namesIn(expression.base, into);
      break;
    case "call":
      for (const arg of expression.args) namesIn(arg, into);
      break;
    default:
      expression satisfies never;
  }
  return into;
}

/** The value of an expression, walking the tree: slow and obvious, the oracle of the generated kernels. */
export function evaluate(expression: Expression, values: Readonly<Record<string, number>>): number {
  switch (expression.kind) {
    case "number":
      return expression.value;
    case "name": {
      const value = values[expression.name];
      if (value === undefined)
        throw new Error(`internal: equation reads "${expression.name}", which has no value`);
      return value;
    }
    case "negate":
      return -evaluate(expression.of, values);
    case "binary":
      return binary(
        expression.operator,
        evaluate(expression.left, values),
        evaluate(expression.right, values),
      );
    case "power":
      return repeatedProduct(evaluate(expression.base, values), expression.exponent);
    case "call": {
      const fn: (...args: number[]) => number = FUNCTIONS[expression.fn];
      return fn(...expression.args.map((arg) => evaluate(arg, values)));
    }
    default:
      return expression satisfies never;
  }
}

/** x^n by multiplication from the left, as the generated kernels do it, so that both round alike. */
function repeatedProduct(base: number, exponent: number): number {
  let product = base;
  for (let power = 1; power < exponent; power++) product *= base;
  return product;
}

function binary(operator: BinaryOperator, left: number, right: number): number {
  switch (operator) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "/":
      return left / right;
    default:
      return operator satisfies never;
  }
}
