/** Which column of a text table is time, voltage and current, and in which unit: by header, by option, by proof. */
import { InputError } from "../../../errors.ts";
import type { ReadOptions } from "../../options.ts";
import { type ColumnRole, factorFor, INTERNAL_UNIT, roleOfUnit } from "../../units.ts";
import type { TextTable } from "./table.ts";

export interface Column {
  readonly values: Float64Array;
  /** As the user knows it: its header, or its number. */
  readonly label: string;
  /** From the header. */
  readonly unit?: string;
}

export interface Columns {
  readonly time: Column;
  readonly voltages: readonly Column[];
  readonly currents: readonly Column[];
  /** Number of the sweep of each row, if there is such a column. */
  readonly sweep?: Column;
  readonly notes: readonly string[];
}

const NAMES: Record<ColumnRole | "sweep", RegExp> = {
  time: /^(t|time|times|zeit)$/,
  voltage: /^(v|vm|vmemb|voltage|potential|membrane ?potential|membrane ?voltage|u|v ?\d+|sweep ?\d+)$/,
  current: /^(i|im|iinj|i ?inj|istim|i ?stim|ic|current|injected ?current|stim|stimulus|command|cmd|i ?\d+)$/,
  sweep: /^(sweep|trial|episode|sweep ?(index|number|no))$/,
};

/**
 * Finds the columns: those that the user names (`options.columns`, by title or number); the others, with a header, by its
 * names and units; without one only when the numbers leave no doubt: the first regularly increasing column is time, and
 * exactly one other looks like a membrane voltage. A sampling interval of the user (`options.dt_ms`) stands for time.
 *
 * Throws `columns` when that does not work out.
 */
export function findColumns(table: TextTable, fileName: string, options: ReadOptions): Columns {
  const wanted = columnsByUser(table, fileName, options);
  if (wanted.time && wanted.voltages) {
    const notes = [takenNote(wanted.time, wanted.voltages, wanted.currents ?? [], "as you said")];
    return { time: wanted.time, voltages: wanted.voltages, currents: wanted.currents ?? [], notes };
  }
  const named = table.header.length > 0 ? columnsByHeader(table, fileName, wanted) : undefined;
  return named ?? columnsByValues(table, fileName, wanted);
}

/** What the user said about columns. */
type Wanted = Partial<Pick<Columns, "time" | "voltages" | "currents">>;

function columnsByUser(table: TextTable, fileName: string, { columns, dt_ms }: ReadOptions): Wanted {
  const one = (role: ColumnRole): Column | undefined => {
    const wish = columns?.[role];
    return wish === undefined ? undefined : columnNamed(table, wish, role, fileName);
  };
  const [time, voltage, current] = [one("time") ?? evenTime(table, dt_ms), one("voltage"), one("current")];
  return {
    ...(time && { time }),
    ...(voltage && { voltages: [voltage] }),
    ...(current && { currents: [current] }),
  };
}

function evenTime(table: TextTable, dt_ms: number | undefined): Column | undefined {
  if (dt_ms === undefined) return undefined;
  const values = table.columns[0].map((_, row) => row * dt_ms);
  return { values, label: `the sampling interval of ${short(dt_ms)} ms`, unit: "ms" };
}

function columnNamed(table: TextTable, wish: string, role: ColumnRole, fileName: string): Column {
  const byTitle = table.header.findIndex((title) => title.toLowerCase() === wish.trim().toLowerCase());
  const c = byTitle >= 0 ? byTitle : Number(wish) - 1;
  const values = table.columns[c];
  if (!values) throw noSuchColumn(table, wish, role, fileName);
  const title = table.header[c];
  const unit = title === undefined ? undefined : readTitle(title).unit;
  const fits = unit !== undefined && roleOfUnit(unit) === role;
  return { values, label: title === undefined ? `column ${c + 1}` : `"${title}"`, ...(fits && { unit }) };
}

