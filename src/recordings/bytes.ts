/** Little-endian reads that refuse to leave the file: a header is input, so every offset in it may be wrong. */
import { InputError } from "../errors.ts";

export interface ByteReader {
  readonly fileName: string;
  readonly size: number;
  readonly u8: (offset: number) => number;
  readonly i16: (offset: number) => number;
  readonly u16: (offset: number) => number;
  readonly i32: (offset: number) => number;
  readonly u32: (offset: number) => number;
  readonly f32: (offset: number) => number;
  /** `length` bytes as text, cut at the first NUL and trimmed; µ is written in Latin-1 by the acquisition program. */
  readonly text: (offset: number, length: number) => string;
  /** Throws `truncated` unless the file has at least `end` bytes; `what` names the part that would be lost. */
  readonly require: (end: number, what: string) => void;
}

/** A checked view of `bytes`. Throws `InputError` (`truncated`) on any read past the end. */
export function byteReader(bytes: Uint8Array, fileName: string): ByteReader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const require = (end: number, what: string): void => {
    if (end > bytes.byteLength || end < 0) throw truncated(fileName, what, end, bytes.byteLength);
  };
  const at =
    (width: number, read: (offset: number) => number) =>
    (offset: number): number => {
      require(offset + width, "a header field");
      return read(offset);
    };
  return {
    fileName,
    size: bytes.byteLength,
    u8: at(1, (offset) => view.getUint8(offset)),
    i16: at(2, (offset) => view.getInt16(offset, true)),
    u16: at(2, (offset) => view.getUint16(offset, true)),
    i32: at(4, (offset) => view.getInt32(offset, true)),
    u32: at(4, (offset) => view.getUint32(offset, true)),
    f32: at(4, (offset) => view.getFloat32(offset, true)),
    text: (offset, length) => {
      require(offset + length, "a text field");
      const field = bytes.subarray(offset, offset + length);
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
