/**
 * The `object_id` of an NWB object: a UUID of version 8 (RFC 9562, section 5.8), made of the file's identifier and the
 * object's path, so that the same session gives the same file and another session gives other identifiers.
 */
export function objectId(identifier: string, path: string): string {
  const bytes = new TextEncoder().encode(`${identifier}\n${path}`);
  const words = [0x9e3779b9, 0x7f4a7c15, 0xf39cc060, 0x5cedc834].map((seed) => hash32(bytes, seed));
  words[1] = (words[1] & 0xffff0fff) | 0x8000;
  words[2] = (words[2] & 0x3fffffff) | 0x80000000;
  const hex = words.map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** FNV-1a (Fowler, Noll and Vo) from a seed, with the final mixing of MurmurHash3 (Appleby), so that all bits depend on all. */
function hash32(bytes: Uint8Array, seed: number): number {
  let hash = 0x811c9dc5 ^ seed;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
