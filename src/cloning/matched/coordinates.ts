import { fromUnit, type Prior, toUnit } from "../world/index.ts";
import type { Noise } from "./filter.ts";

/** Place of vpeak among the nine: it does not enter the innovations and is handled apart. */
export const VPEAK = 4;
/** Eight parameters without vpeak, then four of the noise. */
export const PHYSICAL = 8;
export const DIMENSIONS = 12;
/** Information of a flat prior of width 1, so that unseen directions get its spread. */
export const FLAT_INFORMATION = 12;

/**
 * Ranges of the noise, log-uniform: white, slow (mV), its time (ms), process (mV per root ms). Slow noise is bounded so that it
 * cannot stand in for a wrong trajectory. Process noise is never nothing: without it the likelihood is so sharp and rough that
 * its curvature at the mode says little of its width (docs/matched.md).
 */
const NOISE_RANGES: readonly (readonly [number, number])[] = [
  [2e-3, 5],
  [2e-3, 1.2],
  [1, 40],
  [0.03, 3],
];

/** Natural logarithms of their widths. */
export const LOG_RANGES = NOISE_RANGES.map(([low, high]) => Math.log(high / low));

/** Unit coordinates of parameters and noise, as the search moves in them. */
export function toCoordinates(prior: Prior, values: ArrayLike<number>, noise: Noise): Float64Array {
  const unit = toUnit(prior, values);
  const levels = [noise.white_mV, noise.slow_mV, noise.slowTau_ms, noise.process_mV];
  const part = levels.map((x, i) => {
    const [low, high] = NOISE_RANGES[i];
    return Math.log(x / low) / Math.log(high / low);
  });
  return Float64Array.from([...unit.filter((_, i) => i !== VPEAK), ...part], clampUnit);
}

export const clampUnit = (x: number) => Math.min(1, Math.max(0, x));

export function valuesOf(prior: Prior, x: ArrayLike<number>, vpeak_mV: number): Float64Array {
  const { low, high } = prior.parameters[VPEAK];
  const at = Array.from(x).slice(0, PHYSICAL);
  return fromUnit(prior, [...at.slice(0, VPEAK), (vpeak_mV - low) / (high - low), ...at.slice(VPEAK)]);
}

export function noiseOf(x: ArrayLike<number>): Noise {
  const level = (i: number) => {
    const [low, high] = NOISE_RANGES[i];
    return low * (high / low) ** x[PHYSICAL + i];
  };
  return { white_mV: level(0), slow_mV: level(1), slowTau_ms: level(2), process_mV: level(3) };
}
