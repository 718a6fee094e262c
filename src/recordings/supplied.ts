/** An injected current that comes from a file of its own. */
import { InputError } from "../errors.ts";
import type { Content, ReadSamples } from "./content.ts";

/** Rows of time and value, the same for every sweep. */
export interface SuppliedCurrent {
  /** File name, for the description of the recording. */
  readonly name: string;
  /** Strictly increasing, ms from the start of each sweep. */
  readonly t_ms: Float64Array;
  /** Each value holds until the next row's time, the last one to the end of the sweep, pA. */
  readonly i_pA: Float64Array;
}

/** A current that was recorded in another file: one sweep for all, or one for each. */
export interface SampledCurrent {
  readonly name: string;
  /** Absent: sampled as the recording. */
  readonly dt_ms?: number;
  /** Samples of each sweep. */
  readonly lengths: readonly number[];
  /** In pA. */
  readonly i_pA: ReadSamples;
}

/** The current on the samples of the sweeps. */
export function sampleSupplied(
  current: SuppliedCurrent | SampledCurrent,
  content: Pick<Content, "dt_ms" | "lengths" | "fileName" | "skipped">,
): ReadSamples {
  const { dt_ms, skipped = 0 } = content;
  if ("t_ms" in current) return (_, from, to) => sampleRows(current, from + skipped, to + skipped, dt_ms);
  checkSweeps(current, content);
  const own_ms = ownInterval(current, content);
  const one = current.lengths.length === 1;
  return (sweep, from, to) => held(current, one ? 0 : sweep, from + skipped, to + skipped, dt_ms / own_ms);
}

/** Intervals that differ by rounding only are the same; a current without one must reach as far as the recording. */
function ownInterval(
  current: SampledCurrent,
  { dt_ms, lengths, skipped = 0, fileName }: Pick<Content, "dt_ms" | "lengths" | "fileName" | "skipped">,
): number {
  if (current.dt_ms !== undefined) return Math.abs(current.dt_ms / dt_ms - 1) < 1e-6 ? dt_ms : current.dt_ms;
  const one = current.lengths.length === 1;
  const short = lengths.findIndex((length, sweep) => current.lengths[one ? 0 : sweep] < skipped + length);
  if (short < 0) return dt_ms;
  throw new InputError({
    code: "current-file",
    what: `the supplied current "${current.name}" has no time and fewer samples than the recording`,
    where: fileName,
    got: `${current.lengths[one ? 0 : short]} samples for the ${skipped + lengths[short]} of sweep ${short + 1}`,
    expected: "a current for every sample",
    next: "Write it with its times: columns t_ms,i_pA.",
  });
}

/** Before the first row no current is injected. */
function sampleRows(current: SuppliedCurrent, from: number, to: number, dt_ms: number): Float64Array {
  const i_pA = new Float64Array(to - from);
  // A sample on a row's time gets the row's value even when k * dt is a hair below the written decimal.
  const slack_ms = dt_ms * 1e-6;
  let row = -1;
  for (let k = from; k < to; k++) {
    while (row + 1 < current.t_ms.length && current.t_ms[row + 1] <= k * dt_ms + slack_ms) row++;
    i_pA[k - from] = row < 0 ? 0 : current.i_pA[row];
  }
  return i_pA;
}

/** Each sample holds until the next one, the last to the end. `step`: samples of the current per sample wanted. */
function held(current: SampledCurrent, sweep: number, from: number, to: number, step: number): Float64Array {
  const last = current.lengths[sweep] - 1;
  const at = (k: number): number => Math.min(last, Math.floor(k * step * (1 + 1e-12) + 1e-9));
  const first = at(from);
  const values = current.i_pA(sweep, first, at(to - 1) + 1);
  return Float64Array.from({ length: to - from }, (_, n) => values[at(from + n) - first]);
}

function checkSweeps(
  current: SampledCurrent,
  { lengths, fileName }: Pick<Content, "lengths" | "fileName">,
): void {
  const given = current.lengths.length;
  if (given === 1 || given === lengths.length) return;
  throw new InputError({
    code: "current-file",
    what: `the supplied current "${current.name}" has another number of sweeps than the recording`,
    where: fileName,
    got: `${given} sweeps of current, ${lengths.length} of voltage`,
    expected: "one sweep of current for all, or one for each",
    next: "Give the current of the same recording.",
  });
}
