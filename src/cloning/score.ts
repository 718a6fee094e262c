import type { FitScore, SweepFit } from "./twin.ts";

/** The rule that a predicted spike count is judged by: within 2 spikes or 10 %, whichever is larger. */
export function withinRule(predicted: number, recorded: number): boolean {
  return Math.abs(predicted - recorded) <= Math.max(2, 0.1 * recorded);
}

/** Fraction within the rule and pooled count error of any prediction; null where there is nothing to score. */
export function scoreCounts(pairs: readonly { predicted: number; recorded: number }[]): FitScore {
  if (pairs.length === 0) return { sweeps: 0, withinRule: null, countError: null };
  const recorded = pairs.reduce((sum, pair) => sum + pair.recorded, 0);
  const wrong = pairs.reduce((sum, pair) => sum + Math.abs(pair.predicted - pair.recorded), 0);
  return {
    sweeps: pairs.length,
    withinRule: pairs.filter((pair) => withinRule(pair.predicted, pair.recorded)).length / pairs.length,
    countError: recorded > 0 ? wrong / recorded : null,
  };
}

/** Sweeps of a fit's own recording: counts of another protocol say nothing of this one. Of a fit without a file, all. */
export function ofSameFile<S extends { readonly file?: number }>(
  sweeps: readonly S[],
  file: number | undefined,
): readonly S[] {
  return file === undefined ? sweeps : sweeps.filter((sweep) => sweep.file === file);
}

/** The trained sweeps' counts, interpolated at a current: mean of the nearest below and above; null beyond either end. */
export function interpolateCount(
  trained: readonly { amplitude_pA: number; recordedSpikes: number }[],
  amplitude_pA: number,
): number | null {
  const nearest = (side: (difference: number) => boolean) => {
    const candidates = trained.filter((one) => side(one.amplitude_pA - amplitude_pA));
    if (candidates.length === 0) return null;
    const distance = Math.min(...candidates.map((one) => Math.abs(one.amplitude_pA - amplitude_pA)));
    const at = candidates.filter((one) => Math.abs(one.amplitude_pA - amplitude_pA) === distance);
    return at.reduce((sum, one) => sum + one.recordedSpikes, 0) / at.length;
  };
  const below = nearest((difference) => difference <= 0);
  const above = nearest((difference) => difference >= 0);
  return below === null || above === null ? null : (below + above) / 2;
}

/** Scores of one role. */
export function scoreRole(sweeps: readonly SweepFit[], role: SweepFit["role"]): FitScore {
  return scoreCounts(
    sweeps
      .filter((sweep) => sweep.role === role)
      .map((sweep) => ({ predicted: sweep.clonedSpikes, recorded: sweep.recordedSpikes })),
  );
}

/** Score of interpolation between trained neighbours on the held-out sweeps: what a clone has to be compared with. */
export function scoreInterpolation(sweeps: readonly SweepFit[]): FitScore {
  return scoreCounts(
    sweeps.flatMap((sweep) =>
      sweep.role === "held-out" && sweep.interpolatedSpikes !== null
        ? [{ predicted: sweep.interpolatedSpikes, recorded: sweep.recordedSpikes }]
        : [],
    ),
  );
}
