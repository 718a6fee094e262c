/** The filters that chunks went through, undone. */
import { unzlibSync } from "fflate";
import type { Blocks } from "./blocks.ts";
import { adler32, fletcher32 } from "./checksum.ts";
import { Fields } from "./fields.ts";
import { type Filter, unsupportedData } from "./layout.ts";

const [DEFLATE, SHUFFLE, FLETCHER] = [1, 2, 3];
const NAMES: Record<number, string> = {
  4: "szip",
  5: "n-bit",
  6: "scale-offset",
  32000: "lzf",
  32001: "blosc",
  32004: "lz4",
  32015: "zstd",
};
/** Deflate cannot make more than 1032 bytes of one. */
export const MAX_DEFLATE_RATIO = 1032;

/** Throws InputError `unsupported` for a filter that is not known. */
export function requireKnownFilters(blocks: Blocks, filters: readonly Filter[]): void {
  const unknown = filters.find(({ id }) => ![DEFLATE, SHUFFLE, FLETCHER].includes(id));
  if (unknown) throw unsupportedData(blocks, `compression ${NAMES[unknown.id] ?? unknown.id}`);
}

export const deflates = (filters: readonly Filter[]): boolean => filters.some(({ id }) => id === DEFLATE);

/** A chunk as it was before the filters; `mask` has a bit for each filter that was left out. Throws InputError. */
export function unfiltered(
  blocks: Blocks,
  filters: readonly Filter[],
  mask: number,
  stored: Uint8Array,
  length: number,
): Uint8Array {
  let bytes = stored;
  const undone = filters.filter((_, k) => (mask & (1 << k)) === 0).reverse();
  for (const [k, { id, values }] of undone.entries()) {
    // A checksum that was taken before compression adds its 4 bytes to what comes out of it.
    const later = undone.slice(k + 1).filter((filter) => filter.id === FLETCHER).length;
    if (id === DEFLATE) bytes = inflated(blocks, bytes, length + 4 * later);
    else if (id === SHUFFLE) bytes = unshuffled(bytes, values[0] ?? 1);
    else bytes = summed(blocks, bytes);
  }
  if (bytes.length !== length) throw chunkDamage(blocks, `${bytes.length} bytes`, `${length} bytes`);
  return bytes;
}

function inflated(blocks: Blocks, bytes: Uint8Array, length: number): Uint8Array {
  const out = tryInflate(bytes, length);
  const sum = out && new DataView(bytes.buffer, bytes.byteOffset + bytes.length - 4, 4).getUint32(0);
  if (!out || sum !== adler32(out))
    throw chunkDamage(blocks, "data that cannot be decompressed", "zlib data");
  return out;
}

function tryInflate(bytes: Uint8Array, length: number): Uint8Array | undefined {
  try {
    return unzlibSync(bytes, { out: new Uint8Array(length) });
  } catch {
    return undefined;
  }
}

/** Bytes lie by significance: all first bytes of the elements, then all second ones, ... */
function unshuffled(bytes: Uint8Array, size: number): Uint8Array {
  if (size < 2) return bytes;
  const count = Math.floor(bytes.length / size);
  const out = new Uint8Array(bytes); // bytes that fill no element stay where they are
  for (let byte = 0; byte < size; byte++)
    for (let k = 0; k < count; k++) out[k * size + byte] = bytes[byte * count + k];
  return out;
}

function summed(blocks: Blocks, bytes: Uint8Array): Uint8Array {
  if (bytes.length < 4) throw chunkDamage(blocks, `${bytes.length} bytes`, "a checksum");
  const body = bytes.subarray(0, -4);
  const sum = new Fields(bytes.subarray(-4), blocks, "a checksum").u32();
  if (sum !== fletcher32(body)) throw chunkDamage(blocks, "another checksum", String(sum));
  return body;
}

function chunkDamage(blocks: Blocks, got: string, expected: string): Error {
  return new Fields(new Uint8Array(0), blocks, "a chunk of samples").damage("contents", got, expected);
}
