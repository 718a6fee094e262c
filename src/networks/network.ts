import type { CellFailure, Drive, Model, Precision, Solver } from "../engine/index.ts";
import type { Connectivity } from "./connectivity.ts";
import type { ShortTermPlasticity } from "./plasticity.ts";

/** Cells of one model. */
export interface CellPopulation {
  readonly kind: "cells";
  readonly name: string;
  readonly model: Model;
  readonly count: number;
  /** Cell after cell in the order of the model's parameters; missing: the defaults. */
  readonly parameters?: Float64Array;
  /** Parameters that no cell varies: folded into the code, which makes it faster. They win over `parameters`. */
  readonly fixed?: Readonly<Record<string, number>>;
  /** Missing: the scheme that the model is integrated with by default. */
  readonly solver?: Solver;
  /** Injected current; missing: 0. Noise brings its own seed: populations with the same one have the same noise. */
  readonly i?: Drive;
  /** Further inputs of the model, such as injected conductances. */
  readonly inputs?: Readonly<Record<string, Drive>>;
  /** Missing: each cell's resting point. */
  readonly v0_mV?: number | ArrayLike<number>;
  readonly spikeLevel_mV?: number;
  readonly poisson?: readonly PoissonInput[];
  /** Weights that arrive at the first step, by synapse, one a cell: the first state of a conductance. */
  readonly first?: Readonly<Record<string, ArrayLike<number>>>;
}

/** Given spike trains, such as a stimulus or a recording. */
export interface SpikePopulation {
  readonly kind: "spikes";
  readonly name: string;
  /** For each cell, in any order. */
  readonly times_ms: readonly ArrayLike<number>[];
}

export type Population = CellPopulation | SpikePopulation;

/** Poisson spikes from outside, independent for each cell. */
export interface PoissonInput {
  readonly synapse: string;
  readonly rate_Hz: number | ArrayLike<number>;
  readonly weight: number;
  /** Which stream of random numbers each cell takes; missing: its index. */
  readonly stream?: ArrayLike<number>;
}

export interface Projection {
  readonly from: string;
  readonly to: string;
  /** A synapse of the target's model, e.g. `AMPA`. */
  readonly synapse: string;
  readonly connectivity: Connectivity;
  /** One for all or one a synapse, not negative: multiples of the synapse's conductance. */
  readonly weight: number | ArrayLike<number>;
  /** One for all or one a synapse; at least one time step. It is rounded to whole steps. */
  readonly delay_ms: number | ArrayLike<number>;
  /** Missing: every spike counts alike. */
  readonly plasticity?: ShortTermPlasticity;
}

export interface Network {
  readonly populations: readonly Population[];
  readonly projections: readonly Projection[];
}

export interface NetworkOptions {
  readonly duration_ms: number;
  readonly dt_ms: number;
  /** Of the Poisson inputs. */
  readonly seed: number;
  readonly precision?: Precision;
  readonly record?: NetworkRecord;
  /** Called now and then with the part that is done. */
  readonly progress?: (fraction: number) => void;
  /** Cell steps between two looks at progress and cancellation; default 4 million, some tenths of a second. */
  readonly work?: number;
  /** Ends the run with the signal's reason. */
  readonly signal?: AbortSignal;
}

export interface NetworkRecord {
  /** Default 1 ms. */
  readonly every_ms?: number;
  /** By population: names of ionic currents that are summed over its cells, e.g. `AMPA`. */
  readonly currents?: Readonly<Record<string, readonly string[]>>;
  /** By population: cells whose voltage is kept. */
  readonly voltages?: Readonly<Record<string, readonly number[]>>;
}

export interface PopulationResult {
  readonly count: number;
  /** In the order of time, then of cells. */
  readonly spikes: { readonly cell: Uint32Array; readonly time_ms: Float64Array };
  /** Mean of all cells. */
  readonly rate_Hz: number;
  readonly spikeCounts: Uint32Array;
  /** Sums over the cells in the model's current unit, outward positive, at `sampleTimes_ms`. */
  readonly currents: Readonly<Record<string, Float64Array>>;
  /** For each cell asked for; NaN from a failure on. */
  readonly v_mV: readonly Float64Array[];
}

/** A cell that could not be integrated: it is silent from then on, and is left out of the currents. */
export interface NetworkFailure extends CellFailure {
  readonly population: string;
}

export interface NetworkRun {
  readonly populations: Readonly<Record<string, PopulationResult>>;
  /** 0, every_ms, 2 every_ms, ... */
  readonly sampleTimes_ms: Float64Array;
  readonly failures: readonly NetworkFailure[];
  readonly seed: number;
  readonly dt_ms: number;
  readonly duration_ms: number;
  /** Spikes were exchanged this often: the largest time that no delay is shorter than and that divides `every_ms`. */
  readonly exchange_ms: number;
}
