import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { derivative } from "./derivative.ts";
import { type Expression, evaluate, linoid, linoidSlope, namesIn, parseExpression } from "./expression.ts";
import { defaultParameters, toRecord } from "./model.ts";
import { MODELS } from "./models/index.ts";
import { substitute } from "./substitute.ts";

const slopeIn = (text: string, scope: Record<string, number>, name = "x") =>
  evaluate(derivative(parseExpression(text), name), scope);

describe("rules", () => {
  it.each([
    ["7", 0],
    ["x", 1],
    ["y", 0],
    ["-x", -1],
    ["x + y - 2 * x", -1],
    ["x * y", 5],
    ["y / x", -5 / 4],
    ["x / y", 1 / 5],
    ["x^1", 1],
    ["x^2", 4],
    ["x^5", 80],
    ["(3 * x)^3", 324],
    ["exp(2 * x)", 2 * Math.exp(4)],
    ["step(x) * x", 1],
    ["min(x, y)", 1],
    ["max(x, y)", 0],
    ["max(x - y, 0)^3", 0],
    ["max(y - x, 0)^3", -27],
    ["min(x * y, x^2)", 4],
  ])("d/dx %s at x = 2, y = 5 is %d", (text, slope) => {
    expect(slopeIn(text, { x: 2, y: 5 })).toBeCloseTo(slope, 12);
  });

  it("where both arguments of min and max are equal the first one counts", () => {
    expect(slopeIn("min(x, 2 * x)", { x: 0 })).toBe(1);
    expect(slopeIn("max(2 * x, x)", { x: 0 })).toBe(2);
  });

  it("zeros and ones leave no trace", () => {
    expect(derivative(parseExpression("a * x + b"), "x")).toEqual(parseExpression("a"));
    expect(derivative(parseExpression("(a - x) / tau"), "x")).toEqual(parseExpression("-1 / tau"));
    expect(derivative(parseExpression("exp(a / b)"), "x")).toEqual({ kind: "number", value: 0 });
  });

  it("of ln is the reciprocal", () => {
    const slope = derivative(parseExpression("3 * ln(x^2)"), "x");
    for (const x of [0.1, 1, 7.5]) expect(evaluate(slope, { x })).toBeCloseTo(6 / x, 12);
  });

  it("is taken once: the slope of linoid has no derivative here, and no equation writes it", () => {
    const slope = derivative(parseExpression("linoid(x)"), "x");
    expect(() => derivative(slope, "x")).toThrow("internal:");
    expect(() => parseExpression("linoidSlope(x)")).toThrow("expected one of the functions");
  });
});

describe("the slope of linoid", () => {
  it("is -1/2 at 0, 0 far above, -1 far below", () => {
    expect(linoidSlope(0)).toBe(-0.5);
    expect(linoidSlope(1e-300)).toBe(-0.5);
    for (const x of [750, 1e5, 1e300]) expect(linoidSlope(x)).toBeCloseTo(0, 15);
    for (const x of [-750, -1e5, -1e300]) expect(linoidSlope(x)).toBeCloseTo(-1, 15);
  });

  it("joins its series without a seam, and its own rule L(x) + L(-x) = |x| written as slopes", () => {
    for (const edge of [0.1, -0.1]) {
      const [inside, outside] = [linoidSlope(edge * (1 - 1e-14)), linoidSlope(edge * (1 + 1e-14))];
      expect(Math.abs(inside - outside)).toBeLessThan(2e-14);
    }
    // linoid(-x) = linoid(x) + x, so slope(x) + slope(-x) = -1.
    fc.assert(
      fc.property(fc.double({ min: -600, max: 600, noNaN: true }), (x) => {
        expect(Math.abs(linoidSlope(x) + linoidSlope(-x) + 1)).toBeLessThan(1e-13);
      }),
      { seed: 1 },
    );
  });

  it("is the central difference of linoid", () => {
    fc.assert(
      fc.property(fc.double({ min: -40, max: 40, noNaN: true }), (x) => {
        const d = 1e-4;
        expect(Math.abs(linoidSlope(x) - (linoid(x + d) - linoid(x - d)) / (2 * d))).toBeLessThan(1e-8);
      }),
      { seed: 2 },
    );
  });
});

