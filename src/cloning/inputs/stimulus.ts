import { currentJumps } from "../../features/index.ts";
import { meanOf } from "./frames.ts";

/** The stretch of the injected current that matters most in a sweep. Samples [start, end). */
export interface MainStretch {
  readonly start: number;
  readonly end: number;
  /** Mean current before and within. */
  readonly before_pA: number;
  readonly level_pA: number;
  /** Standard deviation of the current within; 0 of an ideal step. */
  readonly spread_pA: number;
  /** False where the current does not jump: ramps, noise, no current. */
  readonly isStep: boolean;
  readonly jumps: number;
  /** Range of the current over the whole sweep. */
  readonly min_pA: number;
  readonly max_pA: number;
}

/**
 * Finds the stretch between two jumps of the current with the largest charge away from the level at the start of the sweep.
 * Without jumps it runs from where the current first leaves that level (by a twentieth of its range) to where it last does.
 */
export function mainStretch(i_pA: Float64Array, dt_ms: number): MainStretch {
  const [min_pA, max_pA] = rangeOf(i_pA);
  const jumps = currentJumps(i_pA, dt_ms).map((time_ms) => Math.round(time_ms / dt_ms));
  const stretch = jumps.length ? largestCharge(i_pA, jumps) : moved(i_pA, (max_pA - min_pA) / 20);
  const level_pA = meanOf(i_pA, stretch.start, stretch.end);
  return {
    ...stretch,
    before_pA:
      stretch.start > 0 ? meanOf(i_pA, 0, Math.min(stretch.start, jumps[0] ?? stretch.start)) : i_pA[0],
    level_pA,
    spread_pA: spreadOf(i_pA, stretch.start, stretch.end, level_pA),
    isStep: jumps.length > 0,
    jumps: jumps.length,
    min_pA,
    max_pA,
  };
}

interface Stretch {
  readonly start: number;
  readonly end: number;
}

function largestCharge(i_pA: Float64Array, jumps: readonly number[]): Stretch {
  const edges = [...jumps, i_pA.length];
  const base_pA = meanOf(i_pA, 0, Math.max(1, edges[0]));
  let best = { start: edges[0], end: edges[1], charge: -1 };
  for (let k = 0; k + 1 < edges.length; k++) {
    const [start, end] = [edges[k], edges[k + 1]];
    const charge = Math.abs(meanOf(i_pA, start, end) - base_pA) * (end - start);
    if (charge > best.charge) best = { start, end, charge };
  }
  return { start: best.start, end: best.end };
}

function moved(i_pA: Float64Array, least_pA: number): Stretch {
  let start = 0;
  while (start < i_pA.length && Math.abs(i_pA[start] - i_pA[0]) <= least_pA) start++;
  let end = i_pA.length;
  while (end > start && Math.abs(i_pA[end - 1] - i_pA[0]) <= least_pA) end--;
  return start < end ? { start, end } : { start: 0, end: i_pA.length };
}

function spreadOf(values: Float64Array, from: number, to: number, mean: number): number {
  let sum = 0;
  for (let k = from; k < to; k++) sum += (values[k] - mean) ** 2;
  return Math.sqrt(sum / Math.max(1, to - from));
}

function rangeOf(values: Float64Array): [number, number] {
  let [low, high] = [values[0], values[0]];
  for (let k = 1; k < values.length; k++) {
    if (values[k] < low) low = values[k];
    else if (values[k] > high) high = values[k];
  }
  return [low, high];
}
