import type { RandomStream } from "../../random.ts";
import { solve } from "../symmetric.ts";
import { PHYSICAL } from "./coordinates.ts";
import { adapted, drawInBox, effective, logDensity, type Proposal, proposal } from "./proposal.ts";

/** What is sampled: cost is the negative log density in the unit box, without its constant. */
export interface Target {
  readonly cost: (x: Float64Array) => number;
  /** Gradient and expected curvature of the cost. */
  readonly expand: (x: Float64Array) => {
    readonly gradient: Float64Array;
    readonly information: Float64Array;
  };
}

export interface WeightedDraws {
  readonly points: readonly Float64Array[];
  /** Sum to 1. */
  readonly weights: Float64Array;
}

export interface Budget {
  readonly perRound: number;
  /** Local proposals a round, where the posterior is curved. */
  readonly locals: number;
  readonly most: number;
  /** Effective draws that are enough. */
  readonly enough: number;
}

/** Local proposals add these parts of the start's precision in turn: longer and shorter, since it is not known how far an expansion holds. */
const CUTS = [0.1, 0.5, 2];
/** Expansions are made where the negative log density is at most this much above its least: six deviations out. */
const REACH = 20;
/** Rounds, at least, where the posterior is curved: its far ends must have been looked for. */
const LEAST_ROUNDS = 6;
/** Rounds whose weights rest on less than this part of the draws say that the posterior is curved. */
const CURVED = 0.6;

/**
 * Adaptive multiple importance sampling (Cornuet et al. 2012): t proposals, all draws weighted with the mixture of all proposals. The
 * first proposal is `start`; the next have the moments of the weighted draws, and, where these fit badly, come from local expansions of the
 * target around draws that lie far apart, so that a curved ridge is covered piece by piece. A ridge bent by ten of its widths is still
 * found about a fifth too short.
 */
export function sample(target: Target, start: Proposal, budget: Budget, stream: RandomStream): WeightedDraws {
  const draws = new Draws(target, start.logDeterminant);
  let global = start;
  let next: readonly Proposal[] = [start];
  let rounds = 0;
  for (let curved = false; ; ) {
    draws.add(next, budget.perRound, stream);
    rounds++;
    const { points } = draws;
    const weights = draws.weights();
    const size = effective(weights);
    curved ||= size < CURVED * points.length;
    const enough = size >= budget.enough && (!curved || rounds >= LEAST_ROUNDS);
    if (enough || points.length >= budget.most) return { points, weights };
    global = adapted(points, weights, global);
    next = curved
      ? [...locals(target, draws.outposts(budget.locals, start, stream), start, rounds), global]
      : [global];
  }
}

/** Draws of all rounds and the density of the mixture that they came from. */
class Draws {
  readonly points: Float64Array[] = [];
  readonly #target: Target;
  readonly #reference: number;
  readonly #components: { proposal: Proposal; count: number }[] = [];
  readonly #costs: number[] = [];
  readonly #mixture: number[] = [];

  constructor(target: Target, reference: number) {
    [this.#target, this.#reference] = [target, reference];
  }

  add(proposals: readonly Proposal[], total: number, stream: RandomStream): void {
    const count = Math.ceil(total / proposals.length);
    for (const each of proposals) this.#components.push({ proposal: each, count });
    for (const [k, x] of this.points.entries())
      for (const each of proposals) this.#mixture[k] += count * this.#density(each, x);
    for (const each of proposals) for (let k = 0; k < count; k++) this.#draw(each, stream);
  }

  #draw(from: Proposal, stream: RandomStream): void {
    const x = drawInBox(from, stream);
    this.points.push(x);
    this.#costs.push(this.#target.cost(x));
    this.#mixture.push(
      this.#components.reduce((sum, { proposal: each, count }) => sum + count * this.#density(each, x), 0),
    );
  }

  #density(each: Proposal, x: Float64Array): number {
    return Math.exp(logDensity(each, x) - this.#reference);
  }

  /** Draws of some density that are far from each other, in the metric of a proposal. */
  outposts(count: number, { factor }: Proposal, stream: RandomStream): Float64Array[] {
    const least = this.#costs.reduce((a, b) => Math.min(a, b), Infinity);
    const near = this.points.filter((_, k) => this.#costs[k] <= least + REACH);
    const found = [near[Math.min(near.length - 1, Math.floor(stream.uniform() * near.length))]];
    const gaps = near.map((x) => distance(factor, x, found[0]));
    while (found.length < Math.min(count, near.length)) {
      const far = gaps.reduce((best, gap, k) => (gap > gaps[best] ? k : best), 0);
      found.push(near[far]);
      near.forEach((x, k) => {
        gaps[k] = Math.min(gaps[k], distance(factor, x, near[far]));
      });
    }
    return found;
  }

  weights(): Float64Array {
    const least = this.#costs.reduce((a, b) => Math.min(a, b), Infinity);
    const raw = Float64Array.from(this.#costs, (cost, k) => Math.exp(least - cost) / this.#mixture[k]);
    const sum = raw.reduce((a, b) => a + b, 0);
    return raw.map((value) => value / sum);
  }
}

/** Newton steps and curvatures at draws, held near them by parts of the start's precision. */
function locals(target: Target, points: readonly Float64Array[], start: Proposal, turn: number): Proposal[] {
  const hold = precisionOf(start);
  const made = points.map((x, k) => {
    const { gradient, information } = target.expand(x);
    const cut = CUTS[(k + turn) % CUTS.length];
    const precision = information.map((value, i) => value + cut * hold[i]);
    const step = solve(precision, PHYSICAL, gradient);
    return (
      step &&
      proposal(
        x.map((value, i) => value - step[i]),
        precision,
      )
    );
  });
  return made.filter((each) => each !== null);
}

/** Squared Mahalanobis distance. */
function distance(factor: Float64Array, x: Float64Array, y: Float64Array): number {
  let square = 0;
  for (let j = 0; j < PHYSICAL; j++) {
    let sum = 0;
    for (let i = j; i < PHYSICAL; i++) sum += factor[i * PHYSICAL + j] * (x[i] - y[i]);
    square += sum * sum;
  }
  return square;
}

const precisionOf = ({ factor }: Proposal) => {
  const n = PHYSICAL;
  const precision = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++)
      for (let m = 0; m <= Math.min(i, j); m++) precision[i * n + j] += factor[i * n + m] * factor[j * n + m];
  return precision;
};

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
