/** One column of elements, read by slices. */
import { InputError } from "../../errors.ts";
import { damaged } from "../bytes.ts";
import type { Blocks } from "./blocks.ts";
import { type Chunk, type ChunkShape, chunksOf } from "./chunks.ts";
import { countOf, readShape, type Shape } from "./dataspace.ts";
import { type Datatype, readDatatype } from "./datatype.ts";
import { deflates, MAX_DEFLATE_RATIO, requireKnownFilters, unfiltered } from "./filters.ts";
import { MESSAGE, type Message } from "./header.ts";
import { keptChunk } from "./kept.ts";
import {
  type ChunkIndex,
  type Filter,
  type Layout,
  readFilters,
  readLayout,
  unsupportedData,
} from "./layout.ts";
import { numbersOf, type Value, valuesOf } from "./values.ts";

export interface Dataset {
  readonly shape: Shape;
  readonly type: Datatype;
  /** Number of elements. */
  readonly length: number;
  /**
   * Elements [from, to) as numbers. Throws InputError when they are none, were never written or are damaged, and for tables
   * with more than one column.
   */
  readonly numbers: (from?: number, to?: number) => Float64Array;
  /** Elements [from, to) of any type. Throws InputError likewise. */
  readonly values: (from?: number, to?: number) => Value[];
  /** The first element, or the only one; `undefined` when there is none. Throws InputError likewise. */
  readonly first: () => Value;
  /** Throws InputError unless all elements are in the file, so that their number can be believed. */
  readonly requireWritten: () => void;
}

/** The dataset that these messages describe; `undefined` when they describe something else. Throws InputError. */
export function readDataset(blocks: Blocks, messages: readonly Message[]): Dataset | undefined {
  const find = (type: number) => messages.find((message) => message.type === type);
  const [datatype, dataspace, layout] = [MESSAGE.datatype, MESSAGE.dataspace, MESSAGE.layout].map(find);
  if (!datatype || !dataspace || !layout) return undefined;
  const type = readDatatype(blocks, datatype);
  const shape = readShape(dataspace.fields());
  const length = countOf(shape);
  const filters = find(MESSAGE.filters);
  const column = () => {
    if (find(MESSAGE.externalFiles)) throw unsupportedData(blocks, "samples in another file");
    return columnOf(blocks, shape, type, readLayout(blocks, layout.fields()), filters);
  };
  let opened: Column | undefined;
  const open = () => {
    opened ??= column();
    return opened;
  };
  const rows = (from: number, to: number) => {
    if (!(from >= 0 && from <= to && to <= length))
      throw damaged(blocks.fileName, "a dataset (length)", `${length} elements`, `at least ${to}`);
    return open()(from, to);
  };
  const values = (from = 0, to = length) => valuesOf(blocks, type, rows(from, to), to - from);
  return {
    shape,
    type,
    length,
    numbers: (from = 0, to = length) => {
      if (type.kind !== "integer" && type.kind !== "float")
        throw damaged(blocks.fileName, "the type of a dataset", nameOf(type), "numbers");
      return numbersOf(type, rows(from, to), to - from);
    },
    values,
    first: () => (length > 0 ? values(0, 1)[0] : undefined),
    requireWritten: () => void open(),
  };
}

const nameOf = (type: Datatype): string => (type.kind === "other" ? type.name : type.kind);

/** Bytes of elements [from, to). */
type Column = (from: number, to: number) => Uint8Array;

function columnOf(
  blocks: Blocks,
  shape: Shape,
  type: Datatype,
  layout: Layout,
  filterMessage: Message | undefined,
): Column {
  const rows = shape?.[0] ?? (shape ? 1 : 0);
  const count = countOf(shape);
  if (count !== rows) throw unsupportedData(blocks, `a table of ${shape?.join(" x ")} elements`);
  if (count === 0) return () => new Uint8Array(0);
  if (layout.kind === "chunked") {
    const filters = filterMessage ? readFilters(filterMessage.fields()) : [];
    requireKnownFilters(blocks, filters);
    return chunkedColumn(blocks, layout, { rows, rank: shape?.length ?? 0, size: type.size, filters });
  }
  return plainColumn(blocks, layout, rows, type.size);
}

