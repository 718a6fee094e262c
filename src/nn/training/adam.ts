/** What Adam remembers: the number of updates and the running means of the gradient and of its square. */
export interface AdamState {
  step: number;
  readonly first: Float32Array;
  readonly second: Float32Array;
}

export interface AdamOptions {
  readonly learningRate: number;
  /** The gradient is scaled down to this length (Pascanu et al. 2013); none where absent. */
  readonly clipNorm?: number | undefined;
  /** 0.9 */
  readonly beta1?: number;
  /** 0.999 */
  readonly beta2?: number;
  /** 1e-8 */
  readonly epsilon?: number;
  /** Part of each weight that is taken off per unit of learning rate, apart from the gradient (Loshchilov and Hutter 2019). 0 */
  readonly weightDecay?: number;
}

export function adamState(size: number): AdamState {
  return { step: 0, first: new Float32Array(size), second: new Float32Array(size) };
}

/**
 * One update by Adam (Kingma and Ba 2015, algorithm 1), in place, computed in f64 and kept in f32.
 *
 * @returns the length of the gradient before clipping; where it is not finite, weights and state were left as they are
 */
export function adam(
  weights: Float32Array,
  gradient: Float32Array,
  state: AdamState,
  options: AdamOptions,
): number {
  const { learningRate, clipNorm = Number.POSITIVE_INFINITY, beta1 = 0.9, beta2 = 0.999 } = options;
  const { epsilon = 1e-8, weightDecay = 0 } = options;
  const norm = lengthOf(gradient);
  if (!Number.isFinite(norm)) return norm;
  const { first, second } = state;
  const shrink = norm > clipNorm ? clipNorm / norm : 1;
  state.step++;
  const rate = learningRate / (1 - beta1 ** state.step);
  const toVariance = 1 / (1 - beta2 ** state.step);
  for (let k = 0; k < weights.length; k++) {
    const slope = shrink * gradient[k];
    first[k] = beta1 * first[k] + (1 - beta1) * slope;
    second[k] = beta2 * second[k] + (1 - beta2) * slope * slope;
    const step = (rate * first[k]) / (Math.sqrt(second[k] * toVariance) + epsilon);
    weights[k] -= step + learningRate * weightDecay * weights[k];
  }
  return norm;
}

function lengthOf(values: Float32Array): number {
  let sum = 0;
  for (let k = 0; k < values.length; k++) sum += values[k] * values[k];
  return Math.sqrt(sum);
}
