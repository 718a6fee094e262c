import type { RandomStream } from "../random.ts";
import type { Candidate } from "./candidate.ts";

/** Candidates of which every loss is at most `limit`. */
export interface Walk {
  /** Where the walkers start, one each; at least four. */
  readonly starts: readonly Candidate[];
  readonly limit: number;
  readonly generations: number;
}

/** Every how many-th generation a walker may jump by a whole difference, from one optimum to another. */
const JUMP_EVERY = 10;
/** Standard deviation of what is added to a step, in the unit box: it opens directions in which the starts do not differ. */
const JITTER = 0.004;

/**
 * Walks over the set of acceptable parameters, so that a population shows how far each can be moved and with which others: a
 * differential-evolution Markov chain (ter Braak 2006, doi:10.1007/s11222-006-8769-1) on a density that is flat where the loss is at
 * most the limit and 0 elsewhere. A step is a fraction of the difference of two other walkers and so grows along directions
 * that the recording leaves open.
 *
 * @param evaluate losses of points of the unit box; may be given up above the limit
 * @returns every accepted point
 */
export function walkAcceptable(
  { starts, limit, generations }: Walk,
  random: RandomStream,
  evaluate: (units: readonly Float64Array[], giveUpAbove: number) => number[],
): Candidate[] {
  const walkers = [...starts];
  const accepted: Candidate[] = [];
  const sides = walkers[0].unit.length;
  for (let generation = 1; generation <= generations; generation++) {
    const stride = generation % JUMP_EVERY === 0 ? 1 : 2.38 / Math.sqrt(2 * sides);
    const proposals = walkers.map((_, k) => propose(walkers, k, stride, random));
    const inside = proposals.flatMap((unit, k) => (unit.every((x) => x >= 0 && x <= 1) ? [k] : []));
    const losses = evaluate(
      inside.map((k) => proposals[k]),
      limit,
    );
    inside.forEach((k, i) => {
      if (!(losses[i] <= limit)) return;
      walkers[k] = { unit: proposals[k], loss: losses[i] };
      accepted.push(walkers[k]);
    });
  }
  return accepted;
}

function propose(
  walkers: readonly Candidate[],
  from: number,
  stride: number,
  random: RandomStream,
): Float64Array {
  const others = walkers.length - 1;
  const a = Math.floor(others * random.uniform());
  const b = (a + 1 + Math.floor((others - 1) * random.uniform())) % others;
  const other = (k: number) => walkers[k < from ? k : k + 1].unit;
  return walkers[from].unit.map(
    (x, j) => x + stride * (other(a)[j] - other(b)[j]) + JITTER * random.normal(),
  );
}