function noSuchColumn(table: TextTable, wish: string, role: ColumnRole, fileName: string): InputError {
  const titles = table.header.length > 0 ? table.header.join(", ") : "no titles";
  return new InputError({
    code: "columns",
    what: `there is no column "${wish}" for the ${role}`,
    where: fileName,
    got: `${table.columns.length} columns (${titles})`,
    expected: "a title of the header, or a number from 1",
    next: `Choose the column with --${role}-column.`,
  });
}

function takenNote(
  time: Column,
  voltages: readonly Column[],
  currents: readonly Column[],
  why: string,
): string {
  const of = (columns: readonly Column[]) => columns.map(({ label }) => label).join(", ");
  const current = currents.length > 0 ? `, ${of(currents)} as current` : "";
  return `Took ${time.label} as time, ${of(voltages)} as voltage${current}, ${why}.`;
}

function columnsByHeader(table: TextTable, fileName: string, wanted: Wanted): Columns | undefined {
  const known = table.header.map((title, c) => ({
    ...readTitle(title),
    values: table.columns[c],
    label: `"${title}"`,
  }));
  const of = (role: ColumnRole | "sweep"): Column[] =>
    known
      .filter((c) => c.role === role)
      .map(({ values, label, unit }) => ({ values, label, ...(unit && { unit }) }));
  const time = wanted.time ?? of("time")[0];
  const voltages = wanted.voltages ?? of("voltage");
  const currents = wanted.currents ?? of("current");
  if (!time && voltages.length === 0 && currents.length === 0) return undefined;
  if (!time) throw missing("time", table, fileName);
  if (voltages.length === 0) throw missing("voltage", table, fileName);
  const left = known.filter((c) => c.role === undefined).map((c) => c.label);
  const [sweep] = of("sweep");
  const notes = [
    takenNote(time, voltages, currents, "by the header"),
    ...(left.length > 0 ? [`Left the columns ${left.join(", ")}.`] : []),
  ];
  return { time, voltages, currents, ...(sweep && { sweep }), notes };
}

/** `time_ms`, `Vm (mV)`, `I [pA]`, `mV`, `voltage`: the role by the name or, failing that, by the unit. */
function readTitle(title: string): { role?: ColumnRole | "sweep"; unit?: string } {
  const match = /^(.*?)[\s_]*[([{/]?\s*([A-Za-zµμ]+)\s*[)\]}]?$/.exec(title.trim());
  const [, bareName, unit] = match ?? [undefined, title, ""];
  const unitRole = match && bareName !== undefined ? roleOfUnit(unit) : undefined;
  // `V` and `s` alone may be a symbol or a unit: names of one letter are read as symbols, others as units.
  const whole = roleOfName(title);
  if (whole) return { role: whole };
  if (!unitRole) return {};
  const named = roleOfName(bareName);
  if (named && named !== unitRole) return {};
  return { role: unitRole, unit };
}

function roleOfName(name: string): ColumnRole | "sweep" | undefined {
  const key = name
    .toLowerCase()
    .replace(/[_\-.\s]+/g, " ")
    .trim();
  return (["time", "voltage", "current", "sweep"] as const).find((role) => NAMES[role].test(key));
}

function columnsByValues(table: TextTable, fileName: string, wanted: Wanted): Columns {
  const columns = table.columns.map((values, c): Column => ({ values, label: `column ${c + 1}` }));
  const time = wanted.time ?? columns.find((column) => increasesEvenly(column.values));
  if (!time) throw missing("time", table, fileName);
  const taken = [time, ...(wanted.voltages ?? []), ...(wanted.currents ?? [])].map(({ values }) => values);
  const others = columns.filter((column) => !taken.includes(column.values));
  const likely = others.filter((column) => looksLikeVoltage(column.values));
  const voltages = wanted.voltages ?? likely;
  // A third column beside one of voltage can only be its current.
  const rest = others.filter((column) => !voltages.includes(column));
  if (voltages.length !== 1 || rest.length > 1) throw missing("voltage", table, fileName);
  const currents = wanted.currents ?? rest;
  return { time, voltages, currents, notes: [takenNote(time, voltages, currents, "by their values")] };
}

