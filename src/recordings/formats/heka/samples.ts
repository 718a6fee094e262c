/** The samples of a trace: together or in blocks, as integers or floats, in either byte order. */
import { damaged, truncated } from "../../bytes.ts";
import type { ByteSource } from "../../source.ts";
import type { Trace } from "./pulsed.ts";

interface SampleFormat {
  readonly bytes: number;
  readonly isInteger: boolean;
  readonly read: (view: DataView, at: number, littleEndian: boolean) => number;
}

export const SAMPLE_FORMATS: readonly SampleFormat[] = [
  { bytes: 2, isInteger: true, read: (view, at, order) => view.getInt16(at, order) },
  { bytes: 4, isInteger: true, read: (view, at, order) => view.getInt32(at, order) },
  { bytes: 4, isInteger: false, read: (view, at, order) => view.getFloat32(at, order) },
  { bytes: 8, isInteger: false, read: (view, at, order) => view.getFloat64(at, order) },
];

/** Throws `damaged-header` or `truncated` unless the file has all samples of the trace. */
export function checkTrace(trace: Trace, source: ByteSource, fileName: string): void {
  const format = SAMPLE_FORMATS[trace.format];
  const what = `trace "${trace.label}"`;
  if (!format)
    throw damaged(
      fileName,
      `the format of ${what}`,
      String(trace.format),
      `0 to ${SAMPLE_FORMATS.length - 1}`,
    );
  if (!(Number.isFinite(trace.scale) && trace.scale !== 0))
    throw damaged(fileName, `the scale of ${what}`, String(trace.scale), "a finite number that is not 0");
  if (isInBlocks(trace) && (trace.blockBytes % format.bytes !== 0 || trace.blockStep < trace.blockBytes)) {
    const got = `blocks of ${trace.blockBytes} bytes every ${trace.blockStep} bytes`;
    throw damaged(fileName, `how ${what} is stored`, got, `whole samples of ${format.bytes} bytes`);
  }
  const end = placeOf(trace, trace.points - 1) + format.bytes;
  if (end > source.size) throw truncated(fileName, what, end, source.size);
}

/** Samples [from, to) in the trace's unit. */
export function traceSamples(trace: Trace, source: ByteSource, from: number, to: number): Float64Array {
  const { bytes: width, read } = SAMPLE_FORMATS[trace.format];
  const values = new Float64Array(to - from);
  const { littleEndian, scale } = trace;
  for (let k = 0; k < values.length; ) {
    const count = Math.min(values.length - k, togetherFrom(trace, from + k));
    const bytes = source.bytes(placeOf(trace, from + k), count * width);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let n = 0; n < count; n++) values[k + n] = read(view, n * width, littleEndian) * scale;
    k += count;
  }
  return values;
}

function isInBlocks({ blockBytes, blockStep }: Trace): boolean {
  return blockBytes > 0 && blockStep > 0;
}

/** The block step counts from the start of one block to the start of the next. Not met in a recording. */
function placeOf(trace: Trace, sample: number): number {
  const width = SAMPLE_FORMATS[trace.format].bytes;
  if (!isInBlocks(trace)) return trace.start_bytes + sample * width;
  const inBlock = trace.blockBytes / width;
  return trace.start_bytes + Math.floor(sample / inBlock) * trace.blockStep + (sample % inBlock) * width;
}

/** How many samples lie together from this one on. */
function togetherFrom(trace: Trace, sample: number): number {
  if (!isInBlocks(trace)) return Number.POSITIVE_INFINITY;
  const inBlock = trace.blockBytes / SAMPLE_FORMATS[trace.format].bytes;
  return inBlock - (sample % inBlock);
}
