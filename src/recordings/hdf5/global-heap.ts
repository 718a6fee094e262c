/** Texts of any length: they lie in collections that the elements point to. */
import type { Blocks } from "./blocks.ts";
import { Fields, utf8 } from "./fields.ts";

/** The text that an element (length, collection, number) points to; undefined where it points to nothing. */
export function longString(blocks: Blocks, element: Uint8Array): string | undefined {
  const fields = new Fields(element, blocks, "a text");
  const length = fields.u32();
  const address = fields.address();
  const number = fields.u32();
  if (!address) return length === 0 ? "" : undefined;
  const found = collectionAt(blocks, address).get(number);
  if (!found || length > found.length)
    throw fields.damage(`text ${number}`, `${length} bytes`, `${found?.length ?? 0} bytes`);
  const bytes = found.subarray(0, length);
  const end = bytes.indexOf(0);
  return utf8(end < 0 ? bytes : bytes.subarray(0, end));
}

type Collection = ReadonlyMap<number, Uint8Array>;

/** A collection holds many texts and is read once. */
const collections = new WeakMap<Blocks, Map<number, Collection>>();

function collectionAt(blocks: Blocks, address: number): Collection {
  const known = collections.get(blocks) ?? new Map<number, Collection>();
  collections.set(blocks, known);
  const collection = known.get(address) ?? readCollection(blocks, address);
  known.set(address, collection);
  return collection;
}

const HEAD_BYTES = 8;

function readCollection(blocks: Blocks, address: number): Collection {
  const prefix = HEAD_BYTES + blocks.length;
  const size = blocks.block(address, prefix, "a collection of texts").signature("GCOL").skip(4).length();
  const heap = blocks.block(address, size, "a collection of texts").skip(prefix);
  const texts = new Map<number, Uint8Array>();
  while (heap.left >= prefix) {
    const number = heap.u16();
    const length = heap.skip(6).length();
    if (number === 0) break; // free space, always the last
    texts.set(number, heap.take(length));
    heap.skip(Math.min(heap.left, (8 - (length % 8)) % 8));
  }
  return texts;
}
