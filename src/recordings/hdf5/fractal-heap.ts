/** Fractal heaps: where large groups keep their links and objects with many attributes keep those. */
import type { Blocks } from "./blocks.ts";
import { bytesFor } from "./datatype.ts";
import { Fields } from "./fields.ts";

interface Heap {
  readonly blocks: Blocks;
  readonly offsetBytes: number;
  readonly lengthBytes: number;
  readonly columns: number;
  readonly firstBlockBytes: number;
  readonly maxDirectBytes: number;
  readonly root: number | undefined;
  /** Rows of the root when it is an indirect block; 0: it is a direct block. */
  readonly rootRows: number;
}

/** Opens a heap and gives a reader of its objects by their ID. Throws InputError; compressed heaps are not read. */
export function openHeap(blocks: Blocks, address: number): (id: Uint8Array) => Fields {
  const heap = readHeap(blocks, address);
  return (id) => heapObject(heap, id);
}

function readHeap(blocks: Blocks, address: number): Heap {
  const bytes = 26 + 3 * blocks.offset + 12 * blocks.length;
  // With filters the head is longer; those are not read, so that the sum below would not be the file's.
  const filters = blocks.block(address, 9, "a heap").signature("FRHP").skip(3).u16();
  if (filters > 0) throw blocks.block(address, 9, "a heap").damage("filters", filters, "0");
  const head = blocks.checked(address, bytes, "a heap").skip(10);
  const maxObject = head.u32();
  head.skip(10 * blocks.length + 2 * blocks.offset);
  const columns = head.u16();
  const [firstBlockBytes, maxDirectBytes] = [head.length(), head.length()];
  const maxHeapBits = head.u16();
  head.skip(2);
  const root = head.address();
  const rootRows = head.u16();
  if (columns === 0 || !(firstBlockBytes > 0) || !(firstBlockBytes <= maxDirectBytes))
    throw head.damage("block size", `${columns} x ${firstBlockBytes}`);
  return {
    blocks,
    offsetBytes: Math.ceil(maxHeapBits / 8),
    lengthBytes: bytesFor(Math.min(maxDirectBytes, maxObject)),
    columns,
    firstBlockBytes,
    maxDirectBytes,
    root,
    rootRows,
  };
}

function heapObject(heap: Heap, id: Uint8Array): Fields {
  const fields = new Fields(id, heap.blocks, "a heap object");
  const kind = (fields.u8() >> 4) & 3;
  if (kind === 2) return tinyObject(fields, id[0] & 15);
  if (kind !== 0) throw fields.damage("kind", kind, "an object in the heap itself");
  const offset = fields.uint(heap.offsetBytes);
  const length = fields.uint(heap.lengthBytes);
  if (heap.rootRows === 0) return inDirectBlock(heap, heap.root, heap.firstBlockBytes, offset, length);
  return inIndirectBlock(heap, heap.root, heap.rootRows, offset, length);
}

function tinyObject(fields: Fields, lengthMinusOne: number): Fields {
  return fields.part(lengthMinusOne + 1);
}

/** The offset counts the block's own head. */
function inDirectBlock(
  { blocks }: Heap,
  address: number | undefined,
  bytes: number,
  offset: number,
  length: number,
): Fields {
  const head = blocks.block(address, 4, "a heap block").signature("FHDB");
  if (offset + length > bytes)
    throw head.damage("object", `${length} bytes at ${offset}`, `within ${bytes} bytes`);
  return blocks.block((address ?? 0) + offset, length, "a heap object");
}

/** Rows of `columns` blocks each; the first two rows have blocks of the first size, every further row of twice the last. */
function inIndirectBlock(
  heap: Heap,
  address: number | undefined,
  rows: number,
  offset: number,
  length: number,
): Fields {
  const { blocks, columns } = heap;
  const prefix = 5 + blocks.offset + heap.offsetBytes;
  const { row, column, within, bytes } = placeOf(heap, offset);
  const head = blocks.block(address, prefix, "a heap's table").signature("FHIB");
  if (row >= rows) throw head.damage("row", row, `less than ${rows}`);
  const at = (address ?? 0) + prefix + (row * columns + column) * blocks.offset;
  const child = blocks.block(at, blocks.offset, "a heap's table").address();
  if (bytes <= heap.maxDirectBytes) return inDirectBlock(heap, child, bytes, within, length);
  const childRows = Math.log2(bytes / (heap.firstBlockBytes * columns)) + 1;
  if (!Number.isInteger(childRows) || childRows >= rows) throw head.damage("rows below", childRows);
  return inIndirectBlock(heap, child, childRows, within, length);
}

function placeOf({ columns, firstBlockBytes }: Heap, offset: number) {
  let [row, bytes, left] = [0, firstBlockBytes, offset];
  while (left >= columns * bytes && row < 64) {
    left -= columns * bytes;
    row++;
    if (row > 1) bytes *= 2;
  }
  const column = Math.min(columns - 1, Math.floor(left / bytes));
  return { row, column, within: left - column * bytes, bytes };
}
