import picocolors from "picocolors";

/** What every command gets: where results and progress go, and how. */
export interface Output {
  readonly json: boolean;
  readonly colour: boolean;
  readonly width: number;
  /** The result: one JSON document with `--json`, text otherwise. */
  result(document: unknown, text: () => string | Promise<string>): Promise<void>;
  /** Progress on standard error; rewritten in place on a terminal, one line a stage elsewhere. */
  progress(stage: string, done: number, detail?: string): void;
  /** A line on standard error. */
  note(text: string): void;
}

const BAR = 24;

export function makeOutput(json: boolean): Output {
  const live = process.stderr.isTTY === true;
  const started = performance.now();
  let lastStage = "";
  let drawn = false;
  const clear = () => {
    if (drawn) process.stderr.write("\r\u001b[2K");
    drawn = false;
  };
  return {
    json,
    colour: picocolors.isColorSupported && process.stdout.isTTY === true,
    width: Math.min(process.stdout.columns ?? 100, 120),
    async result(document, text) {
      const written = json ? JSON.stringify(document) : (await text()).trimEnd();
      clear();
      process.stdout.write(`${written}\n`);
    },
    progress(stage, done, detail = "") {
      if (!live) {
        if (stage !== lastStage) process.stderr.write(`${stage}\n`);
        lastStage = stage;
        return;
      }
      clear();
      const full = Math.round(BAR * Math.min(1, done));
      const bar = `${"#".repeat(full)}${".".repeat(BAR - full)}`;
      process.stderr.write(
        `[${bar}] ${stage} ${detail}${remaining(started, done)}`.slice(0, (process.stderr.columns ?? 80) - 1),
      );
      drawn = true;
    },
    note(text) {
      clear();
      process.stderr.write(`${text}\n`);
    },
  };
}

function remaining(started: number, done: number): string {
  const elapsed_s = (performance.now() - started) / 1000;
  if (done < 0.05 || done >= 1 || elapsed_s < 2) return "";
  return `, about ${Math.ceil((elapsed_s * (1 - done)) / done)} s left`;
}

/** A plain text table; columns are as wide as their widest cell. Numbers (right: true) are set flush right. */
export function textTable(rows: readonly (readonly string[])[], right: readonly boolean[] = []): string {
  const widths = rows[0].map((_, column) =>
    rows.reduce((widest, row) => Math.max(widest, (row[column] ?? "").length), 0),
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) => (right[column] ? cell.padStart(widths[column]) : cell.padEnd(widths[column])))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** A number for a person: four significant digits, a dash where there is none. */
export function number(value: number | null | undefined, digits = 4): string {
  if (value === null || value === undefined || Number.isNaN(value)) return "-";
  if (value === 0) return "0";
  return Math.abs(value) >= 1e5 || Math.abs(value) < 1e-3
    ? value.toExponential(2)
    : String(Number(value.toPrecision(digits)));
}

/** The same number of decimals down a column; a dash where there is no number. */
export function decimals(value: number | null | undefined, places: number): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return "-";
  const text = value.toFixed(places);
  return Number(text) === 0 ? text.replace("-", "") : text;
}

/** `1 sweep`, `17 sweeps`. */
export const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? "" : "s"}`;
