import { InputError } from "../errors.ts";
import type { RandomStream } from "../random.ts";

/**
 * Which cells a population's cells reach, as compressed rows: the synapses of source k are numbers `starts[k]` to
 * `starts[k + 1] - 1`, and synapse s ends on cell `targets[s]`. Weights and delays of a projection follow this numbering.
 */
export interface Connectivity {
  readonly sources: number;
  readonly targetCells: number;
  /** [sources + 1] */
  readonly starts: Uint32Array;
  readonly targets: Uint32Array;
}

export interface Sizes {
  readonly sources: number;
  readonly targets: number;
  /** false: cell k of the source never ends on cell k of the target, for a population onto itself. Default true. */
  readonly autapses?: boolean;
}

/** Every pair is connected with the same probability, independently of the others. */
export function fixedProbability(sizes: Sizes, probability: number, stream: RandomStream): Connectivity {
  if (!(probability >= 0 && probability <= 1))
    throw refused("probability", "no probability of a connection", probability, "0 to 1");
  const rows = rowsOf(sizes);
  if (probability === 1) return allToAll(sizes);
  const logMiss = Math.log1p(-probability);
  for (let source = 0; source < sizes.sources; source++) {
    // Gaps between connections are geometric: one random number a synapse instead of one a pair.
    const gap = () => (probability === 0 ? Infinity : Math.floor(Math.log(stream.uniform()) / logMiss));
    for (let target = gap(); target < sizes.targets; target += 1 + gap()) rows.add(source, target);
  }
  return rows.finish();
}

/** Every source reaches exactly `degree` different targets. */
export function fixedOutDegree(sizes: Sizes, degree: number, stream: RandomStream): Connectivity {
  const rows = rowsOf({ ...sizes, autapses: true });
  for (let source = 0; source < sizes.sources; source++)
    for (const target of choose(sizes.targets, degree, excluded(sizes, source), stream))
      rows.add(source, target);
  return rows.finish();
}

/** Every target is reached by exactly `degree` different sources. */
export function fixedInDegree(sizes: Sizes, degree: number, stream: RandomStream): Connectivity {
  const pairs: [number, number][] = [];
  for (let target = 0; target < sizes.targets; target++)
    for (const source of choose(sizes.sources, degree, excluded(sizes, target), stream))
      pairs.push([source, target]);
  return fromPairs(sizes, pairs);
}

/** Cell k reaches cell k. */
export function oneToOne(count: number): Connectivity {
  const targets = Uint32Array.from({ length: count }, (_, cell) => cell);
  return {
    sources: count,
    targetCells: count,
    starts: Uint32Array.from({ length: count + 1 }, (_, cell) => cell),
    targets,
  };
}

export function allToAll(sizes: Sizes): Connectivity {
  const rows = rowsOf(sizes);
  for (let source = 0; source < sizes.sources; source++)
    for (let target = 0; target < sizes.targets; target++) rows.add(source, target);
  return rows.finish();
}

/** Given pairs [source, target]; a pair may come more than once. Synapses are numbered by source, then in the order given. */
export function fromPairs(sizes: Sizes, pairs: readonly (readonly [number, number])[]): Connectivity {
  const starts = new Uint32Array(sizes.sources + 1);
  for (const [source, target] of pairs) {
    const inside =
      Number.isInteger(source) && source >= 0 && source < sizes.sources &&
      Number.isInteger(target) && target >= 0 && target < sizes.targets; // biome-ignore format: two conditions
    if (!inside)
      throw refused("pair", "a connection between cells that are not there", `${source} to ${target}`,
        `sources 0 to ${sizes.sources - 1}, targets 0 to ${sizes.targets - 1}`); // biome-ignore format: one message
    starts[source + 1]++;
  }
  for (let source = 0; source < sizes.sources; source++) starts[source + 1] += starts[source];
  const next = starts.slice();
  const targets = new Uint32Array(pairs.length);
  for (const [source, target] of pairs) targets[next[source]++] = target;
  return { sources: sizes.sources, targetCells: sizes.targets, starts, targets };
}

/** A value for each synapse, e.g. a weight or a delay, computed once. */
export function eachSynapse(
  connectivity: Connectivity,
  value: (source: number, target: number) => number,
): Float64Array {
  const values = new Float64Array(connectivity.targets.length);
  for (let source = 0; source < connectivity.sources; source++)
    for (let s = connectivity.starts[source]; s < connectivity.starts[source + 1]; s++)
      values[s] = value(source, connectivity.targets[s]);
  return values;
}

interface Rows {
  add(source: number, target: number): void;
  finish(): Connectivity;
}

/** Synapses that come source after source. */
function rowsOf({ sources, targets, autapses = true }: Sizes): Rows {
  const starts = new Uint32Array(sources + 1);
  let list = new Uint32Array(1024);
  let length = 0;
  return {
    add(source, target) {
      if (!autapses && source === target) return;
      if (length === list.length) {
        const longer = new Uint32Array(2 * length);
        longer.set(list);
        list = longer;
      }
      list[length++] = target;
      starts[source + 1] = length;
    },
    finish() {
      for (let source = 0; source < sources; source++)
        starts[source + 1] = Math.max(starts[source + 1], starts[source]);
      return { sources, targetCells: targets, starts, targets: list.slice(0, length) };
    },
  };
}

const excluded = ({ autapses = true }: Sizes, cell: number) => (autapses ? undefined : cell);

/** `degree` different numbers below `count`, in rising order (Floyd's sampling; Bentley and Floyd 1987, doi:10.1145/30401.315746). */
function choose(count: number, degree: number, without: number | undefined, stream: RandomStream): number[] {
  const others = without !== undefined && without < count ? count - 1 : count;
  if (!(Number.isInteger(degree) && degree >= 0 && degree <= others))
    throw refused("degree", "no number of connections", degree, `a whole number up to ${others}`);
  const chosen = new Set<number>();
  for (let last = others - degree; last < others; last++) {
    const drawn = Math.floor(stream.uniform() * (last + 1));
    chosen.add(chosen.has(drawn) ? last : drawn);
  }
  const sorted = [...chosen].sort((a, b) => a - b);
  return others === count ? sorted : sorted.map((cell) => (cell >= (without as number) ? cell + 1 : cell));
}

function refused(code: string, what: string, got: number | string, expected: string): InputError {
  return new InputError({ code, what, where: "connectivity", got: String(got), expected });
}
