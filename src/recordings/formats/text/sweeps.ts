/** Rows of a text table cut into evenly sampled sweeps. */
import { InputError } from "../../../errors.ts";
import type { Columns } from "./columns.ts";
import { short } from "./columns.ts";
import type { TextTable } from "./table.ts";

/** Rows [start, end) of one sweep. */
export interface RowRange {
  readonly start: number;
  readonly end: number;
}

/** A gap that a garbled line left: `count` samples are missing before `row`. */
export interface Gap {
  readonly row: number;
  readonly count: number;
}

export interface TimeBase {
  readonly ranges: readonly RowRange[];
  /** In the unit of the time column. */
  readonly step: number;
  readonly gaps: readonly Gap[];
  readonly note?: string;
}

/** Times are written with few digits: a step may be off by this part of itself. */
const STEP_TOLERANCE = 0.05;

/**
 * Sweeps start where time goes back or where the sweep column changes. The step is the mean over the longest sweep.
 * Missing samples are accepted only where garbled lines lie, and uneven steps only where they are the rounding of the
 * written times; throws `irregular-time` for any other.
 */
export function timeBase(table: TextTable, columns: Columns, fileName: string): TimeBase {
  const ranges = splitSweeps(columns);
  const time = columns.time.values;
  const longest = ranges.reduce((a, b) => (b.end - b.start > a.end - a.start ? b : a));
  if (longest.end - longest.start < 3) throw tooShort(fileName, longest);
  const step = medianStep(time, longest);
  const gaps = step > 0 ? findGaps(table, time, ranges, step) : { unevenRow: longest.start + 1 };
  if (Array.isArray(gaps)) return { ranges, step: gaps.length > 0 ? step : meanStep(time, longest), gaps };
  const mean = meanStep(time, longest);
  const digits = writtenDigits(time);
  if (ranges.every((range) => evenWithinRounding(time, range, mean, digits))) {
    const note = `Times are written with ${digits} digits only: took the mean step between samples.`;
    return { ranges, step: mean, gaps: [], note };
  }
  throw irregular(fileName, table, gaps.unevenRow, time, step);
}

/** Where samples are missing because of garbled lines, or the first row whose step has no such excuse. */
function findGaps(
  table: TextTable,
  time: Float64Array,
  ranges: readonly RowRange[],
  step: number,
): Gap[] | { unevenRow: number } {
  const gaps: Gap[] = [];
  for (const range of ranges) {
    for (let row = range.start + 1; row < range.end; row++) {
      const missing = missingSamples(time[row] - time[row - 1], step, time[row]);
      if (missing === 0) continue;
      if (missing === undefined || missing > garbledBetween(table, row)) return { unevenRow: row };
      gaps.push({ row, count: missing });
    }
  }
  return gaps;
}

/** Significant digits that write every one of the times exactly. */
function writtenDigits(time: Float64Array): number {
  for (let digits = 1; digits < 17; digits++) {
    if (time.every((t) => Number(t.toPrecision(digits)) === t)) return digits;
  }
  return 17;
}

/** Whether each time is the even time, rounded to so many digits. */
function evenWithinRounding(time: Float64Array, range: RowRange, step: number, digits: number): boolean {
  for (let row = range.start; row < range.end; row++) {
    const even = time[range.start] + (row - range.start) * step;
    const unit = even === 0 ? 0 : 10 ** (Math.floor(Math.log10(Math.abs(even))) - digits + 1);
    if (Math.abs(time[row] - even) > unit) return false;
  }
  return step > 0;
}

function splitSweeps(columns: Columns): RowRange[] {
  const time = columns.time.values;
  const sweep = columns.sweep?.values;
  const ranges: RowRange[] = [];
  let start = 0;
  for (let row = 1; row <= time.length; row++) {
    const ends = row === time.length || time[row] < time[row - 1] || (sweep && sweep[row] !== sweep[row - 1]);
    if (!ends) continue;
    ranges.push({ start, end: row });
    start = row;
  }
  return ranges;
}

function medianStep(time: Float64Array, range: RowRange): number {
  const steps = new Float64Array(range.end - range.start - 1);
  for (let k = 0; k < steps.length; k++) steps[k] = time[range.start + k + 1] - time[range.start + k];
  return steps.sort()[steps.length >> 1];
}

/** More exact than a single difference of rounded times. */
function meanStep(time: Float64Array, range: RowRange): number {
  return (time[range.end - 1] - time[range.start]) / (range.end - range.start - 1);
}

/** How many samples are missing in a step of this length; `undefined` when it is no multiple of the sampling step. */
function missingSamples(length: number, step: number, time: number): number | undefined {
  const count = Math.round(length / step);
  // Rounding of the written times: half a unit in the seventh digit of single-precision exports.
  const slack = STEP_TOLERANCE * step + Math.abs(time) * 2e-7;
  if (count < 1 || Math.abs(length - count * step) > slack) return undefined;
  return count - 1;
}

function garbledBetween(table: TextTable, row: number): number {
  const [from, to] = [table.lineOf(row - 1), table.lineOf(row)];
  return table.garbledLines.filter((line) => line > from && line < to).length;
}

/** The gaps inside a sweep. */
export function gapsWithin(range: RowRange, gaps: readonly Gap[]): Gap[] {
  return gaps.filter((gap) => gap.row > range.start && gap.row < range.end);
}

/** Samples of a sweep, those in its gaps included. */
export function sweepLength(range: RowRange, gaps: readonly Gap[]): number {
  return gapsWithin(range, gaps).reduce((sum, { count }) => sum + count, range.end - range.start);
}

/** One column of one sweep; samples lost to garbled lines are put on the line between their neighbours. */
export function sweepValues(
  values: Float64Array,
  range: RowRange,
  gaps: readonly Gap[],
  factor: number,
): Float64Array {
  const result = new Float64Array(sweepLength(range, gaps));
  let at = 0;
  let from = range.start;
  for (const gap of gaps) {
    for (let row = from; row < gap.row; row++) result[at++] = values[row] * factor;
    const [before, after] = [values[gap.row - 1], values[gap.row]];
    for (let k = 1; k <= gap.count; k++)
      result[at++] = (before + ((after - before) * k) / (gap.count + 1)) * factor;
    from = gap.row;
  }
  for (let row = from; row < range.end; row++) result[at++] = values[row] * factor;
  return result;
}

function tooShort(fileName: string, longest: RowRange): InputError {
  return new InputError({
    code: "too-short",
    what: "the sweep has too few samples",
    where: fileName,
    got: `${longest.end - longest.start}`,
    expected: "at least 3",
    next: "Export the whole sweep.",
  });
}

function irregular(
  fileName: string,
  table: TextTable,
  row: number,
  time: Float64Array,
  step: number,
): InputError {
  return new InputError({
    code: "irregular-time",
    what: `the time steps are not even at line ${table.lineOf(row)}`,
    where: fileName,
    got: `a step of ${short(time[row] - time[row - 1])}`,
    expected: `steps of ${short(step)} as in the rest of the file`,
    next: "Export the sweep at a fixed sampling rate; this tool does not resample recordings.",
  });
}
