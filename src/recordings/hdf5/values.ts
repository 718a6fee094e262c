/** Elements as numbers, text, addresses and rows. */
import { damaged } from "../bytes.ts";
import type { Blocks } from "./blocks.ts";
import type { Datatype } from "./datatype.ts";
import { Fields, utf8 } from "./fields.ts";
import { longString } from "./global-heap.ts";

/** Address of an object of the same file; 0 is none. */
export interface Reference {
  readonly address: number;
}

export interface Row {
  readonly [member: string]: Value;
}

export type Value = number | string | Reference | Row | undefined;

/**
 * `count` elements; those of a type that is of no use here are undefined. Throws InputError, also when texts repeat until they
 * are longer than the file.
 */
export function valuesOf(blocks: Blocks, type: Datatype, bytes: Uint8Array, count: number): Value[] {
  if (type.kind === "integer" || type.kind === "float") return Array.from(numbersOf(type, bytes, count));
  let left = blocks.size;
  const text = (element: Uint8Array): string | undefined => {
    const found = longString(blocks, element);
    left -= found?.length ?? 0;
    if (left < 0) throw damaged(blocks.fileName, "the texts of a dataset", "more than the file", "less");
    return found;
  };
  return Array.from({ length: count }, (_, k) =>
    decoded(blocks, type, bytes.subarray(k * type.size, (k + 1) * type.size), text),
  );
}

type ReadText = (element: Uint8Array) => string | undefined;

function decoded(blocks: Blocks, type: Datatype, bytes: Uint8Array, text: ReadText): Value {
  switch (type.kind) {
    case "integer":
    case "float":
      return numbersOf(type, bytes, 1)[0];
    case "string":
      return trimmed(bytes);
    case "long-string":
      return text(bytes);
    case "reference":
      return { address: new Fields(bytes, blocks, "a reference").address() ?? 0 };
    case "compound":
      return Object.fromEntries(
        type.members.map(({ name, offset, type: member }) => [
          name,
          decoded(blocks, member, bytes.subarray(offset, offset + member.size), text),
        ]),
      );
    case "other":
      return undefined;
  }
}

/** Cut at the first NUL; filled with spaces by Fortran. */
function trimmed(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return utf8(end < 0 ? bytes : bytes.subarray(0, end)).trimEnd();
}

type NumberType = Extract<Datatype, { kind: "integer" | "float" }>;

/** Integers of 8 bytes beyond 2^53 lose their last digits. */
export function numbersOf(type: NumberType, bytes: Uint8Array, count: number): Float64Array {
  const values = new Float64Array(count);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const read = reader(type, view, !type.big);
  for (let k = 0, at = 0; k < count; k++, at += type.size) values[k] = read(at);
  return values;
}

function reader(type: NumberType, view: DataView, little: boolean): (at: number) => number {
  if (type.kind === "float")
    return type.size === 8 ? (at) => view.getFloat64(at, little) : (at) => view.getFloat32(at, little);
  if (type.size === 1) return type.signed ? (at) => view.getInt8(at) : (at) => view.getUint8(at);
  if (type.size === 2)
    return type.signed ? (at) => view.getInt16(at, little) : (at) => view.getUint16(at, little);
  if (type.size === 4)
    return type.signed ? (at) => view.getInt32(at, little) : (at) => view.getUint32(at, little);
  return type.signed
    ? (at) => Number(view.getBigInt64(at, little))
    : (at) => Number(view.getBigUint64(at, little));
}
