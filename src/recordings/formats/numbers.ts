/** Runs of numbers of one type, as files store them. */
import type { ByteSource } from "../source.ts";

const READ = {
  f64: { width: 8, get: DataView.prototype.getFloat64 },
  f32: { width: 4, get: DataView.prototype.getFloat32 },
  i8: { width: 1, get: DataView.prototype.getInt8 },
  u8: { width: 1, get: DataView.prototype.getUint8 },
  i16: { width: 2, get: DataView.prototype.getInt16 },
  u16: { width: 2, get: DataView.prototype.getUint16 },
  i32: { width: 4, get: DataView.prototype.getInt32 },
  u32: { width: 4, get: DataView.prototype.getUint32 },
} as const;

export type NumberType = keyof typeof READ;

export interface StoredNumbers {
  readonly source: ByteSource;
  readonly start_bytes: number;
  readonly type: NumberType;
  readonly littleEndian: boolean;
}

export const widthOf = (type: NumberType): number => READ[type].width;

export const isInteger = (type: NumberType): boolean => !type.startsWith("f");

/** Numbers [from, to) of the run, every `stride`-th; the run must have been checked to lie within its source. */
export function storedNumbers(
  { source, start_bytes, type, littleEndian }: StoredNumbers,
  from: number,
  to: number,
  stride = 1,
): Float64Array {
  const { width, get } = READ[type];
  const count = Math.max(0, Math.ceil((to - from) / stride));
  const values = new Float64Array(count);
  if (count === 0) return values;
  const bytes = source.bytes(start_bytes + from * width, ((count - 1) * stride + 1) * width);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let k = 0, at = 0; k < count; k++, at += stride * width) values[k] = get.call(view, at, littleEndian);
  return values;
}
