/** Reads a file of injected current: columns `t_ms,i_pA`. */
import { InputError } from "../errors.ts";
import { looksLikeText, readTable, type TextTable } from "./formats/text/table.ts";
import { sourceOf } from "./source.ts";
import type { SuppliedCurrent } from "./supplied.ts";
import { factorFor, roleOfUnit } from "./units.ts";

/**
 * Reads a current for `readRecording`'s option `current`.
 *
 * @param bytes Text with a header `t_ms,i_pA` (or `t_s`, `i_nA`); each value holds until the next row's time.
 * @param name File name.
 * @returns Rows in ms and pA; before the first time no current flows, the last value holds to the end of the sweep.
 * @throws InputError `empty`, `unknown-format`, `current-file` (header, order of times), `not-a-number`.
 */
export function readSuppliedCurrent(bytes: Uint8Array, name: string): SuppliedCurrent {
  const fileName = name.split(/[\\/]/).at(-1) || name;
  if (!looksLikeText(bytes)) throw refused(fileName, "the current is not given as text");
  const table = readTable(sourceOf(bytes), fileName);
  const [garbled] = table.garbledLines;
  if (garbled !== undefined) throw refused(fileName, `line ${garbled} is no row of time and current`);
  const t_ms = column(table, "time", fileName);
  const i_pA = column(table, "current", fileName);
  const backwards = t_ms.findIndex((t, row) => row > 0 && t <= t_ms[row - 1]);
  if (backwards > 0) throw refused(fileName, `time does not increase at line ${table.lineOf(backwards)}`);
  return { name: fileName, t_ms, i_pA };
}

function column(table: TextTable, role: "time" | "current", fileName: string): Float64Array {
  const found = table.header.flatMap((title, c) => {
    const unit = title
      .split(/[_\s([]+/)
      .at(-1)!
      .replace(/[)\]]$/, "");
    return roleOfUnit(unit) === role ? [{ c, factor: factorFor(role, unit)! }] : [];
  });
  if (found.length !== 1) {
    const got = table.header.length > 0 ? `columns ${table.header.join(", ")}` : "no header";
    throw refused(fileName, `the column of ${role} is not clear`, got);
  }
  const [{ c, factor }] = found;
  const bad = table.columns[c].findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw notANumber(fileName, table, bad, table.columns[c][bad]);
  return table.columns[c].map((value) => value * factor);
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
