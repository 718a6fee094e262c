import { RANGE_LIMITS } from "./range.ts";
import type { SweepFit, Twin } from "./twin.ts";

/** Part of the trained currents' span above the strongest on which a clone is trusted. */
const TRUSTED_BEYOND = 0.5;

/**
 * How far a twin's prediction of a sweep is to be doubted, 0 or more: the sum of how much its clones disagree (half the 5-95 % range of
 * their counts, in tolerances of the count rule), how many trained sweeps the best clone misses (in units of what the range judgement
 * allows) and how far above the trained currents the sweep lies (in halves of their span). No spike recorded in the sweep is
 * looked at. How well it tells bad predictions from good ones is in docs/validation.md.
 */
export function predictionDoubt(fit: SweepFit, twin: Twin): number {
  const { current_pA, score } = twin.range;
  const tolerance = Math.max(2, 0.1 * fit.clonedSpikes);
  const span_pA = current_pA.high - current_pA.low;
  const beyond = span_pA > 0 ? (fit.amplitude_pA - current_pA.high) / span_pA : 0;
  return (
    (fit.clonedSpikesHigh - fit.clonedSpikesLow) / 2 / tolerance +
    (1 - score) / (1 - RANGE_LIMITS.trainedWithinRule) +
    Math.max(0, beyond) / TRUSTED_BEYOND
  );
}
