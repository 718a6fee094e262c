import { FEWEST_CLONES } from "./identifiable.ts";
import { quantile } from "./quantile.ts";
import { type ShownSweep, settlingProtocols } from "./settlingProtocols.ts";
import { eigen } from "./symmetric.ts";
import type { TradeOff, TwinParameter, TwinTradeOffs } from "./twin.ts";

/** What the rules look at. */
export interface TradeOffFacts {
  readonly model: string;
  /** Searched parameters, in the order of a clone's coordinates. */
  readonly parameters: readonly TwinParameter[];
  /** [nClones][nParameters]: each parameter's place in its search range, 0 to 1. */
  readonly clones: readonly ArrayLike<number>[];
  /** All sweeps of the recordings. */
  readonly recorded: readonly ShownSweep[];
}

/** A parameter is loose from this 5-95 % range on, as part of its search range. */
const LOOSE = 0.135;
/** Most of a parameter's variance, over the clones, that the others of a trade-off may leave unexplained. */
const UNEXPLAINED = 0.3;
/** Chance that independent parameters look like one trade-off, over all pairs and triples. */
const BY_CHANCE = 0.01;
/** Longest gap between neighbours along a trade-off, as part of its length: two separate optima are no line. */
const LONGEST_GAP = 0.4;
const MOST_NAMED = 4;

/**
 * What a population of equally good clones leaves open: parameters that it does not fix, pairs and triples that trade off, and
 * the protocols that would settle them as far as the recordings lack them.
 *
 * A pair or triple trades off where one combination of it is known much better than its members: with the smallest eigenvalue e of its
 * correlation over the clones and the loading w of a member there, at most e / w² of that member's variance is left by the others (the
 * diagonal of the inverse correlation). All members must be loose (0.15 of the prior's spread), the clones must lie along the
 * direction without a wide gap, and e / w² must be below 0.3 and so small that independent parameters give it once in 100 populations.
 *
 * The clones are no draws of a posterior and were chosen far apart: what is found is there, what is not found may be.
 */
export function findTradeOffs(facts: TradeOffFacts): TwinTradeOffs {
  const { parameters, clones } = facts;
  const enough = clones.length >= FEWEST_CLONES;
  const notIdentified = parameters.filter(({ identifiable }) => !identifiable).map(({ name }) => name);
  const directions = enough ? tradeOffsAmong(facts) : [];
  const open = [...new Set([...directions.flatMap((direction) => direction.parameters), ...notIdentified])];
  return { notIdentified, directions, protocols: settlingProtocols(facts.model, open, facts.recorded) };
}

function tradeOffsAmong({ parameters, clones }: TradeOffFacts): TradeOff[] {
  const columns = parameters.map((_, j) => Float64Array.from(clones, (clone) => clone[j]));
  const loose = columns.flatMap((column, j) => (centralRange(column) >= LOOSE ? [j] : []));
  const scores = new Map(loose.map((j) => [j, standardised(columns[j])]));
  const groups = [...subsets(loose, 2), ...subsets(loose, 3)];
  const allowed = Math.min(UNEXPLAINED, (BY_CHANCE / groups.length) ** (2 / Math.max(1, clones.length - 3)));
  const found = groups
    .map((group) => ({ group, ...combination(group.map((j) => scores.get(j)!)) }))
    .filter(({ unexplained, widestGap }) => unexplained <= allowed && widestGap <= LONGEST_GAP)
    .sort((a, b) => a.unexplained - b.unexplained);
  const kept: typeof found = [];
  for (const one of found) {
    const told = kept.some(({ group }) => group.filter((j) => one.group.includes(j)).length > 1);
    if (!told && kept.length < MOST_NAMED) kept.push(one);
  }
  return kept.map(({ group, loadings }) =>
    named(
      group.map((j) => parameters[j].name),
      loadings,
    ),
  );
}

function centralRange(values: Float64Array): number {
  const sorted = values.toSorted();
  return quantile(sorted, 0.95) - quantile(sorted, 0.05);
}

function standardised(values: Float64Array): Float64Array {
  const mean = average(values);
  const deviation = Math.sqrt(average(values.map((x) => (x - mean) ** 2)));
  return values.map((x) => (x - mean) / deviation);
}

const average = (values: Float64Array) => values.reduce((sum, x) => sum + x, 0) / values.length;

function subsets(items: readonly number[], size: number): number[][] {
  if (size === 0) return [[]];
  return items.flatMap((item, k) => subsets(items.slice(k + 1), size - 1).map((rest) => [item, ...rest]));
}

/** The best known combination of standardised parameters: its loadings, what it leaves open, and the gap along the longest axis. */
function combination(scores: readonly Float64Array[]) {
  const n = scores.length;
  const correlation = Float64Array.from({ length: n * n }, (_, k) =>
    average(scores[k % n].map((x, i) => x * scores[Math.floor(k / n)][i])),
  );
  const { values, vectors } = eigen(correlation, n);
  const loadings = vectors[n - 1];
  const along = Float64Array.from(scores[0], (_, i) =>
    scores.reduce((sum, column, j) => sum + vectors[0][j] * column[i], 0),
  );
  return {
    loadings,
    unexplained: Math.max(0, values[n - 1]) / Math.min(...loadings.map((w) => w * w)),
    widestGap: widestGap(along.sort()),
  };
}

function widestGap(sorted: Float64Array): number {
  const gaps = sorted.subarray(1).map((x, i) => x - sorted[i]);
  return Math.max(...gaps) / (sorted[sorted.length - 1] - sorted[0]);
}

/** Loadings of one sign: the sum is known, so that more of one needs less of another. */
function named(parameters: readonly string[], loadings: Float64Array): TradeOff {
  const short = parameters.map(symbolOf);
  const against = short.slice(1).map((name, k) => {
    const less = loadings[k + 1] > 0 === loadings[0] > 0;
    return `a ${less ? "lower" : "higher"} ${name}`;
  });
  return {
    parameters,
    text: `${listed(short)} trade off here: a higher ${short[0]} with ${listed(against)} fits as well.`,
  };
}

/** The symbol of a parameter, without its unit. */
function symbolOf(name: string): string {
  return name.split("_")[0];
}

function listed(words: readonly string[]): string {
  return `${words.slice(0, -1).join(", ")} and ${words[words.length - 1]}`.replace(/^ and /, "");
}
