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
  /** Ornstein-Uhlenbeck noise, exact in distribution at every step; a stream of its own for each cell and input. */
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
  /**
   * First voltage, one for all or one a cell. Default: each cell's resting point, at the first value of a waveform, without current
   * where that is constant or noise.
   */
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
  readonly progress?: (fraction: number) => void;
}

export interface CellFailure extends NumericalFailure {
  /** Index of the cell. */
  readonly cell: number;
}

/** One entry a cell; after a failure a cell's numbers are NaN and its count is what came before. */
export interface ResultArrays {
  readonly spikeCounts: Uint32Array;
  readonly vMin_mV?: Float64Array;
  readonly vMax_mV?: Float64Array;
  readonly vMean_mV?: Float64Array;
  readonly plateau_ms?: Float64Array;
  readonly plateauCrossings?: Uint32Array;
  /** Cell after cell, `samples` each; empty unless asked for. */
  readonly v_mV: Float64Array;
}

export interface PopulationRun extends ResultArrays {
  readonly count: number;
  /** All spikes, cell after cell: those of cell k are `times_ms.subarray(starts[k], starts[k + 1])`. Empty unless asked for. */
  readonly spikes: { readonly times_ms: Float64Array; readonly starts: Uint32Array };
  readonly samples: number;
  readonly failures: readonly CellFailure[];
}

/** Spikes and failures of the cells `from` to `to` (not included). */
export interface PartRun {
  readonly from: number;
  readonly to: number;
  readonly times_ms: Float64Array;
  /** Counted from the part's first cell. */
  readonly starts: Uint32Array;
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
  /**
   * Integrates the cells `from` to `to` (not included) and writes into the arrays of all: parts can run on different threads.
   * `goOn` is asked now and then with the number of cells done; at a no the part ends early.
   */
  runPart(
    parameters: Float64Array,
    options: PopulationOptions,
    arrays: ResultArrays,
    from: number,
    to: number,
    goOn?: (cells: number) => boolean,
  ): PartRun;
  /** Opens the cells for stepping in stretches, with spikes arriving at them: what a network needs. */
  open(parameters: Float64Array, options: StepperOptions): Stepper;
}

export interface StepperOptions extends Pick<PopulationOptions, "i" | "inputs" | "v0_mV" | "spikeLevel_mV"> {
  /** Steps of one stretch; at most the shortest delay. */
  readonly stretch: number;
  /** The longest delay in steps. */
  readonly longestDelay: number;
}

/** Cells that are advanced stretch by stretch. */
export interface Stepper {
  readonly count: number;
  /** Steps done. */
  readonly now: number;
  /** Names that `read` takes. Gates that do not change are not among them. */
  readonly states: readonly string[];
  /** Where weights of arriving spikes are added; see {@link ArrivalRing}. Throws an internal error for an unknown name. */
  arrivals(name: string): ArrivalRing;
  /** One stretch; `spike` is called with each spike's cell and time in steps (crossings are interpolated). */
  advance(spike: (cell: number, time_steps: number) => void): void;
  /** The present values of a state, such as `v` or a gate, of all cells. */
  read(state: string, out: Float64Array): void;
  failures(): CellFailure[];
}

/**
 * Weights on their way: what arrives at `cell` at the start of step `n` stands at `values[start + (n % steps) * row + cell]`, for
 * n from `now` to `now + steps - 1`. A step takes it out.
 */
export interface ArrivalRing {
  readonly values: Float64Array | Float32Array;
  readonly start: number;
  readonly steps: number;
  readonly row: number;
}
