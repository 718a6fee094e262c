import type { RandomStream } from "../../random.ts";
import { backSolve, cholesky, forwardSolve } from "../symmetric.ts";
import { dot, halfSquares } from "./linear.ts";

/** Residuals of points in a chart around a mode, which is its origin. */
export interface Target {
  /** Null where the model cannot be run. */
  readonly residuals: (points: readonly Float64Array[]) => (Float64Array | null)[];
  /** Log density of the prior; -Infinity where it is 0. */
  readonly logPrior: (z: Float64Array) => number;
  /** At the mode. */
  readonly jacobian: readonly Float64Array[];
  readonly atMode: Float64Array;
  /** 1 for coordinates in which the mode presses against the box: draws stay around it there, elsewhere around the likelihood's own peak. */
  readonly held: Float64Array;
}

export interface WeightedDraws {
  readonly points: readonly Float64Array[];
  /** Sum to 1. */
  readonly weights: Float64Array;
  /** The draw of highest likelihood and by how much its logarithm exceeds the mode's. */
  readonly lower: { readonly z: Float64Array; readonly by: number };
}

/** Precision of a loose normal hold around the mode, so that unseen directions stay bounded; weights take it out again. */
const HOLD = 4;
/** Draws that say whether the density is normal near its mode. */
const PROBES = 32;
/** Largest root mean square difference of the log density from its parabola that still counts as normal. */
const NORMAL_WITHIN = 0.3;
const MOST_CORRECTIONS = 12;
/** In standard deviations. */
const SOLVED_WITHIN = 0.05;
const DIFFERENCE = 0.003;

/** Kish's (1965) effective number of weighted draws. */
export const effective = (weights: Float64Array) =>
  1 / weights.reduce((sum, weight) => sum + weight * weight, 0);

/**
 * Draws by randomised optimisation (Bardsley, Solonen, Haario and Laine 2014, doi:10.1137/140964023): each draw solves
 * J'r(z) = H d for a normal d with the mode's curvature H, so that it follows a bent ridge of the likelihood however thin the ridge
 * is; weights make it exact. Where the likelihood is a parabola they are normal draws without more ado.
 *
 * @param most solved draws; normal ones are as many as are asked for with `count`.
 */
export function sample(
  target: Target,
  { most, count }: { readonly most: number; readonly count: number },
  stream: RandomStream,
): WeightedDraws {
  const system = systemOf(target);
  if (isNormal(target, system, stream.split(0))) {
    const points = Array.from({ length: count }, () => shifted(normalDraw(system, stream), system.peak));
    const inside = points.filter((z) => target.logPrior(z) > Number.NEGATIVE_INFINITY);
    const weights = new Float64Array(inside.length).fill(1 / inside.length);
    return { points: inside, weights, lower: { z: new Float64Array(system.n), by: 0 } };
  }
  const goals = Array.from({ length: most }, () => times(system, normalDraw(system, stream)));
  return weighted(target, system, solved(target, system, goals));
}

/** J'J + hold at the mode and its Cholesky factor. */
interface System {
  readonly n: number;
  /** Score around which draws lie: that of the mode in held coordinates, else 0. */
  readonly centre: Float64Array;
  /** Where draws lie around, by one Newton step from the mode. */
  readonly peak: Float64Array;
  readonly matrix: Float64Array;
  readonly factor: Float64Array;
}

function systemOf({ jacobian, atMode, held }: Target): System {
  const n = jacobian.length;
  const matrix = heldProducts(jacobian, jacobian);
  const factor = cholesky(matrix, n);
  if (!factor) throw new Error("internal: information is not positive definite");
  const centre = held.map((value, i) => value * dot(jacobian[i], atMode));
  const missing = centre.map((value, i) => value - dot(jacobian[i], atMode));
  const peak = backSolve(factor, n, forwardSolve(factor, n, missing));
  return { n, centre, peak, matrix, factor };
}

function heldProducts(a: readonly Float64Array[], b: readonly Float64Array[]): Float64Array {
  const n = a.length;
  return Float64Array.from(
    { length: n * n },
    (_, k) => dot(a[Math.floor(k / n)], b[k % n]) + (k % (n + 1) === 0 ? HOLD : 0),
  );
}

/** d of N(0, H^-1). */
const normalDraw = ({ n, factor }: System, stream: RandomStream) =>
  backSolve(
    factor,
    n,
    Float64Array.from({ length: n }, () => stream.normal()),
  );

const shifted = (z: Float64Array, by: Float64Array) => z.map((value, i) => value + by[i]);

function isNormal(target: Target, system: System, stream: RandomStream): boolean {
  const draws = Array.from({ length: PROBES }, () => normalDraw(system, stream));
  const costs = target.residuals(draws.map((d) => shifted(d, system.peak))).map((residuals, k) => {
    if (!residuals) return Infinity;
    return (
      halfSquares(residuals) -
      target.logPrior(shifted(draws[k], system.peak)) -
      0.5 * quadratic(system, draws[k])
    );
  });
  const mean = costs.reduce((sum, value) => sum + value, 0) / costs.length;
  const deviations = costs.map((value) => value - mean);
  return costs.every(Number.isFinite) && dot(deviations, deviations) <= PROBES * NORMAL_WITHIN ** 2;
}

