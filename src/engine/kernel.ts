import type { Model, Solver } from "./model.ts";

/** What a run is given beside the parameters. */
export interface RunOptions {
  /** First voltage; gates at their steady state there (reset models: u = 0). Default: the resting point at the first current. */
  readonly v0_mV?: number;
  /** Store v at step 0 and after every `recordEvery` steps. 0 or missing: no voltage. */
  readonly recordEvery?: number;
  /** Spikes of conductance models are upward crossings of this. Default 0 mV. */
  readonly spikeLevel_mV?: number;
  /** Further inputs of the model by name, as long as the current and held like it. Missing: 0. */
  readonly inputs?: Readonly<Record<string, Float64Array>>;
  /** Adaptive schemes: largest error of one step, relative to the usual size of a state. */
  readonly tolerance?: number;
}

/** A numerical failure is a result: when, what, and what to try. */
export interface NumericalFailure {
  readonly t_ms: number;
  readonly state: string;
  readonly remedy: string;
}

export interface Run {
  readonly spikeTimes_ms: Float64Array;
  /** [1 + floor(steps / recordEvery)], or empty when not asked for. NaN after a failure. */
  readonly v_mV: Float64Array;
  readonly failure?: NumericalFailure;
}

/** One parameter set, ready to run: what can be prepared once for many currents is prepared. */
export interface BoundCell {
  /** Integrates one sweep; `current[n]` (the model's unit) holds from n*dt to (n+1)*dt. */
  run(current: Float64Array, options?: RunOptions): Run;
}

/**
 * The one interface between a model and what runs it. The interpreter is the oracle; every other kernel agrees with it
 * in the contract suite.
 */
export interface Kernel {
  readonly name: string;
  readonly model: Model;
  readonly solver: Solver;
  readonly dt_ms: number;
  /** `params`: values in the order of `model.parameters`; copied. */
  bind(params: ArrayLike<number>): BoundCell;
}

/** Beyond this a voltage is a failure of the integration, not physiology. */
export const VOLTAGE_LIMIT_MV = 1000;

/** The same for a reset model, which may shoot far over its peak within a step. */
export const RESET_LIMIT_MV = 1e6;

export function failureAt(step: number, dt_ms: number, state: string): NumericalFailure {
  return {
    t_ms: step * dt_ms,
    state,
    remedy: `Try a smaller time step than ${dt_ms} ms, or parameters nearer their usual range.`,
  };
}
