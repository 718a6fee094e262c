import type { HoldOutScore } from "./holdOut.ts";

/** A model and how it did on the trained sweeps of a cell. */
export interface ModelScore {
  /** Of a twin fitted on the weaker two thirds of the trained sweeps, on the others; null where there were too few to hold out. */
  readonly inner: HoldOutScore | null;
  /** Of the best clone that was fitted on all trained sweeps. */
  readonly loss: number;
}

/**
 * The model to trust on a cell, chosen without a look at a held-out sweep: of twins fitted on the weaker two thirds of the trained
 * sweeps the one that miscounts the strongest third of them least. A choice made on the sweeps that also judge it would flatter
 * (Varma and Simon 2006, doi:10.1186/1471-2105-7-91). Of equals, and where no third could be held out, the one with the lower loss.
 *
 * @param scores at least one, all of the same trained sweeps
 */
export function chooseModel<S extends ModelScore>(scores: readonly S[]): S {
  const error = ({ inner }: S) => inner?.countError ?? Number.POSITIVE_INFINITY;
  const before = (a: S, b: S) => error(a) < error(b) || (error(a) === error(b) && a.loss < b.loss);
  return scores.reduce((best, one) => (before(one, best) ? one : best));
}
