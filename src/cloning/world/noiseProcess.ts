import type { GaussianSource } from "./gaussian.ts";

/** White noise plus AR(1) noise as one process, e normal of standard deviation `kick_mV`: x' = keep x + e' + moving e. */
export interface NoiseProcess {
  readonly keep: number;
  readonly moving: number;
  readonly kick_mV: number;
  /** The first value is the first e plus this times N(0, 1). */
  readonly start_mV: number;
}

/**
 * The sum of white noise and an AR(1) process is ARMA(1,1) (Granger and Morris 1976, doi:10.2307/2345178), so that it costs one
 * deviate a step instead of two.
 *
 * @param white_mV, slow_mV standard deviations, not negative.
 * @param keep autocorrelation of the slow part after one step, 0 to 1.
 */
export function noiseProcess(white_mV: number, slow_mV: number, keep: number): NoiseProcess {
  const variance = white_mV ** 2 * (1 + keep ** 2) + slow_mV ** 2 * (1 - keep ** 2);
  // moving / (1 + moving²) is this; the root inside the unit circle.
  const ratio = variance === 0 ? 0 : (-keep * white_mV ** 2) / variance;
  const moving = ratio === 0 ? 0 : (1 - Math.sqrt(1 - 4 * ratio ** 2)) / (2 * ratio);
  const kick2 = variance / (1 + moving ** 2);
  const rest2 = white_mV ** 2 + slow_mV ** 2 - kick2;
  return { keep, moving, kick_mV: Math.sqrt(kick2), start_mV: Math.sqrt(Math.max(0, rest2)) };
}

/** Noise at `steps` steps; `out` has room for one value more, which is used. */
export function fillNoise(
  out: Float64Array,
  steps: number,
  { keep, moving, kick_mV, start_mV }: NoiseProcess,
  gauss: GaussianSource,
): void {
  gauss.fill(out, steps + 1);
  let kick = kick_mV * out[0];
  let noise = kick + start_mV * out[steps];
  out[0] = noise;
  for (let n = 1; n < steps; n++) {
    const next = kick_mV * out[n];
    noise = keep * noise + next + moving * kick;
    kick = next;
    out[n] = noise;
  }
}
