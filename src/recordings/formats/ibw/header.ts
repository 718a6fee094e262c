/**
 * Layout of an Igor binary wave, versions 1, 2, 3 and 5 (WaveMetrics, Technical Note TN003 "Igor Binary Format"): a file
 * header, a wave header, the numbers, then optional parts whose sizes the file header gives.
 */
import { InputError } from "../../../errors.ts";
import { type ByteReader, byteReader, damaged } from "../../bytes.ts";
import type { ByteSource } from "../../source.ts";
import { type NumberType, type StoredNumbers, widthOf } from "../numbers.ts";

export interface Wave {
  readonly name: string;
  readonly numbers: StoredNumbers;
  /** Points along each of the dimensions in use, rows first; at least one. */
  readonly dimensions: readonly number[];
  /** Distance of two rows, in `rowUnit`. */
  readonly rowStep: number;
  readonly rowUnit: string;
  readonly dataUnit: string;
  readonly note: string;
}

/** Byte offsets, counted from the start of the file, of what one version stores where. */
interface Layout {
  readonly checksumEnd: number;
  readonly wfmSize: number;
  readonly formulaSize?: number;
  readonly noteSize?: number;
  /** The wave header. */
  readonly wave: number;
  readonly data: number;
}

/** The checksum of versions 1 to 3 runs over the first 16 bytes of the numbers as well. */
const LAYOUTS: Record<number, Layout> = {
  1: { checksumEnd: 8 + 126, wfmSize: 2, wave: 8, data: 8 + 110 },
  2: { checksumEnd: 16 + 126, wfmSize: 2, noteSize: 6, wave: 16, data: 16 + 110 },
  3: { checksumEnd: 20 + 126, wfmSize: 2, noteSize: 6, formulaSize: 10, wave: 20, data: 20 + 110 },
  5: { checksumEnd: 64 + 320, wfmSize: 4, formulaSize: 8, noteSize: 12, wave: 64, data: 64 + 320 },
};

/** Zero bytes that versions 1 to 3 write after the numbers. */
const PADDING_BYTES = 16;

/** Whether the first two bytes are a version number in one of the byte orders. */
export function beginsLikeWave(head: Uint8Array): boolean {
  return head.length >= 2 && versionOf(head) !== undefined;
}

/** The byte of a version number that is not zero tells the byte order. */
function versionOf([low, high]: Uint8Array): { version: number; littleEndian: boolean } | undefined {
  if (low !== 0 && high !== 0) return undefined;
  const version = low + high;
  return version in LAYOUTS ? { version, littleEndian: low !== 0 } : undefined;
}

/** Throws InputError `truncated`, `damaged-header` (checksum, sizes), `unsupported` (text, complex and 64-bit waves). */
export function readWave(source: ByteSource, fileName: string): Wave {
  const { version, littleEndian } = versionOf(source.bytes(0, Math.min(2, source.size)))!;
  const reader = byteReader(source, fileName, littleEndian);
  const layout = LAYOUTS[version];
  reader.require(layout.data, "the header");
  checkSum(reader, layout);
  const header = version === 5 ? waveHeader5(reader, layout) : waveHeader2(reader, layout);
  const type = numberType(header.typeCode, fileName);
  const data_bytes = checkedSize(reader, layout, header, widthOf(type));
  const dataEnd = layout.data + data_bytes + (version === 5 ? 0 : PADDING_BYTES);
  return {
    ...header,
    ...textsAfter(reader, layout, dataEnd, version, header),
    numbers: { source, start_bytes: layout.data, type, littleEndian },
  };
}

/** 16-bit words of both headers add up to 0. */
function checkSum(reader: ByteReader, { checksumEnd }: Layout): void {
  let sum = 0;
  for (let at = 0; at < checksumEnd; at += 2) sum += reader.i16(at);
  if ((sum & 0xffff) === 0) return;
  throw damaged(reader.fileName, "its own checksum", `a sum of ${sum & 0xffff}`, "0");
}

interface WaveHeader extends Pick<Wave, "name" | "dimensions" | "rowStep" | "rowUnit" | "dataUnit"> {
  readonly typeCode: number;
}

