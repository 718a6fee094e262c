import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileJavascript, emit } from "./compile/emitJavascript.ts";
import {
  type Expression,
  evaluate,
  type FunctionName,
  linoid,
  namesIn,
  parseExpression,
} from "./expression.ts";

const SCOPE = { x: 3, y: -2, z: 0.5 };
const valueIn = (text: string) => evaluate(parseExpression(text), SCOPE);

describe("precedence", () => {
  it.each([
    ["1 + 2 * x", 7],
    ["(1 + 2) * x", 9],
    ["10 - 4 - 3", 3],
    ["24 / 4 / 3", 2],
    ["24 / 4 * 3", 18],
    ["2 * x^2", 18],
    ["-x^2", -9],
    ["(-x)^2", 9],
    ["x - -y", 1],
    ["--x", 3],
    ["-x * y", 6],
    ["x * -y", 6],
    ["-x + y", -5],
    ["2^3 * 2", 16],
    [".5e1 + 1.e-1 + 2E+1", 25.1],
    ["  x\t*\n y ", -6],
    ["min(x, y) + max(x, y)", 1],
    ["step(0) + step(x) + step(y)", 2],
    ["linoid(0)", 1],
    ["exp(-x / x) * exp(1)", 1],
  ])("%j is %d", (text, value) => {
    expect(valueIn(text)).toBeCloseTo(value, 14);
  });

  it("multiplies powers from the left, as the kernels do", () => {
    expect(valueIn("0.1^0.3e1")).toBe(0.1 * 0.1 * 0.1);
  });
});

describe("what is no equation is refused where it stops being one", () => {
  it.each([
    ["", "expected a number, a name or a parenthesis, got its end"],
    ["x +", "expected a number, a name or a parenthesis, got its end"],
    ["x y", 'expected an operator, got "y" at 2'],
    ["x    y", 'expected an operator, got "y" at 5'],
    ["2x", 'expected an operator, got "x" at 1'],
    ["+x", 'expected a number, a name or a parenthesis, got "+" at 0'],
    ["(x + 1", 'expected ")", got its end'],
    ["x)", 'expected an operator, got ")" at 1'],
    ["x^y", 'expected a whole-number exponent, got "y" at 2'],
    ["x^-1", 'expected a whole-number exponent, got "-" at 2'],
    ["x^1.5", 'expected a whole-number exponent, got "1.5" at 2'],
    ["x^0", 'expected a whole-number exponent, got "0" at 2'],
    ["x^2^2", 'expected an operator, got "^" at 3'],
    ["1 + sin(x)", 'expected one of the functions exp, ln, linoid, step, min, max, got "sin" at 4'],
    [
      "constructor(x)",
      'expected one of the functions exp, ln, linoid, step, min, max, got "constructor" at 0',
    ],
    ["exp()", 'expected a number, a name or a parenthesis, got ")" at 4'],
    ["exp(x, y) + 1", 'expected 1 argument(s) of exp, got ")" at 8'],
    ["min(x)", 'expected 2 argument(s) of min, got ")" at 5'],
    ["exp(x", "expected 1 argument(s) of exp, got its end"],
    ["x +  $y", "unexpected character at 5"],
    ["x; y", "unexpected character at 1"],
    ["x[0]", "unexpected character at 1"],
  ])("%j: %s", (text, message) => {
    expect(() => parseExpression(text)).toThrow(new Error(`equation "${text}": ${message}`));
  });
});

/** Text with no parenthesis more than the precedence needs, so that reading it back proves the precedence. */
function print(tree: Expression, least = 1): string {
  const [level, text] = printed(tree);
  return level < least ? `(${text})` : text;
}

function printed(tree: Expression): [level: number, text: string] {
  switch (tree.kind) {
    case "number":
      return [5, String(tree.value)];
    case "name":
      return [5, tree.name];
    case "call":
      return [5, `${tree.fn}(${tree.args.map((arg) => print(arg)).join(", ")})`];
    case "power":
      return [4, `${print(tree.base, 5)}^${tree.exponent}`];
    case "negate":
      return [3, `-${print(tree.of, 3)}`];
    case "binary": {
      const level = tree.operator === "+" || tree.operator === "-" ? 1 : 2;
      return [level, `${print(tree.left, level)} ${tree.operator} ${print(tree.right, level + 1)}`];
    }
    default:
      return tree satisfies never;
  }
}

