/** Reads a file of injected current: columns `t_ms,i_pA`, or the current that any other recording holds. */
import { InputError } from "../errors.ts";
import { type Channel, type Command, type Content, eachBlock, inInternalUnit } from "./content.ts";
import { looksLikeAtf } from "./formats/atf/header.ts";
import { currentFactor } from "./formats/text/columns.ts";
import { looksLikeText, readTable, type TextTable } from "./formats/text/table.ts";
import type { ReadOptions } from "./options.ts";
import { baseName, readContents } from "./read.ts";
import { type ByteSource, sourceOf } from "./source.ts";
import type { SampledCurrent, SuppliedCurrent } from "./supplied.ts";
import { factorFor, roleOfUnit } from "./units.ts";

/** What the caller may say about the file of the current: its units, columns, sampling interval and series. */
export type CurrentOptions = Pick<ReadOptions, "units" | "columns" | "dt_ms" | "series">;

/**
 * Reads a current for the option `current` of `readRecording`, from a file of any format that is read.
 *
 * @param file Text rows as for `readSuppliedCurrent`; a text of one column (`units.current` says the unit, `dt_ms` the
 *   interval, without which it is sampled as the recording); or a recording: its first channel in current units, without
 *   one its first command in current units.
 * @param name File name.
 * @returns Rows, or samples sweep by sweep, in pA.
 * @throws InputError `current-file`, `current-unit`, `not-a-number`, and what the reader of the format throws.
 */
export function readCurrent(
  file: Uint8Array | ByteSource,
  name: string,
  options: CurrentOptions = {},
): SuppliedCurrent | SampledCurrent {
  const source = file instanceof Uint8Array ? sourceOf(file) : file;
  const fileName = baseName(name);
  const head = source.bytes(0, Math.min(4096, source.size));
  if (looksLikeText(head) && !looksLikeAtf(head))
    return fromText(readTable(source, fileName), fileName, options);
  const { voltage: _, ...units } = options.units ?? {};
  const contents = readContents(source, fileName, { ...options, units });
  const series = options.series === undefined ? contents : contents.slice(options.series - 1, options.series);
  return fromContents(series, fileName);
}

/**
 * Reads rows of current.
 *
 * @param bytes Text with a header `t_ms,i_pA` (or `t_s`, `i_nA`); each value holds until the next row's time.
 * @param name File name.
 * @returns Rows in ms and pA; before the first time no current flows, the last value holds to the end of the sweep.
 * @throws InputError `empty`, `unknown-format`, `current-file` (header, order of times), `not-a-number`.
 */
export function readSuppliedCurrent(bytes: Uint8Array, name: string): SuppliedCurrent {
  const fileName = baseName(name);
  if (!looksLikeText(bytes)) throw refused(fileName, "the current is not given as text");
  return rowsOf(readTable(sourceOf(bytes), fileName), fileName);
}

function fromText(
  table: TextTable,
  fileName: string,
  options: CurrentOptions,
): SuppliedCurrent | SampledCurrent {
  if (table.columns.length > 1) return rowsOf(table, fileName);
  requireRows(table, fileName);
  const [values] = table.columns;
  requireNumbers(table, values, fileName);
  const title = table.header[0] ?? "column 1";
  const unit = unitIn(title);
  const known = roleOfUnit(unit) === "current";
  const factor = currentFactor({ values, label: title, ...(known && { unit }) }, options, fileName);
  return {
    name: fileName,
    ...(options.dt_ms !== undefined && { dt_ms: options.dt_ms }),
    lengths: [values.length],
    i_pA: (_, from, to) => values.slice(from, to).map((value) => value * factor),
  };
}

function fromContents(contents: readonly Content[], fileName: string): SampledCurrent {
  for (const content of contents) {
    const one = [...content.channels, ...content.commands].find(saysCurrent);
    if (!one) continue;
    const i_pA = inInternalUnit(one);
    eachBlock(content.lengths, (sweep, from, to) => {
      if (!i_pA(sweep, from, to).every(Number.isFinite)) throw notFinite(fileName, sweep);
    });
    return { name: fileName, dt_ms: content.dt_ms, lengths: content.lengths, i_pA };
  }
  throw refused(fileName, "nothing in the file is a current", heldIn(contents));
}

/** A command that the file does not fully tell is no answer. */
function saysCurrent(one: Channel | Command): boolean {
  return roleOfUnit(one.unit) === "current" && !("doubt" in one && one.doubt);
}

function heldIn(contents: readonly Content[]): string {
  const held = contents.flatMap(({ channels, commands }) => [...channels, ...commands]);
  return `units ${[...new Set(held.map(({ unit }) => unit || "none"))].join(", ") || "none"}`;
}

function notFinite(fileName: string, sweep: number): InputError {
  return new InputError({
    code: "not-a-number",
    what: `the current is not a finite number somewhere in sweep ${sweep + 1}`,
    where: fileName,
    expected: "finite numbers",
    next: "Leave the damaged sweep out and save the file again.",
  });
}

function rowsOf(table: TextTable, fileName: string): SuppliedCurrent {
  requireRows(table, fileName);
  const t_ms = column(table, "time", fileName);
  const i_pA = column(table, "current", fileName);
  const backwards = t_ms.findIndex((t, row) => row > 0 && t <= t_ms[row - 1]);
  if (backwards > 0) throw refused(fileName, `time does not increase at line ${table.lineOf(backwards)}`);
  return { name: fileName, t_ms, i_pA };
}

function requireRows({ garbledLines: [garbled] }: TextTable, fileName: string): void {
  if (garbled !== undefined) throw refused(fileName, `line ${garbled} is no row of time and current`);
}

/** `i_pA`, `I (nA)`: the last word of a title. */
function unitIn(title: string): string {
  return title
    .split(/[_\s([]+/)
    .at(-1)!
    .replace(/[)\]]$/, "");
}

function column(table: TextTable, role: "time" | "current", fileName: string): Float64Array {
  const found = table.header.flatMap((title, c) => {
    const unit = unitIn(title);
    return roleOfUnit(unit) === role ? [{ c, factor: factorFor(role, unit)! }] : [];
  });
  if (found.length !== 1) {
    const got = table.header.length > 0 ? `columns ${table.header.join(", ")}` : "no header";
    throw refused(fileName, `the column of ${role} is not clear`, got);
  }
  const [{ c, factor }] = found;
  requireNumbers(table, table.columns[c], fileName);
  return table.columns[c].map((value) => value * factor);
}

function requireNumbers(table: TextTable, values: Float64Array, fileName: string): void {
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw notANumber(fileName, table, bad, values[bad]);
}

function refused(fileName: string, what: string, got?: string): InputError {
  return new InputError({
    code: "current-file",
    what,
    where: fileName,
    ...(got && { got }),
    expected: "a header t_ms,i_pA and rows with increasing times",
    next: "Write the current as such a file; each value holds until the next row's time.",
  });
}

function notANumber(fileName: string, table: TextTable, row: number, value: number): InputError {
  return new InputError({
    code: "not-a-number",
    what: `the current file is not a finite number at line ${table.lineOf(row)}`,
    where: fileName,
    got: String(value),
    expected: "finite numbers",
    next: "Correct that line.",
  });
}
