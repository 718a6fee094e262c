/** The checksums of HDF5 files: metadata since version 1.8, and data behind the Fletcher filter. */

const rotated = (x: number, bits: number) => (x << bits) | (x >>> (32 - bits));

/** Jenkins' lookup3 (hashlittle, public domain; "HDF5 File Format Specification", "checksum"). */
export function lookup3(bytes: Uint8Array): number {
  let left = bytes.length;
  let a = (0xdeadbeef + left) | 0;
  let [b, c] = [a, a];
  let at = 0;
  const word = (k: number): number => {
    let value = 0;
    for (let n = Math.min(4, left - 4 * k) - 1; n >= 0; n--) value = (value << 8) | bytes[at + 4 * k + n];
    return value;
  };
  for (; left > 12; left -= 12, at += 12) {
    a = (a + word(0)) | 0;
    b = (b + word(1)) | 0;
    c = (c + word(2)) | 0;
    a = ((a - c) | 0) ^ rotated(c, 4);
    c = (c + b) | 0;
    b = ((b - a) | 0) ^ rotated(a, 6);
    a = (a + c) | 0;
    c = ((c - b) | 0) ^ rotated(b, 8);
    b = (b + a) | 0;
    a = ((a - c) | 0) ^ rotated(c, 16);
    c = (c + b) | 0;
    b = ((b - a) | 0) ^ rotated(a, 19);
    a = (a + c) | 0;
    c = ((c - b) | 0) ^ rotated(b, 4);
    b = (b + a) | 0;
  }
  if (left === 0) return c >>> 0;
  a = (a + word(0)) | 0;
  b = (b + word(1)) | 0;
  c = (c + word(2)) | 0;
  c = ((c ^ b) - rotated(b, 14)) | 0;
  a = ((a ^ c) - rotated(c, 11)) | 0;
  b = ((b ^ a) - rotated(a, 25)) | 0;
  c = ((c ^ b) - rotated(b, 16)) | 0;
  a = ((a ^ c) - rotated(c, 4)) | 0;
  b = ((b ^ a) - rotated(a, 14)) | 0;
  c = ((c ^ b) - rotated(b, 24)) | 0;
  return c >>> 0;
}

/** Fletcher's checksum over big-endian 16-bit words, as HDF5's filter 3 has it (an odd last byte is a high byte). */
export function fletcher32(bytes: Uint8Array): number {
  let [low, high] = [0, 0];
  for (let k = 0; k < bytes.length; k += 2) {
    low = (low + (bytes[k] << 8) + (bytes[k + 1] ?? 0)) % 65535;
    high = (high + low) % 65535;
  }
  return ((high << 16) | low) >>> 0;
}

/** Adler-32 (RFC 1950): what zlib data end with, high byte first. */
export function adler32(bytes: Uint8Array): number {
  let [a, b] = [1, 0];
  for (let k = 0; k < bytes.length; ) {
    // As many sums as fit 32 bits before the remainder is taken.
    for (const end = Math.min(bytes.length, k + 3800); k < end; k++) b += a += bytes[k];
    a %= 65521;
    b %= 65521;
  }
  return ((b << 16) | a) >>> 0;
}
