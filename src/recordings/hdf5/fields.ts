/** Little-endian fields of one block of an HDF5 file. A damaged file may say anything, so every read is checked. */
import { damaged, latin1 } from "../bytes.ts";

/** Widths that the superblock sets for the whole file. */
export interface Widths {
  readonly fileName: string;
  /** Bytes of an address in the file. */
  readonly offset: number;
  /** Bytes of a length. */
  readonly length: number;
}

/** Reads the fields of a block one after the other. Every method throws InputError when the block ends. */
export class Fields {
  readonly bytes: Uint8Array;
  readonly what: string;
  at = 0;
  readonly #widths: Widths;
  readonly #view: DataView;

  constructor(bytes: Uint8Array, widths: Widths, what: string) {
    this.bytes = bytes;
    this.what = what;
    this.#widths = widths;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get left(): number {
    return this.bytes.length - this.at;
  }

  skip(count: number): this {
    this.#step(count);
    return this;
  }

  u8(): number {
    return this.#view.getUint8(this.#step(1));
  }

  u16(): number {
    return this.#view.getUint16(this.#step(2), true);
  }

  u32(): number {
    return this.#view.getUint32(this.#step(4), true);
  }

  /** An unsigned integer of 0 to 8 bytes; more than 2^53 is given as Infinity: no file is that long. */
  uint(width: number): number {
    const start = this.#step(width);
    let value = 0;
    for (let k = width - 1; k >= 0; k--) value = value * 256 + this.bytes[start + k];
    return value > Number.MAX_SAFE_INTEGER ? Number.POSITIVE_INFINITY : value;
  }

  /** An address; `undefined` where the file says that there is none (all bits set). */
  address(): number | undefined {
    const start = this.at;
    const value = this.uint(this.#widths.offset);
    const none = this.bytes.subarray(start, this.at).every((byte) => byte === 0xff);
    return none ? undefined : value;
  }

  length(): number {
    return this.uint(this.#widths.length);
  }

  take(count: number): Uint8Array {
    const start = this.#step(count);
    return this.bytes.subarray(start, start + count);
  }

  /** Fields of the next `count` bytes, which are stepped over here. */
  part(count: number): Fields {
    return new Fields(this.take(count), this.#widths, this.what);
  }

  /** Text up to the next NUL, which is stepped over. */
  text(): string {
    const end = this.bytes.indexOf(0, this.at);
    if (end < 0) throw this.damage("text", "no end");
    const text = utf8(this.bytes.subarray(this.at, end));
    this.at = end + 1;
    return text;
  }

  /** Throws unless the block goes on with these letters. */
  signature(letters: string): this {
    const got = latin1(this.take(letters.length));
    if (got !== letters) throw this.damage("signature", JSON.stringify(got), letters);
    return this;
  }

  damage(field: string, got: string | number, expected = "what HDF5 allows"): Error {
    return damaged(this.#widths.fileName, `${this.what} (${field})`, String(got), expected);
  }

  #step(count: number): number {
    const start = this.at;
    if (!(count >= 0 && count <= this.left))
      throw this.damage("length", `${this.bytes.length} bytes`, "a longer block");
    this.at += count;
    return start;
  }
}

/** HDF5 writes ASCII or UTF-8. */
export function utf8(bytes: Uint8Array): string {
  return new TextDecoder("utf-8").decode(bytes);
}
