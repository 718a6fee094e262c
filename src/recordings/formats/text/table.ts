/** Numbers in columns out of a text file: separators, header, comments and garbled lines are dealt with here. */
import { InputError } from "../../../errors.ts";
import { FORMATS } from "../../recording.ts";
import type { ByteSource } from "../../source.ts";
import { encodingOf, linesOf } from "./lines.ts";

export interface TextTable {
  /** Names of the columns; empty without a header. */
  readonly header: readonly string[];
  /** Column by column, [nColumns][nRows]; NaN where the file says so. */
  readonly columns: readonly Float64Array[];
  /** Line of the file, counted from 1, that a row (from 0) comes from. */
  readonly lineOf: (row: number) => number;
  /** Lines between the data that are no row of numbers. */
  readonly garbledLines: readonly number[];
}

/** More garbled lines than this part of the file: it is another kind of file. */
const MAX_GARBLED_FRACTION = 0.02;
const COMMENT = /^\s*(#|%|\/\/|!|")/;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
const NOT_A_NUMBER = /^[+-]?(nan|inf|infinity|n\/?a|#n\/a|null|-?1\.#(ind|qnan|inf)0*)$/i;

/** Whether the first bytes look like text: hardly any control characters, no NUL unless UTF-16. */
export function looksLikeText(bytes: Uint8Array): boolean {
  const head = bytes.subarray(0, 4096);
  if ((head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff)) return true;
  let controls = 0;
  for (const byte of head) {
    if (byte === 0) return false;
    if (byte < 9 || (byte > 13 && byte < 32)) controls++;
  }
  return controls <= head.length / 100;
}

/**
 * Reads the table. Throws `empty` for no content and `unknown-format` when there are no rows of numbers or too many
 * lines between them that are none. Memory: eight bytes a number, and a piece of the text at a time.
 */
export function readTable(source: ByteSource, fileName: string): TextTable {
  const encoding = encodingOf(source);
  const head = readHead(linesOf(source, encoding));
  if (!head.some((line) => line.trim() !== "")) throw noContent(fileName);
  const firstNumbers = head.findIndex((line) => isRow(split(line, separatorOf(line))));
  if (firstNumbers < 0) throw notATable(fileName, head);
  const shape = shapeOf(head, firstNumbers);
  // Counts in a preamble are numbers too, but not as many as there are columns.
  const firstRow = head.findIndex((line, n) => n >= firstNumbers && isRowOf(line, shape));
  // A row of w numbers takes 2 w bytes at least: empty lines must not make columns larger than the file.
  const mostRows = Math.min(
    countLines(linesOf(source, encoding)) - firstRow,
    Math.floor(source.size / (2 * shape.width)) + 1,
  );
  const rows = readRows(linesOf(source, encoding), firstRow, shape, mostRows);
  const count = rows.columns[0].length;
  const limit = Math.max(3, MAX_GARBLED_FRACTION * count);
  if (rows.garbledLines.length > limit) throw tooGarbled(fileName, rows.garbledLines, count);
  return { ...rows, header: headerAbove(head, firstRow, shape) };
}

const SHAPE_LINES = 50;

/** The lines up to 50 after the first row of numbers, which tell the shape of the table. */
function readHead(lines: Iterable<string>): string[] {
  const head: string[] = [];
  let wanted = Number.POSITIVE_INFINITY;
  for (const line of lines) {
    head.push(line);
    if (wanted === Number.POSITIVE_INFINITY && isRow(split(line, separatorOf(line))))
      wanted = head.length + SHAPE_LINES;
    if (head.length >= wanted) break;
  }
  return head;
}

function countLines(lines: Iterable<string>): number {
  let count = 0;
  for (const _ of lines) count++;
  return count;
}

interface Shape {
  readonly separator: Separator;
  readonly width: number;
}

type Separator = "\t" | ";" | "," | " ";

function separatorOf(line: string): Separator {
  for (const separator of ["\t", ";", ","] as const) if (line.includes(separator)) return separator;
  return " ";
}

function split(line: string, separator: Separator): string[] {
  const fields = separator === " " ? line.trim().split(/\s+/) : line.split(separator);
  // A separator at the end of every line is common in exports and makes no column.
  const trimmed = fields.map((field) => field.trim().replace(/^"(.*)"$/, "$1"));
  while (trimmed.length > 1 && trimmed.at(-1) === "") trimmed.pop();
  return trimmed.map((field) => withDecimalPoint(field, separator));
}

/** With `;` or a tab between columns a comma can only be the decimal sign. */
function withDecimalPoint(field: string, separator: Separator): string {
  return separator !== "," && /^[+-]?\d*,\d+([eE][+-]?\d+)?$/.test(field) ? field.replace(",", ".") : field;
}

function isNumeric(field: string): boolean {
  return NUMBER.test(field) || NOT_A_NUMBER.test(field);
}

function isRow(fields: readonly string[]): boolean {
  return fields.every(isNumeric) && fields.some((field) => NUMBER.test(field));
}

function isRowOf(line: string, { separator, width }: Shape): boolean {
  const fields = split(line, separator);
  return fields.length === width && isRow(fields);
}

/** The commonest separator and number of fields among the first rows: a preamble or a garbled line must not decide. */
function shapeOf(lines: readonly string[], first: number): Shape {
  const counts = new Map<string, Shape & { count: number }>();
  for (const line of lines.slice(first, first + SHAPE_LINES)) {
    const separator = separatorOf(line);
    const fields = split(line, separator);
    if (!isRow(fields)) continue;
    const key = `${separator}${fields.length}`;
    const count = (counts.get(key)?.count ?? 0) + 1;
    counts.set(key, { separator, width: fields.length, count });
  }
  return [...counts.values()].reduce((a, b) => (b.count > a.count ? b : a));
}

function readRows(
  lines: Iterable<string>,
  firstRow: number,
  { separator, width }: Shape,
  mostRows: number,
): Omit<TextTable, "header"> {
  const columns = Array.from({ length: width }, () => new Float64Array(mostRows));
  const lineOf = lineCounter();
  const garbledLines: number[] = [];
  let [row, n] = [0, 0];
  for (const line of lines) {
    if (n++ < firstRow) continue;
    const fields = split(line, separator);
    if (fields.length !== width || !fields.every(isNumeric)) {
      if (line.trim() !== "" && !COMMENT.test(line)) garbledLines.push(n);
      continue;
    }
    for (let c = 0; c < width; c++) columns[c][row] = numberIn(fields[c]);
    lineOf.add(row++, n);
  }
  // The last line of a file that is still being written is cut short; the caller is told of it as any garbled line.
  return { columns: columns.map((column) => column.subarray(0, row)), lineOf: lineOf.at, garbledLines };
}

/** Remembers the lines of rows by the places where the distance between the two counts changes. */
function lineCounter() {
  const rows: number[] = [];
  const distances: number[] = [];
  return {
    add: (row: number, line: number): void => {
      if (distances.at(-1) === line - row) return;
      rows.push(row);
      distances.push(line - row);
    },
    at: (row: number): number => row + distances[rows.findLastIndex((start) => start <= row)],
  };
}

function numberIn(field: string): number {
  if (NUMBER.test(field)) return Number(field);
  if (/inf/i.test(field)) return field.startsWith("-") ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return Number.NaN;
}

/** The nearest line above the data with as many names as there are columns; it may be written as a comment. */
function headerAbove(lines: readonly string[], firstRow: number, { separator, width }: Shape): string[] {
  for (let n = firstRow - 1; n >= 0 && n >= firstRow - 5; n--) {
    const line = lines[n].replace(/^\s*(#|%|\/\/|!)+\s*/, "");
    const candidates = [split(line, separator), split(line, separatorOf(line))];
    const names = candidates.find(
      (fields) => fields.length === width && fields.some((field) => /[a-zµμ]/i.test(field)),
    );
    if (names) return names;
  }
  return [];
}

function noContent(fileName: string): InputError {
  return new InputError({
    code: "empty",
    what: "the file is empty",
    where: fileName,
    got: "no line with content",
    expected: "columns time, voltage, current",
    next: "Export the sweeps again.",
  });
}

function notATable(fileName: string, lines: readonly string[]): InputError {
  const first = lines
    .find((line) => line.trim() !== "")!
    .trim()
    .slice(0, 60);
  return new InputError({
    code: "unknown-format",
    what: "this is not a recording that can be read: a text without rows of numbers",
    where: fileName,
    got: `first line "${first}"`,
    expected: Object.values(FORMATS).join(", "),
    next: "Export the sweeps as text with the columns time_ms, v_mV, i_pA.",
  });
}

function tooGarbled(fileName: string, garbled: readonly number[], rows: number): InputError {
  return new InputError({
    code: "unknown-format",
    what: "too many lines are no rows of numbers of one width",
    where: fileName,
    got: `${garbled.length} such lines (first: line ${garbled[0]}) beside ${rows} rows`,
    expected: `at most ${100 * MAX_GARBLED_FRACTION} % of the lines`,
    next: "Export the sweeps again as text with the columns time_ms, v_mV, i_pA.",
  });
}