function waveHeader2(reader: ByteReader, { wave }: Layout): WaveHeader {
  return {
    typeCode: reader.u16(wave),
    name: reader.text(wave + 6, 20),
    dataUnit: reader.text(wave + 34, 4),
    rowUnit: reader.text(wave + 38, 4),
    dimensions: [reader.i32(wave + 42)],
    rowStep: reader.f64(wave + 48),
  };
}

function waveHeader5(reader: ByteReader, { wave }: Layout): WaveHeader {
  const sizes = [0, 1, 2, 3].map((d) => reader.i32(wave + 68 + 4 * d));
  const unused = sizes.indexOf(0);
  const dimensions = sizes.slice(0, unused < 0 ? 4 : Math.max(1, unused));
  const points = reader.i32(wave + 12);
  const product = dimensions.reduce((a, b) => a * b, 1);
  if (product !== points)
    throw damaged(
      reader.fileName,
      "the number of points",
      `${points} in ${dimensions.join(" x ")}`,
      "the product",
    );
  return {
    typeCode: reader.u16(wave + 16),
    name: reader.text(wave + 28, 32),
    dimensions,
    rowStep: reader.f64(wave + 84),
    dataUnit: reader.text(wave + 148, 4),
    rowUnit: reader.text(wave + 152, 4),
  };
}

const COMPLEX = 1;
const TYPES: Record<number, NumberType> = {
  2: "f32",
  4: "f64",
  8: "i8",
  16: "i16",
  32: "i32",
  [8 + 64]: "u8",
  [16 + 64]: "u16",
  [32 + 64]: "u32",
};

function numberType(code: number, fileName: string): NumberType {
  if (code in TYPES) return TYPES[code];
  const kind =
    code === 0 ? "a text wave" : code & COMPLEX ? "a complex wave" : `a wave of number type ${code}`;
  throw new InputError({
    code: "unsupported",
    what: `this is ${kind}, which holds no recorded samples`,
    where: fileName,
    expected: "a wave of real numbers of 8, 16 or 32 bits, or floating point",
    next: "Save the wave of the voltage (or of the current, for --current).",
  });
}

/** Bytes of the numbers, which both the file and its header have room for. */
function checkedSize(reader: ByteReader, layout: Layout, header: WaveHeader, width: number): number {
  const { fileName } = reader;
  const negative = header.dimensions.find((size) => size < 0);
  if (negative !== undefined) throw damaged(fileName, "the number of points", String(negative), "0 or more");
  const bytes = header.dimensions.reduce((a, b) => a * b, width);
  const headerBytes = layout.data - layout.wave;
  const stated = reader.i32(layout.wfmSize) - headerBytes;
  // Some programs leave the padding out of the size.
  if (stated < bytes)
    throw damaged(fileName, "the size of the wave", `${stated} bytes of numbers`, `${bytes} for its points`);
  reader.require(layout.data + bytes, "the numbers");
  return bytes;
}

/** What stands after the numbers. A file that was cut off there still has all its numbers, but no units to trust. */
function textsAfter(
  reader: ByteReader,
  layout: Layout,
  dataEnd: number,
  version: number,
  header: WaveHeader,
): Pick<Wave, "note" | "dataUnit" | "rowUnit"> {
  let at = dataEnd;
  const next = (sizeField: number | undefined, what: string): string => {
    if (sizeField === undefined) return "";
    const size = reader.i32(sizeField);
    if (size < 0) throw damaged(reader.fileName, `the size of ${what}`, String(size), "0 or more");
    const start = at;
    at += size;
    reader.require(at, what);
    return reader.text(start, Math.min(size, MAX_TEXT_BYTES));
  };
  if (version !== 5) return { ...header, note: next(layout.noteSize, "the wave note") };
  next(layout.formulaSize, "the formula");
  const note = next(layout.noteSize, "the wave note");
  const dataUnit = next(16, "the unit of the data") || header.dataUnit;
  const rowUnit = next(20, "the unit of the rows") || header.rowUnit;
  return { note, dataUnit, rowUnit };
}

/** Notes are shown in part only. */
const MAX_TEXT_BYTES = 4096;
