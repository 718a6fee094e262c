import { concentrationText } from "../pharmacology/index.ts";
import type { DoseResult, VerdictLabel } from "./trial.ts";

const VERBS: Record<VerdictLabel, string> = {
  "no-effect": "does nothing to this cell",
  excited: "excites this cell",
  inhibited: "inhibits this cell",
  silenced: "silences this cell",
  "depolarisation-block": "drives this cell into depolarisation block",
  mixed: "changes this cell without a single direction",
};

/** The verdict on one dose as a sentence. */
export function doseSentence(
  drug: string,
  dose_uM: number,
  label: VerdictLabel,
  probability: number,
): string {
  const share = probability === 1 ? "in every clone" : `in ${Math.round(100 * probability)} % of the clones`;
  return `${drug} at ${concentrationText(dose_uM)} ${VERBS[label]} (${share}).`;
}

/** The trial as a sentence or two: from which dose on it does what, and what the strongest dose does. */
export function trialSentence(drug: string, doses: readonly DoseResult[]): string {
  const strongest = doses[doses.length - 1];
  const first = doses.find(({ verdict }) => verdict.label !== "no-effect");
  if (!first) {
    return doses.length === 1
      ? strongest.verdict.sentence
      : `${drug} does nothing to this cell from ${concentrationText(doses[0].dose_uM)} to ${concentrationText(strongest.dose_uM)}.`;
  }
  if (first === strongest) return strongest.verdict.sentence;
  const from = `${drug} ${VERBS[first.verdict.label]} from ${concentrationText(first.dose_uM)} on`;
  if (strongest.verdict.label === first.verdict.label)
    return `${from} (tested up to ${concentrationText(strongest.dose_uM)}).`;
  return `${from}; at ${concentrationText(strongest.dose_uM)} it ${VERBS[strongest.verdict.label]}.`;
}
