import { isIdentifiable } from "../cloning/index.ts";
import type { FitScore, SweepRole, Twin, TwinParameter } from "../cloning/twin.ts";
import type { DoseResult, Trial, VerdictLabel } from "../trials/trial.ts";
import { count, current, grouped, isNumber, percent } from "./format.ts";

/** Stands wherever a drug verdict is shown. */
export const RESEARCH_LINE =
  "Research and teaching tool: a verdict on a model of one cell. Not for dosing people.";

export const HELD_OUT_MARK = "held out: not used for fitting";

/** The rule of `SweepFit.withinRule` in words. */
export const RULE_IN_WORDS = "spike count within 2 spikes or 10 % of the recording, whichever is larger";

export const ROLE_NAMES: Readonly<Record<SweepRole, string>> = {
  trained: "used for fitting",
  "held-out": HELD_OUT_MARK,
  "beyond-range": "beyond range: past depolarisation block, not scored",
};

export const VERDICT_NAMES: Readonly<Record<VerdictLabel, string>> = {
  "no-effect": "no effect",
  excited: "excited",
  inhibited: "inhibited",
  silenced: "silenced",
  "depolarisation-block": "depolarisation block",
  mixed: "mixed",
};

/** The last part of a path, on either system; reports are handed around, folders of the author are not. */
export function fileName(path: string): string {
  return path.split(/[\\/]/).filter(Boolean).at(-1) ?? "recording";
}

/** Doses from the lowest to the highest. */
export function dosesInOrder(trial: Trial): DoseResult[] {
  return [...trial.doses].sort((a, b) => a.dose_uM - b.dose_uM);
}

/** The verdict in a sentence: the trial's summary, else what was found at the largest dose. */
export function verdictSentence(trial: Trial): string {
  const largest = dosesInOrder(trial).at(-1);
  return trial.summary.trim() || largest?.verdict.sentence.trim() || "No dose was tested.";
}

/** Whether the clone may be used, in a sentence. */
export function rangeSentence(twin: Twin): string {
  const { inRange, score } = twin.range;
  const share = isNumber(score) ? `; ${percent(score)} of the fitted sweeps keep the rule` : "";
  return inRange ? `In range${share}` : `Out of range: do not trust a drug verdict on this clone${share}`;
}

/** The currents the clone knows, in a sentence. */
export function currentRangeSentence(twin: Twin): string {
  const { current_pA, blockAbove_pA } = twin.range;
  const known = `Fitted from ${current(current_pA.low)} to ${current(current_pA.high)} pA; outside it extrapolates.`;
  return isNumber(blockAbove_pA)
    ? `${known} The recorded cell goes into depolarisation block above ${current(blockAbove_pA)} pA.`
    : known;
}

/** What the model's network makes of the recording; null where none was asked. */
export function networkSentence({ network }: Twin): string | null {
  if (!network || network.familiar === null) return null;
  return network.familiar
    ? "The fitted sweeps look like the simulated cells that the network was trained on; the search began at its posterior."
    : `${network.reasons.join(" ")} Its posterior was no more than a place for the search to begin.`;
}

/** Held-out sweeps against interpolation of their neighbours: which of the two predicts the counts better. */
export function heldOutSentence(twin: Twin): string {
  const { heldOut } = twin.fit;
  if (heldOut.sweeps === 0)
    return "No sweep was held out: this fit has not been tested on data it has not seen.";
  const clone = heldOut.countError;
  const neighbours = heldOut.interpolation.countError;
  const subject = `On ${heldOut.sweeps} held-out ${heldOut.sweeps === 1 ? "sweep" : "sweeps"} the clone`;
  if (!isNumber(clone)) return `${subject} cannot be scored by spike count.`;
  const found = `${subject} miscounts ${percent(clone)} of the spikes`;
  if (!isNumber(neighbours)) return `${found}; interpolating the neighbouring sweeps is not possible.`;
  return `${found}; interpolating the neighbouring sweeps miscounts ${percent(neighbours)}. ${heldOutComparison(twin)}`;
}

/** Which of the two predicts held-out counts better; empty where one of them has no score. */
export function heldOutComparison(twin: Twin): string {
  const { countError: clone, interpolation } = twin.fit.heldOut;
  const neighbours = interpolation.countError;
  if (!isNumber(clone) || !isNumber(neighbours)) return "";
  if (percent(clone) === percent(neighbours)) return "The clone is as good as interpolation here.";
  return clone < neighbours
    ? "The clone does better than interpolation here."
    : "Interpolation does better than the clone here.";
}

/** `5 sweeps, 100 % keep the rule, 9 % of spikes miscounted`. */
export function scoreWords(score: FitScore): string {
  if (score.sweeps === 0) return "no sweeps";
  const counted = isNumber(score.countError) ? `, ${percent(score.countError)} of spikes miscounted` : "";
  return `${grouped(score.sweeps)} ${score.sweeps === 1 ? "sweep" : "sweeps"}, ${percent(score.withinRule)} keep the rule${counted}`;
}

/** `12 (10 to 14)`; only the value where the population agrees. */
export function countWithRange(value: number, low: number, high: number): string {
  return low === high ? count(value) : `${count(value)} (${count(low)} to ${count(high)})`;
}

/** Parameters that the recording does not fix, by the rule of `isIdentifiable`. */
export function notIdentified(twin: Twin): TwinParameter[] {
  return twin.parameters.filter((parameter) => !isIdentifiable(parameter, twin.posterior.samples.length));
}

/** How many parameters the recording fixes, and which it does not. */
export function identificationSentence(twin: Twin): string {
  const open = notIdentified(twin);
  if (twin.parameters.length === 0) return "The twin lists no parameters.";
  if (open.length === 0) {
    return "The clones agree on every parameter to less than half of its search range. They come from one search: the true ranges are wider.";
  }
  const names = open.map(({ name }) => name).join(", ");
  return `${open.length} of ${twin.parameters.length} parameters ${open.length === 1 ? "is" : "are"} not identified, as wide as half of the search range or wider, and a single value means nothing: ${names}.`;
}

/** What trades off, and what to record to settle what is open. */
export function tradeOffSentences({ tradeOffs }: Twin): string[] {
  if (!tradeOffs) return [];
  const symbols = (names: readonly string[]) => names.map((name) => name.split("_")[0]).join(", ");
  return [
    ...tradeOffs.directions.map(({ text }) => text),
    ...tradeOffs.protocols.map(({ parameters, text }) => `To settle ${symbols(parameters)}: record ${text}.`),
  ];
}
