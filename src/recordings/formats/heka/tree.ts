/**
 * Trees of records: a magic word that tells the byte order, the number of levels, the length of a record at each level;
 * then each record, the number of its children, and these one after the other.
 */
import { damaged, truncated } from "../../bytes.ts";
import { text } from "./bundle.ts";

/** One record. Fields that a shorter record of an older version does not have read as 0 or empty. */
export class TreeRecord {
  readonly children: readonly TreeRecord[];
  readonly size: number;
  readonly #view: DataView;
  readonly #at: number;
  readonly #littleEndian: boolean;

  constructor(
    view: DataView,
    at: number,
    size: number,
    littleEndian: boolean,
    children: readonly TreeRecord[],
  ) {
    this.#view = view;
    this.#at = at;
    this.size = size;
    this.#littleEndian = littleEndian;
    this.children = children;
  }

  has(offset: number, width: number): boolean {
    return offset + width <= this.size;
  }
  u8(offset: number): number {
    return this.has(offset, 1) ? this.#view.getUint8(this.#at + offset) : 0;
  }
  i16(offset: number): number {
    return this.has(offset, 2) ? this.#view.getInt16(this.#at + offset, this.#littleEndian) : 0;
  }
  u16(offset: number): number {
    return this.has(offset, 2) ? this.#view.getUint16(this.#at + offset, this.#littleEndian) : 0;
  }
  i32(offset: number): number {
    return this.has(offset, 4) ? this.#view.getInt32(this.#at + offset, this.#littleEndian) : 0;
  }
  f64(offset: number): number {
    return this.has(offset, 8) ? this.#view.getFloat64(this.#at + offset, this.#littleEndian) : 0;
  }
  text(offset: number, length: number): string {
    if (!this.has(offset, length)) return "";
    return text(new Uint8Array(this.#view.buffer, this.#view.byteOffset + this.#at + offset, length));
  }
}

export interface TreeKind {
  /** For messages. */
  readonly what: string;
  /** Bytes that a record of each level must have at least: what is read of it. Bounds the number of records, too. */
  readonly leastBytes: readonly number[];
}

/**
 * The root of a tree.
 *
 * Throws `truncated` when a record would end outside `bytes`, `damaged-header` for anything else that cannot be.
 */
export function readTree(bytes: Uint8Array, kind: TreeKind, fileName: string): TreeRecord {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const levels = kind.leastBytes.length;
  const start = 8 + 4 * levels;
  if (bytes.length < start) throw truncated(fileName, kind.what, start, bytes.length);
  const littleEndian = byteOrder(bytes, kind, fileName);
  const found = view.getInt32(4, littleEndian);
  if (found !== levels) throw damaged(fileName, `the levels of ${kind.what}`, String(found), String(levels));
  const sizes = kind.leastBytes.map((least, level) => {
    const size = view.getInt32(8 + 4 * level, littleEndian);
    if (size >= least) return size;
    throw damaged(fileName, `the records of ${kind.what}`, `${size} bytes`, `at least ${least}`);
  });
  let at = start;
  const readRecord = (level: number): TreeRecord => {
    const here = at;
    const end = here + sizes[level] + 4;
    if (end > bytes.length) throw truncated(fileName, kind.what, end, bytes.length);
    const count = view.getInt32(end - 4, littleEndian);
    const most = level + 1 < levels ? Math.floor((bytes.length - end) / (sizes[level + 1] + 4)) : 0;
    if (!(count >= 0 && count <= most))
      throw damaged(fileName, `the records of ${kind.what}`, `${count} in one`, `at most ${most}`);
    at = end;
    const children = Array.from({ length: count }, () => readRecord(level + 1));
    return new TreeRecord(view, here, sizes[level], littleEndian, children);
  };
  return readRecord(0);
}

function byteOrder(bytes: Uint8Array, kind: TreeKind, fileName: string): boolean {
  const magic = text(bytes.subarray(0, 4));
  if (magic === "eerT") return true;
  if (magic === "Tree") return false;
  throw damaged(fileName, kind.what, `"${magic}"`, '"Tree" or "eerT"');
}
