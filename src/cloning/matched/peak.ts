import type { RandomStream } from "../../random.ts";
import type { Peaks } from "./predictor.ts";

const CELLS = 64;
/** Beyond this many deviations a probability is 1. */
const FAR = 6;
/** Deviations below the uppermost value that are looked at, cells of the grid and steps for their distribution. */
const REACH = 8;
const GRID = 72;
const ROUNDS = 20;
const SOFT_MV = 1e-3;

/** Density of vpeak given everything else: equal cells from `low_mV`, and how far each is up in the distribution. */
export interface PeakDensity {
  readonly low_mV: number;
  readonly width_mV: number;
  /** Ends at 1. */
  readonly cumulative: Float64Array;
}

interface Uncertain {
  readonly at: number;
  readonly deviation: number;
}

interface Bound extends Uncertain {
  /** The spike that it comes from. */
  readonly spike: number;
}

/** What the voltages around resets say of vpeak; null: there was no spike. */
export type PeakBounds = {
  readonly below: Bound;
  readonly above: Bound;
  readonly found: Peaks;
} | null;

/**
 * Each spike says that v was below vpeak in one step and at or above it in the next, so vpeak lies between the largest `before` and the
 * smallest `crossing`: Phi((vpeak - before) / s) Phi((crossing - vpeak) / s'). Spikes of a regular train reach the same voltages again
 * and again: taking each as another hint would push vpeak away from them, and taking the largest of many noisy values would too. So the
 * values are sharpened first, and the outermost alone decide.
 *
 * @param deviation of the predictions, as the gains have it.
 */
export function peakBounds(found: Peaks, deviation: Peaks): PeakBounds {
  if (found.before.length === 0) return null;
  const mirrored = uppermost(
    found.crossing.map((x) => -x),
    deviation.crossing,
  );
  return {
    below: uppermost(found.before, deviation.before),
    above: { ...mirrored, at: -mirrored.at },
    found,
  };
}

/**
 * The density where the predictions are others than those that the bounds were found from: the bounds move as the voltages of the two
 * spikes that decide.
 */
export function peakDensity(
  bounds: PeakBounds,
  { before, crossing }: Peaks,
  low_mV: number,
  high_mV: number,
): PeakDensity {
  if (bounds === null) return { low_mV, width_mV: high_mV - low_mV, cumulative: Float64Array.of(1) };
  const { below, above, found } = bounds;
  const lower = below.at + before[below.spike] - found.before[below.spike];
  const upper = above.at + crossing[above.spike] - found.crossing[above.spike];
  const margin = 4 * Math.max(below.deviation, above.deviation);
  const from = Math.min(high_mV - SOFT_MV, Math.max(low_mV, Math.min(lower, upper) - margin));
  const to = Math.max(from + SOFT_MV, Math.min(high_mV, Math.max(lower, upper) + margin));
  const width_mV = (to - from) / CELLS;
  const logs = Float64Array.from({ length: CELLS }, (_, k) => {
    const x = from + (k + 0.5) * width_mV;
    return logPhi((x - lower) / below.deviation) + logPhi((upper - x) / above.deviation);
  });
  return { low_mV: from, width_mV, cumulative: cumulated(logs) };
}

function cumulated(logs: Float64Array): Float64Array {
  const most = logs.reduce((a, b) => Math.max(a, b), -Infinity);
  const cumulative = logs.map((x) => Math.exp(x - most));
  for (let k = 1; k < cumulative.length; k++) cumulative[k] += cumulative[k - 1];
  const sum = cumulative[cumulative.length - 1];
  return cumulative.map((x) => x / sum);
}

/** Half way between the largest `before` and the smallest `crossing`, in the range: a first value. */
export function peakMiddle({ before, crossing }: Peaks, low_mV: number, high_mV: number): number {
  const highest = before.reduce((a, b) => Math.max(a, b), -Infinity);
  const lowest = crossing.reduce((a, b) => Math.min(a, b), Infinity);
  return Math.min(high_mV, Math.max(low_mV, 0.5 * (highest + lowest)));
}

/**
 * The uppermost of the values, each given that all were drawn from one unknown distribution: empirical Bayes, that distribution by
 * `ROUNDS` steps of expectation-maximisation on a grid from a flat start (Laird 1978, doi:10.1080/01621459.1978.10480103).
 */
function uppermost(at: Float64Array, deviation: Float64Array): Bound {
  const top = at.reduce((best, x, k) => (x > at[best] ? k : best), 0);
  const scale = deviation[top] + SOFT_MV;
  if (at.length === 1) return { at: at[0], deviation: scale, spike: 0 };
  const [from, to] = [at[top] - REACH * scale, at[top] + scale];
  const grid = Float64Array.from({ length: GRID }, (_, g) => from + ((g + 0.5) * (to - from)) / GRID);
  const near = [...at.keys()].filter((k) => at[k] > from);
  const kernel = near.map((k) =>
    grid.map((x) => Math.exp(-0.5 * ((x - at[k]) / (deviation[k] + SOFT_MV)) ** 2)),
  );
  const sharpened = sharesOf(kernel, deconvolved(kernel)).map((share) => momentsOf(grid, share));
  const best = sharpened.reduce((most, each, k) => (each.at > sharpened[most].at ? k : most), 0);
  return { ...sharpened[best], spike: near[best] };
}

function momentsOf(grid: Float64Array, share: Float64Array): Uncertain {
  const at = share.reduce((sum, p, g) => sum + p * grid[g], 0);
  const variance = share.reduce((sum, p, g) => sum + p * (grid[g] - at) ** 2, 0);
  return { at, deviation: Math.sqrt(variance) + SOFT_MV };
}

function deconvolved(kernel: readonly Float64Array[]): Float64Array {
  let density: Float64Array = new Float64Array(GRID).fill(1 / GRID);
  for (let round = 0; round < ROUNDS; round++) {
    const next = new Float64Array(GRID);
    for (const share of sharesOf(kernel, density))
      for (let g = 0; g < GRID; g++) next[g] += share[g] / kernel.length;
    density = next;
  }
  return density;
}

/** Where each value lies under a density, as probabilities over the grid. */
function sharesOf(kernel: readonly Float64Array[], density: Float64Array): Float64Array[] {
  return kernel.map((row) => {
    const product = row.map((value, g) => value * density[g]);
    const sum = product.reduce((a, b) => a + b, 0);
    return product.map((value) => value / sum);
  });
}

/** Log of the standard normal distribution function: Zelen and Severo (1964), 26.2.17; its tail by Mills' ratio. */
function logPhi(x: number): number {
  if (x > FAR) return 0;
  if (x < -4) return -0.5 * x * x - 0.9189385332 - Math.log(-x - 1 / x);
  const t = 1 / (1 + 0.2316419 * Math.abs(x));
  const poly =
    t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const tail = Math.exp(-0.5 * x * x) * 0.3989422804 * poly;
  return Math.log(x > 0 ? 1 - tail : tail);
}

export function drawPeak({ low_mV, width_mV, cumulative }: PeakDensity, stream: RandomStream): number {
  const aim = stream.uniform();
  const k = cumulative.findIndex((value) => value >= aim);
  return low_mV + width_mV * ((k < 0 ? cumulative.length - 1 : k) + stream.uniform());
}
