import { describe, expect, it } from "vitest";
import { hdf5Bases, hdf5File } from "../../../test/recordings/hdf5/bases.ts";
import { InputError } from "../../errors.ts";
import { RandomStream } from "../../random.ts";
import { sliceOf } from "../lazy-sweep.ts";
import { readRecording } from "../read.ts";

/** The code of the refusal, or `read` after every sample was asked for. Anything but InputError is thrown on. */
function outcome(bytes: Uint8Array): string {
  try {
    const { sweeps } = readRecording(bytes, "damaged.nwb");
    for (const sweep of sweeps) sliceOf(sweep, 0, sweep.samples ?? 0);
    return "read";
  } catch (error) {
    if (error instanceof InputError) return error.problem.code;
    throw error;
  }
}

type Random = () => number;

function seeded(seed: number): Random {
  const stream = RandomStream.fromSeed(seed);
  return () => stream.uniform();
}

const below = (random: Random, limit: number) => Math.floor(random() * limit);

/** Ways in which copies, disks and programs damage files, and some that only malice would find. */
const DAMAGES: Record<string, (bytes: Uint8Array, random: Random) => Uint8Array> = {
  "bits flipped": (bytes, random) => {
    for (let k = below(random, 4); k >= 0; k--) bytes[below(random, bytes.length)] ^= 1 << below(random, 8);
    return bytes;
  },
  "cut short": (bytes, random) => bytes.subarray(0, below(random, bytes.length)),
  "a field of ones": (bytes, random) => filled(bytes, random, 0xff),
  "a field of zeros": (bytes, random) => filled(bytes, random, 0),
  "random bytes": (bytes, random) => {
    for (let k = 0; k < 4; k++) bytes[below(random, bytes.length)] = below(random, 256);
    return bytes;
  },
  "an address that leads elsewhere": (bytes, random) => {
    const addresses = addressesIn(bytes);
    const view = new DataView(bytes.buffer);
    const [at, other] = [0, 0].map(() => addresses[below(random, addresses.length)]);
    view.setBigUint64(at, view.getBigUint64(other, true), true);
    return bytes;
  },
};

function filled(bytes: Uint8Array, random: Random, value: number): Uint8Array {
  const start = below(random, bytes.length);
  return bytes.fill(value, start, start + 2 ** below(random, 4));
}

/** Places of all words of 8 bytes that may be an address: old files align them, new ones do not. */
function addressesIn(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer);
  const places: number[] = [];
  for (let at = 0; at + 8 <= bytes.length; at++) {
    const value = view.getBigUint64(at, true);
    if (value >= 48n && value < BigInt(bytes.length)) places.push(at);
  }
  return places;
}

const CASES = 150;

describe.each(hdf5Bases())("damaged $name", ({ bytes }) => {
  it.each(Object.keys(DAMAGES))(`%s, seeds 1 to ${CASES}: read or refused with InputError`, (damage) => {
    for (let seed = 1; seed <= CASES; seed++) outcome(DAMAGES[damage](bytes.slice(), seeded(seed)));
  });
});

describe("damage that is aimed at the reader", () => {
  const tiny = hdf5File("tiny.nwb").bytes;

  /** All words of 8 bytes with one value replaced by another. */
  function replaced(bytes: Uint8Array, from: bigint, to: bigint): Uint8Array {
    const copy = bytes.slice();
    const view = new DataView(copy.buffer);
    for (let at = 0; at + 8 <= copy.length; at++)
      if (view.getBigUint64(at, true) === from) view.setBigUint64(at, to, true);
    return copy;
  }

  it("the file itself is read", () => expect(outcome(tiny)).toBe("read"));

  it.each([61n, 1_000n, 1n << 24n, 1n << 33n, 1n << 53n, (1n << 64n) - 1n])(
    "refuses 60 samples that claim to be %s",
    (length) => {
      const before = process.memoryUsage().arrayBuffers;
      expect(["damaged-header", "truncated"]).toContain(outcome(replaced(tiny, 60n, length)));
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1 << 20);
    },
  );

  it("refuses every cut of a file, at whatever byte", () => {
    const base = hdf5File("tiny-latest.nwb").bytes;
    for (let length = 0; length < base.length; length += 7)
      expect(outcome(base.subarray(0, length)), `${length} bytes`).not.toBe("read");
  });

  it("reads the same samples or none after any flipped bit of compressed samples", () => {
    const sound = readRecording(tiny, "tiny.nwb").sweeps[0];
    for (const start of chunksIn(tiny))
      for (let bit = 0; bit < 80; bit++) {
        const copy = tiny.slice();
        copy[start + (bit >> 3)] ^= 1 << (bit & 7);
        if (outcome(copy) !== "read") continue;
        const { v_mV, i_pA } = readRecording(copy, "tiny.nwb").sweeps[0];
        expect([v_mV, i_pA], `bit ${bit} after ${start}`).toEqual([sound.v_mV, sound.i_pA]);
      }
  });

  it("leads every address of a file to every other one, without end nor crash", () => {
    const base = hdf5File("steps.h5").bytes;
    const places = addressesIn(base).filter((_, k) => k % 9 === 0);
    const view = new DataView(base.slice().buffer);
    for (const at of places)
      for (const other of places.filter((_, k) => k % 5 === 0)) {
        const copy = base.slice();
        new DataView(copy.buffer).setBigUint64(at, view.getBigUint64(other, true), true);
        outcome(copy);
      }
  });
});

/** Places of zlib data: its head at compression level 4. */
function chunksIn(bytes: Uint8Array): number[] {
  return [...bytes.keys()].filter((at) => bytes[at] === 0x78 && bytes[at + 1] === 0x5e);
}
