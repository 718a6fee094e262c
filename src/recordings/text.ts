/** Recordings as text: columns of time, voltage and current, with or without a header, one or many sweeps. */
import { InputError } from "../errors.ts";
import type { ReadOptions } from "./options.ts";
import type { CurrentSource, Recording, Sweep } from "./recording.ts";
import { describeStimulus } from "./stimulus.ts";
import { sampleSupplied } from "./supplied.ts";
import {
  type Column,
  type Columns,
  currentFactor,
  findColumns,
  timeFactor,
  voltageFactor,
} from "./text-columns.ts";
import { type RowRange, sweepValues, type TimeBase, timeBase } from "./text-sweeps.ts";
import { decodeText, parseTable, type TextTable } from "./text-table.ts";

/**
 * Reads a text recording. Several voltage columns, or a time that starts again, are several sweeps.
 *
 * @throws InputError `empty`, `unknown-format`, `columns`, `time-unit`, `voltage-unit`, `current-unit`, `no-current`,
 *   `not-a-number`, `irregular-time`, `too-short`.
 */
export function readText(bytes: Uint8Array, fileName: string, options: ReadOptions): Recording {
  const table = parseTable(decodeText(bytes), fileName);
  const columns = findColumns(table, fileName);
  for (const column of usedColumns(columns)) requireNumbers(table, column, fileName);
  if (columns.currents.length === 0 && !options.current) throw noCurrent(columns, fileName);
  const base = timeBase(table, columns, fileName);
  const time = timeFactor(columns.time, base.step, durationOf(columns.time, base), options, fileName);
  const dt_ms = tidy(base.step * time.factor);
  const voltages = columns.voltages.map((column) => ({
    column,
    ...voltageFactor(column, options, fileName),
  }));
  const currents = options.current ? [] : checkedCurrents(columns, options, fileName);
  const sweeps = base.ranges.flatMap((range) =>
    voltages.map(({ column, factor }, n): Omit<Sweep, "index"> => {
      const v_mV = sweepValues(column.values, range, base.gaps, factor);
      const i_pA = options.current
        ? sampleSupplied(options.current, v_mV.length, dt_ms)
        : currentOf(currents, n, range, base);
      return { v_mV, i_pA, stimulus: describeStimulus(i_pA, dt_ms) };
    }),
  );
  return {
    name: fileName,
    format: "text",
    dt_ms,
    sweeps: sweeps.map((sweep, n) => ({ index: n + 1, ...sweep })),
    ...sourceOf(columns, options),
    tags: [],
    notes: [...columns.notes, ...notesOf([base, time, ...voltages]), ...garbledNote(table, base)],
  };
}

type Scaled = Column & { readonly factor: number };

function usedColumns(columns: Columns): Column[] {
  return [columns.time, ...columns.voltages, ...columns.currents];
}

function requireNumbers(table: TextTable, column: Column, fileName: string): void {
  const row = column.values.findIndex((value) => !Number.isFinite(value));
  if (row < 0) return;
  throw new InputError({
    code: "not-a-number",
    what: `${column.label} is not a finite number at line ${table.lineOfRow[row]}`,
    where: fileName,
    got: String(column.values[row]),
    expected: "a finite number on every line",
    next: "Cut the recording before that line, or export it again without the gap.",
  });
}

function noCurrent(columns: Columns, fileName: string): InputError {
  return new InputError({
    code: "no-current",
    what: "no column holds the injected current",
    where: fileName,
    got: usedColumns(columns)
      .map((column) => column.label)
      .join(", "),
    expected: "a column such as i_pA",
    next: "Add it, or supply the current as a file with the columns t_ms,i_pA (--current F.csv).",
  });
}

/** One current column serves all voltage columns; otherwise there must be one for each. */
function checkedCurrents(columns: Columns, options: ReadOptions, fileName: string): Scaled[] {
  const { currents, voltages } = columns;
  if (currents.length !== 1 && currents.length !== voltages.length) {
    throw new InputError({
      code: "columns",
      what: "the current columns do not match the voltage columns",
      where: fileName,
      got: `${currents.length} of current, ${voltages.length} of voltage`,
      expected: "one current for all, or one for each voltage",
      next: "Leave the other columns out of the file.",
    });
  }
  return currents.map((column) => ({ ...column, factor: currentFactor(column, options, fileName) }));
}

function currentOf(
  currents: readonly Scaled[],
  voltage: number,
  range: RowRange,
  base: TimeBase,
): Float64Array {
  const column = currents.length === 1 ? currents[0] : currents[voltage];
  return sweepValues(column.values, range, base.gaps, column.factor);
}

function durationOf(time: Column, base: TimeBase): number {
  // Not Math.max(...): a file may have more sweeps than a call may have arguments.
  return base.ranges.reduce(
    (most, { start, end }) => Math.max(most, time.values[end - 1] - time.values[start]),
    0,
  );
}

/** Decimal times are sums of rounding errors: 0.05000000000000001 is 0.05. */
function tidy(dt_ms: number): number {
  return Number(dt_ms.toPrecision(7));
}

function sourceOf(
  columns: Columns,
  options: ReadOptions,
): { readonly currentSource: CurrentSource; readonly currentDescription: string } {
  if (options.current) {
    return { currentSource: "supplied", currentDescription: `supplied file "${options.current.name}" (pA)` };
  }
  const [current] = columns.currents;
  const unit = options.units?.current ?? current.unit;
  return { currentSource: "file-column", currentDescription: `${current.label} of the file (${unit})` };
}

function notesOf(found: readonly { readonly note?: string }[]): string[] {
  return [...new Set(found.flatMap(({ note }) => (note ? [note] : [])))];
}

function garbledNote(table: TextTable, base: TimeBase): string[] {
  if (table.garbledLines.length === 0) return [];
  const shown = table.garbledLines.slice(0, 10).join(", ");
  const more = table.garbledLines.length > 10 ? ", ..." : "";
  const filled = base.gaps.reduce((sum, gap) => sum + gap.count, 0);
  const what = filled > 0 ? `; ${filled} missing samples were put on the line between their neighbours` : "";
  return [`Left out ${table.garbledLines.length} garbled lines (${shown}${more})${what}.`];
}
