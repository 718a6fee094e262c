/** Reversals smaller than this are noise or ripples. */
const SWING_MV = 12;

/**
 * Times of upstrokes in samples: where the voltage passes the middle between a trough and the peak after it, for every rise of 12 mV or
 * more that is followed by as large a fall. Spikes and the oscillations of depolarisation block count alike.
 *
 * @param v_mV sweeps one after the other; `from` to `to` (not included) is looked at.
 */
export function upstrokes(v_mV: Float64Array, from: number, to: number): number[] {
  const found: number[] = [];
  let [low, high] = [from, from];
  let rising = false;
  for (let k = from + 1; k < to; k++) {
    const v = v_mV[k];
    if (rising) {
      if (v > v_mV[high]) high = k;
      else if (v < v_mV[high] - SWING_MV) {
        found.push(crossing(v_mV, low, high) - from);
        [rising, low] = [false, k];
      }
    } else if (v < v_mV[low]) low = k;
    else if (v > v_mV[low] + SWING_MV) [rising, high] = [true, k];
  }
  return found;
}

/** The last passage of the middle before the peak, between samples. */
function crossing(v_mV: Float64Array, low: number, high: number): number {
  const middle = (v_mV[low] + v_mV[high]) / 2;
  let k = high;
  while (k > low + 1 && v_mV[k - 1] > middle) k--;
  const [before, after] = [v_mV[k - 1], v_mV[k]];
  return after > before ? k - 1 + Math.min(1, Math.max(0, (middle - before) / (after - before))) : k;
}
