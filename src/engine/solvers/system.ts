import { compileJavascript, declareParameters, generatedNames } from "../compile/emitJavascript.ts";
import { derivative } from "../derivative.ts";
import { type Expression, evaluate, namesIn } from "../expression.ts";
import { type Model, toRecord } from "../model.ts";
import { steadyState } from "../resting.ts";
import { drivesOf, type Equation, equationsOf } from "./equations.ts";

/**
 * The differential equations of one cell, y' = f(y), with `drive` ([i, inputs...], see `drivesOf`) standing still.
 * A state is an array in the order of `names`; the voltage is first.
 */
export interface System {
  readonly size: number;
  readonly names: readonly string[];
  /** Where a run starts: everything but v at its steady state at v0 (reset models: u = 0). */
  initial(v0: number): Float64Array;
  /** Usual sizes of the states, given where the run starts. */
  scale(initial: Float64Array): Float64Array;
  f(y: Float64Array, drive: Float64Array, slope: Float64Array): void;
  /** The slope, and its derivatives: `J[row * size + column]` is that of slope `row` to state `column`. */
  jacobian(y: Float64Array, drive: Float64Array, slope: Float64Array, J: Float64Array): void;
  /** The slope, and of each its derivative to its own state while all else stands still. */
  own(y: Float64Array, drive: Float64Array, slope: Float64Array, own: Float64Array): void;
  /** Reset models: the voltage at which a spike is fired, and what the spike does. */
  peak?(y: Float64Array): number;
  reset?(y: Float64Array): void;
}

/** Prepares a model once and gives its equations for each parameter set (values in the order of `model.parameters`). */
export type SystemMaker = (model: Model) => (params: Float64Array) => System;

/** What both ways to evaluate a system share. */
function frame(model: Model, equations: readonly Equation[], params: Float64Array) {
  const names = equations.map(({ name }) => name);
  const values = toRecord(model, params);
  return {
    size: names.length,
    names,
    initial: (v0: number) => {
      const at = model.kind === "reset" ? { v: v0, u: 0 } : steadyState(model, values, v0);
      return Float64Array.from(names, (name) => at[name as "v"]);
    },
    scale: (initial: Float64Array) =>
      Float64Array.from(equations, ({ scale }, k) => scale ?? (Math.abs(initial[k]) || 1)),
  };
}

/** Walks the expression trees: slow and obvious, the oracle. */
export const interpretedSystem: SystemMaker = (model) => {
  const equations = equationsOf(model);
  const drives = drivesOf(model);
  const partials = entriesOfJacobian(equations);
  return (params) => {
    // One scope, moved along: a copy for every evaluation would cost more than the equations.
    const scope: Record<string, number> = { ...toRecord(model, params) };
    const at = (y: Float64Array, drive?: Float64Array) => {
      equations.forEach(({ name }, k) => {
        scope[name] = y[k];
      });
      if (drive) for (const [k, name] of drives.entries()) scope[name] = drive[k];
    };
    const f: System["f"] = (y, drive, slope) => {
      at(y, drive);
      for (const [k, equation] of equations.entries()) slope[k] = evaluate(equation.slope, scope);
    };
    const system: System = {
      ...frame(model, equations, params),
      f,
      jacobian(y, drive, slope, J) {
        f(y, drive, slope);
        J.fill(0);
        for (const { index, expression } of partials) J[index] = evaluate(expression, scope);
      },
      own(y, drive, slope, own) {
        f(y, drive, slope);
        for (const [k, equation] of equations.entries()) own[k] = evaluate(equation.own, scope);
      },
    };
    if (model.kind !== "reset") return system;
    return {
      ...system,
      peak(y) {
        at(y);
        return evaluate(model.peak, scope);
      },
      reset(y) {
        at(y);
        y[0] = evaluate(model.resetV, scope);
        y[1] = evaluate(model.resetU, scope);
      },
    };
  };
};

/** The entries of the Jacobian that are not 0 everywhere. */
function entriesOfJacobian(equations: readonly Equation[]): { index: number; expression: Expression }[] {
  return equations.flatMap(({ slope }, row) =>
    equations.flatMap(({ name }, column) =>
      namesIn(slope).has(name)
        ? [{ index: row * equations.length + column, expression: derivative(slope, name) }]
        : [],
    ),
  );
}

