/** The last chunks that were decompressed, so that slices one after the other do not do it again. */
import type { Blocks } from "./blocks.ts";

interface Kept {
  readonly owner: object;
  readonly k: number;
  readonly bytes: Uint8Array;
}

/** Chunks that a file keeps, of all its datasets together: a voltage, a current and one of each before. */
const MOST = 4;

const keptOf = new WeakMap<Blocks, Kept[]>();

/** Chunk `k` of a dataset, read unless it is one of the last. */
export function keptChunk(blocks: Blocks, owner: object, k: number, read: () => Uint8Array): Uint8Array {
  const kept = keptOf.get(blocks) ?? [];
  keptOf.set(blocks, kept);
  const known = kept.find((chunk) => chunk.owner === owner && chunk.k === k);
  if (known) return known.bytes;
  const bytes = read();
  kept.unshift({ owner, k, bytes });
  kept.length = Math.min(kept.length, MOST);
  return bytes;
}
