import { stepCurrent } from "../../engine/index.ts";
import type { RandomStream } from "../../random.ts";

/** What the experimenter knows before the recording starts. */
export interface Bench {
  /** A step of 0.4 s that fires, to a factor of 1.5: found by trying. */
  readonly rheobase_pA: number;
  readonly dt_ms: number;
  readonly hold_pA: number;
}

/** Currents of equal length, one a sweep, the holding current in them. */
export interface Protocol {
  readonly name: string;
  readonly i_pA: readonly Float64Array[];
}

export const between = (stream: RandomStream, low: number, high: number) =>
  low + (high - low) * stream.uniform();

export const logBetween = (stream: RandomStream, low: number, high: number) =>
  low * (high / low) ** stream.uniform();

export const wholeBetween = (stream: RandomStream, low: number, high: number) =>
  low + Math.floor((high - low + 1) * stream.uniform());

export interface StepFamily {
  readonly levels_pA: readonly number[];
  readonly before_ms: number;
  readonly step_ms: number;
  readonly after_ms: number;
}

/** One current step a sweep, on top of the holding current. */
export function stepFamily(
  bench: Bench,
  { levels_pA, before_ms, step_ms, after_ms }: StepFamily,
): Float64Array[] {
  return levels_pA.map((level) =>
    stepCurrent({
      duration_ms: before_ms + step_ms + after_ms,
      dt_ms: bench.dt_ms,
      start_ms: before_ms,
      stop_ms: before_ms + step_ms,
      amplitude: bench.hold_pA + level,
      baseline: bench.hold_pA,
    }),
  );
}

/** `count` levels at equal distances, both ends included. */
export function ladder(low: number, high: number, count: number): number[] {
  if (count === 1) return [high];
  return Array.from({ length: count }, (_, k) => low + ((high - low) * k) / (count - 1));
}

/** One long step that fires: 1 s at 1.2 to 3 times rheobase, with 100 ms before and after. */
export function singleStep(bench: Bench, stream: RandomStream): Protocol {
  const level = bench.rheobase_pA * logBetween(stream, 1.2, 3);
  const family = { levels_pA: [level], before_ms: 100, step_ms: 1000, after_ms: 100 };
  return { name: "single-step", i_pA: stepFamily(bench, family) };
}
