import type { TwinParameter } from "./twin.ts";

/** Part of a search range that lies between the 5 % and 95 % quantiles of a flat distribution over it. */
const FLAT = 0.9;
/** A parameter is not identified from this much of a flat prior's spread on. */
const NOT_IDENTIFIED = 0.5;
/** Fewer clones than this cannot show how far a parameter may be moved. */
export const FEWEST_CLONES = 8;

/**
 * Spread of a parameter over the population in units of its prior's: 1 where the clones fill the search range as if nothing had been
 * recorded. `null` where the twin does not say.
 */
function spreadOverPrior({ relativeSpread }: Pick<TwinParameter, "relativeSpread">): number | null {
  return Number.isFinite(relativeSpread) ? relativeSpread / FLAT : null;
}

/**
 * Whether the recording fixes a parameter: its spread is below half of its prior's, over at least eight clones. Also of twins written
 * before they said so themselves. A narrow spread is no proof: the population comes from one search and is too narrow.
 */
export function isIdentifiable(parameter: TwinParameter, clones = FEWEST_CLONES): boolean {
  if (parameter.identifiable !== undefined) return parameter.identifiable;
  const spread = spreadOverPrior(parameter);
  return clones >= FEWEST_CLONES && spread !== null && spread < NOT_IDENTIFIED;
}
