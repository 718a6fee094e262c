/** Moments of the gradient. */
export interface AdamState {
  steps: number;
  readonly mean: Float32Array;
  readonly square: Float32Array;
}

export const emptyAdam = (length: number): AdamState => ({
  steps: 0,
  mean: new Float32Array(length),
  square: new Float32Array(length),
});

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;

/**
 * One step of Adam (Kingma and Ba 2015), in place, on a gradient that is first shortened to `clipNorm`. A gradient that is not
 * finite is left out: one broken batch must not end a long run.
 */
export function adamStep(
  weights: Float32Array,
  gradient: Float32Array,
  state: AdamState,
  { learningRate, clipNorm }: { readonly learningRate: number; readonly clipNorm: number },
): void {
  let square = 0;
  for (let k = 0; k < gradient.length; k++) square += gradient[k] * gradient[k];
  if (!Number.isFinite(square)) return;
  const factor = Math.min(1, clipNorm / Math.sqrt(square));
  state.steps++;
  const rate = (learningRate * Math.sqrt(1 - BETA2 ** state.steps)) / (1 - BETA1 ** state.steps);
  for (let k = 0; k < weights.length; k++) {
    const g = gradient[k] * factor;
    state.mean[k] += (1 - BETA1) * (g - state.mean[k]);
    state.square[k] += (1 - BETA2) * (g * g - state.square[k]);
    weights[k] -= (rate * state.mean[k]) / (Math.sqrt(state.square[k]) + EPSILON);
  }
}
