/** From raw inputs to what enters a network: robust scales, clipped outliers, missing values as 0 with a flag. */
import { FRAME_CHANNELS, FRAMES } from "./frames.ts";
import { CELL_SCALARS, MAX_SWEEPS, type NetworkInput, SWEEP_SCALARS } from "./networkInput.ts";

/** Centre and scale of each scalar; stored with the weights that were trained on them. */
export interface Standards {
  readonly sweep: ScalarStandards;
  readonly cell: ScalarStandards;
}

export interface ScalarStandards {
  readonly centre: readonly number[];
  readonly scale: readonly number[];
  /** Places of the scalars among those of this version, for weights that were trained on fewer; missing: all, in their order. */
  readonly columns?: readonly number[];
}

/** Scalars that a network takes of a sweep and of a cell. */
export interface ScalarCounts {
  readonly sweepScalars: number;
  readonly cellScalars: number;
}

export const ALL_SCALARS: ScalarCounts = {
  sweepScalars: SWEEP_SCALARS.length,
  cellScalars: CELL_SCALARS.length,
};

/** Inputs of a network for a batch of cells; the names and shapes are those of its graph. */
export interface NetworkBatch {
  /** Places for sweeps in each cell, at most `MAX_SWEEPS`; what stands as MAX_SWEEPS below. */
  readonly slots: number;
  /** [cells, MAX_SWEEPS, FRAMES, FRAME_CHANNELS.length]. */
  readonly frames: Float32Array;
  /** [cells, MAX_SWEEPS, 2 * sweep scalars]: values, then flags (1: measured). */
  readonly sweeps: Float32Array;
  /** [cells, MAX_SWEEPS]: 1 where there is a sweep. */
  readonly mask: Float32Array;
  /** [cells, 2 * cell scalars]: values, then flags. */
  readonly cells: Float32Array;
}

/** Values further than this many scales from the centre are pulled in to it. */
const CLIP = 6;
const SMALLEST_SCALE = 1e-3;

/** Median and 0.7413 x interquartile range (the standard deviation of a normal) of each scalar over cells where it is present. */
export function fitStandards(inputs: readonly NetworkInput[]): Standards {
  const columns = (vectors: readonly Float32Array[], width: number) => {
    const spreads = Array.from({ length: width }, (_, column) =>
      robustSpread(vectors.flatMap((vector) => [...vector].filter((_, k) => k % width === column))),
    );
    return { centre: spreads.map(({ centre }) => centre), scale: spreads.map(({ scale }) => scale) };
  };
  return {
    sweep: columns(
      inputs.map(({ sweepScalars }) => sweepScalars),
      SWEEP_SCALARS.length,
    ),
    cell: columns(
      inputs.map(({ cellScalars }) => cellScalars),
      CELL_SCALARS.length,
    ),
  };
}

/** A scalar that hardly varies (a flag, or one seen in few cells) keeps its own unit as its scale. */
function robustSpread(values: readonly number[]): { centre: number; scale: number } {
  const sorted = Float64Array.from(values.filter(Number.isFinite)).sort();
  if (sorted.length < 4) return { centre: 0, scale: 1 };
  const at = (fraction: number) => sorted[Math.floor(fraction * (sorted.length - 1))];
  const scale = 0.7413 * (at(0.75) - at(0.25));
  return { centre: at(0.5), scale: scale > SMALLEST_SCALE ? scale : 1 };
}

/**
 * An empty batch of `cells` cells, filled by `fillBatch`.
 *
 * @param slots places for sweeps, where cells are known to have few.
 * @param counts as many as the standards have that it will be filled with.
 */
export function emptyBatch(
  cells: number,
  slots = MAX_SWEEPS,
  { sweepScalars, cellScalars } = ALL_SCALARS,
): NetworkBatch {
  return {
    slots,
    frames: new Float32Array(cells * slots * FRAMES * FRAME_CHANNELS.length),
    sweeps: new Float32Array(cells * slots * 2 * sweepScalars),
    mask: new Float32Array(cells * slots),
    cells: new Float32Array(cells * 2 * cellScalars),
  };
}

/** Writes cell `position` of a batch, over whatever was there. The cell must not have more sweeps than the batch has slots. */
export function fillBatch(
  batch: NetworkBatch,
  position: number,
  input: NetworkInput,
  standards: Standards,
): void {
  const { slots } = batch;
  const frameSize = FRAMES * FRAME_CHANNELS.length;
  const first = position * slots;
  batch.frames.fill(0, first * frameSize, (first + slots) * frameSize);
  batch.frames.set(input.frames, first * frameSize);
  batch.mask.fill(0, first, first + slots).fill(1, first, first + input.sweeps);
  const width = standards.sweep.centre.length;
  batch.sweeps.fill(0, first * 2 * width, (first + slots) * 2 * width);
  for (let k = 0; k < input.sweeps; k++)
    standardiseInto(
      batch.sweeps,
      (first + k) * 2 * width,
      input.sweepScalars.subarray(k * SWEEP_SCALARS.length),
      standards.sweep,
    );
  const cellWidth = standards.cell.centre.length;
  standardiseInto(batch.cells, position * 2 * cellWidth, input.cellScalars, standards.cell);
}

function standardiseInto(
  out: Float32Array,
  to: number,
  values: Float32Array,
  { centre, scale, columns }: ScalarStandards,
): void {
  const width = centre.length;
  for (let k = 0; k < width; k++) {
    const z = (values[columns?.[k] ?? k] - centre[k]) / scale[k];
    const present = Number.isFinite(z);
    out[to + k] = present ? Math.max(-CLIP, Math.min(CLIP, z)) : 0;
    out[to + width + k] = present ? 1 : 0;
  }
}
