import { InputError, type InputProblem } from "../errors.ts";
import { expressionText } from "./channels/expressionText.ts";
import { type Expression, FUNCTIONS, namesIn } from "./expression.ts";
import { type ConductanceModel, type Gate, type Model, membraneOf, type Parameter } from "./model.ts";

/** What an expression may read: each name with its unit. */
export type Symbols = ReadonlyMap<string, string>;

const NAME = /^[A-Za-z_]\w*$/;

/**
 * Refuses a model that no kernel could run, or that would run something else than it seems to say: names that are missing,
 * double or reserved, parameters whose name does not end in their unit, expressions that read what is not there, currents that feed
 * a pool and depend on one.
 *
 * @throws InputError with the place (channel, gate, field), the expression, the unknown symbol and the known ones with units.
 */
export function checkModel(model: Model): void {
  checkNames(model);
  for (const parameter of model.parameters) checkParameter(parameter, `model ${model.id}`);
  if (model.kind === "conductance") {
    checkConductanceModel(model);
    return;
  }
  const known = new Map([...parameterSymbols(model), ["v", "mV"], ["u", model.current.unit]]);
  const driven = new Map([...known, ["i", model.current.unit]]);
  for (const field of ["dv", "du"] as const) checkReads(model[field], driven, `model ${model.id}, ${field}`);
  for (const field of ["peak", "resetV", "resetU"] as const)
    checkReads(model[field], known, `model ${model.id}, ${field}`);
  checkIsParameter(model, model.rest, "rest");
  checkMembrane(model, new Map());
}

function checkConductanceModel(model: ConductanceModel): void {
  const parameters = parameterSymbols(model);
  const pools = new Map((model.pools ?? []).map(({ name, unit }) => [name, unit]));
  const poolSymbols = new Map([
    ...model.currents.map(({ name }): [string, string] => [`I_${name}`, model.current.unit]),
    ...parameters,
  ]);
  checkIsParameter(model, model.capacitance, "capacitance");
  checkMembrane(model, pools);
  for (const { name, inf, tau } of model.pools ?? []) {
    checkReads(inf, poolSymbols, `model ${model.id}, pool ${name}, inf`);
    checkReads(tau, poolSymbols, `model ${model.id}, pool ${name}, tau`);
  }
  checkFeeding(model);
}

/** Gates, currents and arrivals of any model. */
function checkMembrane(model: Model, pools: Symbols): void {
  const parameters = parameterSymbols(model);
  const { gates, currents, inputs = [] } = membraneOf(model);
  const gateSymbols = new Map([["v", "mV"], ...pools, ...parameters]);
  const openSymbols = new Map([
    ...gates.map(({ name }): [string, string] => [name, "1"]),
    ...pools,
    ...inputs.map((name): [string, string] => [name, "input"]),
  ]);
  for (const gate of gates) checkGate(gate, gateSymbols, `model ${model.id}`);
  for (const { name, open, conductance, reversal } of currents) {
    checkReads(open, openSymbols, `model ${model.id}, current ${name}, open`);
    checkIsParameter(model, conductance, `current ${name}, conductance`);
    checkIsParameter(model, reversal, `current ${name}, reversal`);
  }
  checkArrivals(model, parameters);
}

function checkArrivals(model: Model, parameters: Symbols): void {
  const { gates: all, arrivals = [] } = membraneOf(model);
  const gates = new Map(all.map(({ name }) => [name, "1"]));
  for (const { name, adds } of arrivals)
    for (const { gate, amount } of adds) {
      const where = `model ${model.id}, arrival ${name}`;
      if (!gates.has(gate)) throw unknownSymbol(gate, gates, where, gate);
      checkReads(amount, parameters, where);
    }
}

/** A gate's expressions read voltage, pools and parameters. */
export function checkGate(gate: Gate, known: Symbols, where: string): void {
  const at = `${where}, gate ${gate.name}`;
  checkReads(gate.inf, known, `${at}, inf`);
  if (gate.tau) checkReads(gate.tau, known, `${at}, tau`);
  if (gate.rates) {
    checkReads(gate.rates.opening, known, `${at}, opening`);
    checkReads(gate.rates.closing, known, `${at}, closing`);
  }
}

/** @throws InputError `unknown-symbol` when the expression reads a name that is not known. `text`: as the user wrote it. */
export function checkReads(
  expression: Expression,
  known: Symbols,
  where: string,
  text = expressionText(expression),
): void {
  for (const name of namesIn(expression)) if (!known.has(name)) throw unknownSymbol(name, known, where, text);
}

function unknownSymbol(name: string, known: Symbols, where: string, text: string): InputError {
  return refusal({
    code: "unknown-symbol",
    what: `"${text}" reads the unknown symbol ${name}`,
    where,
    expected: symbolList(known),
  });
}

