import { z } from "zod";
import { InputError } from "../../errors.ts";
import {
  checkGate,
  checkModel,
  checkParameter,
  checkReads,
  parameterSymbols,
  type Symbols,
  symbolList,
} from "../checkModel.ts";
import { type Expression, namesIn, parseExpression } from "../expression.ts";
import type { ConductanceModel, Gate, Parameter, Pool } from "../model.ts";
import { substitute } from "../substitute.ts";
import type { Channel } from "./channel.ts";
import { withTemperature } from "./temperature.ts";

const text = z.string().min(1);
const name = z.string().regex(/^[A-Za-z_]\w*$/, "a letter, then letters, digits and underscores");
const equation = z.string().min(1);

const gate = z.union([
  z.strictObject({ name, inf: equation, tau: equation.optional() }),
  z.strictObject({ name, opening: equation, closing: equation }),
]);

const parameter = z.strictObject({
  name,
  unit: text,
  default: z.number(),
  prior: z.strictObject({ low: z.number(), high: z.number(), scale: z.enum(["linear", "log"]) }),
  role: z.enum(["conductance", "reversal", "half-voltage", "kinetics", "voltage", "adaptation"]),
  doc: text,
  drugTarget: text.optional(),
});

const channel = z.strictObject({
  name,
  /** Author, year, DOI or ModelDB number. */
  source: text,
  leavesOut: text.default("not stated"),
  current: z.strictObject({ conductance: name, reversal: name, open: equation }),
  gates: z.array(gate),
  parameters: z.array(parameter),
  /** The rates hold at this temperature and go with this Q10; missing: they stay as they are. */
  temperature: z.strictObject({ q10: z.number().positive(), at_degC: z.number() }).optional(),
  /** The current joins this pool wherever the pool reads the current `as`. */
  feeds: z.strictObject({ pool: name, as: name }).optional(),
});

export type ChannelDescription = z.input<typeof channel>;

export interface DefinedChannel extends Channel {
  readonly feeds?: { readonly pool: string; readonly as: string };
}

/**
 * A channel from a description such as a JSON file holds, its equations as text (see `parseExpression` for what they may contain).
 * Gates read `v` (mV), pools such as `ca` (uM) and parameters, of the channel or of the cell; `open` reads gates and pools.
 *
 * @throws InputError `channel-description` for a missing, wrong or additional field, `equation-syntax`, `duplicate-name`,
 *   `unit-not-in-name`, `range` and `default-outside-prior`, naming channel, gate and field.
 */
export function defineChannel(description: unknown): DefinedChannel {
  const given = validated(description);
  const where = `channel ${given.name}`;
  unique(given.gates, "gate", where);
  unique(given.parameters, "parameter", where);
  const parameters: Parameter[] = given.parameters.map(({ drugTarget, ...rest }) => ({
    ...rest,
    ...(drugTarget !== undefined && { drugTarget }),
  }));
  for (const each of parameters) checkParameter(each, where);
  const { conductance, reversal, open } = given.current;
  return {
    current: {
      name: given.name,
      conductance,
      reversal,
      open: parsed(open, `${where}, current, open`),
    },
    gates: given.gates.map((each) => parsedGate(each, `${where}, gate ${each.name}`)),
    parameters,
    temperature: given.temperature ?? "none",
    source: given.source,
    leavesOut: given.leavesOut,
    ...(given.feeds && { feeds: given.feeds }),
  };
}

/**
 * The model with one more channel. The gates are named after the channel, so that an `m` of it is not the cell's own.
 *
 * @throws InputError `unknown-symbol` with the known symbols and their units, `unknown-gate`, `duplicate-name`, `unit`,
 *   `pool-loop`, `no-temperature`.
 */
export function addChannel(model: ConductanceModel, added: DefinedChannel): ConductanceModel {
  const where = `channel ${added.current.name}`;
  checkAgainst(model, added, where);
  const named = qualified(atTemperature(model, added, where));
  const grown: ConductanceModel = {
    ...model,
    title: `${model.title}, with ${added.current.name}`,
    source: `${model.source}; ${added.source}`,
    parameters: [...model.parameters, ...named.parameters],
    gates: [...model.gates, ...named.gates],
    currents: [...model.currents, named.current],
    ...(model.pools && { pools: fed(model.pools, added, where) }),
  };
  checkModel(grown);
  return grown;
}

function validated(description: unknown): z.output<typeof channel> {
  const result = channel.safeParse(description);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const title =
    typeof description === "object" && description !== null && "name" in description
      ? `channel ${String(description.name)}`
      : "channel";
  throw new InputError({
    code: "channel-description",
    what: `the description is not one of a channel: ${issue.message}`,
    where: [title, ...issue.path.map(String)].join(", "),
    expected:
      "name, source, current {conductance, reversal, open}, gates [{name, inf, tau} or {name, opening, closing}], parameters",
  });
}

type DescribedGate = z.output<typeof gate>;

