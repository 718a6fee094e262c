/** Fixed and extensible arrays: indexes of chunks of datasets with one dimension that grows or none. */
import type { Blocks } from "./blocks.ts";
import type { Fields } from "./fields.ts";

/** The first `count` elements of a fixed array. Throws InputError. */
export function fixedElements(blocks: Blocks, address: number, count: number): (Fields | undefined)[] {
  const head = blocks
    .checked(address, 12 + blocks.length + blocks.offset, "a fixed array")
    .signature("FAHD")
    .skip(2);
  const [bytes, pageBits] = [head.u8(), head.u8()];
  const length = head.length();
  const data = head.address();
  if (data === undefined) return [];
  const used = Math.min(count, length);
  const prefix = 6 + blocks.offset;
  const inPage = 2 ** Math.min(pageBits, 48);
  if (length <= inPage) return elementsAt(blocks, data + prefix, bytes, used);
  const pages = Math.ceil(length / inPage);
  const written = blocks.block(data + prefix, Math.ceil(pages / 8), "a fixed array").bytes;
  const first = data + prefix + written.length + 4;
  return pagedElements(blocks, { first, bytes, inPage, used, written });
}

interface Paged {
  readonly first: number;
  readonly bytes: number;
  readonly inPage: number;
  readonly used: number;
  /** A bit for each page, the first page in the highest bit of the first byte. */
  readonly written: Uint8Array;
}

/** Every page ends with a checksum; a page that was never written holds no elements. */
function pagedElements(blocks: Blocks, { first, bytes, inPage, used, written }: Paged) {
  const elements: (Fields | undefined)[] = [];
  for (let page = 0; page * inPage < used; page++) {
    const count = Math.min(inPage, used - page * inPage);
    const isWritten = ((written[page >> 3] ?? 0) & (0x80 >> (page & 7))) !== 0;
    const at = first + page * (inPage * bytes + 4);
    push(elements, isWritten ? elementsAt(blocks, at, bytes, count) : [], count, used);
  }
  return elements;
}

function elementsAt(blocks: Blocks, at: number, bytes: number, count: number): Fields[] {
  const block = blocks.block(at, count * bytes, "an array of chunks");
  return Array.from({ length: count }, () => block.part(bytes));
}

interface Extensible {
  readonly blocks: Blocks;
  readonly bytes: number;
  readonly maxBits: number;
  readonly inIndex: number;
  readonly minPointers: number;
  readonly minElements: number;
  readonly pageBits: number;
}

/**
 * The first `count` elements of an extensible array: some in the index block, the next in data blocks that the index block
 * points to, the others in data blocks that secondary blocks point to. Throws InputError.
 */
export function extensibleElements(blocks: Blocks, address: number, count: number): (Fields | undefined)[] {
  const head = blocks
    .checked(address, 16 + 6 * blocks.length + blocks.offset, "an extensible array")
    .signature("EAHD")
    .skip(2);
  const [bytes, maxBits, inIndex, minElements, minPointers, pageBits] = head.take(6);
  const array = { blocks, bytes, maxBits, inIndex, minPointers, minElements, pageBits };
  const powers = [minElements, minPointers].every((n) => n > 0 && Number.isInteger(Math.log2(n)));
  if (!powers || maxBits > 64 || bytes === 0) throw head.damage("sizes", `${minElements}, ${minPointers}`);
  const indexAt = head.skip(6 * blocks.length).address();
  return indexAt === undefined ? [] : walk(array, indexAt, count);
}

function walk(array: Extensible, indexAt: number, count: number): (Fields | undefined)[] {
  const { blocks, inIndex, bytes, minPointers } = array;
  blocks.block(indexAt, 4, "an index block").signature("EAIB");
  const prefix = 6 + blocks.offset;
  const elements: (Fields | undefined)[] = elementsAt(blocks, indexAt + prefix, bytes, inIndex);
  let pointerAt = indexAt + prefix + inIndex * bytes;
  const next = (): number | undefined => {
    const pointer = blocks.block(pointerAt, blocks.offset, "an index block").address();
    pointerAt += blocks.offset;
    return pointer;
  };
  const inIndexBlock = 2 * Math.log2(minPointers);
  for (let level = 0; elements.length < count && level <= array.maxBits; level++) {
    const size = { blocks: 2 ** (level >> 1), elements: array.minElements * 2 ** ((level + 1) >> 1) };
    if (level < inIndexBlock)
      for (let k = 0; k < size.blocks && elements.length < count; k++)
        push(elements, dataBlock(array, next(), size.elements), size.elements, count);
    else
      push(
        elements,
        secondary(array, next(), size, count - elements.length),
        size.blocks * size.elements,
        count,
      );
  }
  return elements;
}

/** Fills up with undefined where fewer elements are there. */
function push(
  to: (Fields | undefined)[],
  found: readonly (Fields | undefined)[],
  wanted: number,
  limit: number,
) {
  const end = Math.min(limit, to.length + wanted);
  for (let k = 0; to.length < end; k++) to.push(found[k]);
}

function dataBlock(array: Extensible, address: number | undefined, count: number): (Fields | undefined)[] {
  if (address === undefined) return [];
  const { blocks, maxBits, bytes, pageBits } = array;
  blocks.block(address, 4, "a data block").signature("EADB");
  const first = address + 6 + blocks.offset + Math.ceil(maxBits / 8);
  const inPage = 2 ** Math.min(pageBits, 48);
  if (count <= inPage) return elementsAt(blocks, first, bytes, count);
  const written = new Uint8Array(Math.ceil(count / inPage / 8)).fill(0xff);
  return pagedElements(blocks, { first: first + 4, bytes, inPage, used: count, written });
}

function secondary(
  array: Extensible,
  address: number | undefined,
  size: { readonly blocks: number; readonly elements: number },
  wanted: number,
): (Fields | undefined)[] {
  if (address === undefined) return [];
  const { blocks, maxBits, pageBits } = array;
  blocks.block(address, 4, "a secondary block").signature("EASB");
  const pages = size.elements / 2 ** pageBits;
  const bitmap = pages > 1 ? size.blocks * Math.ceil(pages / 8) : 0;
  const first = address + 6 + blocks.offset + Math.ceil(maxBits / 8) + bitmap;
  const elements: (Fields | undefined)[] = [];
  for (let k = 0; k < size.blocks && elements.length < wanted; k++) {
    const data = blocks.block(first + k * blocks.offset, blocks.offset, "a secondary block").address();
    push(elements, dataBlock(array, data, size.elements), size.elements, elements.length + size.elements);
  }
  return elements;
}