const { tree } = fc.letrec<{ tree: Expression; leaf: Expression }>((tie) => ({
  leaf: fc.oneof(
    fc
      .double({ min: 0, noNaN: true, noDefaultInfinity: true })
      .map((value): Expression => ({ kind: "number", value: value + 0 })),
    fc.constantFrom("x", "y", "z").map((name): Expression => ({ kind: "name", name })),
  ),
  tree: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    tie("leaf"),
    tie("tree").map((of): Expression => ({ kind: "negate", of })),
    fc
      .tuple(fc.constantFrom("+", "-", "*", "/"), tie("tree"), tie("tree"))
      .map(([operator, left, right]): Expression => ({ kind: "binary", operator, left, right })),
    fc
      .tuple(tie("tree"), fc.integer({ min: 1, max: 5 }))
      .map(([base, exponent]): Expression => ({ kind: "power", base, exponent })),
    fc
      .tuple(fc.constantFrom<FunctionName>("exp", "linoid", "step"), tie("tree"))
      .map(([fn, arg]): Expression => ({ kind: "call", fn, args: [arg] })),
    fc
      .tuple(fc.constantFrom<FunctionName>("min", "max"), tie("tree"), tie("tree"))
      .map(([fn, a, b]): Expression => ({ kind: "call", fn, args: [a, b] })),
  ),
}));

const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
const scope = fc.record({ x: finite, y: finite, z: finite });

describe("any tree", () => {
  it("is the same tree after printing and parsing", () => {
    fc.assert(
      fc.property(tree, (before) => {
        expect(parseExpression(print(before))).toEqual(before);
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  it("gives the same bits as generated JavaScript as when walked", () => {
    const rename = new Map([["x", "p_x"]]);
    fc.assert(
      fc.property(tree, scope, (expression, values) => {
        const generated = compileJavascript<(x: number, y: number, z: number) => number>(
          ["p_x", "y", "z"],
          `return ${emit(expression, rename)};`,
        );
        expect(generated(values.x, values.y, values.z)).toBe(evaluate(expression, values));
      }),
      { seed: 2, numRuns: 500 },
    );
  });

  it("names what it reads and nothing else", () => {
    fc.assert(
      fc.property(tree, (expression) => {
        const written = new Set(print(expression).match(/(?<![\w.])[xyz](?!\w)/g) ?? []);
        expect(namesIn(expression)).toEqual(written);
      }),
      { seed: 3 },
    );
  });
});

it("a name without a value is our fault, not 0", () => {
  expect(() => evaluate(parseExpression("x + w"), SCOPE)).toThrow('internal: equation reads "w"');
});

describe("linoid(x) = x / (exp(x) - 1)", () => {
  it("is 1 at 0", () => {
    expect(linoid(0)).toBe(1);
    expect(linoid(-0)).toBe(1);
  });

  it("follows its series 1 - x/2 + x²/12 - x⁴/720 near 0, across the change of formula", () => {
    for (let exponent = -300; exponent <= -2; exponent += 0.25) {
      for (const x of [10 ** exponent, -(10 ** exponent)]) {
        const series = 1 - x / 2 + (x * x) / 12 - x ** 4 / 720;
        expect(Math.abs(linoid(x) - series), `x = ${x}`).toBeLessThanOrEqual(2.3e-16);
      }
    }
  });

  it("keeps linoid(-x) = linoid(x) + x and linoid(x) (exp(x) - 1) = x to rounding for every finite x", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 700, noNaN: true }), (x) => {
        expect(Math.abs(linoid(-x) / (linoid(x) + x) - 1)).toBeLessThan(1e-15);
        if (x > 1e-4) expect(Math.abs((linoid(x) * Math.expm1(x)) / x - 1)).toBeLessThan(1e-15);
      }),
      { seed: 4, numRuns: 2000 },
    );
    expect(linoid(1e308)).toBe(0);
    expect(linoid(-1e308)).toBe(1e308);
  });
});
