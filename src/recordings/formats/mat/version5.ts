/**
 * MATLAB files of level 5 (MathWorks, "MAT-File Format"; versions 5, 6 and 7 of MATLAB): a header of 128 bytes, then
 * elements, each a type, a size and data; since version 7 every variable is a zlib stream.
 */
import { InputError } from "../../../errors.ts";
import { type ByteReader, byteReader, damaged, latin1 } from "../../bytes.ts";
import { type ByteSource, sourceOf } from "../../source.ts";
import { type NumberType, storedNumbers, widthOf } from "../numbers.ts";
import { inflated } from "./inflate.ts";
import { pointsOf, Variables } from "./variables.ts";

const HEADER_BYTES = 128;
/** Inflated bytes that a file may hold beyond four times its size. */
const SPARE_BYTES = 2 ** 28;

const NUMBER_TYPES: Record<number, NumberType> = {
  1: "i8",
  2: "u8",
  3: "i16",
  4: "u16",
  5: "i32",
  6: "u32",
  7: "f32",
  9: "f64",
};
const MATRIX = 14;
const COMPRESSED = 15;
/** Characters as UTF-8 and UTF-16; only ASCII matters here (units). */
const CHARACTERS: Record<number, NumberType> = { ...NUMBER_TYPES, 16: "u8", 17: "u16" };

/** The file, or a variable that was inflated. */
interface Block {
  readonly source: ByteSource;
  readonly reader: ByteReader;
  readonly littleEndian: boolean;
  readonly variables: Variables;
}

/** `IM` at byte 126 when the file is little-endian, `MI` when it is not, beside version 1 in that order. */
export function isVersion5(head: Uint8Array): boolean {
  return byteOrder(head) !== undefined || latin1(head.subarray(0, 10)) === "MATLAB 5.0";
}

function byteOrder(head: Uint8Array): "little" | "big" | undefined {
  const mark = latin1(head.subarray(124, 128));
  return mark === "\0\x01IM" ? "little" : mark === "\x01\0MI" ? "big" : undefined;
}

/** Throws InputError `truncated`, `damaged-header`, `unsupported`, `too-large`. */
export function readVersion5(source: ByteSource, fileName: string): Variables {
  const order = byteOrder(source.bytes(0, Math.min(HEADER_BYTES, source.size)));
  if (!order) throw damaged(fileName, "the byte order", "no mark", '"IM" or "MI" at byte 126');
  const littleEndian = order === "little";
  const reader = byteReader(source, fileName, littleEndian);
  const variables = new Variables(fileName);
  const block = { source, reader, littleEndian, variables };
  const budget = new Budget(source.size, fileName);
  for (let at = HEADER_BYTES; at + 8 <= source.size; ) {
    const type = reader.u32(at);
    const size = reader.u32(at + 4);
    reader.require(at + 8 + size, "a variable");
    if (type === COMPRESSED) {
      const packed = inflatedBlock(block, at + 8, size, budget);
      matrix(packed, elementAt(packed, 0, packed.reader.size), "", 0);
    } else if (type === MATRIX) matrix(block, elementAt(block, at, source.size), "", 0);
    else throw damaged(fileName, "the type of a variable", String(type), "14 (matrix) or 15 (compressed)");
    at += 8 + size;
  }
  return variables;
}

/** What all variables together may take in memory. */
class Budget {
  private left: number;
  private readonly fileName: string;

  constructor(fileSize: number, fileName: string) {
    this.left = 4 * fileSize + SPARE_BYTES;
    this.fileName = fileName;
  }

  take(bytes: number): void {
    this.left -= bytes;
    if (this.left >= 0) return;
    throw new InputError({
      code: "too-large",
      what: "the variables are too large to be inflated in memory",
      where: this.fileName,
      got: `a variable of ${bytes} bytes`,
      expected: "at most 4 times the file and 256 MiB in all",
      next: "Save them uncompressed, which is read in parts: save('cell.mat', ..., '-v6').",
    });
  }
}

function inflatedBlock(
  { source, reader, littleEndian, variables }: Block,
  at: number,
  size: number,
  budget: Budget,
): Block {
  const { fileName } = reader;
  const sizeOf = (tag: Uint8Array): number =>
    8 + new DataView(tag.buffer, tag.byteOffset).getUint32(4, littleEndian);
  const bytes = inflated(source.bytes(at, size), { fileName, sizeOf, allow: (n) => budget.take(n) });
  const inner = sourceOf(bytes);
  return { source: inner, reader: byteReader(inner, fileName, littleEndian), littleEndian, variables };
}

interface Element {
  readonly type: number;
  readonly start: number;
  readonly end: number;
  /** Where the next one begins. */
  readonly next: number;
}

/** Sizes of up to four bytes stand in the same word as the type, with the data in the next. */
function elementAt({ reader }: Block, at: number, limit: number): Element {
  if (at + 8 > limit)
    throw damaged(reader.fileName, "the end of a variable", `byte ${at + 8}`, `byte ${limit}`);
  const word = reader.u32(at);
  const small = word > 0xffff;
  const size = small ? word >>> 16 : reader.u32(at + 4);
  const start = small ? at + 4 : at + 8;
  if ((small && size > 4) || start + size > limit)
    throw damaged(
      reader.fileName,
      "the size of a part of a variable",
      `${size} bytes`,
      `at most ${limit - start}`,
    );
  const next = small ? at + 8 : Math.min(limit, start + 8 * Math.ceil(size / 8));
  return { type: small ? word & 0xffff : word, start, end: start + size, next };
}

