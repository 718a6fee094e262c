import type { Innovations } from "./filter.ts";

const CELLS = 400;

/** Density of vpeak given everything else, on a grid over its prior range, and how well any vpeak fits. */
export interface PeakDensity {
  readonly centres_mV: Float64Array;
  /** Sums to 1. */
  readonly weights: Float64Array;
  /** Log of the mean over the prior of the probability that all resets came where they did. */
  readonly logEvidence: number;
}

/**
 * Each spike says that v was below vpeak in one step and at or above it in the next: the product over spikes of
 * Phi((vpeak - before) / s) Phi((crossing - vpeak) / s'), with means and deviations from the filter.
 */
export function peakDensity(pass: Innovations, low_mV: number, high_mV: number): PeakDensity {
  const [from, to] = window(pass, low_mV, high_mV);
  const width = (to - from) / CELLS;
  const centres_mV = Float64Array.from({ length: CELLS }, (_, k) => from + (k + 0.5) * width);
  const logs = centres_mV.map((vpeak) => logProbability(pass, vpeak));
  const most = logs.reduce((a, b) => Math.max(a, b), -Infinity);
  const raw = logs.map((x) => Math.exp(x - most));
  const sum = raw.reduce((a, b) => a + b, 0);
  const logEvidence = most + Math.log((sum * width) / (high_mV - low_mV));
  return { centres_mV, weights: raw.map((x) => x / sum), logEvidence };
}

/** Where the density can be: around the largest `before` and the smallest `crossing`. */
function window(
  { before, beforeVariance, crossing, crossingVariance }: Innovations,
  low: number,
  high: number,
) {
  let [highest, lowest, spread] = [-Infinity, Infinity, 0];
  for (let s = 0; s < before.length; s++) {
    highest = Math.max(highest, before[s]);
    lowest = Math.min(lowest, crossing[s]);
    spread = Math.max(
      spread,
      Math.sqrt(Math.min(beforeVariance[s], 4)),
      Math.sqrt(Math.min(crossingVariance[s], 9)),
    );
  }
  if (before.length === 0) return [low, high];
  const margin = 5 * spread + 0.01;
  const from = Math.min(high - 0.1, Math.max(low, Math.min(highest, lowest) - margin));
  return [from, Math.max(from + 0.05, Math.min(high, Math.max(highest, lowest) + margin))];
}

function logProbability(pass: Innovations, vpeak: number): number {
  let sum = 0;
  for (let s = 0; s < pass.before.length; s++) {
    const below = (vpeak - pass.before[s]) / Math.sqrt(pass.beforeVariance[s] + 1e-6);
    const above = (pass.crossing[s] - vpeak) / Math.sqrt(pass.crossingVariance[s] + 1e-6);
    if (below < 6) sum += logPhi(below);
    if (above < 6) sum += logPhi(above);
  }
  return sum;
}

/** Log of the standard normal distribution function: Zelen and Severo (1964), 26.2.17; its tail by Mills' ratio. */
function logPhi(x: number): number {
  if (x < -4) return -0.5 * x * x - 0.9189385332 - Math.log(-x - 1 / x);
  const t = 1 / (1 + 0.2316419 * Math.abs(x));
  const poly =
    t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const tail = Math.exp(-0.5 * x * x) * 0.3989422804 * poly;
  return Math.log(x > 0 ? 1 - tail : tail);
}

export function peakMean({ centres_mV, weights }: PeakDensity): number {
  return centres_mV.reduce((sum, x, k) => sum + x * weights[k], 0);
}
