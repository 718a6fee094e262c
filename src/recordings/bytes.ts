/** Reads that refuse to leave the file: a header is input, so every offset in it may be wrong. */
import { InputError } from "../errors.ts";
import type { ByteSource } from "./source.ts";

export interface ByteReader {
  readonly fileName: string;
  readonly size: number;
  readonly u8: (offset: number) => number;
  readonly i16: (offset: number) => number;
  readonly u16: (offset: number) => number;
  readonly i32: (offset: number) => number;
  readonly u32: (offset: number) => number;
  readonly f32: (offset: number) => number;
  readonly f64: (offset: number) => number;
  /** `length` bytes as text, cut at the first NUL and trimmed; µ is written in Latin-1 by the acquisition program. */
  readonly text: (offset: number, length: number) => string;
  /** Throws `truncated` unless the file has at least `end` bytes; `what` names the part that would be lost. */
  readonly require: (end: number, what: string) => void;
}

/** A checked view of a file, little-endian unless told. Throws `InputError` (`truncated`) on any read past the end. */
export function byteReader(source: ByteSource, fileName: string, littleEndian = true): ByteReader {
  const require = (end: number, what: string): void => {
    if (!(end >= 0 && end <= source.size)) throw truncated(fileName, what, end, source.size);
  };
  const at =
    (width: number, read: (view: DataView) => number) =>
    (offset: number): number => {
      require(offset < 0 ? -1 : offset + width, "a header field");
      const bytes = source.bytes(offset, width);
      return read(new DataView(bytes.buffer, bytes.byteOffset, width));
    };
  return {
    fileName,
    size: source.size,
    u8: at(1, (view) => view.getUint8(0)),
    i16: at(2, (view) => view.getInt16(0, littleEndian)),
    u16: at(2, (view) => view.getUint16(0, littleEndian)),
    i32: at(4, (view) => view.getInt32(0, littleEndian)),
    u32: at(4, (view) => view.getUint32(0, littleEndian)),
    f32: at(4, (view) => view.getFloat32(0, littleEndian)),
    f64: at(8, (view) => view.getFloat64(0, littleEndian)),
    text: (offset, length) => {
      require(offset < 0 ? -1 : offset + length, "a text field");
      const field = source.bytes(offset, length);
      const end = field.indexOf(0);
      return latin1(end < 0 ? field : field.subarray(0, end)).trim();
    },
    require,
  };
}

/** Bytes as Latin-1 text. `TextDecoder("latin1")` is windows-1252, which differs in 0x80..0x9f only. */
export function latin1(bytes: Uint8Array): string {
  return new TextDecoder("latin1").decode(bytes);
}

export function truncated(fileName: string, what: string, expected: number, actual: number): InputError {
  return new InputError({
    code: "truncated",
    what: `the file ends inside ${what}`,
    where: fileName,
    got: `${actual} bytes`,
    expected: `at least ${expected} bytes`,
    next: "Copy the file again from the acquisition computer; this copy is cut short or damaged.",
  });
}

/** A header value that no recording can have. */
export function damaged(fileName: string, field: string, got: string, expected: string): InputError {
  return new InputError({
    code: "damaged-header",
    what: `the header says something impossible about ${field}`,
    where: fileName,
    got,
    expected,
    next: "Copy the file again from the acquisition computer, or export the traces as text (time, voltage, current).",
  });
}
