/** Zlib streams of which the first eight bytes say how long they are when inflated. */
import { Inflate } from "fflate";
import { damaged } from "../../bytes.ts";

/** Deflate cannot pack more than this many bytes into one (RFC 1951: 258 bytes in two bits, and headers). */
const MAX_RATIO = 1032;
/** Pushed together, so that what one push yields stays small. */
const SLICE_BYTES = 1 << 14;
/** Tag of the element that the stream holds. */
const TAG_BYTES = 8;

export interface Inflating {
  readonly fileName: string;
  /** Inflated size of an element from its tag. */
  readonly sizeOf: (tag: Uint8Array) => number;
  /** Throws when so many bytes are too many. */
  readonly allow: (bytes: number) => void;
}

/** Inflates a whole stream (RFC 1950) and checks its sum. Throws InputError `damaged-header`, and what `allow` throws. */
export function inflated(stream: Uint8Array, { fileName, sizeOf, allow }: Inflating): Uint8Array {
  const broken = (got: string): Error => damaged(fileName, "a compressed variable", got, "a zlib stream");
  if (!hasZlibHeader(stream)) throw broken("no zlib header");
  let head = new Uint8Array();
  let bytes: Uint8Array | undefined;
  let filled = 0;
  const take = (chunk: Uint8Array): void => {
    if (!bytes) {
      head = joined(head, chunk);
      if (head.length < TAG_BYTES) return;
      const size = sizeOf(head);
      if (size > MAX_RATIO * stream.length) throw broken(`${size} bytes in ${stream.length}`);
      allow(size);
      bytes = new Uint8Array(size);
      chunk = head;
    }
    if (filled + chunk.length > bytes.length) throw broken(`more than its ${bytes.length} bytes`);
    bytes.set(chunk, filled);
    filled += chunk.length;
  };
  inflateInSlices(stream.subarray(2, -4), take, (reason) => broken(reason));
  if (!bytes || filled < bytes.length)
    throw broken(`${filled} bytes of ${bytes?.length ?? "an unknown size"}`);
  if (adler32(bytes) !== bigEndian32(stream.subarray(-4))) throw broken("a wrong check sum");
  return bytes;
}

function inflateInSlices(
  body: Uint8Array,
  take: (chunk: Uint8Array) => void,
  broken: (reason: string) => Error,
): void {
  let failure: unknown;
  const inflate = new Inflate((chunk) => {
    try {
      if (chunk.length > 0) take(chunk);
    } catch (error) {
      failure = error;
      throw error;
    }
  });
  try {
    for (let at = 0; at < body.length; at += SLICE_BYTES)
      inflate.push(body.subarray(at, at + SLICE_BYTES), at + SLICE_BYTES >= body.length);
  } catch (error) {
    throw failure ?? broken(error instanceof Error ? error.message : String(error));
  }
}

/** Deflate, no preset dictionary, and the two bytes a multiple of 31. */
function hasZlibHeader(stream: Uint8Array): boolean {
  const [method, flags] = stream;
  return stream.length > 6 && (method & 15) === 8 && (method * 256 + flags) % 31 === 0 && (flags & 32) === 0;
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

/** RFC 1950, section 8; sums stay exact for 5552 bytes before the remainder must be taken. */
function adler32(bytes: Uint8Array): number {
  let [a, b] = [1, 0];
  for (let start = 0; start < bytes.length; start += 5552) {
    const end = Math.min(bytes.length, start + 5552);
    for (let k = start; k < end; k++) {
      a += bytes[k];
      b += a;
    }
    a %= 65_521;
    b %= 65_521;
  }
  return b * 65_536 + a;
}

const bigEndian32 = ([a, b, c, d]: Uint8Array): number => ((a * 256 + b) * 256 + c) * 256 + d;
