import { lossSlope, type Term } from "./loss.ts";
import { backSolve, cholesky, forwardSolve, solve } from "./symmetric.ts";

/** A candidate that was simulated to the end, in coordinates in which the search's distribution is a standard normal. */
export interface Tried {
  readonly x: Float64Array;
  readonly loss: number;
  readonly terms: readonly Term[];
}

/** Straightness that is presumed of the errors, as a part of the mean square step: few candidates do not fill all directions. */
const RIDGE = 0.06;
/** Below this many tolerances a term pulls like a square, above like its size. */
const SMALL = 0.3;
/** Each round weighs the terms by what the last one left of them. */
const ROUNDS = 4;
const MOST_DOUBLINGS = 40;

/**
 * Candidates that may be better than all that were tried: from the best of them a Gauss-Newton step on all errors at once, whose
 * derivatives are the regression of the errors on the parameters over the candidates around it (as in an ensemble Kalman filter: Iglesias,
 * Law and Stuart 2013, doi:10.1088/0266-5611/29/4/045001). Each term is weighted anew as it shrinks (iteratively reweighted least
 * squares), so that the step lowers the loss and not a sum of squares. Spike counts have no derivative, but a trend over candidates.
 *
 * @param tried with the same terms each
 * @param radii the longest step, of each guess
 * @returns none where fewer candidates than dimensions stand around the best one. Guesses: the loss there may be higher.
 */
export function guessBetter(tried: readonly Tried[], radii: readonly number[]): Float64Array[] {
  const best = tried.reduce((a, b) => (b.loss < a.loss ? b : a));
  const trends = trendsAround(
    best,
    tried.filter((one) => one !== best),
  );
  if (!trends) return [];
  const nowhere: Float64Array = new Float64Array(best.x.length);
  const atBest = normalEquations(best.terms, trends, nowhere);
  return radii.flatMap((radius) => {
    let step = dampedStep(atBest, radius);
    for (let round = 1; round < ROUNDS && step; round++)
      step = dampedStep(normalEquations(best.terms, trends, step), radius);
    return step ? [best.x.map((value, i) => value + step[i])] : [];
  });
}

/** How each error of each term changes along each coordinate, by ridge regression over the candidates; nearer ones weigh more. */
function trendsAround(best: Tried, others: readonly Tried[]): Float64Array[][] | undefined {
  const n = best.x.length;
  if (others.length < n) return undefined;
  const steps = others.map(({ x }) => x.map((value, i) => value - best.x[i]));
  const squares = steps.map((step) => dot(step, step));
  const typical = squares.toSorted((a, b) => a - b)[Math.floor(squares.length / 2)];
  const nearness = squares.map((square) => Math.exp(-square / (2 * typical)));
  const gram = new Float64Array(n * n);
  steps.forEach((step, k) => {
    addOuter(gram, step, nearness[k]);
  });
  damp(gram, n, RIDGE);
  const factor = cholesky(gram, n);
  if (!factor) return undefined;
  return best.terms.map(({ errors }, t) =>
    Array.from(errors, (error, e) => {
      const right = new Float64Array(n);
      for (let k = 0; k < steps.length; k++) {
        const change = nearness[k] * (others[k].terms[t].errors[e] - error);
        if (change === 0) continue;
        const step = steps[k];
        for (let i = 0; i < n; i++) right[i] += change * step[i];
      }
      return backSolve(factor, n, forwardSolve(factor, n, right));
    }),
  );
}

interface NormalEquations {
  readonly matrix: Float64Array;
  readonly right: Float64Array;
}

/** Of the step from the best candidate, with the weights that the terms have after `step`. */
function normalEquations(
  terms: readonly Term[],
  trends: readonly Float64Array[][],
  step: Float64Array,
): NormalEquations {
  const n = step.length;
  const matrix = new Float64Array(n * n);
  const right = new Float64Array(n);
  terms.forEach(({ weight, errors }, t) => {
    const after = errors.map((error, e) => error + dot(trends[t][e], step));
    const size = Math.sqrt(dot(after, after) / errors.length);
    const pull = (weight * lossSlope(size)) / Math.max(SMALL, size) / errors.length;
    errors.forEach((error, e) => {
      const trend = trends[t][e];
      addOuter(matrix, trend, pull);
      for (let i = 0; i < n; i++) right[i] -= pull * error * trend[i];
    });
  });
  return { matrix, right };
}

/** The solution, damped until it is no longer than the radius (Levenberg-Marquardt). */
function dampedStep({ matrix, right }: NormalEquations, radius: number): Float64Array | undefined {
  const n = right.length;
  let damping = 1e-3;
  for (let k = 0; k < MOST_DOUBLINGS; k++, damping *= 2) {
    const damped = matrix.slice();
    damp(damped, n, damping);
    const step = solve(damped, n, right);
    if (step && Math.sqrt(dot(step, step)) <= radius) return step;
  }
  return undefined;
}

/** Adds a part of the mean of the diagonal to it. */
function damp(matrix: Float64Array, n: number, part: number): void {
  let trace = 0;
  for (let i = 0; i < n; i++) trace += matrix[i * n + i];
  for (let i = 0; i < n; i++) matrix[i * n + i] += (part * trace) / n + Number.MIN_VALUE;
}

/** Of the symmetric product the lower half, which is all that a Cholesky factor is made from. */
function addOuter(matrix: Float64Array, a: Float64Array, weight: number): void {
  const n = a.length;
  for (let i = 0; i < n; i++) {
    const scaled = weight * a[i];
    for (let j = 0; j <= i; j++) matrix[i * n + j] += scaled * a[j];
  }
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