function parsedGate(described: DescribedGate, where: string): Gate {
  if ("inf" in described) {
    const inf = parsed(described.inf, `${where}, inf`);
    return described.tau === undefined
      ? { name: described.name, inf }
      : { name: described.name, inf, tau: parsed(described.tau, `${where}, tau`) };
  }
  const opening = parsed(described.opening, `${where}, opening`);
  const closing = parsed(described.closing, `${where}, closing`);
  const sum = binary("+", opening, closing);
  return {
    name: described.name,
    inf: binary("/", opening, sum),
    tau: binary("/", { kind: "number", value: 1 }, sum),
    rates: { opening, closing },
  };
}

const binary = (operator: "+" | "/", left: Expression, right: Expression): Expression => ({
  kind: "binary",
  operator,
  left,
  right,
});

function parsed(equationText: string, where: string): Expression {
  try {
    return parseExpression(equationText);
  } catch (error) {
    throw new InputError({
      code: "equation-syntax",
      what: error instanceof Error ? error.message : String(error),
      where,
    });
  }
}

function unique(items: readonly { readonly name: string }[], kind: string, where: string): void {
  const seen = new Set<string>();
  for (const item of items) {
    if (seen.has(item.name)) throw duplicate(`two ${kind}s have the same name`, item.name, where);
    seen.add(item.name);
  }
}

function duplicate(what: string, got: string, where: string): InputError {
  return new InputError({ code: "duplicate-name", what, where, got: `"${got}"` });
}

/** Everything that can be said in the user's own names, before the gates are renamed. */
function checkAgainst(model: ConductanceModel, added: DefinedChannel, where: string): void {
  const { current, gates, parameters } = added;
  if (model.currents.some((each) => each.name === current.name))
    throw duplicate(`model ${model.id} has a channel of this name`, current.name, where);
  const own = parameterSymbols(model);
  for (const each of parameters)
    if (own.has(each.name))
      throw duplicate(`model ${model.id} has a parameter of this name`, each.name, where);
  const known = new Map([...own, ...parameters.map(({ name: n, unit }): [string, string] => [n, unit])]);
  const pools = (model.pools ?? []).map(({ name: n, unit }): [string, string] => [n, unit]);
  for (const each of gates) checkGate(each, new Map([["v", "mV"], ...pools, ...known]), where);
  checkOpen(added, new Map(pools), model.inputs ?? [], where);
  const conductance = known.get(model.currents[0]?.conductance ?? "") ?? "nS";
  checkUnit(current.conductance, conductance, known, `${where}, current, conductance`);
  checkUnit(current.reversal, "mV", known, `${where}, current, reversal`);
}

function checkOpen(
  { current, gates }: DefinedChannel,
  pools: Symbols,
  inputs: readonly string[],
  where: string,
): void {
  const known = new Map([
    ...gates.map(({ name: n }): [string, string] => [n, "gate"]),
    ...pools,
    ...inputs.map((n): [string, string] => [n, "input"]),
  ]);
  checkReads(current.open, known, `${where}, current, open`);
}

function checkUnit(parameterName: string, unit: string, known: Symbols, where: string): void {
  if (known.get(parameterName) === unit) return;
  const fitting = new Map([...known].filter(([, each]) => each === unit));
  throw new InputError({
    code: known.has(parameterName) ? "unit" : "unknown-symbol",
    what: known.has(parameterName)
      ? `${parameterName} has the wrong unit`
      : `reads the unknown symbol ${parameterName}`,
    where,
    ...(known.has(parameterName) && { got: known.get(parameterName)! }),
    expected: `a parameter in ${unit}: ${symbolList(fitting)}`,
  });
}

function atTemperature(model: ConductanceModel, added: DefinedChannel, where: string): DefinedChannel {
  if (added.temperature === "none") return added;
  if (!model.parameters.some(({ name: n }) => n === "temperature_degC"))
    throw new InputError({
      code: "no-temperature",
      what: `the channel has a Q10, but model ${model.id} has no temperature_degC`,
      where,
      next: "Leave the temperature out and write the rates at the temperature of the cell.",
    });
  return withTemperature(added);
}

function qualified(added: DefinedChannel): DefinedChannel {
  const long = (short: string) => `${short}_${added.current.name}`;
  const names = new Map(
    added.gates.map(({ name: n }): [string, Expression] => [n, { kind: "name", name: long(n) }]),
  );
  return {
    ...added,
    gates: added.gates.map((each) => ({ ...each, name: long(each.name) })),
    current: { ...added.current, open: substitute(added.current.open, names) },
  };
}

function fed(pools: readonly Pool[], { feeds, current }: DefinedChannel, where: string): Pool[] {
  if (!feeds) return [...pools];
  const like = `I_${feeds.as}`;
  const pool = pools.find((each) => each.name === feeds.pool);
  if (!pool || !namesIn(pool.inf).has(like))
    throw new InputError({
      code: "unknown-symbol",
      what: pool ? `pool ${feeds.pool} reads no current ${feeds.as}` : `no pool ${feeds.pool}`,
      where: `${where}, feeds`,
      expected: pools
        .map(
          (each) =>
            `${each.name} with ${[...namesIn(each.inf)].filter((n) => n.startsWith("I_")).join(", ")}`,
        )
        .join("; "),
    });
  const both = parseExpression(`${like} + I_${current.name}`);
  return pools.map((each) =>
    each === pool ? { ...each, inf: substitute(each.inf, new Map([[like, both]])) } : each,
  );
}
