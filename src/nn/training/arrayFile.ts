import { InputError } from "../../errors.ts";

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** "PTNN", the version, and the length of the header, before it and the float32 numbers. */
const MAGIC = 0x4e4e5450;
const VERSION = 1;
const PREFIX_BYTES = 12;

/** A header in JSON and arrays of float32, all little-endian, each array right after the last. */
export function packArrays(header: JsonObject, arrays: readonly Float32Array[]): Uint8Array<ArrayBuffer> {
  const lengths = arrays.map(({ length }) => length);
  const text = new TextEncoder().encode(JSON.stringify({ ...header, lengths }));
  const start = PREFIX_BYTES + 4 * Math.ceil(text.length / 4);
  const bytes = new Uint8Array(start + 4 * lengths.reduce((a, b) => a + b, 0));
  const view = new DataView(bytes.buffer);
  [MAGIC, VERSION, start - PREFIX_BYTES].forEach((word, k) => {
    view.setUint32(4 * k, word, true);
  });
  bytes.fill(0x20, PREFIX_BYTES, start);
  bytes.set(text, PREFIX_BYTES);
  let at = start;
  for (const array of arrays) {
    new Float32Array(bytes.buffer, at, array.length).set(array);
    at += 4 * array.length;
  }
  return bytes;
}

export interface ExpectedArrays {
  /** Name of the file, for messages. */
  readonly where: string;
  /** `kind` in the header. */
  readonly kind: string;
  readonly lengths?: readonly number[];
  /** Entries that the header must have. */
  readonly same?: JsonObject;
}

/** What `packArrays` wrote. Throws an InputError when it is something else, is cut off, or belongs to another network. */
export function unpackArrays(
  bytes: Uint8Array,
  { where, kind, lengths, same = {} }: ExpectedArrays,
): { readonly header: JsonObject; readonly arrays: readonly Float32Array<ArrayBuffer>[] } {
  const { header, start } = readHeader(bytes, where);
  if (header.kind !== kind) throw wrong(where, "the file holds something else", String(header.kind), kind);
  const found = header.lengths as readonly number[];
  const size = start + 4 * found.reduce((a, b) => a + b, 0);
  if (bytes.length !== size)
    throw wrong(where, "the file is damaged or cut off", `${bytes.length} bytes`, `${size} bytes`);
  const fits = Object.entries(same).every(
    ([key, value]) => JSON.stringify(header[key]) === JSON.stringify(value),
  );
  if (!fits || (lengths && JSON.stringify(lengths) !== JSON.stringify(found)))
    throw wrong(
      where,
      "the numbers belong to another network",
      `arrays of ${found}`,
      `arrays of ${lengths ?? "?"}`,
    );
  let at = bytes.byteOffset + start;
  const arrays = found.map((length) => {
    const array = new Float32Array(
      bytes.slice(at - bytes.byteOffset, at - bytes.byteOffset + 4 * length).buffer,
    );
    at += 4 * length;
    return array;
  });
  return { header, arrays };
}

function readHeader(bytes: Uint8Array, where: string): { header: JsonObject; start: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const word = (k: number) => (bytes.length >= 4 * k + 4 ? view.getUint32(4 * k, true) : -1);
  if (word(0) !== MAGIC)
    throw wrong(where, "this is no file of network weights", "other bytes", '"PTNN" first');
  if (word(1) !== VERSION) throw wrong(where, "the version is not known", String(word(1)), String(VERSION));
  const start = PREFIX_BYTES + word(2);
  try {
    return { header: JSON.parse(new TextDecoder().decode(bytes.subarray(PREFIX_BYTES, start))), start };
  } catch {
    throw wrong(where, "the file is damaged or cut off", `${bytes.length} bytes`, "a header in JSON");
  }
}

function wrong(where: string, what: string, got: string, expected: string): InputError {
  return new InputError({
    code: "bad-weights",
    where,
    what,
    got,
    expected,
    next: "Train again, or give the right file.",
  });
}
