import { evaluate } from "../expression.ts";
import {
  type BoundCell,
  failureAt,
  type Kernel,
  oneByOne,
  type Run,
  type RunOptions,
  VOLTAGE_LIMIT_MV,
} from "../kernel.ts";
import {
  type ConductanceModel,
  defaultSolver,
  type Gate,
  type Model,
  type ResetModel,
  toRecord,
} from "../model.ts";
import { restingVoltage } from "../resting.ts";

/** The oracle: walks the expression trees in plain f64, as close to the written equations as can be. */
export function referenceKernel(model: Model, dt_ms: number): Kernel {
  return {
    name: "reference",
    model,
    solver: defaultSolver(model),
    dt_ms,
    bind(given): BoundCell {
      const params = Float64Array.from(given);
      const values = toRecord(model, params);
      return oneByOne((current, options = {}) => {
        const v0 = options.v0_mV ?? restingVoltage(model, params, current[0] ?? 0);
        return model.kind === "reset"
          ? runReset(model, values, current, dt_ms, v0, options)
          : runStaggered(model, values, current, dt_ms, v0, options);
      });
    },
  };
}

/** Explicit Euler: v and u both step from the old values; the spike is at the end of the step in which v reaches the peak. */
function runReset(
  model: ResetModel,
  values: Readonly<Record<string, number>>,
  current: Float64Array,
  dt: number,
  v0: number,
  options: RunOptions,
): Run {
  const trace = new TraceRecorder(current.length, options.recordEvery ?? 0);
  const spikes: number[] = [];
  let v = v0;
  let u = 0;
  trace.store(0, v);
  for (let step = 0; step < current.length; step++) {
    const scope = { ...values, v, u, i: current[step] };
    v += dt * evaluate(model.dv, scope);
    u += dt * evaluate(model.du, scope);
    if (!(Math.abs(v) < 1e6)) return trace.end(spikes, failureAt(step + 1, dt, "v"));
    const after = { ...values, v, u };
    if (v >= evaluate(model.peak, after)) {
      spikes.push((step + 1) * dt);
      v = evaluate(model.resetV, after);
      u = evaluate(model.resetU, after);
    }
    trace.store(step + 1, v);
  }
  return trace.end(spikes);
}

/**
 * Staggered second order: gates live on half steps and follow exponentially, v lives on whole steps and is advanced by the
 * trapezoidal rule with the gates of the middle (Hines 1984, doi:10.1016/0020-7101(84)90008-4). Instantaneous gates are
 * extrapolated to the middle of the step from their last two values.
 */
function runStaggered(
  model: ConductanceModel,
  values: Readonly<Record<string, number>>,
  current: Float64Array,
  dt: number,
  v0: number,
  options: RunOptions,
): Run {
  const trace = new TraceRecorder(current.length, options.recordEvery ?? 0);
  const level = options.spikeLevel_mV ?? 0;
  const capacitance = values[model.capacitance];
  const spikes: number[] = [];
  const gates: Record<string, number> = {};
  // One scope, moved along: a copy for every gate and step would cost more than the equations.
  const scope: Record<string, number> = { ...values, v: v0 };
  for (const gate of model.gates) gates[gate.name] = evaluate(gate.inf, scope);
  for (const gate of model.gates) advanceGate(gate, gates, scope, dt / 2);
  let v = v0;
  let vBefore = v0;
  trace.store(0, v);
  for (let step = 0; step < current.length; step++) {
    for (const gate of model.gates) {
      if (gate.tau) continue;
      scope.v = vBefore;
      const last = evaluate(gate.inf, scope);
      scope.v = v;
      gates[gate.name] = 1.5 * evaluate(gate.inf, scope) - 0.5 * last;
    }
    let conductance = 0;
    let drive = current[step];
    for (const ionic of model.currents) {
      const g = values[ionic.conductance] * evaluate(ionic.open, gates);
      conductance += g;
      drive += g * values[ionic.reversal];
    }
    const doubled = (2 * capacitance) / dt;
    vBefore = v;
    v = (v * (doubled - conductance) + 2 * drive) / (doubled + conductance);
    if (!(Math.abs(v) < VOLTAGE_LIMIT_MV)) return trace.end(spikes, failureAt(step + 1, dt, "v"));
    if (vBefore < level && v >= level) spikes.push((step + (level - vBefore) / (v - vBefore)) * dt);
    scope.v = v;
    for (const gate of model.gates) advanceGate(gate, gates, scope, dt);
    trace.store(step + 1, v);
  }
  return trace.end(spikes);
}

function advanceGate(
  gate: Gate,
  gates: Record<string, number>,
  scope: Readonly<Record<string, number>>,
  dt: number,
): void {
  if (!gate.tau) return;
  const inf = evaluate(gate.inf, scope);
  gates[gate.name] = inf + (gates[gate.name] - inf) * Math.exp(-dt / evaluate(gate.tau, scope));
}

class TraceRecorder {
  readonly #every: number;
  readonly #v: Float64Array;

  constructor(steps: number, every: number) {
    this.#every = every;
    this.#v =
      every > 0 ? new Float64Array(1 + Math.floor(steps / every)).fill(Number.NaN) : new Float64Array(0);
  }

  store(step: number, v: number): void {
    if (this.#every > 0 && step % this.#every === 0) this.#v[step / this.#every] = v;
  }

  end(spikes: readonly number[], failure?: Run["failure"]): Run {
    return { spikeTimes_ms: Float64Array.from(spikes), v_mV: this.#v, ...(failure ? { failure } : {}) };
  }
}
