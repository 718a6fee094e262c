/**
 * R2 of the published predecessor, a CNN + LSTM from V(t) to the nine parameters of Izhikevich (2007). It gives k, vt, a and d as a
 * range and c not at all; its prior and protocol are not ours, so that the comparison is of orders of magnitude.
 */
export const PUBLISHED_R2: Readonly<Record<string, { readonly low: number; readonly high: number }>> = {
  C_pF: { low: 0.87, high: 0.87 },
  k_nS_per_mV: { low: 0.69, high: 0.79 },
  vr_mV: { low: 0.96, high: 0.96 },
  vt_mV: { low: 0.69, high: 0.79 },
  vpeak_mV: { low: 0.29, high: 0.29 },
  a_per_ms: { low: 0.69, high: 0.79 },
  b_nS: { low: 0.86, high: 0.86 },
  d_pA: { low: 0.69, high: 0.79 },
};
export const PUBLISHED_MEAN_R2 = 0.73;
