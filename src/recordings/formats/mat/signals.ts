/** Which of the arrays is the voltage and which the current, and in which unit. */
import { InputError } from "../../../errors.ts";
import type { ReadSamples } from "../../content.ts";
import type { ReadOptions } from "../../options.ts";
import { type ColumnRole, factorFor, roleOfUnit } from "../../units.ts";
import { currentFactor, looksLikeVoltage, short, voltageFactor } from "../text/columns.ts";
import { listed } from "./clock.ts";
import { roleOfVariable, unitOfVariable } from "./names.ts";
import { drawn, evenStep, type Trace } from "./traces.ts";
import type { Text } from "./variables.ts";

/** A trace in mV or pA. */
export interface Signal extends Trace {
  /** As found or said, before it was converted. */
  readonly unit: string;
}

export interface Signals {
  /** In mV; none when the file holds a current alone. */
  readonly voltages: readonly Signal[];
  /** In pA. */
  readonly current?: Signal;
  readonly notes: readonly string[];
}

type Known = Trace & { readonly role?: ColumnRole; readonly unit?: string };

/**
 * Voltage: the variable that the user names; else those whose unit or name says so; else the only one whose values look
 * like a membrane's. Current: the variable that the user names; else, among arrays with sweeps like the voltage's (or one
 * sweep for all), the first whose unit or name says so; else the only other one of the voltage's size.
 *
 * A unit is the user's, else that of the name (`_mV`) or of a text beside (`Vm_units`), else proved by the values.
 *
 * @throws InputError `columns`, `voltage-unit`, `current-unit`.
 */
export function findSignals(
  traces: readonly Trace[],
  texts: readonly Text[],
  options: ReadOptions,
  fileName: string,
): Signals {
  const known = traces.map((trace) => withRole(trace, texts)).filter((trace) => !isTime(trace, options));
  const notes: string[] = [];
  const voltages = voltagesAmong(known, options, fileName, notes);
  const current = options.current ? undefined : currentAmong(known, voltages, options, fileName, notes);
  if (voltages.length === 0 && !current) throw noVoltage(known, fileName);
  const inMillivolts = voltages.map((one) => voltageSignal(one, options, fileName, notes));
  const inPicoamperes = current && currentSignal(current, voltages[0], options, fileName, notes);
  return { voltages: inMillivolts, ...(inPicoamperes && { current: inPicoamperes }), notes };
}

function withRole(trace: Trace, texts: readonly Text[]): Known {
  const unit = unitOfVariable(trace.label, texts);
  const known = unit !== undefined && roleOfUnit(unit) !== undefined ? { unit } : {};
  const role = roleOfVariable(trace.name, known.unit);
  return { ...trace, ...known, ...(role && { role }) };
}

/** Times are no signal; neither is the first column of a table. */
function isTime(trace: Known, { columns }: ReadOptions): boolean {
  if (trace.label === columns?.time) return true;
  if (trace.label === columns?.voltage || trace.label === columns?.current) return false;
  return trace.role === "time" || (trace.label.endsWith("(:,1)") && evenStep(drawn(trace)) !== undefined);
}

function voltagesAmong(
  known: readonly Known[],
  options: ReadOptions,
  fileName: string,
  notes: string[],
): Known[] {
  const wish = options.columns?.voltage;
  if (wish !== undefined) return [named(known, wish, "voltage", fileName)];
  const others = known.filter(({ label }) => label !== options.columns?.current);
  const said = others.filter(({ role }) => role === "voltage");
  // Only sweeps like those of the first can be channels of one recording.
  if (said.length > 0) return said.filter((one) => sameSweeps(one, said[0]));
  const likely = others.filter((one) => one.role !== "current" && looksLikeVoltage(drawn(one)));
  if (likely.length > 1) throw unclear("voltage", likely, fileName);
  if (likely.length === 1) notes.push(`Took "${likely[0].label}" for the voltage by its values.`);
  return likely;
}

function currentAmong(
  known: readonly Known[],
  [voltage]: readonly Known[],
  options: ReadOptions,
  fileName: string,
  notes: string[],
): Known | undefined {
  const fits = (one: Known): boolean => !voltage || sameSweeps(one, voltage) || oneForAll(one, voltage);
  const wish = options.columns?.current;
  if (wish !== undefined) {
    const chosen = named(known, wish, "current", fileName);
    if (fits(chosen)) return chosen;
    throw otherShape(chosen, voltage, fileName);
  }
  const others = known.filter((one) => one.label !== voltage?.label && fits(one));
  const said = others.filter(({ role }) => role === "current");
  if (said.length > 0) {
    if (said.length > 1)
      notes.push(
        `Took the first of the currents ${listed(said.map(({ label }) => label))}: --current-column.`,
      );
    return said[0];
  }
  const beside = voltage ? others.filter((one) => one.role === undefined && sameSweeps(one, voltage)) : [];
  if (beside.length !== 1) return undefined;
  notes.push(
    `Took "${beside[0].label}" for the current, as the only other array of the size of the voltage.`,
  );
  return beside[0];
}

function sameSweeps(a: Trace, b: Trace): boolean {
  return (
    a.lengths.length === b.lengths.length && a.lengths.every((length, sweep) => length === b.lengths[sweep])
  );
}

function oneForAll(one: Trace, voltage: Trace): boolean {
  return one.lengths.length === 1 && voltage.lengths.every((length) => length === one.lengths[0]);
}

