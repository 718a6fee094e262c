import type { RandomStream } from "../../random.ts";
import { backSolve, cholesky, forwardSolve } from "../symmetric.ts";
import { PHYSICAL } from "./coordinates.ts";

/** A multivariate t with {@link DEGREES} degrees of freedom: centre and Cholesky factor of its precision. */
export interface Proposal {
  readonly centre: Float64Array;
  readonly factor: Float64Array;
  readonly logDeterminant: number;
}

const DEGREES = 6;
/** Draws whose weight the covariance before has against that of the weighted draws. */
const SHRINKAGE = 20;
const MOST_ATTEMPTS = 400;

/** Null where the precision is not positive definite. */
export function proposal(centre: Float64Array, precision: Float64Array): Proposal | null {
  const factor = cholesky(precision, PHYSICAL);
  if (!factor) return null;
  let logDeterminant = 0;
  for (let i = 0; i < PHYSICAL; i++) logDeterminant += Math.log(factor[i * PHYSICAL + i]);
  return { centre, factor, logDeterminant };
}

const inside = (x: Float64Array) => x.every((value) => value >= 0 && value <= 1);

/** Draws until one lies in the unit box; after many the last is brought in. */
export function drawInBox({ centre, factor }: Proposal, stream: RandomStream): Float64Array {
  let x = centre;
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    const normal = Float64Array.from({ length: PHYSICAL }, () => stream.normal());
    let chi = 0;
    for (let k = 0; k < DEGREES; k++) chi += stream.normal() ** 2;
    const stretch = Math.sqrt(DEGREES / chi);
    const step = backSolve(factor, PHYSICAL, normal);
    x = centre.map((value, i) => value + stretch * step[i]);
    if (inside(x)) return x;
  }
  return x.map((value) => Math.min(1, Math.max(0, value)));
}

/** Without its constant. */
export function logDensity({ centre, factor, logDeterminant }: Proposal, x: Float64Array): number {
  let square = 0;
  for (let j = 0; j < PHYSICAL; j++) {
    let sum = 0;
    for (let i = j; i < PHYSICAL; i++) sum += factor[i * PHYSICAL + j] * (x[i] - centre[i]);
    square += sum * sum;
  }
  return logDeterminant - 0.5 * (DEGREES + PHYSICAL) * Math.log1p(square / DEGREES);
}

/** Kish's (1965) effective number of weighted draws. */
export const effective = (weights: Float64Array) =>
  1 / weights.reduce((sum, weight) => sum + weight * weight, 0);

/** Moments of the weighted draws, tempered until they rest on enough of them; the old proposal where they do not. */
export function adapted(points: readonly Float64Array[], weights: Float64Array, old: Proposal): Proposal {
  const tempered = temper(weights);
  const centre = new Float64Array(PHYSICAL);
  points.forEach((x, k) => {
    for (let i = 0; i < PHYSICAL; i++) centre[i] += tempered[k] * x[i];
  });
  const covariance = new Float64Array(PHYSICAL * PHYSICAL);
  points.forEach((x, k) => {
    for (let i = 0; i < PHYSICAL; i++)
      for (let j = 0; j < PHYSICAL; j++)
        covariance[i * PHYSICAL + j] += tempered[k] * (x[i] - centre[i]) * (x[j] - centre[j]);
  });
  const share = SHRINKAGE / (SHRINKAGE + effective(tempered));
  const before = inverseOfFactor(old.factor);
  const blend = covariance.map((value, k) => (1 - share) * value + share * before[k]);
  return proposal(centre, inverse(blend)) ?? old;
}

function temper(weights: Float64Array): Float64Array {
  let tempered = weights;
  for (let power = 1; effective(tempered) < 2 * PHYSICAL && power > 0.02; power *= 0.7) {
    const raw = weights.map((weight) => weight ** power);
    const sum = raw.reduce((a, b) => a + b, 0);
    tempered = raw.map((weight) => weight / sum);
  }
  return tempered;
}

function inverse(covariance: Float64Array): Float64Array {
  const n = PHYSICAL;
  const scaled = covariance.map(
    (value, k) => value * (k % (n + 1) === 0 ? 1.05 : 1) + (k % (n + 1) === 0 ? 1e-14 : 0),
  );
  const factor = cholesky(scaled, n);
  return factor ? inverseOfFactor(factor) : new Float64Array(n * n);
}

function inverseOfFactor(factor: Float64Array): Float64Array {
  const n = PHYSICAL;
  const result = new Float64Array(n * n);
  for (let j = 0; j < n; j++) {
    const unit = Float64Array.from({ length: n }, (_, i) => (i === j ? 1 : 0));
    const column = backSolve(factor, n, forwardSolve(factor, n, unit));
    for (let i = 0; i < n; i++) result[i * n + j] = column[i];
  }
  return result;
}
