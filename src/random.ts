/**
 * Splittable, counter-based random numbers (Philox4x32-10; Salmon, Moraes, Dror and Shaw 2011,
 * doi:10.1145/2063384.2063405). A stream is a value: it is passed and split, so that a result depends on the
 * seed alone and not on threads or on the order of work.
 */
export class RandomStream {
  readonly #key: readonly [number, number];
  #counter = 0;
  #block: readonly number[] = [];
  #used = 4;
  #spare: number | undefined;

  private constructor(key: readonly [number, number]) {
    this.#key = key;
  }

  /** The root stream of a seed (an integer, 0 to 2^53 - 1). */
  static fromSeed(seed: number): RandomStream {
    return new RandomStream([seed >>> 0, Math.floor(seed / 2 ** 32) >>> 0]);
  }

  /** An independent stream for part `index` of the work (0 to 2^32 - 1); the parent's position does not matter. */
  split(index: number): RandomStream {
    const [a, b] = philox4x32([index >>> 0, 0x5eed, 0, 0xffffffff], this.#key);
    return new RandomStream([a, b]);
  }

  /** Uniform on (0, 1): 53 random bits, never 0 and never 1. */
  uniform(): number {
    const high = this.#next() >>> 5;
    const low = this.#next() >>> 6;
    return (high * 67108864 + low + 0.5) / 9007199254740992;
  }

  /** Standard normal deviate (Box and Muller 1958). */
  normal(): number {
    if (this.#spare !== undefined) {
      const spare = this.#spare;
      this.#spare = undefined;
      return spare;
    }
    const radius = Math.sqrt(-2 * Math.log(this.uniform()));
    const angle = 2 * Math.PI * this.uniform();
    this.#spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }

  #next(): number {
    if (this.#used === 4) {
      this.#block = philox4x32([this.#counter >>> 0, Math.floor(this.#counter / 2 ** 32), 0, 0], this.#key);
      this.#counter++;
      this.#used = 0;
    }
    return this.#block[this.#used++];
  }
}

type Block = readonly [number, number, number, number];

/** One Philox4x32-10 block: four 32-bit words from a 128-bit counter and a 64-bit key. */
export function philox4x32(counter: Block, key: readonly [number, number]): Block {
  let [c0, c1, c2, c3] = counter;
  let [k0, k1] = key;
  for (let round = 0; round < 10; round++) {
    const high0 = multiplyHigh(0xd2511f53, c0);
    const low0 = Math.imul(0xd2511f53, c0) >>> 0;
    const high1 = multiplyHigh(0xcd9e8d57, c2);
    const low1 = Math.imul(0xcd9e8d57, c2) >>> 0;
    [c0, c1, c2, c3] = [(high1 ^ c1 ^ k0) >>> 0, low1, (high0 ^ c3 ^ k1) >>> 0, low0];
    k0 = (k0 + 0x9e3779b9) >>> 0;
    k1 = (k1 + 0xbb67ae85) >>> 0;
  }
  return [c0, c1, c2, c3];
}

/** Upper 32 bits of the 64-bit product of two unsigned 32-bit words. */
function multiplyHigh(a: number, b: number): number {
  const a1 = a >>> 16;
  const a0 = a & 0xffff;
  const b1 = b >>> 16;
  const b0 = b & 0xffff;
  const middle = a1 * b0 + ((a0 * b0) >>> 16);
  const cross = a0 * b1 + (middle % 65536);
  return (a1 * b1 + Math.floor(middle / 65536) + Math.floor(cross / 65536)) >>> 0;
}
