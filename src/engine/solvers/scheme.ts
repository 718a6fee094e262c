import {
  failureAt,
  type NumericalFailure,
  RESET_LIMIT_MV,
  type Run,
  type RunOptions,
  VOLTAGE_LIMIT_MV,
} from "../kernel.ts";
import type { Model, Solver } from "../model.ts";
import type { System, SystemMaker } from "./system.ts";

/** One current and where the cell starts. */
export interface Sweep {
  readonly current: Float64Array;
  /** The model's inputs in their order, each as long as the current. */
  readonly inputs: readonly Float64Array[];
  readonly v0: number;
  readonly options: RunOptions;
}

/** A way to integrate a model: the one contract that all schemes fulfil. */
export interface Scheme {
  readonly solver: Solver;
  /** How many times the error halves when the step does. Spikes of reset models under a fixed step are of order 1 at the most. */
  readonly order: 1 | 2 | 3;
  readonly integrates: readonly Model["kind"][];
  /** Prepares a model once, then each parameter set, then runs sweeps. Current and inputs hold for `dt_ms`. */
  prepare(model: Model, dt_ms: number, systems: SystemMaker): (params: Float64Array) => (sweep: Sweep) => Run;
}

/** One cell on its way through a sweep in fixed steps. */
export interface Stepper {
  /** The state after the steps so far; the voltage is first. */
  readonly y: Float64Array;
  /** Moves on by one step; `drive`: the injected current and the inputs. False: the step's equations have no solution. */
  step(drive: Float64Array): boolean;
  /** Reset models, see `System`. */
  peak?(y: Float64Array): number;
  reset?(y: Float64Array): void;
}

/** A scheme of fixed steps on a model's differential equations: `moves` makes the function that does one step in place. */
export function onSystem(
  solver: Solver,
  order: Scheme["order"],
  moves: (system: System, dt_ms: number) => (y: Float64Array, drive: Float64Array) => boolean,
): Scheme {
  return {
    solver,
    order,
    integrates: ["conductance", "reset"],
    prepare(model, dt_ms, systems) {
      const systemOf = systems(model);
      return (params) => {
        const system = systemOf(params);
        const move = moves(system, dt_ms);
        return inFixedSteps(model, dt_ms, (v0) => {
          const y = system.initial(v0);
          const { peak, reset } = system;
          return { y, step: (drive) => move(y, drive), ...(peak && reset && { peak, reset }) };
        });
      };
    },
  };
}

/**
 * The loop around every scheme of fixed steps. Spikes of conductance models are upward crossings of the level, on the straight
 * line through both ends of the step; those of reset models are at the end of the step in which v reaches the peak.
 */
export function inFixedSteps(
  model: Model,
  dt: number,
  start: (v0: number) => Stepper,
): (sweep: Sweep) => Run {
  const limit = voltageLimit(model);
  return ({ current, inputs, v0, options }) => {
    const trace = new TraceRecorder(current.length, options.recordEvery ?? 0);
    const level = options.spikeLevel_mV ?? 0;
    const spikes: number[] = [];
    const stepper = start(v0);
    const { y } = stepper;
    const drive = new Float64Array(1 + inputs.length);
    trace.store(0, v0);
    for (let step = 0; step < current.length; step++) {
      drive[0] = current[step];
      for (let k = 0; k < inputs.length; k++) drive[k + 1] = inputs[k][step];
      const before = y[0];
      const solved = stepper.step(drive);
      const v = y[0];
      if (!solved || !(Math.abs(v) < limit)) return trace.end(spikes, failureAt(step + 1, dt, "v"));
      if (stepper.peak && stepper.reset) {
        if (v >= stepper.peak(y)) {
          spikes.push((step + 1) * dt);
          stepper.reset(y);
        }
      } else if (before < level && v >= level) {
        spikes.push((step + (level - before) / (v - before)) * dt);
      }
      trace.store(step + 1, y[0]);
    }
    return trace.end(spikes);
  };
}

/** Beyond this the voltage of an integration is a failure. */
export function voltageLimit(model: Model): number {
  return model.kind === "reset" ? RESET_LIMIT_MV : VOLTAGE_LIMIT_MV;
}

/** Voltage at step 0 and after every `every` steps, NaN where a run did not come. */
export class TraceRecorder {
  readonly #every: number;
  readonly #v: Float64Array;

  constructor(steps: number, every: number) {
    this.#every = every;
    this.#v =
      every > 0 ? new Float64Array(1 + Math.floor(steps / every)).fill(Number.NaN) : new Float64Array(0);
  }

  /** Whether the voltage at this step is wanted. */
  wants(step: number): boolean {
    return this.#every > 0 && step % this.#every === 0;
  }

  store(step: number, v: number): void {
    if (this.wants(step)) this.#v[step / this.#every] = v;
  }

  end(spikes: readonly number[], failure?: NumericalFailure): Run {
    return { spikeTimes_ms: Float64Array.from(spikes), v_mV: this.#v, ...(failure ? { failure } : {}) };
  }
}
