/** A fall of this many deviations of the noise in one sample is no noise. */
const DEVIATIONS = 7;
const SMALLEST_FALL_MV = 8;

/**
 * Samples that are the first after a reset, as 1: where the voltage falls by more than noise can within one sample after it rose.
 * A reset model goes from below its peak to `c` in one step; a passive membrane cannot, and starts its fall from a level.
 *
 * @param v_mV one sweep at full rate.
 * @param whiteNoise_mV standard deviation of the fast noise.
 */
export function findResets(v_mV: Float64Array, whiteNoise_mV: number): Uint8Array {
  const isReset = new Uint8Array(v_mV.length);
  const fall = SMALLEST_FALL_MV + DEVIATIONS * whiteNoise_mV;
  for (let k = 2; k < v_mV.length; k++) {
    const drop = v_mV[k - 1] - v_mV[k];
    if (drop > fall && isExcursion(v_mV, k, drop)) isReset[k] = 1;
  }
  return isReset;
}

/** Before the fall there was a rise of its size, sooner or later, and the fall does not go on. */
function isExcursion(v_mV: Float64Array, k: number, drop: number): boolean {
  const goesOn = k + 1 < v_mV.length && v_mV[k] - v_mV[k + 1] > 0.5 * drop;
  return !goesOn && v_mV[k - 1] > v_mV[k - 2] - 0.2 * drop;
}
