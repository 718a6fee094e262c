import { backSolve, cholesky, eigen, forwardSolve } from "../symmetric.ts";
import { FLAT_INFORMATION, PHYSICAL } from "./coordinates.ts";
import type { Polished } from "./polish.ts";

/** Moves a draw of the working posterior to where it belongs. */
export type Adjust = (x: Float64Array) => Float64Array;

const n = PHYSICAL;
/** Least part of a variance that is left. */
const LEAST = 0.05;

/**
 * The predictor leaves out what an exact trajectory would tell, and its errors are not white: H, the curvature of its cost, is not the
 * precision of its mode. Over repeated noise the mode has the covariance H^-1 V H^-1 (Huber 1967). Draws are moved linearly about their
 * mean so that their covariance changes by the difference between that and H^-1 (after the curvature adjustment of Ribatet, Cooley and
 * Davison 2012, Statistica Sinica 22, 813; the map is the optimal transport between the two normal distributions). Where a ridge makes
 * the draws much wider than H^-1, hardly anything changes.
 *
 * @param points, weights draws of the working posterior in unit coordinates.
 */
export function sandwich(
  { x: mode, information, score }: Polished,
  points: readonly Float64Array[],
  weights: Float64Array,
): Adjust {
  const factor = cholesky(withFlat(information), n);
  if (!factor) return (x) => x;
  const whiten = (x: Float64Array) => {
    const z = new Float64Array(n);
    for (let j = 0; j < n; j++) for (let i = j; i < n; i++) z[j] += factor[i * n + j] * (x[i] - mode[i]);
    return z;
  };
  const { mean, covariance } = moments(points.map(whiten), weights);
  const change = bothSides(withFlat(score), factor).map((value, k) => value - (k % (n + 1) === 0 ? 1 : 0));
  const map = transport(
    covariance,
    covariance.map((value, k) => value + change[k]),
  );
  return (x) => {
    const z = whiten(x);
    const moved = mean.map((centre, i) =>
      mean.reduce((sum, m, j) => sum + map[i * n + j] * (z[j] - m), centre),
    );
    const step = backSolve(factor, n, moved);
    return mode.map((value, i) => value + step[i]);
  };
}

const withFlat = (matrix: Float64Array) =>
  matrix.map((value, k) => value + (k % (n + 1) === 0 ? FLAT_INFORMATION : 0));

function moments(points: readonly Float64Array[], weights: Float64Array) {
  const mean = new Float64Array(n);
  const covariance = new Float64Array(n * n);
  points.forEach((z, k) => {
    for (let i = 0; i < n; i++) mean[i] += weights[k] * z[i];
  });
  points.forEach((z, k) => {
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) covariance[i * n + j] += weights[k] * (z[i] - mean[i]) * (z[j] - mean[j]);
  });
  return { mean, covariance };
}

/** L^-1 V L^-T for a symmetric V. */
function bothSides(matrix: Float64Array, factor: Float64Array): Float64Array {
  const once = rowsSolved(matrix, factor);
  return rowsSolved(transposed(once), factor);
}

/** Each row r of a matrix as L^-1 r. */
function rowsSolved(matrix: Float64Array, factor: Float64Array): Float64Array {
  const solved = new Float64Array(n * n);
  for (let i = 0; i < n; i++) solved.set(forwardSolve(factor, n, matrix.subarray(i * n, (i + 1) * n)), i * n);
  return solved;
}

const transposed = (matrix: Float64Array) => matrix.map((_, k) => matrix[(k % n) * n + Math.floor(k / n)]);

/** A^-1/2 (A^1/2 B A^1/2)^1/2 A^-1/2: takes N(0, A) to N(0, B); B is kept positive. */
function transport(a: Float64Array, b: Float64Array): Float64Array {
  const root = power(a, 0.5, 1e-9);
  const inverse = power(a, -0.5, 1e-9);
  // In coordinates where A is the identity, so that the least part left is a part of A.
  const relative = power(product(inverse, product(b, inverse)), 1, LEAST);
  const kept = product(root, product(relative, root));
  const middle = power(product(root, product(kept, root)), 0.5, 0);
  return product(inverse, product(middle, inverse));
}

/** Power of a symmetric matrix whose eigenvalues are brought to `least` or more. */
function power(matrix: Float64Array, exponent: number, least: number): Float64Array {
  const { values, vectors } = eigen(matrix, n);
  const result = new Float64Array(n * n);
  vectors.forEach((vector, k) => {
    const scale = Math.max(values[k], least) ** exponent;
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) result[i * n + j] += scale * vector[i] * vector[j];
  });
  return result;
}

function product(a: Float64Array, b: Float64Array): Float64Array {
  const result = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) for (let m = 0; m < n; m++) result[i * n + j] += a[i * n + m] * b[m * n + j];
  return result;
}
