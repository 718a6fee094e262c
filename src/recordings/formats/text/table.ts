/** Numbers in columns out of a text file: separators, header, comments and garbled lines are dealt with here. */
import { InputError } from "../../../errors.ts";

export interface TextTable {
  /** Names of the columns; empty without a header. */
  readonly header: readonly string[];
  /** Column by column, [nColumns][nRows]; NaN where the file says so. */
  readonly columns: readonly Float64Array[];
  /** Line of the file, counted from 1, that each row comes from. */
  readonly lineOfRow: readonly number[];
  /** Lines between the data that are no row of numbers. */
  readonly garbledLines: readonly number[];
}

/** More garbled lines than this part of the file: it is another kind of file. */
const MAX_GARBLED_FRACTION = 0.02;
const COMMENT = /^\s*(#|%|\/\/|!|")/;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
const NOT_A_NUMBER = /^[+-]?(nan|inf|infinity|n\/?a|#n\/a|null|-?1\.#(ind|qnan|inf)0*)$/i;

/** Text is UTF-8 with or without a mark, UTF-16 with a mark, or Latin-1 (µ alone is then one byte). */
export function decodeText(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("latin1").decode(bytes);
  }
}

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
 * lines between them that are none.
 */
export function parseTable(text: string, fileName: string): TextTable {
  const lines = text.split(/\r\n|\n|\r/);
  if (text.trim() === "") throw noContent(fileName);
  const firstNumbers = lines.findIndex((line) => isRow(split(line, separatorOf(line))));
  if (firstNumbers < 0) throw notATable(fileName, lines);
  const { separator, width } = shapeOf(lines, firstNumbers);
  // Counts in a preamble (as in ATF files) are numbers too, but not as many as there are columns.
  const firstRow = lines.findIndex((line, n) => n >= firstNumbers && isRowOf(line, separator, width));
  const rows = readRows(lines, firstRow, separator, width);
  const limit = Math.max(3, MAX_GARBLED_FRACTION * rows.lineOfRow.length);
  if (rows.garbledLines.length > limit) throw tooGarbled(fileName, rows.garbledLines, rows.lineOfRow.length);
  return { ...rows, header: headerAbove(lines, firstRow, separator, width) };
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

function isRowOf(line: string, separator: Separator, width: number): boolean {
  const fields = split(line, separator);
  return fields.length === width && isRow(fields);
}

/** The commonest separator and number of fields among the first rows: a preamble or a garbled line must not decide. */
function shapeOf(lines: readonly string[], first: number): { separator: Separator; width: number } {
  const counts = new Map<string, { separator: Separator; width: number; count: number }>();
  for (const line of lines.slice(first, first + 50)) {
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
  lines: readonly string[],
  firstRow: number,
  separator: Separator,
  width: number,
): Omit<TextTable, "header"> {
  const columns = Array.from({ length: width }, (): number[] => []);
  const lineOfRow: number[] = [];
  const garbledLines: number[] = [];
  for (let n = firstRow; n < lines.length; n++) {
    const line = lines[n];
    const fields = split(line, separator);
    if (fields.length !== width || !fields.every(isNumeric)) {
      if (line.trim() !== "" && !COMMENT.test(line)) garbledLines.push(n + 1);
      continue;
    }
    fields.forEach((field, c) => {
      columns[c].push(numberIn(field));
    });
    lineOfRow.push(n + 1);
  }
  // The last line of a file that is still being written is cut short; the caller is told of it as any garbled line.
  return { columns: columns.map((column) => Float64Array.from(column)), lineOfRow, garbledLines };
}

function numberIn(field: string): number {
  if (NUMBER.test(field)) return Number(field);
  if (/inf/i.test(field)) return field.startsWith("-") ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return Number.NaN;
}

/** The nearest line above the data with as many names as there are columns; it may be written as a comment. */
function headerAbove(
  lines: readonly string[],
  firstRow: number,
  separator: Separator,
  width: number,
): string[] {
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
    expected: "Axon ABF1, Axon ABF2, or text with columns time, voltage, current",
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
