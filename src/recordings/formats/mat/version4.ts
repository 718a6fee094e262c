/** MATLAB files of level 4 (MathWorks, "MAT-File Format", appendix): matrices one after the other, without signature. */
import { byteReader, damaged } from "../../bytes.ts";
import type { ByteSource } from "../../source.ts";
import { type NumberType, widthOf } from "../numbers.ts";
import { Variables } from "./variables.ts";

const TYPES: readonly NumberType[] = ["f64", "f32", "i32", "i16", "u16", "u8"];
const HEADER_BYTES = 20;
/** Longest name of a variable that any MATLAB allows, and its NUL. */
const MAX_NAME_BYTES = 64;

interface Header {
  /** MOPT: byte order, 0, type of the numbers, kind of the matrix. */
  readonly type: number;
  readonly rows: number;
  readonly columns: number;
  readonly imaginary: number;
  readonly nameLength: number;
}

/** The first matrix has a header that can be one, and a name that can be one. */
export function isVersion4(head: Uint8Array): boolean {
  if (head.length < HEADER_BYTES) return false;
  const header = headerIn(head, isLittleEndian(head));
  if (!plausible(header)) return false;
  const name = head.subarray(HEADER_BYTES, HEADER_BYTES + header.nameLength - 1);
  return /^[A-Za-z]\w*$/.test(String.fromCharCode(...name));
}

/** In big-endian files the type is 1000 and more. */
function isLittleEndian(head: Uint8Array): boolean {
  return !(head[0] === 0 && head[1] === 0 && head[2] === 3 + (head[3] < 232 ? 1 : 0));
}

function headerIn(bytes: Uint8Array, littleEndian: boolean): Header {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [type, rows, columns, imaginary, nameLength] = [0, 4, 8, 12, 16].map((at) =>
    view.getInt32(at, littleEndian),
  );
  return { type: littleEndian ? type : type - 1000, rows, columns, imaginary, nameLength };
}

function plausible({ type, rows, columns, imaginary, nameLength }: Header): boolean {
  const [kind, number] = [type % 10, Math.floor(type / 10)];
  const typed = number >= 0 && number < TYPES.length && kind >= 0 && kind <= 2;
  const sized = rows >= 0 && columns >= 0 && nameLength > 1 && nameLength <= MAX_NAME_BYTES;
  return typed && sized && (imaginary === 0 || imaginary === 1);
}

/** Throws InputError `truncated`, `damaged-header`, `unsupported`. Text and complex matrices are passed over. */
export function readVersion4(source: ByteSource, fileName: string): Variables {
  const littleEndian = isLittleEndian(source.bytes(0, HEADER_BYTES));
  const reader = byteReader(source, fileName, littleEndian);
  const variables = new Variables(fileName);
  for (let at = 0; at + HEADER_BYTES <= source.size; ) {
    variables.count();
    const header = headerIn(source.bytes(at, HEADER_BYTES), littleEndian);
    if (!plausible(header)) throw damaged(fileName, "a matrix", `type ${header.type}`, "a matrix of level 4");
    const { rows, columns, imaginary, nameLength } = header;
    const type = TYPES[Math.floor(header.type / 10)];
    const start = at + HEADER_BYTES + nameLength;
    const path = reader.text(at + HEADER_BYTES, nameLength);
    at = start + rows * columns * widthOf(type) * (1 + imaginary);
    reader.require(at, `the matrix "${path}"`);
    if (header.type % 10 !== 0 || imaginary === 1 || rows * columns === 0) continue;
    const stored = { source, start_bytes: start, type, littleEndian };
    variables.add({ kind: "numbers", path, sizes: [rows, columns], stored });
  }
  return variables;
}
