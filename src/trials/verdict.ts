/**
 * The rules of the verdict, all in one place. One clone is compared with itself before the drug, on the same protocol:
 *
 * 1. `depolarisation-block`: steps that were not in block before are now, and most of the lost spikes were lost in them.
 * 2. `silenced`: it fired before and fires in no step now. Silence by block is rule 1, never this.
 * 3. Otherwise three measures of excitability are read: all spikes of the depolarising steps, the largest count of any step,
 *    and rheobase. Each says more, less or unchanged; a change counts from 10 % and, for spikes, from 2 spikes.
 *    - only more: `excited`;  only less: `inhibited`;  both: `mixed`.
 * 4. Excitability unchanged, but the spike itself is not (half-width or amplitude by 10 %, threshold by 2 mV) or the resting
 *    potential moved by 2 mV: `mixed`.
 * 5. Nothing of this: `no-effect`.
 *
 * A clone that did not fire before can only be `excited`, `depolarisation-block`, `mixed` (rule 4) or `no-effect`.
 * The verdict on the cell is the label of most clones; its probability is the fraction of clones that have it.
 */
import type { CloneResponse } from "./response.ts";
import { VERDICT_LABELS, type VerdictLabel } from "./trial.ts";

export const VERDICT_LIMITS = { fraction: 0.1, spikes: 2, voltage_mV: 2 } as const;

type Change = "more" | "less" | "unchanged";

/** The label of one clone. A failed simulation has none. */
export function judgeClone(before: CloneResponse, after: CloneResponse): VerdictLabel | null {
  if (before.failure || after.failure) return null;
  const spikes = countChange(total(before), total(after));
  if (lostToBlock(before, after)) return "depolarisation-block";
  if (total(before) > 0 && total(after) === 0) return "silenced";
  const changes = [
    spikes,
    countChange(Math.max(...before.counts), Math.max(...after.counts)),
    rheobaseChange(before, after),
  ];
  const more = changes.includes("more");
  const less = changes.includes("less");
  if (more && less) return "mixed";
  if (more) return "excited";
  if (less) return "inhibited";
  return spikeOrRestChanged(before, after) ? "mixed" : "no-effect";
}

/** Spikes of all steps, the hyperpolarising and the holding one included. */
const total = (response: CloneResponse) => response.counts.reduce((sum, count) => sum + count, 0);

/** Are most of the spikes that are missing now missing from steps that are newly in block? */
function lostToBlock(before: CloneResponse, after: CloneResponse): boolean {
  const lost = before.counts.map((count, step) => count - after.counts[step]);
  const inBlock = lost.filter((_, step) => after.blocked[step] && !before.blocked[step]);
  const lostInBlock = inBlock.reduce((sum, count) => sum + count, 0);
  const lostInAll = lost.reduce((sum, count) => sum + count, 0);
  return lostInBlock > 0 && lostInAll > 0 && 2 * lostInBlock > lostInAll;
}

function countChange(before: number, after: number): Change {
  const change = after - before;
  if (Math.abs(change) < Math.max(VERDICT_LIMITS.spikes, VERDICT_LIMITS.fraction * before))
    return "unchanged";
  return change > 0 ? "more" : "less";
}

/** A lower rheobase is more excitable. Undefined before or after says nothing: the counts say it. */
function rheobaseChange(before: CloneResponse, after: CloneResponse): Change {
  const [from, to] = [before.features.rheobase_pA, after.features.rheobase_pA];
  if (from === null || to === null || Math.abs(to - from) < VERDICT_LIMITS.fraction * Math.abs(from))
    return "unchanged";
  return to < from ? "more" : "less";
}

function spikeOrRestChanged(before: CloneResponse, after: CloneResponse): boolean {
  const relative = (name: "spikeHalfWidth_ms" | "spikeAmplitude_mV") => {
    const [from, to] = [before.features[name], after.features[name]];
    return from !== null && to !== null && Math.abs(to - from) >= VERDICT_LIMITS.fraction * Math.abs(from);
  };
  const moved = (name: "spikeThreshold_mV" | "restingPotential_mV") => {
    const [from, to] = [before.features[name], after.features[name]];
    return from !== null && to !== null && Math.abs(to - from) >= VERDICT_LIMITS.voltage_mV;
  };
  return (
    relative("spikeHalfWidth_ms") ||
    relative("spikeAmplitude_mV") ||
    moved("spikeThreshold_mV") ||
    moved("restingPotential_mV")
  );
}

export interface PopulationVerdict {
  readonly label: VerdictLabel;
  readonly probability: number;
  readonly all: Readonly<Record<VerdictLabel, number>>;
}

/** Fractions of clones with each label; ties go to the label that stands first in VERDICT_LABELS. Null without any clone. */
export function judgePopulation(labels: readonly (VerdictLabel | null)[]): PopulationVerdict | null {
  const judged = labels.filter((label) => label !== null);
  if (judged.length === 0) return null;
  const fraction = (label: VerdictLabel) => judged.filter((one) => one === label).length / judged.length;
  const all = Object.fromEntries(VERDICT_LABELS.map((label) => [label, fraction(label)])) as Record<
    VerdictLabel,
    number
  >;
  const label = VERDICT_LABELS.reduce((best, one) => (all[one] > all[best] ? one : best));
  return { label, probability: all[label], all };
}
