/** What two series have in common that were made at the same time: sweep number, name, start, order. */
import type { Series } from "./series.ts";

/** How a partner was found; `table`: the file has a table of them. */
export type Match = "table" | "sweep-number" | "name" | "start" | "order";

export interface Partner {
  readonly series: Series;
  readonly match: Match;
}

/**
 * For each response its partner among `candidates`: of the same rate, at least as long, of the same electrode (where both name
 * one), and in the other unit than the response.
 *
 * By sweep number; where it is not given by the numbers in the name (`ic__Step__3` and `ics__Step__3`), then by the start
 * time, and at last by order when there are as many of both and all are of the same length. A clue counts only when it leaves
 * exactly one candidate.
 */
export function clueFor(
  responses: readonly Series[],
  candidates: readonly Series[],
): (response: Series) => Partner | undefined {
  const numbered = bucketed(candidates, ({ sweepNumber }) => sweepNumber);
  const named = bucketed(candidates, ({ name }) => numbersIn(name).join() || undefined);
  const started = bucketed(candidates, startKey);
  const order = orderOf(responses, candidates);
  return (response) => {
    // Where both sides are numbered nothing else counts: a response without a partner of its number has none.
    if (response.sweepNumber !== undefined && numbered.size > 0)
      return partner(only(numbered.get(response.sweepNumber), response), "sweep-number");
    return (
      partner(byName(named.get(numbersIn(response.name).join()), response), "name") ??
      partner(only(started.get(startKey(response)), response), "start") ??
      partner(order(response), "order")
    );
  };
}

const partner = (series: Series | undefined, match: Match): Partner | undefined =>
  series && { series, match };

/** To a tenth of a millisecond: written by the same program at the same moment. */
const startKey = ({ start_s }: Series): number => Math.round(start_s * 1e4);

function bucketed<K>(
  candidates: readonly Series[],
  key: (series: Series) => K | undefined,
): Map<K, Series[]> {
  const buckets = new Map<K, Series[]>();
  for (const candidate of candidates) {
    const k = key(candidate);
    if (k === undefined) continue;
    const bucket = buckets.get(k);
    if (bucket) bucket.push(candidate);
    else buckets.set(k, [candidate]);
  }
  return buckets;
}

export const sameRate = (a: Series, b: Series): boolean => Math.abs(a.dt_ms - b.dt_ms) <= 1e-6 * a.dt_ms;

function mayBelong(response: Series, candidate: Series): boolean {
  const [a, b] = [response.electrode, candidate.electrode];
  const otherElectrode = a !== undefined && b !== undefined && a !== b;
  return (
    sameRate(response, candidate) &&
    !otherElectrode &&
    response.role !== candidate.role &&
    candidate.length >= response.length
  );
}

/** Among more than this a name or a start says nothing. */
const MAX_CANDIDATES = 64;

function possible(bucket: readonly Series[] | undefined, response: Series): Series[] {
  const fitting: Series[] = [];
  for (const candidate of bucket ?? []) {
    if (mayBelong(response, candidate)) fitting.push(candidate);
    if (fitting.length > MAX_CANDIDATES) return [];
  }
  return fitting;
}

function only(bucket: readonly Series[] | undefined, response: Series): Series | undefined {
  const fitting = possible(bucket, response);
  return fitting.length === 1 ? fitting[0] : undefined;
}

/** Among several with the same numbers the one with the longest common end, as in `ic__Step__1`, `ics__Step__1`. */
function byName(bucket: readonly Series[] | undefined, response: Series): Series | undefined {
  const fitting = possible(bucket, response);
  const common = fitting.map(({ name }) => commonEnd(name, response.name));
  const most = Math.max(...common);
  const best = fitting.filter((_, k) => common[k] === most);
  return best.length === 1 ? best[0] : undefined;
}

export const numbersIn = (name: string): number[] => (name.match(/\d+/g) ?? []).map(Number);

function commonEnd(a: string, b: string): number {
  let length = 0;
  while (length < a.length && length < b.length && a.at(-1 - length) === b.at(-1 - length)) length++;
  return length;
}

const COLLATOR = new Intl.Collator("en", { numeric: true });

/** `sweep 2` comes before `sweep 10`. */
export const byNaturalName = (a: Series, b: Series): number => COLLATOR.compare(a.name, b.name);

/** The n-th of the candidates for the n-th response. */
function orderOf(responses: readonly Series[], candidates: readonly Series[]) {
  const [first, second] = [[...responses].sort(byNaturalName), [...candidates].sort(byNaturalName)];
  const alike = ({ length }: Series, k: number) => length === first[0].length && length === second[k].length;
  const isClue =
    first.length === second.length &&
    first.every((series, k) => alike(series, k) && mayBelong(series, second[k]));
  const partners = new Map(isClue ? first.map((series, k) => [series, second[k]]) : []);
  return (response: Series): Series | undefined => partners.get(response);
}
