/** Recordings as text: columns of time, voltage and current, with or without a header, one or many sweeps. */
import { InputError } from "../../../errors.ts";
import type { Channel, Command, Content } from "../../content.ts";
import type { ReadOptions } from "../../options.ts";
import type { ByteSource } from "../../source.ts";
import {
  type Column,
  type Columns,
  currentFactor,
  findColumns,
  timeFactor,
  voltageFactor,
} from "./columns.ts";
import { gapsWithin, type RowRange, sweepLength, sweepValues, type TimeBase, timeBase } from "./sweeps.ts";
import { readTable, type TextTable } from "./table.ts";

/**
 * Reads a text recording. Several voltage columns, or a time that starts again, are several sweeps.
 *
 * @throws InputError `empty`, `unknown-format`, `columns`, `time-unit`, `voltage-unit`, `current-unit`,
 *   `not-a-number`, `irregular-time`, `too-short`.
 */
export function readText(source: ByteSource, fileName: string, options: ReadOptions): Content {
  const table = readTable(source, fileName);
  const columns = findColumns(table, fileName, options);
  for (const column of usedColumns(columns)) requireNumbers(table, column, fileName);
  const base = timeBase(table, columns, fileName);
  const time = timeFactor(columns.time, base.step, durationOf(columns.time, base), options, fileName);
  const voltages = columns.voltages.map((column) => ({
    ...column,
    ...voltageFactor(column, options, fileName),
  }));
  const noColumn = options.current !== undefined || columns.currents.length === 0;
  const currents = noColumn ? [] : checkedCurrents(columns, options, fileName);
  const sweeps = base.ranges.flatMap((range) => voltages.map((_, column) => ({ range, column })));
  return {
    format: "text",
    fileName,
    protocol: "",
    dt_ms: tidy(base.step * time.factor),
    lengths: sweeps.map(({ range }) => sweepLength(range, base.gaps)),
    channels: [voltageChannel(voltages, sweeps, base)],
    commands: currents.length > 0 ? [currentCommand(columns, currents, sweeps, base, options)] : [],
    tags: [],
    notes: [...columns.notes, ...notesOf([base, time, ...voltages]), ...garbledNote(table, base)],
    clamp: "current",
    columnsChosen: true,
  };
}

type Scaled = Column & { readonly factor: number };

/** Sweeps come one after the other in the rows, and side by side in the columns. */
interface SweepPlace {
  readonly range: RowRange;
  /** Which of the voltage columns. */
  readonly column: number;
}

function voltageChannel(voltages: readonly Scaled[], sweeps: readonly SweepPlace[], base: TimeBase): Channel {
  return {
    name: voltages.map(({ label }) => label.replaceAll('"', "")).join(", "),
    unit: "mV",
    number: 0,
    alwaysFinite: true,
    samples: (sweep, from, to) => {
      const { range, column } = sweeps[sweep];
      return samplesOf(voltages[column], range, base).slice(from, to);
    },
  };
}

/** One current column serves all voltage columns. */
function currentCommand(
  columns: Columns,
  currents: readonly Scaled[],
  sweeps: readonly SweepPlace[],
  base: TimeBase,
  options: ReadOptions,
): Command {
  const [first] = columns.currents;
  const title = `${first.label} of the file (${options.units?.current ?? first.unit})`;
  return {
    title,
    description: title,
    unit: "pA",
    number: 0,
    source: "file-column",
    plays: true,
    holding: 0,
    samples: (sweep, from, to) => {
      const { range, column } = sweeps[sweep];
      return samplesOf(currents.length === 1 ? currents[0] : currents[column], range, base).slice(from, to);
    },
  };
}

function samplesOf({ values, factor }: Scaled, range: RowRange, base: TimeBase): Float64Array {
  return sweepValues(values, range, gapsWithin(range, base.gaps), factor);
}

function usedColumns(columns: Columns): Column[] {
  return [columns.time, ...columns.voltages, ...columns.currents];
}

function requireNumbers(table: TextTable, column: Column, fileName: string): void {
  const row = column.values.findIndex((value) => !Number.isFinite(value));
  if (row < 0) return;
  throw new InputError({
    code: "not-a-number",
    what: `${column.label} is not a finite number at line ${table.lineOf(row)}`,
    where: fileName,
    got: String(column.values[row]),
    expected: "a finite number on every line",
    next: "Cut the recording before that line, or export it again without the gap.",
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