function voltageSignal(voltage: Known, options: ReadOptions, fileName: string, notes: string[]): Signal {
  const { label, unit } = voltage;
  const column = { values: drawn(voltage), label: `"${label}"`, ...(unit && { unit }) };
  const { factor, note } = voltageFactor(column, options, fileName);
  if (note) notes.push(note);
  return scaled(voltage, factor, options.units?.voltage ?? unit ?? (factor === 1 ? "mV" : "V"));
}

function currentSignal(
  current: Known,
  voltage: Known | undefined,
  options: ReadOptions,
  fileName: string,
  notes: string[],
): Signal {
  const values = drawn(current);
  const proved =
    (current.unit ?? options.units?.current) ? undefined : voltage && provedUnit(current, voltage);
  const unit = current.unit ?? proved?.unit;
  const factor = currentFactor(
    { values, label: `"${current.label}"`, ...(unit && { unit }) },
    options,
    fileName,
  );
  if (proved) notes.push(proved.note);
  const all = voltage && oneForAll(current, voltage) ? repeated(current, voltage) : current;
  return scaled(all, factor, options.units?.current ?? unit!);
}

function scaled(trace: Trace, factor: number, unit: string): Signal {
  const samples: ReadSamples =
    factor === 1
      ? trace.samples
      : (sweep, from, to) => trace.samples(sweep, from, to).map((value) => value * factor);
  return { ...trace, samples, unit };
}

function repeated(current: Known, { lengths }: Trace): Known {
  return { ...current, lengths, samples: (_, from, to) => current.samples(0, from, to) };
}

/**
 * Resistances between which a unit is proved, MOhm: with 20 to 250 MOhm in one unit, the next one (a thousandth or a
 * thousandfold) makes less than any neuron's or more than any seal's.
 */
const PROOF_RANGE_MOHM = [20, 250] as const;
const MIN_CORRELATION = 0.5;

/** The slope of voltage over current, in which only one unit of current makes an input resistance of a neuron. */
function provedUnit(current: Known, voltage: Known): { unit: string; note: string } | undefined {
  if (!sameSweeps(current, voltage)) return undefined;
  const [v, i] = [drawn(voltage), drawn(current)];
  const { slope, correlation } = regression(i, v);
  const toMillivolts = voltage.unit
    ? factorFor("voltage", voltage.unit)!
    : Math.max(...v.map(Math.abs)) < 1
      ? 1e3
      : 1;
  if (!(correlation >= MIN_CORRELATION)) return undefined;
  for (const unit of ["pA", "nA", "uA", "A"]) {
    const resistance_MOhm = (slope * toMillivolts * 1e3) / factorFor("current", unit)!;
    if (resistance_MOhm < PROOF_RANGE_MOHM[0] || resistance_MOhm > PROOF_RANGE_MOHM[1]) continue;
    const note = `"${current.label}" has no unit: took it as ${unit}, as only that makes an input resistance that cells have (about ${short(Math.round(resistance_MOhm))} MOhm).`;
    return { unit, note };
  }
  return undefined;
}

function regression(x: Float64Array, y: Float64Array): { slope: number; correlation: number } {
  const mean = (values: Float64Array): number => values.reduce((a, b) => a + b, 0) / values.length;
  const [meanX, meanY] = [mean(x), mean(y)];
  let [xx, xy, yy] = [0, 0, 0];
  for (let k = 0; k < x.length; k++) {
    const [dx, dy] = [x[k] - meanX, y[k] - meanY];
    xx += dx * dx;
    xy += dx * dy;
    yy += dy * dy;
  }
  return { slope: xy / xx, correlation: xy / Math.sqrt(xx * yy) };
}

/** The array with this path; indices that stand for all sweeps may be left out. */
function named(known: readonly Known[], wish: string, role: ColumnRole, fileName: string): Known {
  const plain = (label: string): string => label.replace(/\(\*\)|\{\*\}/g, "");
  const found = known.find(({ label }) => label === wish) ?? known.find(({ label }) => plain(label) === wish);
  if (found) return found;
  throw new InputError({
    code: "columns",
    what: `there is no array "${wish}" for the ${role}`,
    where: fileName,
    got: `arrays ${listed(known.map(({ label, shape }) => `${label} (${shape})`))}`,
    expected: "one of them",
    next: `Choose it with --${role}-column.`,
  });
}

function unclear(role: "voltage", likely: readonly Known[], fileName: string): InputError {
  return new InputError({
    code: "columns",
    what: `more than one array can be the ${role}`,
    where: fileName,
    got: listed(likely.map(({ label, shape }) => `${label} (${shape})`)),
    expected: "one that is named as such, or whose values alone look like it",
    next: `Say which it is: --${role}-column ${likely[0].label}.`,
  });
}

function noVoltage(known: readonly Known[], fileName: string): InputError {
  return new InputError({
    code: "columns",
    what: "no array can be told to be the voltage",
    where: fileName,
    got: `arrays ${listed(known.map(({ label, shape }) => `${label} (${shape})`))}`,
    expected: "an array [samples x sweeps] named such as v_mV, or with values of a membrane",
    next: "Say which it is: --voltage-column inputData.",
  });
}

function otherShape(current: Known, voltage: Known, fileName: string): InputError {
  return new InputError({
    code: "columns",
    what: `the current "${current.label}" does not match the voltage "${voltage.label}"`,
    where: fileName,
    got: `${current.shape} of current, ${voltage.shape} of voltage`,
    expected: "the same size, or one sweep for all",
    next: "Choose another array with --current-column.",
  });
}
