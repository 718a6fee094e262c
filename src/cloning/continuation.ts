import type { RoledSweep } from "./roles.ts";
import type { Target, TargetSweep } from "./target.ts";

/** How far above the strongest trained step the curve is continued, as multiples of its height over the holding current. */
const REACH = [1.3, 2] as const;
/** What all its sweeps together weigh, as a part of the recorded ones: what another third of the family would. */
const WEIGHT = 0.5;
/** Firing levels that a line needs. */
const FEWEST_LEVELS = 3;

interface Level {
  readonly current_pA: number;
  readonly spikes: number;
}

/**
 * Steps that nobody recorded, above the strongest trained one, with the spike counts that a cell may have there: no fewer than the
 * strongest trained step gave, and no more than the line through the upper half of the firing levels. Adaptation makes the rate of a
 * cell a line of the current (Ermentrout 1998, doi:10.1162/089976698300017106), and what limits a rate bends it down; a clone whose
 * rate takes off just above the recorded currents, or that stops there, fits the recording as well and is improbable.
 *
 * Empty where the strongest trained sweep is no step or does not fire, or fewer than three levels fire; never past the current at which a
 * recording shows depolarisation block.
 */
export function continuation(roled: readonly RoledSweep[], target: Target): TargetSweep[] {
  const trained = roled.filter(({ role }) => role === "trained");
  const top = trained.reduce((a, b) => (b.amplitude_pA > a.amplitude_pA ? b : a));
  const { kind, holding_pA } = top.sweep.stimulus;
  const strongest = target.sweeps.find(
    ({ index, amplitude_pA }) => index === top.sweep.index && amplitude_pA === top.amplitude_pA,
  );
  const levels = levelsOf(trained.filter(({ file }) => file === top.file)).filter(({ spikes }) => spikes > 0);
  const isStep = kind === "step" || kind === "steps";
  if (!strongest || !isStep || top.recordedSpikes === 0 || levels.length < FEWEST_LEVELS) return [];
  const line = lineThrough(levels.slice(-Math.max(FEWEST_LEVELS, Math.ceil(levels.length / 2))));
  const low = levels[levels.length - 1].spikes;
  const raised = (i_pA: number, reach: number) =>
    i_pA > holding_pA ? holding_pA + reach * (i_pA - holding_pA) : i_pA;
  const reaches = REACH.filter((reach) => raised(top.amplitude_pA, reach) < blockOf(roled));
  return reaches.map((reach): TargetSweep => {
    const amplitude_pA = raised(top.amplitude_pA, reach);
    const weight = (WEIGHT * target.sweeps.length) / reaches.length;
    return {
      ...strongest,
      amplitude_pA,
      current: strongest.current.map((i_pA) => raised(i_pA, reach)),
      expected: { low, high: Math.max(low, line(amplitude_pA)), weight },
    };
  });
}

function blockOf(roled: readonly RoledSweep[]): number {
  return Math.min(...roled.filter(({ role }) => role === "beyond-range").map((one) => one.amplitude_pA));
}

/** Mean counts, ascending by current. */
function levelsOf(steps: readonly RoledSweep[]): Level[] {
  const currents = [...new Set(steps.map(({ amplitude_pA }) => amplitude_pA))].sort((a, b) => a - b);
  return currents.map((current_pA) => {
    const counts = steps.filter((one) => one.amplitude_pA === current_pA).map((one) => one.recordedSpikes);
    return { current_pA, spikes: counts.reduce((a, b) => a + b, 0) / counts.length };
  });
}

/** Least squares. */
function lineThrough(levels: readonly Level[]): (current_pA: number) => number {
  const mean = (of: (level: Level) => number) =>
    levels.reduce((sum, one) => sum + of(one), 0) / levels.length;
  const current = mean(({ current_pA }) => current_pA);
  const spikes = mean((level) => level.spikes);
  const slope =
    mean((one) => (one.current_pA - current) * (one.spikes - spikes)) /
    mean((one) => (one.current_pA - current) ** 2);
  return (current_pA) => spikes + slope * (current_pA - current);
}