function plainColumn(
  blocks: Blocks,
  layout: Exclude<Layout, { kind: "chunked" }>,
  rows: number,
  size: number,
): Column {
  const available = layout.kind === "compact" ? layout.bytes.length : layout.length;
  if (rows * size > available)
    throw damaged(blocks.fileName, "a dataset (length)", `${available} bytes`, `${rows * size} bytes`);
  if (layout.kind === "compact") return (from, to) => layout.bytes.subarray(from * size, to * size);
  const { address } = layout;
  if (address === undefined) throw neverWritten(blocks, "all samples");
  blocks.requireSamples(address, rows * size);
  return (from, to) => blocks.samples(address + from * size, (to - from) * size);
}

interface ColumnShape {
  readonly rows: number;
  readonly rank: number;
  /** Bytes of an element. */
  readonly size: number;
  readonly filters: readonly Filter[];
}

function chunkedColumn(
  blocks: Blocks,
  { chunk, index }: { readonly chunk: readonly number[]; readonly index: ChunkIndex },
  column: ColumnShape,
): Column {
  const { size, filters } = column;
  const shape = chunkShape(blocks, chunk, column);
  const chunks = writtenChunks(blocks, chunksOf(blocks, index, shape), shape, filters);
  const stride = (shape.bytes / shape.rows) | 0;
  const chunkBytes = (k: number) =>
    keptChunk(blocks, chunks, k, () => {
      const { address, stored, mask } = chunks[k];
      return unfiltered(blocks, filters, mask, blocks.samples(address, stored), shape.bytes);
    });
  return (from, to) => {
    const out = new Uint8Array((to - from) * size);
    for (let row = from; row < to; ) {
      const k = Math.floor(row / shape.rows);
      const end = Math.min(to, (k + 1) * shape.rows);
      const first = (row - k * shape.rows) * stride;
      const bytes = chunkBytes(k).subarray(first, first + (end - row) * stride);
      place(out, (row - from) * size, bytes, size, stride);
      row = end;
    }
    return out;
  };
}

/** A chunk may be wider than a dataset of one column: then only its first column counts. */
function place(out: Uint8Array, at: number, bytes: Uint8Array, size: number, stride: number): void {
  if (stride === size) out.set(bytes, at);
  else
    for (let k = 0; k * stride < bytes.length; k++)
      out.set(bytes.subarray(k * stride, k * stride + size), at + k * size);
}

function chunkShape(
  blocks: Blocks,
  chunk: readonly number[],
  { rows, rank, size, filters }: ColumnShape,
): ChunkShape {
  const bytes = chunk.reduce((product, n) => product * n, size);
  const count = Math.ceil(rows / chunk[0]);
  const sound = chunk.length === rank && rank > 0 && bytes > 0 && bytes < 2 ** 31;
  // An entry in any index takes some bytes.
  if (!sound || !(count <= blocks.size))
    throw damaged(blocks.fileName, "a dataset (chunks)", `${count} chunks of ${chunk.join(" x ")}`, "fewer");
  return { rank, rows: chunk[0], bytes, count, filtered: filters.length > 0 };
}

/**
 * Every chunk must be there and be as long as it can be: HDF5 itself would fill what is missing with zeros, which are no
 * recording, and a wrong number of samples would not be seen.
 */
function writtenChunks(
  blocks: Blocks,
  chunks: readonly (Chunk | undefined)[],
  { bytes, count }: ChunkShape,
  filters: readonly Filter[],
): readonly Chunk[] {
  const written = chunks.filter((chunk) => chunk !== undefined);
  if (written.length < count) throw neverWritten(blocks, `${count - written.length} of ${count} chunks`);
  for (const { address, stored } of written) blocks.requireSamples(address, stored);
  const most = deflates(filters) ? MAX_DEFLATE_RATIO : 1;
  const tooShort = written.find(({ stored, mask }) => (mask === 0 ? most : 1) * stored < bytes);
  const total = written.reduce((sum, { stored }) => sum + stored, 0);
  if (tooShort || !(total <= blocks.size))
    throw damaged(
      blocks.fileName,
      "a chunk of samples (length)",
      `${tooShort?.stored ?? total} bytes`,
      `${bytes} bytes in all`,
    );
  return written;
}

function neverWritten({ fileName }: Blocks, got: string): InputError {
  return new InputError({
    code: "truncated",
    what: "samples that the file announces were never written",
    where: fileName,
    got: `${got} missing`,
    expected: "a file that was closed after the recording",
    next: "Copy the file again from the acquisition computer, or leave the unfinished sweep out.",
  });
}
