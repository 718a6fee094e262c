import { describe, expect, it } from "vitest";
import { adler32, lookup3 } from "./checksum.ts";

const ascii = (text: string) => new TextEncoder().encode(text);

describe("checksums", () => {
  it("lookup3 is that of its author's test (lookup3.c, driver5)", () => {
    expect(lookup3(ascii(""))).toBe(0xdeadbeef);
    expect(lookup3(ascii("Four score and seven years ago"))).toBe(0x17770551);
  });

  it("Adler-32 is that of RFC 1950, also where the sums must be reduced", () => {
    expect(adler32(ascii("Wikipedia"))).toBe(0x11e60398);
    // 10^6 bytes of 0xff: a = 1 + 255 n, b = n + 255 n (n + 1) / 2, both modulo 65521.
    const n = 1_000_000n;
    const a = (1n + 255n * n) % 65521n;
    const b = (n + (255n * n * (n + 1n)) / 2n) % 65521n;
    expect(BigInt(adler32(new Uint8Array(1_000_000).fill(255)))).toBe((b << 16n) | a);
  });
});