const CELL = 1;
const STRUCT = 2;
const OBJECT = 3;
const CHAR = 4;
const FIRST_NUMBER = 6;
const LAST_NUMBER = 15;
const COMPLEX = 0x800;
const MAX_DEPTH = 16;

/** A matrix, or a cell, structure or object of matrices; anything else is passed over. */
function matrix(block: Block, element: Element, outerPath: string, depth: number): void {
  const { reader, variables } = block;
  const { fileName } = reader;
  variables.count();
  if (element.type !== MATRIX)
    throw damaged(fileName, "the type of a variable", String(element.type), "14 (matrix)");
  // An empty array inside a structure has no parts at all.
  if (element.end === element.start) return;
  if (depth > MAX_DEPTH)
    throw damaged(fileName, "structures within structures", `${depth}`, `at most ${MAX_DEPTH}`);
  const flags = elementAt(block, element.start, element.end);
  const kind = flags.end - flags.start >= 4 ? reader.u32(flags.start) : 0;
  const type = kind & 0xff;
  // Functions and objects of classes have parts of their own.
  if (type < CELL || type > LAST_NUMBER) return;
  const dimensions = elementAt(block, flags.next, element.end);
  const name = elementAt(block, dimensions.next, element.end);
  const path = outerPath || reader.text(name.start, Math.min(name.end - name.start, 256));
  // MATLAB keeps its own variables, without a name, at the end of the file.
  if (path === "") return;
  const whole: Whole = { path, sizes: sizesOf(block, dimensions), next: name.next, end: element.end, depth };
  if (type === CELL) cell(block, whole);
  else if (type === STRUCT) structure(block, whole);
  else if (type === OBJECT)
    structure(block, { ...whole, next: elementAt(block, whole.next, element.end).next });
  else if (type === CHAR) characters(block, whole);
  else if (type >= FIRST_NUMBER && type <= LAST_NUMBER && !(kind & COMPLEX)) numbers(block, whole);
}

/** What is known of a matrix before its contents. */
interface Whole {
  readonly path: string;
  readonly sizes: readonly number[];
  /** Where its contents begin and where they end. */
  readonly next: number;
  readonly end: number;
  readonly depth: number;
}

function sizesOf({ reader }: Block, { type, start, end }: Element): number[] {
  const count = Math.floor((end - start) / 4);
  if (type !== 5 || count < 2 || count > 32)
    throw damaged(
      reader.fileName,
      "the dimensions of a variable",
      `${count} of type ${type}`,
      "2 to 32 of type 5",
    );
  const sizes = Array.from({ length: count }, (_, k) => reader.i32(start + 4 * k));
  if (sizes.some((size) => size < 0))
    throw damaged(reader.fileName, "the dimensions of a variable", sizes.join(" x "), "0 or more");
  return sizes;
}

function cell(block: Block, { path, sizes, next, end, depth }: Whole): void {
  const count = pointsOf(sizes);
  for (let k = 0, at = next; k < count; k++) {
    const element = elementAt(block, at, end);
    matrix(block, element, `${path}{${k + 1}}`, depth + 1);
    at = element.next;
  }
}

function structure(block: Block, { path, sizes, next, end, depth }: Whole): void {
  const { reader } = block;
  const nameLength = elementAt(block, next, end);
  const names = elementAt(block, nameLength.next, end);
  const width = nameLength.end - nameLength.start === 4 ? reader.i32(nameLength.start) : 0;
  if (width < 1)
    throw damaged(reader.fileName, "the names of a structure", `${width} bytes each`, "at least 1");
  const fields = Array.from({ length: Math.floor((names.end - names.start) / width) }, (_, k) =>
    reader.text(names.start + k * width, width),
  );
  const count = fields.length > 0 ? pointsOf(sizes) : 0;
  for (let k = 0, at = names.next; k < count; k++) {
    for (const field of fields) {
      const element = elementAt(block, at, end);
      matrix(block, element, `${path}${count > 1 ? `(${k + 1})` : ""}.${field}`, depth + 1);
      at = element.next;
    }
  }
}

const MAX_TEXT = 200;

function characters(block: Block, { path, sizes, next, end }: Whole): void {
  const count = pointsOf(sizes);
  if (count === 0 || count > MAX_TEXT) return;
  const { type, start, end: stop } = elementAt(block, next, end);
  const stored = CHARACTERS[type];
  if (!stored || (stop - start) / widthOf(stored) < count) return;
  const codes = storedNumbers({ ...block, start_bytes: start, type: stored }, 0, count);
  block.variables.add({ kind: "text", path, text: String.fromCharCode(...codes) });
}

function numbers(block: Block, { path, sizes, next, end }: Whole): void {
  const { source, littleEndian, reader, variables } = block;
  const count = pointsOf(sizes);
  if (count === 0) return;
  const { type: code, start, end: stop } = elementAt(block, next, end);
  // 64-bit integers are no samples.
  const type = NUMBER_TYPES[code];
  if (!type) return;
  if (count * widthOf(type) > stop - start)
    throw damaged(
      reader.fileName,
      `the size of ${path}`,
      `${stop - start} bytes`,
      `${count * widthOf(type)}`,
    );
  variables.add({ kind: "numbers", path, sizes, stored: { source, start_bytes: start, type, littleEndian } });
}
