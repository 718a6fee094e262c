/** What is kept of each evaluated cell: numbers by the name of a column, cell after cell. */
export type Column =
  /** Of every parameter, coordinates 0 to 1 of the prior's box: truth, posterior mean, and (refined) mode. */
  | "truth"
  | "mean"
  | "mode"
  /** Of every parameter: rank of the truth among the draws as a fraction; posterior over prior spread; 1 where it is said to be unknown. */
  | "rank"
  | "spread"
  | "unknown"
  /** Of the cell: TARP credibility; time from recording to posterior. */
  | "tarp"
  | "ms"
  /** Refined: effective number of draws; 1 where the search converged. */
  | "effective"
  | "converged"
  /** How unlike training the recording is; the larger, the less familiar. */
  | "strangeness";

export type Columns = Readonly<Partial<Record<Column, Float32Array>>>;
/** One cell's part of each column. */
export type CellRow = Readonly<Partial<Record<Column, ArrayLike<number>>>>;

/** Rows of cells as columns. All rows have the same columns and widths. */
export function columnsOf(rows: readonly CellRow[]): Columns {
  const names = Object.keys(rows[0] ?? {}) as Column[];
  return Object.fromEntries(
    names.map((name) => [name, Float32Array.from(rows.flatMap((row) => Array.from(row[name] ?? [])))]),
  );
}

/** Columns of several parts, one after the other. */
export function joined(parts: readonly Columns[]): Columns {
  const names = Object.keys(parts[0] ?? {}) as Column[];
  return Object.fromEntries(
    names.map((name) => [name, Float32Array.from(parts.flatMap((part) => Array.from(part[name] ?? [])))]),
  );
}

/** The first `share` of each column. */
export function firstPart(columns: Columns, share: number): Columns {
  return Object.fromEntries(
    Object.entries(columns).map(([name, values]) => [
      name,
      values.subarray(0, Math.round(share * values.length)),
    ]),
  );
}

/** A column as rows of `width` values. */
export function rowsOf(values: Float32Array | undefined, width: number): Float32Array[] {
  const count = (values?.length ?? 0) / width;
  return Array.from({ length: count }, (_, k) => values!.subarray(k * width, (k + 1) * width));
}