/** Increases by about the same step for the first stretch; a restart of time begins the next sweep. */
function increasesEvenly(values: Float64Array): boolean {
  if (values.length < 3) return false;
  const step = values[1] - values[0];
  if (!(step > 0)) return false;
  const checked = Math.min(values.length - 1, 20);
  for (let k = 1; k < checked; k++) {
    if (Math.abs(values[k + 1] - values[k] - step) > 0.5 * step) return false;
  }
  return values[values.length - 1] > values[0];
}

/** Rests where membranes rest and never leaves what membranes reach, in mV or in V. */
export function looksLikeVoltage(values: Float64Array): boolean {
  const { low, high, median } = spread(values);
  const fits = (perMillivolt: number): boolean =>
    median > -110 * perMillivolt &&
    median < -25 * perMillivolt &&
    low > -200 * perMillivolt &&
    high < 120 * perMillivolt;
  return fits(1) || fits(1e-3);
}

function spread(values: Float64Array): { low: number; high: number; median: number } {
  const sorted = values.slice().sort();
  return { low: sorted[0], high: sorted[sorted.length - 1], median: sorted[sorted.length >> 1] };
}

/** Fastest and slowest sampling at which anyone records spikes, ms: between them a time unit can be proved. */
const DIGITISER_FLOOR_MS = 0.0019;
const PROOF_RANGE_MS = [0.004, 1] as const;

/** Factor to ms and a note; throws `time-unit` when the unit is missing or cannot be right. */
export function timeFactor(
  time: Column,
  step: number,
  duration: number,
  options: ReadOptions,
  fileName: string,
): { factor: number; note?: string } {
  const stated = options.units?.time ?? time.unit;
  if (stated === undefined) return provedTimeFactor(time, step, fileName);
  const factor = statedFactor("time", stated, fileName);
  checkTimeScale(time, step * factor, duration * factor, stated, fileName);
  return { factor };
}

/** Only one of seconds and milliseconds can give a sampling interval between 4 us and 1 ms: that one is proved. */
function provedTimeFactor(time: Column, step: number, fileName: string): { factor: number; note: string } {
  const plausible = (["s", "ms"] as const).filter((unit) => {
    const step_ms = step * factorFor("time", unit)!;
    return step_ms >= PROOF_RANGE_MS[0] && step_ms <= PROOF_RANGE_MS[1] * (1 + 1e-9);
  });
  if (plausible.length !== 1) throw unitNeeded("time", time, `steps of ${short(step)}`, fileName);
  const [unit] = plausible;
  const factor = factorFor("time", unit)!;
  const step_ms = short(step * factor);
  return {
    factor,
    note: `${capital(time.label)} has no unit: took it as ${unit}, as only that makes a sensible step (${step_ms} ms).`,
  };
}

/**
 * A step that no digitiser can do, or a whole file that lasts a few ms at a step only the fastest reach, is a column
 * in seconds under another name. The reverse (milliseconds called seconds) gives steps that no spike survives.
 */
function checkTimeScale(
  time: Column,
  step_ms: number,
  duration_ms: number,
  stated: string,
  fileName: string,
): void {
  const tooFast = step_ms < DIGITISER_FLOOR_MS || (duration_ms < 5 && step_ms < 0.01);
  if (!tooFast && step_ms <= 5) return;
  throw new InputError({
    code: "time-unit",
    what: `${time.label} cannot be in ${stated}`,
    where: fileName,
    got: `a sampling interval of ${short(step_ms)} ms and ${short(duration_ms)} ms in all`,
    expected: "a sampling interval of 0.002 to 5 ms",
    next: `If the column is in ${tooFast ? "seconds" : "milliseconds"}, say --time-unit ${tooFast ? "s" : "ms"} or correct the header.`,
  });
}

