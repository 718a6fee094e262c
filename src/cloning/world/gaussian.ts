import type { RandomStream } from "../../random.ts";

/**
 * Normal deviates for traces: millions a second, where one counter block a number would take most of the time of a cell.
 * sfc32 (C. Doty-Humphrey's small fast counter generator, PractRand) under the ziggurat of Marsaglia and Tsang (2000),
 * doi:10.18637/jss.v005.i08, with 128 layers.
 *
 * @param stream seeds the generator: four words are taken from it.
 */
export function gaussianSource(stream: RandomStream): () => number {
  const next = smallFastCounter(stream);
  return () => {
    for (;;) {
      const word = next();
      const layer = word & 127;
      const x = word * WIDTH[layer];
      if (Math.abs(word) < INNER[layer]) return x;
      if (layer === 0) return tail(next, word > 0);
      const height = HEIGHT[layer] + (HEIGHT[layer - 1] - HEIGHT[layer]) * uniformOf(next());
      if (height < Math.exp(-0.5 * x * x)) return x;
    }
  };
}

/** Signed 32-bit words. */
function smallFastCounter(stream: RandomStream): () => number {
  const seed = () => Math.floor(stream.uniform() * 2 ** 32) | 0;
  let [a, b, c, counter] = [seed(), seed(), seed(), seed()];
  return () => {
    const word = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + word;
    c |= 0;
    return word;
  };
}

const uniformOf = (word: number) => ((word >>> 0) + 0.5) / 2 ** 32;

const TAIL_START = 3.442619855899;
const LAYER_AREA = 9.91256303526217e-3;
const [INNER, WIDTH, HEIGHT] = ziggurat();

/** Beyond the last layer: Marsaglia (1964). */
function tail(next: () => number, positive: boolean): number {
  for (;;) {
    const x = -Math.log(uniformOf(next())) / TAIL_START;
    const y = -Math.log(uniformOf(next()));
    if (2 * y > x * x) return positive ? TAIL_START + x : -TAIL_START - x;
  }
}

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