/** The same as generated JavaScript, in which each subexpression stands once. */
export const generatedSystem: SystemMaker = (model) => {
  const equations = equationsOf(model);
  const drives = drivesOf(model);
  const rename = new Map([
    ...generatedNames(model),
    ...equations.map(({ name }, k): [string, string] => [name, `y[${k}]`]),
    ...drives.map((name, k): [string, string] => [name, `drive[${k}]`]),
  ]);
  type Field = (
    P: Float64Array,
    y: Float64Array,
    drive: Float64Array,
    slope: Float64Array,
    more: Float64Array,
  ) => void;
  const field = (more: readonly { index: number; expression: Expression }[]) =>
    compileJavascript<Field>(
      ["P", "y", "drive", "slope", "more"],
      `${declareParameters(model)}\n${assignments(
        [
          ...equations.map(({ slope }, k) => ({ target: `slope[${k}]`, expression: slope })),
          ...more.map(({ index, expression }) => ({ target: `more[${index}]`, expression })),
        ],
        rename,
      )}`,
    );
  const f = field([]);
  // Entries that are 0 everywhere are left as they are.
  const jacobian = field(entriesOfJacobian(equations));
  const own = field(equations.map((equation, index) => ({ index, expression: equation.own })));
  const spike = model.kind === "reset" ? generatedSpike(model, rename) : undefined;
  return (params) => ({
    ...frame(model, equations, params),
    f: (y, drive, slope) => f(params, y, drive, slope, slope),
    jacobian(y, drive, slope, J) {
      J.fill(0);
      jacobian(params, y, drive, slope, J);
    },
    own: (y, drive, slope, more) => own(params, y, drive, slope, more),
    ...(spike && {
      peak: (y: Float64Array) => spike.peak(params, y),
      reset: (y: Float64Array) => spike.reset(params, y),
    }),
  });
};

function generatedSpike(
  model: Extract<Model, { kind: "reset" }>,
  rename: ReadonlyMap<string, string>,
): {
  peak: (P: Float64Array, y: Float64Array) => number;
  reset: (P: Float64Array, y: Float64Array) => void;
} {
  const of = (targets: { target: string; expression: Expression }[]) =>
    `${declareParameters(model)}\n${assignments(targets, rename)}`;
  return {
    peak: compileJavascript(
      ["P", "y"],
      `${of([{ target: "const peak", expression: model.peak }])}\nreturn peak;`,
    ),
    reset: compileJavascript(
      ["P", "y"],
      of([
        { target: "const v", expression: model.resetV },
        { target: "const u", expression: model.resetU },
      ]).concat("\ny[0] = v;\ny[1] = u;"),
    ),
  };
}

/** Statements that give each target its expression; every distinct subexpression is worked out once. */
function assignments(
  targets: readonly { target: string; expression: Expression }[],
  rename: ReadonlyMap<string, string>,
): string {
  const lines: string[] = [];
  const known = new Map<string, string>();
  const once = (text: string): string => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const name = `t${known.size}`;
    known.set(text, name);
    lines.push(`const ${name} = ${text};`);
    return name;
  };
  const js = (expression: Expression): string => {
    switch (expression.kind) {
      case "number":
        return expression.value < 0 ? `(${expression.value})` : String(expression.value);
      case "name":
        return rename.get(expression.name) ?? expression.name;
      case "negate":
        return once(`-${js(expression.of)}`);
      case "binary":
        return once(`${js(expression.left)} ${expression.operator} ${js(expression.right)}`);
      case "power": {
        const base = js(expression.base);
        let product = base;
        for (let power = 1; power < expression.exponent; power++) product = once(`${product} * ${base}`);
        return product;
      }
      case "call":
        return once(`f_${expression.fn}(${expression.args.map(js).join(", ")})`);
      default:
        return expression satisfies never;
    }
  };
  for (const { target, expression } of targets) {
    const value = js(expression);
    lines.push(`${target} = ${value};`);
  }
  return lines.join("\n");
}