/** Factor to mV and a note; throws `voltage-unit` when the unit is missing or cannot be right. */
export function voltageFactor(
  voltage: Column,
  options: ReadOptions,
  fileName: string,
): { factor: number; note?: string } {
  const stated = options.units?.voltage ?? voltage.unit;
  const { low, high, median } = spread(voltage.values);
  const size = Math.max(Math.abs(low), Math.abs(high));
  if (stated === undefined) return provedVoltageFactor(voltage, size, median, fileName);
  const factor = statedFactor("voltage", stated, fileName);
  const size_mV = size * factor;
  if (size_mV === 0 || (size_mV >= 1 && size_mV <= 1000)) return { factor };
  const smaller = size_mV < 1;
  throw new InputError({
    code: "voltage-unit",
    what: `${voltage.label} cannot be a membrane voltage in ${stated}`,
    where: fileName,
    got: `values from ${short(low)} to ${short(high)} ${stated}`,
    expected: "a membrane voltage within 1000 mV that passes 1 mV",
    next: `If the column is in ${smaller ? "volts" : "millivolts"}, say --voltage-unit ${smaller ? "V" : "mV"} or correct the header.`,
  });
}

function provedVoltageFactor(
  voltage: Column,
  size: number,
  median: number,
  fileName: string,
): { factor: number; note: string } {
  const rests = (perMillivolt: number): boolean =>
    median > -120 * perMillivolt && median < -20 * perMillivolt;
  const unit = size > 5 && size <= 1000 && rests(1) ? "mV" : size < 1 && rests(1e-3) ? "V" : undefined;
  if (!unit) throw unitNeeded("voltage", voltage, `a median of ${short(median)}`, fileName);
  const note = `${capital(voltage.label)} has no unit: took it as ${unit}, as its median is ${short(median)}.`;
  return { factor: factorFor("voltage", unit)!, note };
}

/** Largest current that a patch-clamp amplifier injects, with a margin, pA. */
const MAX_CURRENT_PA = 1e6;

/** Factor to pA; throws `current-unit` when the unit is missing or cannot be right. It can never be proved. */
export function currentFactor(current: Column, options: ReadOptions, fileName: string): number {
  const stated = options.units?.current ?? current.unit;
  const { low, high } = spread(current.values);
  if (stated === undefined)
    throw unitNeeded("current", current, `values from ${short(low)} to ${short(high)}`, fileName);
  const factor = statedFactor("current", stated, fileName);
  const size_pA = Math.max(Math.abs(low), Math.abs(high)) * factor;
  if (size_pA <= MAX_CURRENT_PA) return factor;
  throw new InputError({
    code: "current-unit",
    what: `${current.label} cannot be an injected current in ${stated}`,
    where: fileName,
    got: `values from ${short(low)} to ${short(high)} ${stated}`,
    expected: "at most 1000 nA",
    next: "If the column is in picoamperes, say --current-unit pA or correct the header.",
  });
}

function statedFactor(role: ColumnRole, unit: string, fileName: string): number {
  const factor = factorFor(role, unit);
  if (factor !== undefined) return factor;
  const expected = { time: "s, ms or us", voltage: "V, mV or uV", current: "A, nA or pA" }[role];
  throw new InputError({
    code: `${role}-unit`,
    what: `"${unit}" is no unit of ${role}`,
    where: fileName,
    expected,
    next: `Give one of them with --${role}-unit.`,
  });
}

function unitNeeded(role: ColumnRole, column: Column, got: string, fileName: string): InputError {
  const units = { time: "s or ms", voltage: "mV or V", current: "pA or nA" }[role];
  return new InputError({
    code: `${role}-unit`,
    what: `the unit of the ${role} (${column.label}) is not known`,
    where: fileName,
    got,
    expected: `a header such as ${role}_${INTERNAL_UNIT[role]}`,
    next: `Say which it is, ${units}: --${role}-unit ${INTERNAL_UNIT[role]}.`,
  });
}

function missing(role: "time" | "voltage", table: TextTable, fileName: string): InputError {
  const titles =
    table.header.length > 0
      ? `columns ${table.header.join(", ")}`
      : `${table.columns.length} columns without a header`;
  return new InputError({
    code: "columns",
    what: `no column can be told to be the ${role}`,
    where: fileName,
    got: titles,
    expected: "a header line such as time_ms,v_mV,i_pA",
    next: `Add that line on top of the file, or say which column it is: --${role}-column 1${role === "time" ? ", or --dt 0.1ms" : ""}.`,
  });
}

export function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}

function capital(text: string): string {
  return text[0].toUpperCase() + text.slice(1);
}
