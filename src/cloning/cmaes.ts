import type { RandomStream } from "../random.ts";
import { cholesky, forwardSolve } from "./symmetric.ts";

/** How a search starts, in a box scaled to the unit cube. */
export interface CmaStart {
  readonly mean: Float64Array;
  /** Step size in units of the box, e.g. 0.25 to explore, 0.05 to polish. */
  readonly sigma: number;
  /** Candidates a generation, >= 4. */
  readonly lambda: number;
}

/** In lengths of a usual step. */
const FURTHEST_INJECTED = 1.3;

/**
 * Covariance matrix adaptation evolution strategy, minimising over the unit cube: (mu/mu_w, lambda) with rank-one and
 * rank-mu updates (Hansen 2016, arXiv:1604.00772) on the Cholesky factor of the covariance (Suttorp, Hansen and Igel 2009,
 * doi:10.1007/s10994-009-5102-1), so that no eigenvectors are needed. A candidate outside the cube is reflected into it.
 *
 * Ask for a generation, tell the losses in the same order. Losses are only ranked; NaN ranks last.
 */
export class CmaEs {
  readonly n: number;
  readonly lambda: number;
  #mean: Float64Array;
  #sigma: number;
  readonly #random: RandomStream;
  readonly #weights: Float64Array;
  readonly #muEff: number;
  readonly #cSigma: number;
  readonly #dSigma: number;
  readonly #cC: number;
  readonly #c1: number;
  readonly #cMu: number;
  readonly #chiN: number;
  readonly #covariance: Float64Array;
  #factor: Float64Array;
  readonly #pathSigma: Float64Array;
  readonly #pathC: Float64Array;
  #generation = 0;
  #normals: Float64Array[] = [];
  #steps: Float64Array[] = [];

