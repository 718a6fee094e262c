import type { RandomStream } from "../../random.ts";

/**
 * Normal deviates for traces: millions a second, where one counter block a number would take most of the time of a cell.
 * sfc32 (small fast counter generator of C. Doty-Humphrey's PractRand) under the ziggurat of Marsaglia and Tsang (2000),
 * doi:10.18637/jss.v005.i08, with 128 layers.
 */
export class GaussianSource {
  readonly #state: Int32Array;

  /** Takes four numbers of the stream as the seed. */
  constructor(stream: RandomStream) {
    this.#state = Int32Array.from({ length: 4 }, () => Math.floor(stream.uniform() * 2 ** 32) | 0);
  }

  /** Fills `out` from its start to `count`. */
  fill(out: Float64Array, count: number): void {
    for (let k = 0; k < count; k = this.#fillInner(out, k, count)) {}
  }

  /**
   * Goes on until a deviate falls outside the part of its layer that lies wholly under the curve (one in 80) and settles that
   * one; the loop for the others has its state in registers. Returns where to go on.
   */
  #fillInner(out: Float64Array, from: number, count: number): number {
    const state = this.#state;
    let a = state[0];
    let b = state[1];
    let c = state[2];
    let counter = state[3];
    let k = from;
    let word = 0;
    for (; k < count; k++) {
      word = (((a + b) | 0) + counter) | 0;
      counter = (counter + 1) | 0;
      a = b ^ (b >>> 9);
      b = (c + (c << 3)) | 0;
      c = (((c << 21) | (c >>> 11)) + word) | 0;
      const layer = word & 127;
      out[k] = word * WIDTH[layer];
      if (Math.abs(word) >= INNER[layer]) break;
    }
    state[0] = a;
    state[1] = b;
    state[2] = c;
    state[3] = counter;
    if (k === count) return k;
    const settled = this.#settle(word);
    if (Number.isNaN(settled)) return k;
    out[k] = settled;
    return k + 1;
  }

  /** The deviate of a word in the tail or at the edge of its layer; NaN: refused, another word is to be drawn. */
  #settle(word: number): number {
    const layer = word & 127;
    if (layer === 0) return this.#tail(word > 0);
    const x = word * WIDTH[layer];
    const height = HEIGHT[layer] + (HEIGHT[layer - 1] - HEIGHT[layer]) * uniformOf(this.#next());
    return height < Math.exp(-0.5 * x * x) ? x : Number.NaN;
  }

  /** Beyond the last layer: Marsaglia (1964). */
  #tail(positive: boolean): number {
    for (;;) {
      const x = -Math.log(uniformOf(this.#next())) / TAIL_START;
      const y = -Math.log(uniformOf(this.#next()));
      if (2 * y > x * x) return positive ? TAIL_START + x : -TAIL_START - x;
    }
  }

  #next(): number {
    const state = this.#state;
    const word = (((state[0] + state[1]) | 0) + state[3]) | 0;
    state[3]++;
    state[0] = state[1] ^ (state[1] >>> 9);
    state[1] = state[2] + (state[2] << 3);
    state[2] = ((state[2] << 21) | (state[2] >>> 11)) + word;
    return word;
  }
}

const uniformOf = (word: number) => ((word >>> 0) + 0.5) / 2 ** 32;

const TAIL_START = 3.442619855899;
const LAYER_AREA = 9.91256303526217e-3;
const [INNER, WIDTH, HEIGHT] = ziggurat();

function ziggurat(): [Int32Array, Float64Array, Float64Array] {
  const [inner, width, height] = [new Int32Array(128), new Float64Array(128), new Float64Array(128)];
  const density = (x: number) => Math.exp(-0.5 * x * x);
  let outer = TAIL_START;
  let edge = TAIL_START;
  const base = LAYER_AREA / density(TAIL_START);
  inner[0] = (TAIL_START / base) * 2 ** 31;
  width[0] = base / 2 ** 31;
  width[127] = TAIL_START / 2 ** 31;
  height[0] = 1;
  height[127] = density(TAIL_START);
  for (let layer = 126; layer >= 1; layer--) {
    edge = Math.sqrt(-2 * Math.log(LAYER_AREA / edge + density(edge)));
    inner[layer + 1] = (edge / outer) * 2 ** 31;
    outer = edge;
    height[layer] = density(edge);
    width[layer] = edge / 2 ** 31;
  }
  inner[1] = 0;
  return [inner, width, height];
}