/** Random equations of x and y, without `step` and with kinks only where min and max meet. */
const expressions = fc.letrec<{ tree: Expression }>((tie) => {
  const name = fc.constantFrom("x", "y").map((name): Expression => ({ kind: "name", name }));
  const number = fc
    .double({ min: -3, max: 3, noNaN: true })
    .map((value): Expression => ({ kind: "number", value }));
  const tree = tie("tree");
  const positive = tree.map(
    (inner): Expression => ({
      kind: "binary",
      operator: "+",
      left: { kind: "number", value: 1 },
      right: { kind: "power", base: inner, exponent: 2 },
    }),
  );
  return {
    tree: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      name,
      number,
      tree.map((of): Expression => ({ kind: "negate", of })),
      fc
        .tuple(fc.constantFrom("+", "-", "*"), tree, tree)
        .map(
          ([operator, left, right]): Expression => ({ kind: "binary", operator, left, right }) as Expression,
        ),
      fc
        .tuple(tree, positive)
        .map(([left, right]): Expression => ({ kind: "binary", operator: "/", left, right })),
      fc
        .tuple(tree, fc.integer({ min: 1, max: 4 }))
        .map(([base, exponent]): Expression => ({ kind: "power", base, exponent })),
      fc
        .tuple(fc.constantFrom("exp", "linoid"), tree)
        .map(([fn, arg]): Expression => ({ kind: "call", fn, args: [arg] }) as Expression),
      fc
        .tuple(fc.constantFrom("min", "max"), tree, tree)
        .map(([fn, a, b]): Expression => ({ kind: "call", fn, args: [a, b] }) as Expression),
    ),
  };
}).tree;

/** The central difference, and how far it is to be trusted: what halving its step changes, and rounding. */
function difference(expression: Expression, scope: Record<string, number>, name: string, d: number) {
  const at = (shift: number) => evaluate(expression, { ...scope, [name]: scope[name] + shift });
  const by = (step: number) => (at(step) - at(-step)) / (2 * step);
  const [wide, narrow] = [by(d), by(d / 2)];
  // A kink within the step shows up as a bend.
  const bend = Math.abs(at(d) - 2 * at(0) + at(-d)) / d;
  return {
    slope: narrow,
    trust:
      3 * Math.abs(wide - narrow) +
      (bend > 0.01 * (1 + Math.abs(narrow)) ? Number.POSITIVE_INFINITY : 0) +
      (1e-13 * (Math.abs(at(0)) + 1)) / d,
  };
}

describe("central differences", () => {
  it("agree with random equations", () => {
    let compared = 0;
    fc.assert(
      fc.property(
        expressions,
        fc.integer({ min: -2000, max: 2000 }),
        fc.integer({ min: -2000, max: 2000 }),
        (expression, m, n) => {
          // Between whole numbers, where kinks like to be; a difference of less than rounding shows would hide one.
          const [x, y] = [(m + 0.1237) / 1000, (n + 0.3719) / 1000];
          const { slope, trust } = difference(expression, { x, y }, "x", 1e-4);
          const exact = evaluate(derivative(expression, "x"), { x, y });
          if (!(Math.abs(slope) < 1e6) || !(trust < 1e-3 * (1 + Math.abs(slope)))) return;
          compared++;
          expect(Math.abs(exact - slope)).toBeLessThanOrEqual(trust + 1e-7 * (1 + Math.abs(slope)));
        },
      ),
      { seed: 5, numRuns: 1500 },
    );
    expect(compared).toBeGreaterThan(700);
  });

  it.each(MODELS)("agree with every equation of $id, in every name", (model) => {
    const trees =
      model.kind === "reset"
        ? [model.dv, model.du, model.peak, model.resetV, model.resetU]
        : [
            ...model.gates.flatMap(({ inf, tau }) => (tau ? [inf, tau] : [inf])),
            ...model.currents.map(({ open }) => open),
            ...(model.pools ?? []).map(({ inf }) => inf),
          ];
    for (const tree of trees) {
      for (const v of [-91.3, -63.7, -38.2, 11.9]) {
        const scope: Record<string, number> = {
          ...toRecord(model, defaultParameters(model)),
          v,
          u: 30,
          i: 100,
        };
        for (const name of namesIn(tree)) scope[name] ??= name.startsWith("I_") ? -20 : 0.3;
        for (const name of namesIn(tree)) {
          const { slope, trust } = difference(tree, scope, name, 1e-4 * Math.max(0.1, Math.abs(scope[name])));
          const exact = evaluate(derivative(tree, name), scope);
          if (Number.isFinite(trust))
            expect(Math.abs(exact - slope), `${name} at ${v} mV`).toBeLessThanOrEqual(
              trust + 1e-6 * (1e-3 + Math.abs(slope)),
            );
        }
      }
    }
  });
});

it("substitute replaces names by expressions, everywhere and at once", () => {
  const tree = parseExpression("-a^2 + min(b, exp(a)) / a");
  const replaced = substitute(
    tree,
    new Map([
      ["a", parseExpression("b + 1")],
      ["b", parseExpression("a")],
    ]),
  );
  expect(replaced).toEqual(parseExpression("-(b + 1)^2 + min(a, exp(b + 1)) / (b + 1)"));
});
