import type { Precision } from "../../engine/index.ts";
import type { RandomStream } from "../../random.ts";
import { solve } from "../symmetric.ts";
import { type Around, FLAT_INFORMATION } from "./draws.ts";
import { dot, products } from "./linear.ts";

/** Voltages of points of the unit box in a precision of the engine. */
export type RunIn = (
  points: readonly Float64Array[],
  precision: Precision,
) => readonly (Float64Array | null)[];

const RUNS = 12;
const MOVE = 1e-6;

export interface Rounding {
  readonly mean_mV: Float64Array;
  readonly deviations_mV: readonly Float64Array[];
}

/**
 * What rounding does to the trajectory of a cell: microseconds in most cells, far more where spikes hang on a threshold. From runs of
 * cells that differ by less than anything else tells, in double and in the recording's precision; most of it is the same in all of them.
 */
export function roundingOf(
  run: RunIn,
  x: Float64Array,
  samples: number,
  precision: Precision,
  stream: RandomStream,
): Rounding {
  const cells = Array.from({ length: RUNS }, () => x.map((value) => value + MOVE * stream.normal()));
  const exact = run(cells, "f64");
  const differences = run(cells, precision).flatMap((rounded, k) => {
    const other = exact[k];
    return rounded && other ? [rounded.map((value, s) => value - other[s])] : [];
  });
  const mean_mV = new Float64Array(samples);
  for (const difference of differences)
    for (let s = 0; s < samples; s++) mean_mV[s] += difference[s] / differences.length;
  return { mean_mV, deviations_mV: differences.map((one) => one.map((value, s) => value - mean_mV[s])) };
}

/** How far deviations d of the trajectory move the mode: H^-1 J' d, all whitened. */
export function movesOf({ deviations_mV }: Rounding, { mode, linear }: Around): Float64Array[] {
  if (deviations_mV.length === 0) return [];
  const { whitener, x } = mode;
  const n = x.length;
  const jacobian = linear.jacobian.map((column) => whitener.whiten(column.slice()));
  const matrix = withFlat(products(jacobian), n);
  return deviations_mV.flatMap((deviation) => {
    const whitened = whitener.whiten(deviation.slice());
    const move = solve(
      matrix,
      n,
      jacobian.map((column) => dot(column, whitened)),
    );
    return move ? [move] : [];
  });
}

/** A draw moved by independent parts of the moves. */
export function moved(x: Float64Array, moves: readonly Float64Array[], stream: RandomStream): Float64Array {
  const there = x.slice();
  for (const move of moves) {
    const z = stream.normal() / Math.sqrt(moves.length);
    for (let i = 0; i < there.length; i++) there[i] += z * move[i];
  }
  return there;
}

const withFlat = (matrix: Float64Array, n: number) =>
  matrix.map((value, k) => value + (k % (n + 1) === 0 ? FLAT_INFORMATION : 0));
