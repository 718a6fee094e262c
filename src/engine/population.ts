import type { NumericalFailure } from "./kernel.ts";
import type { Model, Solver } from "./model.ts";

/** f64 by default; f32 for bulk sampling: four cells a vector instead of two, spikes shifted by microseconds. */
export type Precision = "f64" | "f32";

export interface CompileOptions {
  readonly dt_ms: number;
  /** Default: {@link defaultSolver} of the model. */
  readonly solver?: Solver;
  readonly precision?: Precision;
  /** Parameters that no cell varies: folded into the code. A conductance fixed at 0 takes its channel out of it. */
  readonly fixed?: Readonly<Record<string, number>>;
}

/** One waveform a name of the model's inputs (`i` is the injected current), for all cells or for each. */
export type Drive =
  /** The same value throughout: one for all or one a cell. */
  | { readonly kind: "constant"; readonly value: number | ArrayLike<number> }
  /**
   * Sampled waveforms of equal length, each value holding for one step. Cell k gets
   * `offset[k] + scale[k] * waveforms[which[k]]`; default `which` 0, `scale` 1, `offset` 0.
   */
  | {
      readonly kind: "waveforms";
      readonly waveforms: readonly Float64Array[];
      readonly which?: ArrayLike<number>;
      readonly scale?: number | ArrayLike<number>;
      readonly offset?: number | ArrayLike<number>;
    }
  /** Ornstein-Uhlenbeck noise, exact in distribution at every step; a stream of its own for each cell. */
  | {
      readonly kind: "noise";
      readonly mean: number | ArrayLike<number>;
      readonly sd: number | ArrayLike<number>;
      readonly tau_ms: number;
      readonly seed: number;
      /** Which stream each cell takes; default: its index. */
      readonly stream?: ArrayLike<number>;
    };

/** What is asked about every cell. Spike counts always come; everything else costs time or memory. */
export interface PopulationOptions {
  readonly steps: number;
  readonly i: Drive;
  /** Further inputs of the model by name. */
  readonly inputs?: Readonly<Record<string, Drive>>;
  /** First voltage, one for all or one a cell. Default: each cell's resting point at its first current. */
  readonly v0_mV?: number | ArrayLike<number>;
  /** Spikes of conductance models are upward crossings of this. Default 0 mV. */
  readonly spikeLevel_mV?: number;
  readonly spikeTimes?: boolean;
  /** Smallest, largest and mean voltage after each step. */
  readonly statistics?: boolean;
  /** Longest time above this voltage and upward crossings of it: a plateau is depolarisation block. */
  readonly plateauLevel_mV?: number;
  /** Store v at step 0 and after every so many steps. */
  readonly recordEvery?: number;
  /** Steps that are skipped before spikes, statistics and plateau count. */
  readonly settle_steps?: number;
  readonly signal?: AbortSignal;
  readonly progress?: (fraction: number) => void;
}

export interface CellFailure extends NumericalFailure {
  /** Index of the cell. */
  readonly cell: number;
}

/** Arrays have one entry a cell; after a failure a cell's numbers are NaN and its count is what came before. */
export interface PopulationRun {
  readonly count: number;
  readonly spikeCounts: Uint32Array;
  /** All spikes, cell after cell: those of cell k are `times.subarray(starts[k], starts[k + 1])`. Empty unless asked for. */
  readonly spikes: { readonly times_ms: Float64Array; readonly starts: Uint32Array };
  readonly vMin_mV?: Float64Array;
  readonly vMax_mV?: Float64Array;
  readonly vMean_mV?: Float64Array;
  readonly plateau_ms?: Float64Array;
  readonly plateauCrossings?: Uint32Array;
  /** Cell after cell, `samples` each. */
  readonly v_mV?: Float64Array | Float32Array;
  readonly samples: number;
  readonly failures: readonly CellFailure[];
}

/** A compiled model: thousands of parameter sets in lock-step. */
export interface PopulationKernel {
  readonly model: Model;
  readonly solver: Solver;
  readonly precision: Precision;
  readonly dt_ms: number;
  /**
   * Integrates `count` cells. `parameters` is cell after cell, each in the order of `model.parameters` ([count, parameters]).
   * The result of a cell does not depend on the others.
   */
  run(parameters: Float64Array, options: PopulationOptions): PopulationRun;
}
