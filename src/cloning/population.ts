import type { Candidate } from "./candidate.ts";

/** Loss that a clone may lie above the best and still count as acceptable: 15 %, but at least this. */
const ACCEPTED_FRACTION = 0.15;
const ACCEPTED_LEAST = 0.25;

/** The largest loss that is acceptable beside a best one. */
export function acceptableLoss(best: number): number {
  return best + Math.max(ACCEPTED_LEAST, ACCEPTED_FRACTION * best);
}

/**
 * Clones that reproduce the trained sweeps about as well as the best, spread out: starting with the best, each next one is
 * the acceptable candidate furthest from all chosen ones in the unit cube (Gonzalez 1985, doi:10.1016/0304-3975(85)90224-5).
 * It shows which parameters the recording leaves open. It is no Bayesian posterior: its density means nothing.
 */
export function acceptablePopulation(candidates: readonly Candidate[], size: number): Candidate[] {
  const sorted = candidates.toSorted((a, b) => a.loss - b.loss);
  const best = sorted[0];
  const limit = acceptableLoss(best.loss);
  const acceptable = sorted.filter((candidate) => candidate.loss <= limit);
  const distances = acceptable.map((candidate) => squaredDistance(candidate.unit, best.unit));
  const chosen = [best];
  while (chosen.length < size) {
    const next = distances.indexOf(Math.max(...distances));
    if (!(distances[next] > 0)) break;
    chosen.push(acceptable[next]);
    acceptable.forEach((candidate, i) => {
      distances[i] = Math.min(distances[i], squaredDistance(candidate.unit, acceptable[next].unit));
    });
  }
  return [best, ...chosen.slice(1).sort((a, b) => a.loss - b.loss)];
}

function squaredDistance(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] - b[i]) ** 2;
  return sum;
}