interface Solved {
  readonly z: Float64Array;
  readonly residuals: Float64Array;
  /** J'r + hold z, less the centre. */
  readonly score: Float64Array;
}

/** Chord iterations for all draws side by side; those that do not arrive are left out. */
function solved(target: Target, system: System, goals: readonly Float64Array[]): Solved[] {
  const arrived: Solved[] = [];
  let open = goals.map((wanted) => ({ wanted, z: startOf(system, wanted) }));
  for (let round = 0; round < MOST_CORRECTIONS && open.length > 0; round++) {
    const all = target.residuals(open.map(({ z }) => z));
    open = open.flatMap(({ wanted, z }, k) => {
      const residuals = all[k];
      if (!residuals) return [];
      const score = scoreOf(target, system, residuals, z);
      const missing = score.map((value, i) => wanted[i] - value);
      const half = forwardSolve(system.factor, system.n, missing);
      if (dot(half, half) < SOLVED_WITHIN ** 2) {
        arrived.push({ z, residuals, score });
        return [];
      }
      const step = backSolve(system.factor, system.n, half);
      return [{ wanted, z: shifted(z, step) }];
    });
  }
  return arrived;
}

const startOf = ({ n, factor, peak }: System, wanted: Float64Array) =>
  shifted(backSolve(factor, n, forwardSolve(factor, n, wanted)), peak);

const scoreOf = ({ jacobian }: Target, { centre }: System, residuals: Float64Array, z: Float64Array) =>
  Float64Array.from(jacobian, (column, i) => dot(column, residuals) + HOLD * z[i] - centre[i]);

interface Draw {
  readonly z: Float64Array;
  readonly cost: number;
  readonly logWeight: number;
}

/** Nothing where the prior is 0. */
function drawOf(target: Target, system: System, solution: Solved): Draw[] {
  const { z, residuals, score } = solution;
  const prior = target.logPrior(z);
  if (prior === Number.NEGATIVE_INFINITY) return [];
  const half = forwardSolve(system.factor, system.n, score);
  const proposed = -0.5 * dot(half, half) + logDeterminantAt(target, system, solution);
  const cost = halfSquares(residuals);
  return [{ z, cost, logWeight: prior - cost - proposed }];
}

function weighted(target: Target, system: System, solutions: readonly Solved[]): WeightedDraws {
  const draws = solutions.flatMap((solution) => drawOf(target, system, solution));
  const largest = Math.max(...draws.map(({ logWeight }) => logWeight));
  const raw = Float64Array.from(draws, ({ logWeight }) => Math.exp(logWeight - largest));
  const sum = raw.reduce((a, b) => a + b, 0);
  const atMode = halfSquares(target.atMode);
  return {
    points: draws.map(({ z }) => z),
    weights: raw.map((value) => value / sum),
    lower: draws
      .map(({ z, cost }) => ({ z, by: atMode - cost }))
      .reduce((best, one) => (one.by > best.by ? one : best), { z: new Float64Array(system.n), by: 0 }),
  };
}

/** How much the solved equation stretches volumes at a draw: log det(J'J(z) + hold). */
function logDeterminantAt({ residuals, jacobian }: Target, { n, matrix }: System, draw: Solved): number {
  const steps = Float64Array.from({ length: n }, (_, i) => DIFFERENCE / Math.sqrt(matrix[i * (n + 1)]));
  const moved = Array.from(steps, (step, i) => draw.z.map((value, j) => (i === j ? value + step : value)));
  const columns = residuals(moved).map((there, i) =>
    there ? there.map((value, k) => (value - draw.residuals[k]) / steps[i]) : jacobian[i],
  );
  return logDeterminant(heldProducts(jacobian, columns), n);
}

/** Of the absolute value, by elimination with pivots. */
function logDeterminant(matrix: Float64Array, n: number): number {
  const a = matrix.slice();
  let sum = 0;
  for (let j = 0; j < n; j++) {
    let pivot = j;
    for (let i = j + 1; i < n; i++) if (Math.abs(a[i * n + j]) > Math.abs(a[pivot * n + j])) pivot = i;
    for (let m = 0; m < n; m++) [a[j * n + m], a[pivot * n + m]] = [a[pivot * n + m], a[j * n + m]];
    sum += Math.log(Math.abs(a[j * n + j]));
    for (let i = j + 1; i < n; i++) {
      const factor = a[i * n + j] / a[j * n + j];
      for (let m = j; m < n; m++) a[i * n + m] -= factor * a[j * n + m];
    }
  }
  return sum;
}

const times = ({ n, matrix }: System, z: Float64Array) =>
  z.map((_, i) => z.reduce((sum, value, j) => sum + matrix[i * n + j] * value, 0));

const quadratic = (system: System, z: Float64Array) => dot(times(system, z), z);

/** Indices in proportion to weights, by systematic resampling. */
export function systematic(weights: Float64Array, count: number, stream: RandomStream): number[] {
  const chosen: number[] = [];
  let [k, reached] = [0, weights[0]];
  const shift = stream.uniform();
  for (let s = 0; s < count; s++) {
    while (reached < (s + shift) / count && k + 1 < weights.length) reached += weights[++k];
    chosen.push(k);
  }
  return chosen;
}
