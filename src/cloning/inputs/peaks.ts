/**
 * Spikes as the network's inputs need them: on tens of thousands of simulated cells. The criteria are those of
 * `features.detectSpikes` (rise and fall by a prominence, height above rest, fast rise), less its smallest width: a model with
 * a reset falls from its peak within one sample and would be taken for an artefact. Levels come from the caller, where
 * `detectSpikes` would sort the trace.
 */
const MIN_PROMINENCE_mV = 15;
const NOISE_MULTIPLE = 10;
const MIN_HEIGHT_mV = 25;
const MIN_RISE_mV = 5;
const RISE_WINDOW_ms = 1;

/** Sample numbers of the peaks. `low_mV`: the resting part of the trace; `noise_mV`: its sample-to-sample noise. */
export function fastPeaks(v_mV: Float64Array, dt_ms: number, low_mV: number, noise_mV: number): number[] {
  const prominence = Math.max(MIN_PROMINENCE_mV, NOISE_MULTIPLE * noise_mV);
  const floor = low_mV + MIN_HEIGHT_mV;
  const lag = Math.max(1, Math.round(RISE_WINDOW_ms / dt_ms));
  const rise = MIN_RISE_mV + 3 * noise_mV;
  return prominentMaxima(v_mV, prominence).filter(
    (k) => v_mV[k] >= floor && v_mV[k] - v_mV[Math.max(0, k - lag)] >= rise,
  );
}

/** Maxima that rise by `prominence` from the minimum before and fall by as much after; O(n). */
function prominentMaxima(v: Float64Array, prominence: number): number[] {
  const peaks: number[] = [];
  let [low, high] = [v[0], Number.NEGATIVE_INFINITY];
  let at = -1;
  for (let k = 1; k < v.length; k++) {
    const value = v[k];
    if (at < 0) {
      if (value < low) low = value;
      else if (value - low >= prominence) {
        at = k;
        high = value;
      }
    } else if (value > high) {
      at = k;
      high = value;
    } else if (high - value >= prominence) {
      peaks.push(at);
      at = -1;
      low = value;
    }
  }
  return peaks;
}

/**
 * Standard deviation of white noise from absolute second differences of at most 1,000 places spread over the trace: their
 * 40th percentile, which spikes do not reach, over that of a normal deviate (0.5244) and sqrt(6).
 */
export function quickNoise(v_mV: Float64Array): number {
  const stride = Math.max(1, Math.floor(v_mV.length / 1_000));
  const bends = new Float64Array(Math.ceil((v_mV.length - 2) / stride));
  for (let n = 0; n < bends.length; n++) {
    const k = 1 + n * stride;
    bends[n] = Math.abs(v_mV[k - 1] - 2 * v_mV[k] + v_mV[k + 1]);
  }
  bends.sort();
  return (bends[Math.floor(0.4 * bends.length)] ?? 0) / 0.5244 / Math.sqrt(6);
}

/** The 10th percentile of at most 500 places spread over the trace, mV. */
export function quickLow(v_mV: Float64Array): number {
  const stride = Math.max(1, Math.floor(v_mV.length / 500));
  const seen = new Float64Array(Math.ceil(v_mV.length / stride));
  for (let n = 0; n < seen.length; n++) seen[n] = v_mV[n * stride];
  seen.sort();
  return seen[Math.floor(0.1 * seen.length)];
}
