import { concentrationText } from "../pharmacology/index.ts";
import { type DoseResult, VERDICT_LABELS, type VerdictLabel } from "./trial.ts";
import type { PopulationVerdict } from "./verdict.ts";

const VERBS: Record<VerdictLabel, string> = {
  "no-effect": "does nothing to this cell",
  excited: "excites this cell",
  inhibited: "inhibits this cell",
  silenced: "silences this cell",
  "depolarisation-block": "drives this cell into depolarisation block",
  mixed: "changes this cell without a single direction",
};

const NAMES: Record<VerdictLabel, string> = {
  "no-effect": "no effect",
  excited: "excited",
  inhibited: "inhibited",
  silenced: "silenced",
  "depolarisation-block": "depolarisation block",
  mixed: "mixed",
};

/** The verdict on one dose as a sentence; without a majority of clones it says so instead of naming the largest group alone. */
export function doseSentence(drug: string, dose_uM: number, verdict: PopulationVerdict): string {
  const at = `${drug} at ${concentrationText(dose_uM)}`;
  const percent = (fraction: number) => `${Math.round(100 * fraction)} %`;
  if (verdict.probability === 1) return `${at} ${VERBS[verdict.label]} (in every clone).`;
  if (verdict.probability > 0.5) {
    return `${at} ${VERBS[verdict.label]} (in ${percent(verdict.probability)} of the clones).`;
  }
  const groups = VERDICT_LABELS.filter((label) => verdict.all[label] > 0)
    .sort((one, other) => verdict.all[other] - verdict.all[one])
    .map((label) => `${NAMES[label]} ${percent(verdict.all[label])}`);
  return `${at} has no single verdict on this cell: the clones disagree (${groups.join(", ")}).`;
}

/** Position of the strongest dose whose clear label is not that of the strongest of all; -1 if there is none. */
function lastOtherLabel(doses: readonly DoseResult[]): number {
  const { label } = doses[doses.length - 1].verdict;
  return doses.findLastIndex(({ verdict }) => verdict.label !== label || verdict.probability <= 0.5);
}

/** The trial as a sentence or two: from which dose on it does what, and what the strongest dose does. */
export function trialSentence(drug: string, doses: readonly DoseResult[]): string {
  const strongest = doses[doses.length - 1];
  const clear = ({ verdict }: DoseResult) => verdict.probability > 0.5;
  const first = doses.find((dose) => clear(dose) && dose.verdict.label !== "no-effect");
  if (!first) {
    return doses.length === 1 || !clear(strongest)
      ? strongest.verdict.sentence
      : `${drug} does nothing to this cell from ${concentrationText(doses[0].dose_uM)} to ${concentrationText(strongest.dose_uM)}.`;
  }
  if (first === strongest) return strongest.verdict.sentence;
  const from = `${drug} ${VERBS[first.verdict.label]} from ${concentrationText(first.dose_uM)} on`;
  if (strongest.verdict.label === first.verdict.label)
    return `${from} (tested up to ${concentrationText(strongest.dose_uM)}).`;
  if (!clear(strongest)) return `${from}. ${strongest.verdict.sentence}`;
  const since = doses[lastOtherLabel(doses) + 1];
  const when =
    since === strongest
      ? `at ${concentrationText(strongest.dose_uM)}`
      : `from ${concentrationText(since.dose_uM)} on`;
  return `${from}; ${when} it ${VERBS[strongest.verdict.label]}.`;
}