  constructor(start: CmaStart, random: RandomStream) {
    const n = start.mean.length;
    this.n = n;
    this.lambda = start.lambda;
    this.#mean = start.mean.slice();
    this.#sigma = start.sigma;
    this.#random = random;
    const mu = Math.floor(start.lambda / 2);
    const raw = Float64Array.from(
      { length: mu },
      (_, i) => Math.log((start.lambda + 1) / 2) - Math.log(i + 1),
    );
    const total = raw.reduce((sum, weight) => sum + weight, 0);
    this.#weights = raw.map((weight) => weight / total);
    this.#muEff = 1 / this.#weights.reduce((sum, weight) => sum + weight * weight, 0);
    this.#cSigma = (this.#muEff + 2) / (n + this.#muEff + 5);
    this.#dSigma = 1 + 2 * Math.max(0, Math.sqrt((this.#muEff - 1) / (n + 1)) - 1) + this.#cSigma;
    this.#cC = (4 + this.#muEff / n) / (n + 4 + (2 * this.#muEff) / n);
    this.#c1 = 2 / ((n + 1.3) ** 2 + this.#muEff);
    this.#cMu = Math.min(
      1 - this.#c1,
      (2 * (this.#muEff - 2 + 1 / this.#muEff)) / ((n + 2) ** 2 + this.#muEff),
    );
    this.#chiN = Math.sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n * n));
    this.#covariance = identity(n);
    this.#factor = identity(n);
    this.#pathSigma = new Float64Array(n);
    this.#pathC = new Float64Array(n);
  }

  get sigma(): number {
    return this.#sigma;
  }

  /** Centre of the search, inside the cube. */
  get mean(): Float64Array {
    return reflect(this.#mean);
  }

  /** The next generation, [lambda][n], inside the cube. */
  ask(): Float64Array[] {
    this.#normals = Array.from({ length: this.lambda }, () =>
      Float64Array.from({ length: this.n }, () => this.#random.normal()),
    );
    this.#steps = this.#normals.map((z) => multiplyLower(this.#factor, z));
    return this.#steps.map((y) => reflect(this.#mean.map((m, i) => m + this.#sigma * y[i])));
  }

  /** A point in the coordinates in which the present distribution is a standard normal. */
  whiten(unit: Float64Array): Float64Array {
    const step = unit.map((value, i) => (value - this.#mean[i]) / this.#sigma);
    return forwardSolve(this.#factor, this.n, step);
  }

  /**
   * Puts a point from elsewhere, given as {@link whiten} gives it, in the place of candidate `k` of the generation last asked for.
   * A far one counts as a nearer one in its direction when the distribution adapts (Hansen 2011, arXiv:1110.4181).
   *
   * @returns the point, inside the cube
   */
  inject(k: number, z: Float64Array): Float64Array {
    const length = Math.hypot(...z);
    const most = FURTHEST_INJECTED * this.#chiN;
    const y = multiplyLower(this.#factor, z);
    const kept = Math.min(1, most / length);
    this.#normals[k] = z.map((value) => kept * value);
    this.#steps[k] = y.map((value) => kept * value);
    return this.#mean.map((m, i) => Math.min(1, Math.max(0, m + this.#sigma * y[i])));
  }

  /** Takes the losses of the generation last asked for, in its order. */
  tell(losses: readonly number[]): void {
    const order = losses.map((_, i) => i).sort((a, b) => rankable(losses[a]) - rankable(losses[b]));
    const best = order.slice(0, this.#weights.length);
    const step = weightedSum(
      this.#weights,
      best.map((i) => this.#steps[i]),
    );
    const normal = weightedSum(
      this.#weights,
      best.map((i) => this.#normals[i]),
    );
    this.#generation++;
    this.#mean = this.#mean.map((m, i) => m + this.#sigma * step[i]);
    const moving = this.#adaptStepSize(normal);
    this.#adaptCovariance(step, best, moving);
  }

  /** Returns false while the path is so long that the covariance must not follow it. */
  #adaptStepSize(normal: Float64Array): boolean {
    const gain = Math.sqrt(this.#cSigma * (2 - this.#cSigma) * this.#muEff);
    for (let i = 0; i < this.n; i++) {
      this.#pathSigma[i] = (1 - this.#cSigma) * this.#pathSigma[i] + gain * normal[i];
    }
    const length = Math.hypot(...this.#pathSigma);
    this.#sigma *= Math.exp(Math.min(1, (this.#cSigma / this.#dSigma) * (length / this.#chiN - 1)));
    // Beyond half the cube a larger step only mirrors back and forth.
    this.#sigma = Math.min(this.#sigma, 0.5);
    const settled = Math.sqrt(1 - (1 - this.#cSigma) ** (2 * this.#generation));
    return length / settled < (1.4 + 2 / (this.n + 1)) * this.#chiN;
  }

  #adaptCovariance(step: Float64Array, best: readonly number[], moving: boolean): void {
    const n = this.n;
    const gain = moving ? Math.sqrt(this.#cC * (2 - this.#cC) * this.#muEff) : 0;
    for (let i = 0; i < n; i++) this.#pathC[i] = (1 - this.#cC) * this.#pathC[i] + gain * step[i];
    const keep = 1 - this.#c1 - this.#cMu + (moving ? 0 : this.#c1 * this.#cC * (2 - this.#cC));
    for (let i = 0; i < n; i++) {
      for (let j = 0; j <= i; j++) {
        let rankMu = 0;
        for (let k = 0; k < best.length; k++) {
          const y = this.#steps[best[k]];
          rankMu += this.#weights[k] * y[i] * y[j];
        }
        const value =
          keep * this.#covariance[i * n + j] +
          this.#c1 * this.#pathC[i] * this.#pathC[j] +
          this.#cMu * rankMu;
        this.#covariance[i * n + j] = value;
        this.#covariance[j * n + i] = value;
      }
    }
    this.#factor = cholesky(this.#covariance, n) ?? this.#factor;
  }
}

const rankable = (loss: number) => (Number.isNaN(loss) ? Number.POSITIVE_INFINITY : loss);

function identity(n: number): Float64Array {
  return Float64Array.from({ length: n * n }, (_, k) => (k % (n + 1) === 0 ? 1 : 0));
}

function weightedSum(weights: Float64Array, vectors: readonly Float64Array[]): Float64Array {
  const sum = new Float64Array(vectors[0].length);
  vectors.forEach((vector, k) => {
    for (let i = 0; i < sum.length; i++) sum[i] += weights[k] * vector[i];
  });
  return sum;
}

function multiplyLower(lower: Float64Array, z: Float64Array): Float64Array {
  const n = z.length;
  return z.map((_, i) => {
    let sum = 0;
    for (let j = 0; j <= i; j++) sum += lower[i * n + j] * z[j];
    return sum;
  });
}

/** Mirrors every coordinate at 0 and 1 until it lies inside. */
export function reflect(x: Float64Array): Float64Array {
  return x.map((value) => {
    const folded = Math.abs(value) % 2;
    return folded > 1 ? 2 - folded : folded;
  });
}
