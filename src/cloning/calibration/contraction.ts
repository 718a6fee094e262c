import type { CellDraws } from "./draws.ts";
import { sampleCount } from "./draws.ts";

export interface Contraction {
  /** 1 - var(posterior) / var(prior): 1 where the data settle the parameter, 0 where they say nothing. */
  readonly contraction: Float64Array;
  /** (posterior mean - truth) / posterior sd. */
  readonly zScore: Float64Array;
}

/**
 * How much one cell's data narrow each parameter, and how far off the posterior is in its own measure (Betancourt 2018,
 * arXiv:1803.08393, section 4.3). In which coordinates matters: give truth and samples on the prior's unit scale, where the
 * variance of a uniform prior is 1/12.
 *
 * @param priorVariance [nParameters]; default: 1/12 each
 * @throws InputError `bad-draws`
 */
export function contraction(draws: CellDraws, priorVariance?: ArrayLike<number>): Contraction {
  const { truth } = draws;
  const { mean, variance } = moments(draws);
  return {
    contraction: variance.map((value, k) => 1 - value / (priorVariance?.[k] ?? 1 / 12)),
    zScore: mean.map((value, k) => (value - truth[k]) / Math.sqrt(variance[k])),
  };
}

function moments(draws: CellDraws): { mean: Float64Array; variance: Float64Array } {
  const { truth, samples } = draws;
  const count = sampleCount(draws);
  const mean = new Float64Array(truth.length);
  const variance = new Float64Array(truth.length);
  for (let at = 0; at < samples.length; at++) mean[at % truth.length] += samples[at] / count;
  for (let at = 0; at < samples.length; at++) {
    const column = at % truth.length;
    variance[column] += (samples[at] - mean[column]) ** 2 / (count - 1);
  }
  return { mean, variance };
}
