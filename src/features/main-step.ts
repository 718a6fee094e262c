/** The current step that a recording is about, read off the current itself and not off a protocol's name. */
import type { Recording, Stimulus, Sweep } from "../recordings/recording.ts";
import { median } from "./statistics.ts";
import type { CurrentStep, Window } from "./subthreshold.ts";

/** One window for all sweeps, and what each sweep does in it. */
export interface MainStep extends Window {
  /** Current in the window, one a sweep, in the order of the sweeps. */
  readonly level_pA: readonly number[];
  /** Current just before the window, one a sweep. */
  readonly before_pA: readonly number[];
}

const MIN_STEP_ms = 20;
const SAME_TIME_ms = 1;
const SAME_LEVEL_pA = 2;
const SAME_LEVEL_FRACTION = 0.05;

/**
 * The main step: the first stretch of at least 20 ms in which the current is constant within each sweep and differs
 * between sweeps (by more than 2 pA and 5 % of the range of all levels: the offset of a recorded current drifts). If
 * no stretch differs, as with a single sweep, the one whose level is furthest from the holding level, by as much.
 *
 * @returns null for ramps, waveforms, pulses shorter than 20 ms, or without any current.
 */
export function findMainStep(recording: Pick<Recording, "sweeps">): MainStep | null {
  const stimuli = recording.sweeps.map(({ stimulus }) => stimulus);
  if (stimuli.length === 0 || stimuli.some(({ segments }) => segments.length === 0)) return null;
  const steps = constantStretches(stimuli).filter(({ start_ms, end_ms }) => end_ms - start_ms >= MIN_STEP_ms);
  const levels = stimuli.flatMap(({ segments }) =>
    segments.flatMap(({ from_pA, to_pA }) => [from_pA, to_pA]),
  );
  const least_pA = Math.max(SAME_LEVEL_pA, SAME_LEVEL_FRACTION * rangeOf(levels));
  return (
    steps.find((step) => rangeOf(step.level_pA) > least_pA) ?? furthestFromHolding(steps, stimuli, least_pA)
  );
}

/** All stretches of at least 20 ms in which the current is constant within each sweep. */
export function constantSteps({ sweeps }: Pick<Recording, "sweeps">): MainStep[] {
  const stimuli = sweeps.map(({ stimulus }) => stimulus);
  if (stimuli.some(({ segments }) => segments.length === 0)) return [];
  return constantStretches(stimuli).filter(({ start_ms, end_ms }) => end_ms - start_ms >= MIN_STEP_ms);
}

/** The main step as one sweep sees it: its window and its height over the current before. */
export function stepOfSweep(step: MainStep, position: number): CurrentStep {
  const { start_ms, end_ms, level_pA, before_pA } = step;
  return { start_ms, end_ms, delta_pA: level_pA[position] - before_pA[position] };
}

/** The window before the current first leaves the holding level: the whole sweep if it never does. */
export function windowBefore(sweep: Sweep, dt_ms: number): Window {
  const { kind, start_ms, holding_pA, segments } = sweep.stimulus;
  const length_ms = sweep.v_mV.length * dt_ms;
  if (kind === "none") return { start_ms: 0, end_ms: length_ms };
  // A test pulse before a strong stimulus leaves the holding level too, so that the limit is finer here than among steps.
  const least_pA = Math.max(SAME_LEVEL_pA, 0.1 * SAME_LEVEL_FRACTION * rangeOf(levelsOf(sweep.stimulus)));
  const leaves = segments.find(({ from_pA, to_pA }) => {
    return Math.max(Math.abs(from_pA - holding_pA), Math.abs(to_pA - holding_pA)) > least_pA;
  });
  return { start_ms: 0, end_ms: leaves?.start_ms ?? start_ms };
}

/** Cuts the sweeps at every place where any of them changes, and keeps the pieces that are constant in all. */
function constantStretches(stimuli: readonly Stimulus[]): MainStep[] {
  const edges = sharedEdges(stimuli);
  const steps: MainStep[] = [];
  for (let k = 0; k + 1 < edges.length; k++) {
    const middle_ms = (edges[k] + edges[k + 1]) / 2;
    const inside = stimuli.map((stimulus) => segmentAt(stimulus, middle_ms));
    if (inside.some((segment) => !segment || segment.from_pA !== segment.to_pA)) continue;
    const level_pA = inside.map((segment) => segment!.from_pA);
    const before_pA = stimuli.map((stimulus) => {
      const earlier = k === 0 ? undefined : segmentAt(stimulus, (edges[k - 1] + edges[k]) / 2);
      return earlier ? earlier.to_pA : stimulus.holding_pA;
    });
    steps.push({ start_ms: edges[k], end_ms: edges[k + 1], level_pA, before_pA });
  }
  return steps;
}

/** Segment boundaries of all sweeps in time order; those within 1 ms are one (found in a noisy recorded current). */
function sharedEdges(stimuli: readonly Stimulus[]): number[] {
  const times = stimuli.flatMap(({ segments }) =>
    segments.flatMap(({ start_ms, end_ms }) => [start_ms, end_ms]),
  );
  const groups: number[][] = [];
  for (const t of times.sort((a, b) => a - b)) {
    const group = groups.at(-1);
    if (group && t - group[0] <= SAME_TIME_ms) group.push(t);
    else groups.push([t]);
  }
  return groups.map((group) => median(group)!);
}

function segmentAt({ segments }: Stimulus, t_ms: number) {
  return segments.find(({ start_ms, end_ms }) => start_ms <= t_ms && t_ms < end_ms);
}

function levelsOf({ segments }: Stimulus): number[] {
  return segments.flatMap(({ from_pA, to_pA }) => [from_pA, to_pA]);
}

function rangeOf(levels: readonly number[]): number {
  return Math.max(...levels) - Math.min(...levels);
}

function furthestFromHolding(
  steps: readonly MainStep[],
  stimuli: readonly Stimulus[],
  least_pA: number,
): MainStep | null {
  const distance = (step: MainStep) => Math.abs(step.level_pA[0] - stimuli[0].holding_pA);
  let best: MainStep | null = null;
  for (const step of steps) if (distance(step) > (best ? distance(best) : least_pA)) best = step;
  return best;
}
