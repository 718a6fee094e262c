/** Tables of NWB (DynamicTable of hdmf-common): a group with an `id` column, and columns that are datasets. */
import type { Dataset, Group } from "h5wasm";
import { addNumbers, addObject, addText, markType, type Nwb, setTexts } from "./objects.ts";
import type { NwbColumn } from "./session.ts";

/** A table, its type and what it is for, as the schema says it in the description of the type. */
export interface TableHead {
  readonly name: string;
  readonly type: string;
  readonly description: string;
  readonly rows: number;
  readonly columns: readonly string[];
  readonly categories?: readonly string[];
}

export function addTable(nwb: Nwb, parent: Group, head: TableHead): Group {
  const table = addObject(nwb, parent, head.name, head.type, {
    description: head.description,
    colnames: head.columns,
    ...(head.categories && { categories: head.categories }),
  });
  const ids = Array.from({ length: head.rows }, (_, row) => row);
  markType(nwb, addNumbers(table, "id", ids, "<q"), "hdmf-common", "ElementIdentifiers");
  return table;
}

/** A column of texts or numbers. */
export function addColumn(nwb: Nwb, table: Group, { name, description, values, whole }: NwbColumn): void {
  const column = isTexts(values)
    ? addText(table, name, values)
    : addNumbers(table, name, values, whole ? "<q" : "<d");
  markColumn(nwb, column, "VectorData", description);
}

/** A column whose every cell is a list of rows of another table. */
export function addRowsColumn(
  nwb: Nwb,
  table: Group,
  column: { readonly name: string; readonly description: string },
  target: Group,
  rows: readonly (readonly number[])[],
): void {
  const region = addNumbers(table, column.name, rows.flat(), "<q");
  markColumn(nwb, region, "DynamicTableRegion", column.description);
  region.create_attribute("table", target.create_reference(), []);
  let end = 0;
  const ends = rows.map(({ length }) => {
    end += length;
    return end;
  });
  const index = addNumbers(table, `${column.name}_index`, ends, "<I");
  markColumn(nwb, index, "VectorIndex", `End of each row's part of ${column.name}.`);
  index.create_attribute("target", region.create_reference(), []);
}

/** A column of references to objects. */
export function addReferences(
  nwb: Nwb,
  table: Group,
  column: { readonly name: string; readonly description: string },
  targets: readonly Group[],
): void {
  const data = targets.map((target) => target.create_reference());
  markColumn(
    nwb,
    table.create_dataset({ name: column.name, data, dtype: "Reference" }),
    "VectorData",
    column.description,
  );
}

/** A stretch of samples of a series; a count of -1 says that there is none, and the series stands in for it. */
export interface SeriesRange {
  readonly series: Group;
  readonly count: number;
}

/** A column of stretches of series. */
export function addSeriesRanges(
  nwb: Nwb,
  table: Group,
  column: { readonly name: string; readonly description: string },
  ranges: readonly SeriesRange[],
): void {
  const data = new Map<string, unknown>([
    ["idx_start", Int32Array.from(ranges, ({ count }) => (count < 0 ? -1 : 0))],
    ["count", Int32Array.from(ranges, ({ count }) => count)],
    ["timeseries", ranges.map(({ series }) => series.create_reference())],
  ]);
  const dataset = table.create_dataset({ name: column.name, data });
  setTexts(dataset, { description: column.description });
  markType(nwb, dataset, "core", "TimeSeriesReferenceVectorData");
}

function markColumn(nwb: Nwb, column: Dataset, type: string, description: string): void {
  setTexts(column, { description });
  markType(nwb, column, "hdmf-common", type);
}

const isTexts = (values: readonly string[] | readonly number[]): values is readonly string[] =>
  typeof values[0] === "string";
