/** Files made bad on purpose, the same ones every time: each case is a number. */
import { RandomStream } from "../../../src/random.ts";

/** Values that headers must never be believed with, written over fields of 1, 2, 4 and 8 bytes. */
const ABSURD = [
  0n,
  1n,
  2n,
  0x7fn,
  0x80n,
  0xffn,
  0x7fffn,
  0x8000n,
  0xffffn,
  0x7fffffffn,
  0x80000000n,
  0xffffffffn,
];
const ABSURD_64 = [0x7fffffffffffffffn, 0xffffffffffffffffn, 0x0000000100000000n];
/** NaN, infinities, the largest, the smallest, minus zero as float32; then as float64. */
const FLOATS_32 = [0x7fc00000n, 0x7f800000n, 0xff800000n, 0x7f7fffffn, 0x00000001n, 0x80000000n];
const FLOATS_64 = [0x7ff8000000000000n, 0x7ff0000000000000n, 0xfff0000000000000n, 0x7fefffffffffffffn, 1n];

const KINDS = ["cut", "flip", "absurd", "float", "swap", "splice", "burst", "text"] as const;

export interface Damage {
  readonly bytes: Uint8Array;
  /** What was done, for the message of a failure. */
  readonly what: string;
}

/**
 * Case `number` of a file: cut short, bits flipped, fields of 1 to 8 bytes
 * overwritten with absurd sizes or floats, the bytes of a field reversed (wrong endianness), a part repeated, left out or put
 * elsewhere, a run of random bytes, a piece of text. Most damage lands in the first `header` bytes.
 */
export function damaged(base: Uint8Array, number: number, header: number): Damage {
  const random = RandomStream.fromSeed(20_251_125 + number);
  const below = (n: number): number => Math.floor(random.uniform() * n);
  const place = (): number =>
    random.uniform() < 0.8 ? below(Math.min(header, base.length)) : below(base.length);
  const kind = KINDS[number % KINDS.length];
  const bytes = base.slice();
  const view = new DataView(bytes.buffer);
  const write = (at: number, width: number, value: bigint): void => {
    for (let k = 0; k < width && at + k < bytes.length; k++)
      view.setUint8(at + k, Number((value >> BigInt(8 * k)) & 0xffn));
  };
  const pick = <T>(values: readonly T[]): T => values[below(values.length)];
  switch (kind) {
    case "cut":
      return cutTo(base, below(base.length));
    case "flip": {
      const places = Array.from({ length: 1 + below(4) }, place);
      for (const at of places) bytes[at] ^= 1 << below(8);
      return { bytes, what: `bits flipped at ${places.join(", ")}` };
    }
    case "absurd": {
      const at = place();
      const width = pick([1, 2, 4, 8]);
      const value = width === 8 && random.uniform() < 0.5 ? pick(ABSURD_64) : pick(ABSURD);
      write(at, width, value);
      return { bytes, what: `${value} in ${width} bytes at ${at}` };
    }
    case "float": {
      const at = place();
      const double = random.uniform() < 0.5;
      const value = pick(double ? FLOATS_64 : FLOATS_32);
      write(at, double ? 8 : 4, value);
      return { bytes, what: `float 0x${value.toString(16)} at ${at}` };
    }
    case "swap": {
      const at = place();
      const width = pick([2, 4, 8]);
      bytes.subarray(at, at + width).reverse();
      return { bytes, what: `${width} bytes reversed at ${at}` };
    }
    case "splice": {
      const [from, to] = [place(), place()];
      const length = 1 + below(256);
      if (random.uniform() < 0.5) bytes.copyWithin(to, from, from + length);
      else return { bytes: without(bytes, from, length), what: `${length} bytes left out at ${from}` };
      return { bytes, what: `${length} bytes of ${from} put at ${to}` };
    }
    case "burst": {
      const at = place();
      const length = 1 + below(64);
      for (let k = at; k < Math.min(bytes.length, at + length); k++) bytes[k] = below(256);
      return { bytes, what: `${length} random bytes at ${at}` };
    }
    case "text": {
      const at = place();
      const text = pick([
        "NaN",
        "inf",
        "1e999",
        "-",
        ",",
        "\n",
        "\t",
        "\0",
        "9".repeat(40),
        "1,1,1\n",
        "µ",
        '"',
      ]);
      const piece = new TextEncoder().encode(text);
      bytes.set(piece.subarray(0, bytes.length - at), at);
      return { bytes, what: `${JSON.stringify(text)} at ${at}` };
    }
    default:
      return kind satisfies never;
  }
}

function cutTo(base: Uint8Array, length: number): Damage {
  return { bytes: base.slice(0, length), what: `cut to ${length} bytes` };
}

/** Fields of a header are two bytes wide or more: cut at every second byte of it, a file is cut in every field. */
const MOST_CUTS = 2048;

/** The file cut at every second byte of its first `header` bytes, in wider steps where that were more than 2048 cuts. */
export function* cuts(base: Uint8Array, header: number): Generator<Damage> {
  const end = Math.min(header, base.length);
  const step = 2 * Math.ceil(end / (2 * MOST_CUTS));
  for (let length = 0; length < end; length += step) yield cutTo(base, length);
}

function without(bytes: Uint8Array, from: number, length: number): Uint8Array {
  const rest = new Uint8Array(Math.max(0, bytes.length - length));
  rest.set(bytes.subarray(0, Math.min(from, rest.length)));
  if (from < rest.length) rest.set(bytes.subarray(from + length, from + length + rest.length - from), from);
  return rest;
}
