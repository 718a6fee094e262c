/** The bytes of a file, read where they are needed, so that a recording larger than memory can be opened. */

export interface ByteSource {
  /** Bytes in all. */
  readonly size: number;
  /** Bytes [start, start + length); the caller asks for nothing outside the file. May be a view: not to be written to. */
  readonly bytes: (start: number, length: number) => Uint8Array;
}

/** A file that lies in memory. */
export function sourceOf(bytes: Uint8Array): ByteSource {
  return { size: bytes.byteLength, bytes: (start, length) => bytes.subarray(start, start + length) };
}

const PAGE_BYTES = 1 << 16;
const PAGES_KEPT = 16;

/**
 * A source over a slow `read` (a disk, a Blob): short reads, as of header fields, are answered from pages of 64 KiB, of
 * which 16 are kept; long ones go through.
 *
 * @param read Bytes [start, start + length) as an array of its own.
 */
export function pagedSource(size: number, read: (start: number, length: number) => Uint8Array): ByteSource {
  const pages = new Map<number, Uint8Array>();
  const page = (number: number): Uint8Array => {
    const kept = pages.get(number);
    if (kept) return kept;
    const start = number * PAGE_BYTES;
    const bytes = read(start, Math.min(PAGE_BYTES, size - start));
    const [oldest] = pages.keys();
    if (pages.size >= PAGES_KEPT && oldest !== undefined) pages.delete(oldest);
    pages.set(number, bytes);
    return bytes;
  };
  return {
    size,
    bytes: (start, length) => {
      const number = Math.floor(start / PAGE_BYTES);
      const within = start - number * PAGE_BYTES;
      if (within + length > PAGE_BYTES) return read(start, length);
      return page(number).subarray(within, within + length);
    },
  };
}
