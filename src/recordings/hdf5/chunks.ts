/** Where the chunks of a column lie: the indexes that HDF5 has for them. */

import { extensibleElements, fixedElements } from "./arrays.ts";
import { recordsOfTree } from "./b-tree-2.ts";
import type { Blocks } from "./blocks.ts";
import type { Fields } from "./fields.ts";
import type { ChunkIndex } from "./layout.ts";

export interface Chunk {
  readonly address: number;
  /** Bytes in the file. */
  readonly stored: number;
  /** A bit for each filter that was left out. */
  readonly mask: number;
}

export interface ChunkShape {
  /** Dimensions of the dataset. */
  readonly rank: number;
  /** Elements of a chunk along the first dimension. */
  readonly rows: number;
  /** Bytes of a chunk before the filters. */
  readonly bytes: number;
  /** Chunks along the first dimension. */
  readonly count: number;
  readonly filtered: boolean;
}

/** Chunks by their place along the first dimension; `undefined` where none was written. Throws InputError. */
export function chunksOf(blocks: Blocks, index: ChunkIndex, shape: ChunkShape): (Chunk | undefined)[] {
  const chunks = new Array<Chunk | undefined>(shape.count).fill(undefined);
  if (index.address === undefined) return chunks;
  const put = (k: number, chunk: Chunk | undefined): void => {
    if (Number.isInteger(k) && k >= 0 && k < shape.count) chunks[k] = chunk;
  };
  const putAll = (elements: readonly (Fields | undefined)[]): void => {
    for (const [k, found] of elements.entries()) put(k, element(found, shape));
  };
  const plain = (address: number): Chunk => ({ address, stored: shape.bytes, mask: 0 });
  switch (index.kind) {
    case "single":
      put(0, { address: index.address, stored: index.stored ?? shape.bytes, mask: index.mask });
      break;
    case "implicit":
      for (let k = 0; k < shape.count; k++) put(k, plain(index.address + k * shape.bytes));
      break;
    case "b-tree":
      eachInTree(blocks, index.address, shape.rank, (row, chunk) => put(row / shape.rows, chunk));
      break;
    case "b-tree-2":
      for (const record of recordsOfTree(blocks, index.address)) putRecord(record, shape, put);
      break;
    case "fixed-array":
      putAll(fixedElements(blocks, index.address, shape.count));
      break;
    case "extensible-array":
      putAll(extensibleElements(blocks, index.address, shape.count));
      break;
    default:
      index satisfies never;
  }
  return chunks;
}

/** An element of an array index: an address, with filters the stored bytes and the mask too. */
function element(fields: Fields | undefined, shape: ChunkShape): Chunk | undefined {
  const address = fields?.address();
  if (!fields || address === undefined) return undefined;
  if (!shape.filtered) return { address, stored: shape.bytes, mask: 0 };
  return { address, stored: fields.uint(Math.min(8, fields.left - 4)), mask: fields.u32() };
}

/** Address, with filters the stored bytes and the mask, then the place of the chunk in chunks. */
function putRecord(record: Fields, shape: ChunkShape, put: (k: number, chunk: Chunk) => void): void {
  const address = record.address();
  if (address === undefined) return;
  const width = record.left - 4 - 8 * shape.rank;
  if (shape.filtered && (width < 1 || width > 8)) throw record.damage("width", width);
  const stored = shape.filtered ? record.uint(width) : shape.bytes;
  const mask = shape.filtered ? record.u32() : 0;
  put(record.uint(8), { address, stored, mask });
}

const MAX_DEPTH = 32;

/** The B-tree of the first version: calls `found` with the first element's place along the first dimension. */
function eachInTree(
  blocks: Blocks,
  root: number,
  rank: number,
  found: (row: number, chunk: Chunk) => void,
): void {
  const keyBytes = 8 + 8 * (rank + 1);
  const seen = new Set<number>();
  const visit = (address: number, depth: number): void => {
    const prefix = 8 + 2 * blocks.offset;
    const head = blocks.block(address, prefix, "a B-tree of chunks").signature("TREE");
    const [type, level, count] = [head.u8(), head.u8(), head.u16()];
    if (type !== 1 || depth > MAX_DEPTH || seen.has(address)) throw head.damage("node", `type ${type}`);
    seen.add(address);
    const body = blocks.block(address + prefix, count * (keyBytes + blocks.offset), "a B-tree of chunks");
    for (let k = 0; k < count; k++) {
      const [stored, mask, row] = [body.u32(), body.u32(), body.uint(8)];
      const child = body.skip(keyBytes - 16).address();
      if (child === undefined) throw body.damage("chunk", "no address");
      if (level > 0) visit(child, depth + 1);
      else found(row, { address: child, stored, mask });
    }
  };
  visit(root, 0);
}
