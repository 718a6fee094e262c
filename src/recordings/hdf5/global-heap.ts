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
  const found = heapObject(blocks, address, number);
  if (length > found.length) throw fields.damage("length", length, `at most ${found.length}`);
  const bytes = found.subarray(0, length);
  const end = bytes.indexOf(0);
  return utf8(end < 0 ? bytes : bytes.subarray(0, end));
}

const HEAD_BYTES = 8;

function heapObject(blocks: Blocks, address: number, wanted: number): Uint8Array {
  const prefix = HEAD_BYTES + blocks.length;
  const size = blocks.block(address, prefix, "a collection of texts").signature("GCOL").skip(4).length();
  const heap = blocks.block(address, size, "a collection of texts").skip(prefix);
  while (heap.left >= prefix) {
    const number = heap.u16();
    const length = heap.skip(6).length();
    if (number === 0) break; // free space, always the last
    const bytes = heap.take(length);
    if (number === wanted) return bytes;
    heap.skip(Math.min(heap.left, (8 - (length % 8)) % 8));
  }
  throw heap.damage(`text ${wanted}`, "not there");
}
