import type { Familiarity } from "../calibration/index.ts";
import { humAmplitude_mV, type InputSweep } from "../inputs/index.ts";

/** Three times the strongest hum of the training world. */
const MOST_HUM_mV = 1;

export interface Strangeness {
  /** Above 1: a recording unlike 99 % of those of the training world, or one with a sign that none of them has. */
  readonly score: number;
  /** For the user; none where the score is at most 1. */
  readonly reasons: readonly string[];
}

/**
 * How unlike the training world a recording is: where its embedding lies among those of training cells, and the mains hum, which
 * an embedding can overlook. The larger of the two counts. Validated as area under the ROC curve in docs/cloning.md.
 */
export function strangenessOf(
  familiarity: Familiarity,
  sweeps: readonly InputSweep[],
  dt_ms: number,
): Strangeness {
  const hum_mV = humAmplitude_mV(sweeps, dt_ms) ?? 0;
  const reasons: string[] = [];
  if (familiarity.score > 1)
    reasons.push(
      `The network has not seen recordings like this: ${familiarity.score.toFixed(1)} times as far from its training cells as 99 % of them are from each other.`,
    );
  if (hum_mV > MOST_HUM_mV)
    reasons.push(`Mains hum of ${hum_mV.toFixed(1)} mV; the training world has at most 0.3 mV.`);
  return { score: Math.max(familiarity.score, hum_mV / MOST_HUM_mV), reasons };
}
