import type { NumericalFailure } from "./kernel.ts";
import { type Model, parameterIndex } from "./model.ts";
import type { PopulationKernel, PopulationRun } from "./population.ts";

/** The voltage of one cell under one current. */
export interface SweepRun {
  /** At step 0 and after every step; NaN after a failure. */
  readonly v_mV: Float64Array;
  readonly failure?: NumericalFailure;
}

/**
 * Runs every cell under every current, as one population where the currents are of equal length: `[cell][current]`.
 *
 * @param cells parameter sets in the order of the model's parameters.
 * @param currents in the model's unit, each value holding for one step.
 * @param v0_mV first voltage; default: each cell's resting point at the first value of the current.
 */
export function runSweeps(
  kernel: PopulationKernel,
  cells: readonly ArrayLike<number>[],
  currents: readonly Float64Array[],
  v0_mV?: number,
): SweepRun[][] {
  const { model } = kernel;
  const drawnPeak = model.kind === "reset" ? model.drawnPeak : undefined;
  const results: SweepRun[][] = cells.map(() => []);
  for (const steps of new Set(currents.map(({ length }) => length))) {
    const positions = [...currents.keys()].filter((position) => currents[position].length === steps);
    const run = kernel.run(
      packCells(
        model,
        cells.flatMap((cell) => positions.map(() => cell)),
      ),
      {
        steps,
        recordEvery: 1,
        spikeTimes: drawnPeak !== undefined,
        i: {
          kind: "waveforms",
          waveforms: positions.map((position) => currents[position]),
          which: cells.flatMap(() => positions.map((_, which) => which)),
        },
        ...(v0_mV !== undefined && { v0_mV }),
      },
    );
    if (drawnPeak !== undefined) {
      const peak = parameterIndex(model, drawnPeak);
      drawPeaks(run, kernel.dt_ms, (index) => cells[Math.floor(index / positions.length)][peak]);
    }
    const failures = new Map(run.failures.map((failure) => [failure.cell, failure]));
    for (const [cell, list] of results.entries()) {
      for (const [which, position] of positions.entries()) {
        const index = cell * positions.length + which;
        const failure = failures.get(index);
        const v_mV = run.v_mV.subarray(index * run.samples, (index + 1) * run.samples);
        list[position] = failure ? { v_mV, failure } : { v_mV };
      }
    }
  }
  return results;
}

/** Time in which a drawn spike falls from its peak: a needle of one sample would pass for a switching artefact. */
const DRAWN_FALL_MS = 0.5;

/** Draws each cell's spikes: the peak where the spike ended, and a straight fall from there onto the trace. */
function drawPeaks(run: PopulationRun, dt_ms: number, peakOf: (cell: number) => number): void {
  const { times_ms, starts } = run.spikes;
  const fall = Math.max(1, Math.round(DRAWN_FALL_MS / dt_ms));
  for (let cell = 0; cell < run.count; cell++) {
    const v_mV = run.v_mV.subarray(cell * run.samples, (cell + 1) * run.samples);
    const peak_mV = peakOf(cell);
    for (const time_ms of times_ms.subarray(starts[cell], starts[cell + 1])) {
      const first = Math.round(time_ms / dt_ms);
      const last = Math.min(first + fall, v_mV.length);
      for (let k = first; k < last; k++) v_mV[k] += (peak_mV - v_mV[k]) * (1 - (k - first) / fall);
    }
  }
}

/** Parameter sets one after the other, as a population takes them. */
export function packCells(model: Model, cells: readonly ArrayLike<number>[]): Float64Array {
  const packed = new Float64Array(cells.length * model.parameters.length);
  for (const [cell, params] of cells.entries()) packed.set(params, cell * model.parameters.length);
  return packed;
}

/** The parameters that are the same in all cells: what `compile` may take as fixed. */
export function commonParameters(
  model: Model,
  cells: readonly ArrayLike<number>[],
): Readonly<Record<string, number>> {
  const common = model.parameters.flatMap(({ name }, index): [string, number][] => {
    const value = cells[0][index];
    return cells.every((cell) => cell[index] === value) ? [[name, value]] : [];
  });
  return Object.fromEntries(common);
}

/** Conductances that are 0 in all cells: `compile` with these fixed leaves their channels out. */
export function absentChannels(
  model: Model,
  cells: readonly ArrayLike<number>[],
): Readonly<Record<string, number>> {
  const common = Object.entries(commonParameters(model, cells));
  const conductances = new Set(
    model.parameters.filter(({ role }) => role === "conductance").map(({ name }) => name),
  );
  return Object.fromEntries(common.filter(([name, value]) => value === 0 && conductances.has(name)));
}
