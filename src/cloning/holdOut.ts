import { interpolateCount, ofSameFile, scoreCounts } from "./score.ts";
import type { FitScore, SweepFit } from "./twin.ts";

/** Every how many-th usable sweep, or the third with the largest currents. */
export type HoldOut = number | "strongest-third";

/**
 * Which usable sweeps are held out.
 *
 * @param amplitudes_pA of the usable sweeps, in the order of the recordings and of the sweeps in them
 * @returns one flag a sweep; none where fewer than three sweeps are left to choose from, or for 0. Of the strongest third those that
 * share their current with a trained sweep stay trained: a repeat of a seen sweep tests nothing.
 */
export function heldOut(amplitudes_pA: readonly number[], holdOut: HoldOut): boolean[] {
  const count = amplitudes_pA.length;
  if (count < 3 || holdOut === 0) return amplitudes_pA.map(() => false);
  if (holdOut !== "strongest-third") return amplitudes_pA.map((_, k) => (k + 1) % holdOut === 0);
  const ascending = amplitudes_pA.toSorted((a, b) => a - b);
  const strongestTrained = ascending[count - Math.floor(count / 3) - 1];
  return amplitudes_pA.map((amplitude_pA) => amplitude_pA > strongestTrained);
}

/** A clone's prediction of sweeps that it has not seen, and that of its rival. */
export interface HoldOutScore extends CountScore {
  /** Of the sweeps in which the cell was silent: the fraction that stays silent; null where there is none. */
  readonly staysSilent: number | null;
  /** Root mean square voltage error of those that do. */
  readonly silentRmse_mV: number | null;
  /** Counts read off the trained sweeps, of the sweeps where that can be done. */
  readonly interpolation: CountScore;
}

export interface CountScore extends FitScore {
  /** Fraction of sweeps within 10 %, with no allowance for small counts. */
  readonly strict: number | null;
}

/**
 * Scores held-out sweeps as docs/validation.md shows them.
 *
 * @param fits sweeps of which those with the role `held-out` are scored
 * @param trained what the clone was fitted on; its rival interpolates between these (those of the same recording, where the fits
 * say which), and above the strongest goes on along the line through the two strongest levels
 */
export function scoreHoldOut(fits: readonly SweepFit[], trained: readonly SweepFit[]): HoldOutScore {
  const scored = fits.filter(({ role }) => role === "held-out");
  const silent = scored.filter(({ recordedSpikes }) => recordedSpikes === 0);
  const stays = silent.filter(({ clonedSpikes }) => clonedSpikes === 0);
  const rival = scored.flatMap(({ amplitude_pA, recordedSpikes, file }) => {
    const predicted = readOff(ofSameFile(trained, file), amplitude_pA);
    return predicted === null ? [] : [{ predicted, recorded: recordedSpikes }];
  });
  return {
    ...countScore(scored.map((fit) => ({ predicted: fit.clonedSpikes, recorded: fit.recordedSpikes }))),
    staysSilent: silent.length > 0 ? stays.length / silent.length : null,
    silentRmse_mV:
      stays.length > 0
        ? Math.sqrt(stays.reduce((sum, fit) => sum + fit.vRmse_mV ** 2, 0) / stays.length)
        : null,
    interpolation: countScore(rival),
  };
}

function countScore(pairs: readonly { predicted: number; recorded: number }[]): CountScore {
  const strict = pairs.filter(
    ({ predicted, recorded }) => Math.abs(predicted - recorded) <= 0.1 * recorded,
  ).length;
  return { ...scoreCounts(pairs), strict: pairs.length > 0 ? strict / pairs.length : null };
}

/** Spikes at a current, from trained sweeps alone; null below the weakest of them. */
function readOff(
  trained: readonly { amplitude_pA: number; recordedSpikes: number }[],
  amplitude_pA: number,
): number | null {
  const levels = [...new Set(trained.map((sweep) => sweep.amplitude_pA))].sort((a, b) => b - a);
  if (levels.length < 2 || amplitude_pA <= levels[0]) return interpolateCount(trained, amplitude_pA);
  const [strongest, next] = levels.map((level) => interpolateCount(trained, level) ?? 0);
  const slope = (strongest - next) / (levels[0] - levels[1]);
  return Math.max(0, strongest + slope * (amplitude_pA - levels[0]));
}
