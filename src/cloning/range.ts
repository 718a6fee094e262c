import type { Judgement } from "./judge.ts";
import { scoreRole } from "./score.ts";
import type { Twin } from "./twin.ts";

/** Limits by eye on the recordings at hand, not validated: they catch bad fits, not bad generalisation. */
export const RANGE_LIMITS = { trainedWithinRule: 0.9, silentRmse_mV: 2.5, baselineDrift_mV: 5 } as const;

export interface RangeFacts {
  readonly judgement: Judgement;
  /** The largest within one recording. */
  readonly baselineDrift_mV: number | null;
  /** From the recording with the lowest resting potential to the one with the highest; null for one, or where they are held differently. */
  readonly restSpread_mV: number | null;
  readonly spontaneous: boolean;
  readonly blockAbove_pA: number | null;
  readonly trainedCurrents_pA: readonly number[];
  /** Parameters of the best clone that lie at an edge of the search box. */
  readonly atEdge: readonly string[];
}

/** Is the recording one that this model can stand for? The reasons are sentences for the user; some only limit, others exclude. */
export function judgeRange(facts: RangeFacts): Twin["range"] {
  const { judgement } = facts;
  const score = scoreRole(judgement.sweeps, "trained").withinRule ?? 0;
  const excluding: string[] = [];
  const limiting: string[] = [];
  if (score < RANGE_LIMITS.trainedWithinRule) {
    excluding.push(
      `Only ${percent(score)} of the trained sweeps are within max(2 spikes, 10 %); below ${percent(RANGE_LIMITS.trainedWithinRule)} this model does not describe the cell.`,
    );
  }
  if (judgement.silentRmse_mV !== null && judgement.silentRmse_mV > RANGE_LIMITS.silentRmse_mV) {
    excluding.push(
      `Voltage of silent sweeps is off by ${judgement.silentRmse_mV.toFixed(1)} mV (limit ${RANGE_LIMITS.silentRmse_mV} mV).`,
    );
  }
  if (facts.baselineDrift_mV !== null && facts.baselineDrift_mV > RANGE_LIMITS.baselineDrift_mV) {
    const drift = `The baseline drifts by ${facts.baselineDrift_mV.toFixed(1)} mV over the recording (limit ${RANGE_LIMITS.baselineDrift_mV} mV)`;
    excluding.push(`${drift}${facts.spontaneous ? ", and the cell fires on it" : ""}.`);
  }
  if (facts.restSpread_mV !== null && facts.restSpread_mV > RANGE_LIMITS.baselineDrift_mV) {
    limiting.push(
      `The resting potential differs by ${facts.restSpread_mV.toFixed(1)} mV between the recordings: the cell changed, and no one clone can follow it.`,
    );
  }
  if (facts.blockAbove_pA !== null) {
    limiting.push(
      `Above ${facts.blockAbove_pA.toFixed(0)} pA the cell is in depolarisation block; those sweeps were left out and the clone must not be used there.`,
    );
  }
  if (!judgement.sweeps.some((sweep) => sweep.role === "held-out")) {
    limiting.push("No sweep was held out, so nothing says how well the clone predicts.");
  }
  if (facts.atEdge.length > 0) {
    limiting.push(
      `At the edge of their search range: ${facts.atEdge.join(", ")}. Their values are not to be read as measurements.`,
    );
  }
  return {
    inRange: excluding.length === 0,
    score,
    reasons: [...excluding, ...limiting],
    current_pA: { low: Math.min(...facts.trainedCurrents_pA), high: Math.max(...facts.trainedCurrents_pA) },
    blockAbove_pA: facts.blockAbove_pA,
  };
}

const percent = (fraction: number) => `${Math.round(100 * fraction)} %`;
