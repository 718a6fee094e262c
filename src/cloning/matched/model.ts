/** Parts of the equations that filter, predictor and sensitivities share. */

/** Voltages beyond these are no cell's: a pass that goes wrong stays finite. */
export const FLOOR_MV = -200;
/** How far above its peak a membrane that did not spike may seem to be. */
export const HEADROOM_MV = 5;

/**
 * Stable equilibrium under a holding current as its distance from vr, mV: k x² - (k (vt - vr) + b) x + i = 0, the root nearer to 0.
 *
 * @param slope k (vt - vr) + b, nS.
 */
export function equilibrium(k: number, slope: number, i_pA: number): number {
  const root = Math.sqrt(Math.max(0, slope * slope - 4 * k * i_pA));
  return i_pA === 0 ? 0 : (2 * i_pA) / (slope + root);
}