/** `v (mV), ca (uM), gA_nS (nS)`. */
export function symbolList(symbols: Symbols): string {
  return [...symbols].map(([name, unit]) => `${name} (${unit})`).join(", ");
}

/** A parameter's name ends in its unit, its default can be searched from, its range is one. */
export function checkParameter({ name, unit, default: value, prior, role }: Parameter, where: string): void {
  const at = `${where}, parameter ${name}`;
  const ending = unitEnding(unit);
  if (unit !== "1" && !name.endsWith(`_${ending}`))
    throw refusal({
      code: "unit-not-in-name",
      what: "the name does not end in the unit",
      where: at,
      got: `unit ${unit}`,
      expected: `a name that ends in _${ending}`,
    });
  const { low, high, scale } = prior;
  if (!(low < high) || !Number.isFinite(high - low) || (scale === "log" && low <= 0))
    throw refusal({
      code: "range",
      what: "the prior is no range that can be drawn from",
      where: at,
      got: `${low} to ${high}, ${scale}`,
      expected: scale === "log" ? "0 < low < high" : "low < high",
    });
  const absent = value === 0 && role === "conductance";
  if (!absent && !(value >= low && value <= high))
    throw refusal({
      code: "default-outside-prior",
      what: "the default lies outside the prior",
      where: at,
      got: String(value),
      expected: `${low} to ${high}${role === "conductance" ? ", or 0 for an absent channel" : ""}`,
    });
}

/** How a unit is written at the end of a name: `1/ms` as `per_ms`, `nS/mV` as `nS_per_mV`. */
function unitEnding(unit: string): string {
  return unit.replace("1/", "per_").replaceAll("/", "_per_");
}

function checkNames(model: Model): void {
  const kinds = new Map<string, string>([
    ["v", "the voltage"],
    ...(model.kind === "reset" ? [["u", "the recovery variable"] as [string, string]] : []),
    ["i", "the injected current"],
    ...Object.keys(FUNCTIONS).map((name): [string, string] => [name, "a function"]),
  ]);
  const claim = (name: string, what: string): void => {
    if (!NAME.test(name))
      throw refusal({
        code: "name",
        what: `${what} has a name that no expression can read`,
        where: `model ${model.id}`,
        got: `"${name}"`,
        expected: "a letter, then letters, digits and underscores",
      });
    const taken = kinds.get(name);
    if (taken)
      throw refusal({
        code: "duplicate-name",
        what: `${what} has a name that is taken`,
        where: `model ${model.id}`,
        got: `"${name}", which is ${taken}`,
        expected: "names of parameters, gates, pools, inputs and currents that are not shared",
      });
    kinds.set(name, what);
  };
  for (const { name } of model.parameters) claim(name, `parameter ${name}`);
  const { gates, currents, inputs = [] } = membraneOf(model);
  for (const { name } of gates) claim(name, `gate ${name}`);
  if (model.kind === "conductance") for (const { name } of model.pools ?? []) claim(name, `pool ${name}`);
  for (const name of inputs) claim(name, `input ${name}`);
  for (const { name } of currents) claim(`I_${name}`, `current ${name}`);
}

function checkIsParameter(model: Model, name: string, field: string): void {
  const known = parameterSymbols(model);
  if (!known.has(name)) throw unknownSymbol(name, known, `model ${model.id}, ${field}`, name);
}

/** A current that a pool reads must not depend on a pool: its own opening, or that of its gates. */
function checkFeeding(model: ConductanceModel): void {
  const pools = new Set((model.pools ?? []).map(({ name }) => name));
  const gates = new Map(model.gates.map((gate) => [gate.name, gate]));
  for (const pool of model.pools ?? []) {
    const read = new Set([...namesIn(pool.inf), ...namesIn(pool.tau)]);
    for (const current of model.currents) {
      if (!read.has(`I_${current.name}`)) continue;
      for (const name of namesIn(current.open)) {
        const gate = gates.get(name);
        const reader = pools.has(name) ? name : gate && [...gateReads(gate)].find((each) => pools.has(each));
        if (reader === undefined) continue;
        throw refusal({
          code: "pool-loop",
          what: `current ${current.name} feeds pool ${pool.name} and depends on pool ${reader}${gate ? ` through gate ${name}` : ""}`,
          where: `model ${model.id}, pool ${pool.name}`,
          expected: "currents that feed a pool to depend on voltage and parameters only",
        });
      }
    }
  }
}

function gateReads({ inf, tau, rates }: Gate): Set<string> {
  const names = namesIn(inf);
  if (tau) namesIn(tau, names);
  if (rates) namesIn(rates.closing, namesIn(rates.opening, names));
  return names;
}

/** The parameters of a model with their units. */
export function parameterSymbols(model: Model): Map<string, string> {
  return new Map(model.parameters.map(({ name, unit }) => [name, unit]));
}

function refusal(problem: InputProblem): InputError {
  return new InputError(problem);
}
