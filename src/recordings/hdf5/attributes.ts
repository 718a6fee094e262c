/** The attributes of a group or dataset. */
import { recordsOfTree } from "./b-tree-2.ts";
import type { Blocks } from "./blocks.ts";
import { countOf, readShape } from "./dataspace.ts";
import { readDatatype } from "./datatype.ts";
import { type Fields, utf8 } from "./fields.ts";
import { openHeap } from "./fractal-heap.ts";
import { MESSAGE, type Message } from "./header.ts";
import { type Value, valuesOf } from "./values.ts";

/** First element (or the only one) of every attribute. Throws InputError. */
export function readAttributes(blocks: Blocks, messages: readonly Message[]): ReadonlyMap<string, Value> {
  const attributes = new Map<string, Value>();
  for (const { type, shared, fields } of messages) {
    if (type === MESSAGE.attribute && !shared) addAttribute(attributes, blocks, fields());
    if (type !== MESSAGE.attributeInfo) continue;
    for (const dense of denseAttributes(blocks, fields())) addAttribute(attributes, blocks, dense);
  }
  return attributes;
}

function denseAttributes(blocks: Blocks, fields: Fields): Fields[] {
  const flags = fields.skip(1).u8();
  if (flags & 1) fields.skip(2);
  const [heapAt, treeAt] = [fields.address(), fields.address()];
  if (heapAt === undefined || treeAt === undefined) return [];
  const object = openHeap(blocks, heapAt);
  return recordsOfTree(blocks, treeAt).map((record) => object(record.take(8)));
}

function addAttribute(attributes: Map<string, Value>, blocks: Blocks, fields: Fields): void {
  const [version, flags] = [fields.u8(), fields.u8()];
  if (version < 1 || version > 3) throw fields.damage("attribute version", version, "1 to 3");
  const lengths = [fields.u16(), fields.u16(), fields.u16()];
  if (version === 3) fields.skip(1);
  const padding = (length: number) => (version === 1 ? (8 - (length % 8)) % 8 : 0);
  const [name, datatype, dataspace] = lengths.map((length) => {
    const part = fields.part(length);
    fields.skip(Math.min(fields.left, padding(length)));
    return part;
  });
  const type = readDatatype(blocks, { shared: version > 1 && (flags & 1) !== 0, fields: () => datatype });
  const count = Math.min(1, countOf(readShape(dataspace)));
  const [value] = valuesOf(blocks, type, fields.take(count * type.size), count);
  attributes.set(nameOf(name), value);
}

function nameOf({ bytes }: Fields): string {
  const end = bytes.indexOf(0);
  return utf8(end < 0 ? bytes : bytes.subarray(0, end));
}
