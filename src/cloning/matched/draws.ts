import type { RandomStream } from "../../random.ts";
import { cholesky, forwardSolve } from "../symmetric.ts";
import { PHYSICAL } from "./coordinates.ts";
import type { Equation } from "./equation.ts";
import { inverted, times } from "./linear.ts";
import { type Place, solveFrom } from "./places.ts";
import type { Peaks } from "./predictor.ts";

const n = PHYSICAL;

/** Parameters that one draw of the noise leads to, in unit coordinates and inside the box. */
export interface Draw {
  readonly x: Float64Array;
  readonly logWeight: number;
  /** Voltages around the resets there. */
  readonly peaks: Peaks;
}

export interface Draws {
  readonly draws: readonly Draw[];
  /** Voltages around the resets at the mode. */
  readonly atMode: Peaks;
  /** Passes of the predictor. */
  readonly passes: number;
}

/** Precision of a loose hold at the mode, for directions that the recording does not show; the weights take it out again. */
const HOLD = 4;
/** How exactly an equation is solved, in deviations of its noise. */
const TOLERANCE = 0.1;
/** Least variance of psi: of a direction that is not seen at all. */
const UNSEEN = 1e-6;

/**
 * The posterior by re-estimation: for each of many draws s of psi's noise, the parameters for which psi(x) = s (a fiducial distribution,
 * Hannig 2009; in linear models the posterior under a flat prior; after the randomised maximum likelihood of Oliver, He and Reynolds
 * 1996). Each solution starts at the solved place from which the way seems the shortest, so that bent ridges are followed piece by piece.
 *
 * @param covariances of psi, one for each draw.
 */
export function solveDraws(
  equation: Equation,
  mode: Float64Array,
  covariances: readonly Float64Array[],
  stream: RandomStream,
): Draws {
  let passes = 0;
  const holding: Equation = {
    at: (x) => {
      passes++;
      return equation.at(x).map((value, i) => value + HOLD * (x[i] - mode[i]));
    },
    jacobian: (x) => held(equation.jacobian(x)),
    peaks: equation.peaks,
  };
  const start = inverted(holding.jacobian(mode), n);
  const whitener = cholesky(held(covariances[0]), n);
  if (!start || !whitener) throw new Error("internal: the equation has no slope at the mode");
  const first: Place = { x: mode, psi: holding.at(mode), inverse: start.inverse };
  const atMode = copied(equation.peaks);
  const noises = covariances.map((covariance) => drawNormal(held(covariance), stream));
  const ways = noises.map((noise) => wayFrom(first, noise));
  const places = [first];
  const draws: Draw[] = [];
  for (const k of [...ways.keys()].sort((a, b) => ways[a] - ways[b])) {
    const near = nearest(places, noises[k]);
    const found = solveFrom(near, noises[k], holding, whitener, TOLERANCE);
    if (!found) continue;
    places.push(found);
    const { x, psi } = found;
    if (x.every((value) => value >= 0 && value <= 1))
      draws.push({ x, logWeight: logWeight(x, psi, mode, covariances[k]), peaks: copied(equation.peaks) });
  }
  return { draws, atMode, passes };
}

const copied = ({ before, crossing }: Peaks): Peaks => ({
  before: before.slice(),
  crossing: crossing.slice(),
});

const plus = (matrix: Float64Array, diagonal: number) =>
  matrix.map((value, k) => value + (k % (n + 1) === 0 ? diagonal : 0));
const held = (matrix: Float64Array) => plus(matrix, HOLD);

function drawNormal(covariance: Float64Array, stream: RandomStream): Float64Array {
  const factor = cholesky(covariance, n);
  if (!factor) throw new Error("internal: a covariance is not positive definite");
  const normal = Float64Array.from({ length: n }, () => stream.normal());
  return times(factor, normal);
}

const squareOf = (x: Float64Array) => x.reduce((sum, value) => sum + value * value, 0);

/** Squared length of the way that the derivatives of a place foresee. */
function wayFrom({ inverse, psi }: Place, target: Float64Array): number {
  let way = 0;
  for (let i = 0; i < n; i++) {
    let step = 0;
    for (let j = 0; j < n; j++) step += inverse[i * n + j] * (target[j] - psi[j]);
    way += step * step;
  }
  return way;
}

function nearest(places: readonly Place[], target: Float64Array): Place {
  let [best, least] = [places[0], Infinity];
  for (const place of places) {
    const way = wayFrom(place, target);
    if (way < least) [best, least] = [place, way];
  }
  return best;
}

function logWeight(x: Float64Array, psi: Float64Array, mode: Float64Array, covariance: Float64Array): number {
  const free = psi.map((value, i) => value - HOLD * (x[i] - mode[i]));
  return logNormal(free, plus(covariance, UNSEEN)) - logNormal(psi, held(covariance));
}

function logNormal(x: Float64Array, covariance: Float64Array): number {
  const factor = cholesky(covariance, n);
  if (!factor) return -Infinity;
  let logs = 0;
  for (let i = 0; i < n; i++) logs += Math.log(factor[i * (n + 1)]);
  return -0.5 * squareOf(forwardSolve(factor, n, x)) - logs;
}
