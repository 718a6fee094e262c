/** Decoded samples are kept while they are recent: features look at a sweep several times, one sweep after the other. */

/** 16 million samples. A weak reference would not do: what it holds stays until the running function has ended. */
const LIMIT_BYTES = 2 ** 27;

/** In the order of their last use. */
const recent = new Map<object, Float64Array>();
let recentBytes = 0;

/** A decoder that answers with the same array as long as it is among the 128 MiB that were last used by anyone. */
export function kept(decode: () => Float64Array): () => Float64Array {
  const key = {};
  return () => {
    const known = recent.get(key);
    const values = known ?? decode();
    recent.delete(key);
    recent.set(key, values);
    if (!known) makeRoom(values.byteLength);
    return values;
  };
}

/** The newest stays whatever its size. */
function makeRoom(bytes: number): void {
  recentBytes += bytes;
  for (const [key, values] of recent) {
    if (recentBytes <= LIMIT_BYTES || recent.size === 1) return;
    recent.delete(key);
    recentBytes -= values.byteLength;
  }
}
