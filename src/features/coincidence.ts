/** How well two spike trains agree in time. */

/**
 * Coincidence factor Gamma (Kistler, Gerstner and van Hemmen 1997, Neural Computation 9:1015; Jolivet et al. 2008,
 * J. Neurosci. Methods 169:417):
 *
 *   Gamma = (N - 2 f D Nr) / ((Nr + Nm) / 2) / (1 - 2 f D),   f = Nm / T
 *
 * with N coincidences within +-D, each spike used once, and 2 f D Nr those expected of a Poisson train of the
 * model's rate. 1: identical within D; 0: no better than chance; negative: worse.
 *
 * @param reference_ms recorded spike times, ascending.
 * @param model_ms predicted spike times, ascending.
 * @param duration_ms length of the compared stretch, > 0.
 * @param window_ms half width D of the coincidence window (2 ms in Kistler 1997, 4 ms in Jolivet 2008).
 * @returns null if both trains are empty (nothing to compare) or chance alone fills the time (2 f D >= 1).
 *   With fewer than about five spikes it jumps and is not to be trusted.
 */
export function coincidence(
  reference_ms: readonly number[],
  model_ms: readonly number[],
  duration_ms: number,
  window_ms = 4,
): number | null {
  const total = reference_ms.length + model_ms.length;
  const covered = (2 * window_ms * model_ms.length) / duration_ms;
  if (total === 0 || !(covered < 1)) return null;
  const found = countCoincidences(reference_ms, model_ms, window_ms);
  return (found - covered * reference_ms.length) / (total / 2) / (1 - covered);
}

/** Largest number of disjoint pairs no more than `window_ms` apart; earliest first is optimal on a line. */
export function countCoincidences(
  a_ms: readonly number[],
  b_ms: readonly number[],
  window_ms: number,
): number {
  let [i, j, count] = [0, 0, 0];
  while (i < a_ms.length && j < b_ms.length) {
    const gap_ms = a_ms[i] - b_ms[j];
    if (Math.abs(gap_ms) <= window_ms) {
      count++;
      i++;
      j++;
    } else if (gap_ms < 0) i++;
    else j++;
  }
  return count;
}
