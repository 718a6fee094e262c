import { filterCausal } from "../../recordings/prepare/filter.ts";
import { designLowPass } from "../../recordings/prepare/filter-design.ts";

/** Two second-order sections (b0 b1 b2 a1 a2 each) of a four-pole Bessel low-pass, gain 1 at 0 Hz. */
export interface AmplifierFilter {
  readonly coefficients: Float64Array;
  /** Standard deviation of filtered white noise of standard deviation 1: root of the sum of the squared impulse response. */
  readonly noiseGain: number;
}

const designed = new Map<number, AmplifierFilter>();

/** @param corner -3 dB corner over the sampling rate, between 0 and 0.5. Designed once: amplifiers have few corners. */
export function amplifierFilter(corner: number): AmplifierFilter {
  const known = designed.get(corner);
  if (known) return known;
  const filter = design(corner);
  designed.set(corner, filter);
  return filter;
}

function design(corner: number): AmplifierFilter {
  const lowPass = designLowPass("bessel", 4, corner, Math.SQRT1_2);
  // A filter starts settled at its first value, so the impulse comes second.
  const impulse = new Float64Array(lowPass.settling + 2);
  impulse[1] = 1;
  const response = filterCausal(impulse, lowPass);
  return {
    coefficients: Float64Array.from(lowPass.sections.flatMap(({ b, a }) => [...b, ...a])),
    noiseGain: Math.sqrt(response.reduce((sum, value) => sum + value ** 2, 0)),
  };
}
