/**
 * The lines above the numbers of an Axon Text File 1.0 (Axon Instruments, "ATF File Format"): `ATF 1.0`, the counts of
 * records and of columns, records such as `"Signals="<tab>"IN 0"`, titles of the columns.
 */
import { damaged, latin1, truncated } from "../../bytes.ts";
import type { ByteSource } from "../../source.ts";

export interface AtfHeader {
  /** Of the optional records. */
  readonly comment: string;
  /** Names of the signals: one for each column after time, or one for each signal of a sweep; may be empty. */
  readonly signals: readonly string[];
  readonly columns: number;
  /** Lines before the titles. */
  readonly lines: number;
  /** Where the line of titles begins. */
  readonly start_bytes: number;
}

const MAX_RECORDS = 10_000;

export function looksLikeAtf(head: Uint8Array): boolean {
  return /^ATF\s+\d/.test(latin1(head.subarray(0, 8)));
}

/** Throws InputError `truncated` and `damaged-header`. */
export function readAtfHeader(source: ByteSource, fileName: string): AtfHeader {
  const lines = new Lines(source, fileName);
  lines.next();
  const [records, columns] = lines
    .next()
    .trim()
    .split(/[\s,]+/)
    .map(Number);
  if (!(Number.isInteger(records) && records >= 0 && records <= MAX_RECORDS))
    throw damaged(fileName, "the number of its records", String(records), `0 to ${MAX_RECORDS}`);
  if (!(Number.isInteger(columns) && columns >= 2))
    throw damaged(fileName, "the number of its columns", String(columns), "at least 2");
  const found = Array.from({ length: records }, () => record(lines.next()));
  const of = (key: string): readonly string[] => found.find((one) => one.key === key)?.values ?? [];
  const exported = of("signalsexported").flatMap((list) => list.split(","));
  const signals = of("signals").length > 0 ? of("signals") : exported;
  return {
    comment: of("comment").join(" ").trim(),
    signals: signals.map((name) => name.trim()),
    columns,
    lines: 2 + records,
    start_bytes: lines.at,
  };
}

/** `"Key=value"` or `"Key="<tab>"value"<tab>"value"`. */
function record(line: string): { key: string; values: string[] } {
  const fields = line.split("\t").map((field) => field.trim().replace(/^"|"$/g, ""));
  const [, key = "", rest = ""] = /^([^=]*)=(.*)$/s.exec(fields[0]) ?? [];
  const values = [rest, ...fields.slice(1)].filter((value) => value.trim() !== "");
  return { key: key.trim().toLowerCase(), values };
}

const PIECE_BYTES = 1 << 12;
/** A line of titles of thousands of sweeps fits; a file without line ends does not. */
const MAX_LINE_BYTES = 1 << 20;

/** Lines one by one, and where the next one begins. */
class Lines {
  at = 0;
  private readonly source: ByteSource;
  private readonly fileName: string;

  constructor(source: ByteSource, fileName: string) {
    this.source = source;
    this.fileName = fileName;
  }

  next(): string {
    const start = this.at;
    let text = "";
    while (text.length < MAX_LINE_BYTES) {
      const from = start + text.length;
      const length = Math.min(PIECE_BYTES, this.source.size - from);
      if (length <= 0) break;
      text += latin1(this.source.bytes(from, length));
      // A CR at the end of a piece may belong to a LF that is still to come.
      const end = /\r\n|\n|\r(?!$)/.exec(text);
      if (!end) continue;
      this.at = start + end.index + end[0].length;
      return text.slice(0, end.index);
    }
    throw truncated(this.fileName, "the header", this.source.size + 1, this.source.size);
  }
}
