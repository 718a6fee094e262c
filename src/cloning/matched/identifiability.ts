import { eigen } from "../symmetric.ts";
import { type Prior, toUnit } from "../world/index.ts";

export interface Identifiability {
  /** Standard deviation of the posterior over that of the flat prior, by parameter name. 1: nothing was learned. */
  readonly spreadRatio: Readonly<Record<string, number>>;
  /** Parameters that must not be shown as known: a ratio of 0.5 or more. */
  readonly unknown: readonly string[];
  /** Directions along which the posterior is long, in words. */
  readonly degenerate: readonly string[];
  /** What to record to settle what is open, in words; empty when nothing is. */
  readonly advice: readonly string[];
}

const UNKNOWN_RATIO = 0.5;
const LOOSE_RATIO = 0.15;
/** Share of the correlation that one direction has to hold, in units of one parameter. */
const LONG = 1.8;
const LOADING = 0.4;

/** What a recording must show for a parameter to be told from the others; the rules are explained in docs/matched.md. */
const REMEDIES: Readonly<Record<string, string>> = {
  a_per_ms:
    "a step that ends early with 300 ms after it, and spike trains at several rates: the decay of u shows a",
  b_nS: "hyperpolarising steps of 500 ms or noise current below threshold: the slow sag shows b",
  d_pA: "steps at several levels with 3 to 30 spikes each: the growth of intervals shows d",
  C_pF: "noise current or short pulses below threshold: the fast charging shows C",
  k_nS_per_mV: "a ramp through threshold: the curvature near it shows k",
  vt_mV: "a ramp or a step just below rheobase: the voltage where the upstroke begins shows vt",
  vr_mV: "at least 100 ms without current before each step",
  vpeak_mV: "more spikes, sampled at 20 kHz or faster",
  c_mV: "more spikes, sampled at 10 kHz or faster",
};

/**
 * What a posterior leaves open: the spread of each parameter against its prior, the directions in which parameters trade off
 * (leading eigenvectors of the correlation of the loose ones) and the protocol that would settle them.
 *
 * @param samples equally weighted draws, at least 50, in the order of the prior.
 */
export function identifiability(samples: readonly ArrayLike<number>[], prior: Prior): Identifiability {
  const unit = samples.map((sample) => toUnit(prior, sample));
  const n = prior.parameters.length;
  const means = Array.from({ length: n }, (_, j) => average(unit.map((x) => x[j])));
  const deviations = means.map((mean, j) => Math.sqrt(average(unit.map((x) => (x[j] - mean) ** 2))));
  const ratios = deviations.map((deviation) => deviation * Math.sqrt(12));
  const names = prior.parameters.map(({ name }) => name);
  const loose = names.flatMap((_, j) => (ratios[j] >= LOOSE_RATIO ? [j] : []));
  return {
    spreadRatio: Object.fromEntries(names.map((name, j) => [name, ratios[j]])),
    unknown: names.filter((_, j) => ratios[j] >= UNKNOWN_RATIO),
    degenerate: longDirections(unit, loose, means, deviations, names),
    advice: loose.map((j) => `${names[j]}: ${REMEDIES[names[j]]}`),
  };
}

const average = (values: readonly number[]) => values.reduce((sum, x) => sum + x, 0) / values.length;

function longDirections(
  unit: readonly Float64Array[],
  loose: readonly number[],
  means: readonly number[],
  deviations: readonly number[],
  names: readonly string[],
): string[] {
  const n = loose.length;
  const correlation = new Float64Array(n * n);
  loose.forEach((p, i) => {
    loose.forEach((q, j) => {
      const products = unit.map((x) => (x[p] - means[p]) * (x[q] - means[q]));
      correlation[i * n + j] = average(products) / (deviations[p] * deviations[q]);
    });
  });
  const { values, vectors } = eigen(correlation, n);
  return vectors
    .filter((_, k) => values[k] >= LONG)
    .map((vector) => describe(vector, loose, names))
    .filter((text) => text !== "");
}

/** "b_nS and d_pA trade off here (one up, the other down)". */
function describe(vector: Float64Array, loose: readonly number[], names: readonly string[]): string {
  const part = [...vector.keys()].filter((i) => Math.abs(vector[i]) >= LOADING);
  if (part.length < 2) return "";
  const named = part.map((i) => names[loose[i]]);
  const same = part.every((i) => vector[i] > 0 === vector[part[0]] > 0);
  return `${named.slice(0, -1).join(", ")} and ${named[named.length - 1]} trade off here (${same ? "all move together" : "some up, others down"})`;
}
