/** Which actions of a compound stand behind one of its model defaults, by the library's own rule. */

export interface Evidence {
  readonly parameter: string;
  readonly direction: string;
  readonly use: string;
  readonly confidence: string;
  readonly provenance: string;
  readonly assay: string;
  readonly value_M: number | null;
  readonly value_range_M: readonly number[] | null;
  readonly maxEffect: number | null;
}

const CONFIDENCE_ORDER = ["high", "medium", "low"];

/** Class of an action as digits, best first: primary, confidence, verified, functional. Smaller text is better. */
function evidenceClass(action: Evidence): string {
  return [
    action.use === "primary" ? 0 : 1,
    CONFIDENCE_ORDER.indexOf(action.confidence),
    action.provenance === "verified" ? 0 : 1,
    action.assay === "functional" ? 0 : 1,
  ].join("");
}

/** The potency of an action in mol/L; of a range its geometric middle; null where the library has no number. */
export function potency_M(action: Pick<Evidence, "value_M" | "value_range_M">): number | null {
  if (action.value_M !== null) return action.value_M;
  return action.value_range_M && Math.sqrt(action.value_range_M[0] * action.value_range_M[1]);
}

const mayBeModelled = (action: Evidence) => action.use === "primary" || action.use === "secondary";

/**
 * The actions whose potencies were averaged into the model default of `parameter`: the best class among those
 * that have a number and are neither off-target nor marked do-not-model.
 * A test and `parseLibrary` hold the whole library against this rule.
 */
export function evidenceFor<A extends Evidence>(actions: readonly A[], parameter: string): readonly A[] {
  const candidates = actions.filter(
    (action) => action.parameter === parameter && mayBeModelled(action) && potency_M(action) !== null,
  );
  const best = candidates.map(evidenceClass).sort()[0];
  return candidates.filter((action) => evidenceClass(action) === best);
}

/** Geometric mean of the potencies, mol/L: potencies scatter in proportion, not in difference. */
export function meanPotency_M(evidence: readonly Evidence[]): number {
  const logs = evidence.map((action) => Math.log(potency_M(action) ?? Number.NaN));
  return Math.exp(logs.reduce((sum, log) => sum + log, 0) / logs.length);
}

/**
 * An action that states how far the effect goes (`maxEffect`) although the potency comes from another one, provided
 * that it is of the same class or a better one. Ethosuximide is why: its only potency on T-type current is a
 * low-confidence 7 uM, while the high-confidence action says that at most 32 % is ever blocked.
 */
export function ceilingFor<A extends Evidence>(
  actions: readonly A[],
  parameter: string,
  direction: string,
): A | null {
  const best = evidenceFor(actions, parameter).map(evidenceClass)[0];
  const stated = actions.filter(
    (action) =>
      action.parameter === parameter &&
      action.direction === direction &&
      mayBeModelled(action) &&
      action.maxEffect !== null &&
      evidenceClass(action) <= best,
  );
  return stated.sort((a, b) => evidenceClass(a).localeCompare(evidenceClass(b)))[0] ?? null;
}
