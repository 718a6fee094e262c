import { evaluate } from "../expression.ts";
import { type ConductanceModel, type Gate, toRecord } from "../model.ts";
import { currentsOf, steadyState } from "../resting.ts";
import { inFixedSteps, type Scheme, type Stepper } from "./scheme.ts";

/**
 * Staggered second order (Hines 1984, doi:10.1016/0020-7101(84)90008-4): gates live on half steps and follow exponentially, v lives
 * on whole steps and is advanced by the trapezoidal rule with the gates of the middle. What follows the voltage at once is
 * extrapolated to the middle of the step from its last two values on whole steps: instantaneous gates, and pools where the open
 * fraction of a current reads them. Pools live on whole steps and follow exponentially, with the currents of the middle.
 */
export const staggered: Scheme = {
  solver: "staggered",
  order: 2,
  integrates: ["conductance"],
  prepare(model, dt) {
    if (model.kind !== "conductance") throw new Error(`internal: ${model.id} has no gates to stagger`);
    return (params) => {
      const values = toRecord(model, params);
      return inFixedSteps(model, dt, (v0) => start(model, values, dt, v0));
    };
  },
};

function start(
  model: ConductanceModel,
  values: Readonly<Record<string, number>>,
  dt: number,
  v0: number,
): Stepper {
  const y = Float64Array.of(v0);
  const moving = model.gates.filter((gate) => gate.tau);
  const instant = model.gates.filter((gate) => !gate.tau);
  const { inputs = [] } = model;
  const pools = (model.pools ?? []).map((pool) => ({ pool, reads: currentsOf(model, pool) }));
  const capacitance = values[model.capacitance];
  const doubled = (2 * capacitance) / dt;
  // One scope, moved along: a copy for every gate and step would cost more than the equations.
  const scope = steadyState(model, values, v0);
  for (const gate of moving) advance(gate, scope, dt / 2);
  // The values of instantaneous gates and pools one whole step ago.
  const last: Record<string, number> = { ...scope };

  const toTheMiddle = (): readonly number[] => {
    for (const gate of instant) {
      const now = evaluate(gate.inf, scope);
      scope[gate.name] = 1.5 * now - 0.5 * last[gate.name];
      last[gate.name] = now;
    }
    const onWholeStep = pools.map(({ pool }) => scope[pool.name]);
    for (const { name } of model.pools ?? []) {
      const now = scope[name];
      scope[name] = 1.5 * now - 0.5 * last[name];
      last[name] = now;
    }
    return onWholeStep;
  };

  return {
    y,
    step(drive) {
      for (const [k, input] of inputs.entries()) scope[input] = drive[k + 1];
      const onWholeStep = toTheMiddle();
      const conductances: Record<string, number> = {};
      let conductance = 0;
      let total = drive[0];
      for (const ionic of model.currents) {
        const g = values[ionic.conductance] * evaluate(ionic.open, scope);
        conductances[ionic.name] = g;
        conductance += g;
        total += g * values[ionic.reversal];
      }
      const before = y[0];
      const v = (before * (doubled - conductance) + 2 * total) / (doubled + conductance);
      for (const [k, { pool, reads }] of pools.entries()) {
        for (const { name, reversal } of reads)
          scope[`I_${name}`] = conductances[name] * ((before + v) / 2 - values[reversal]);
        scope[pool.name] = onWholeStep[k];
        advance(pool, scope, dt);
      }
      y[0] = v;
      scope.v = v;
      for (const gate of moving) advance(gate, scope, dt);
      return true;
    },
  };
}

/** x -> inf + (x - inf) exp(-dt / tau). */
function advance(state: Gate, scope: Record<string, number>, dt: number): void {
  const inf = evaluate(state.inf, scope);
  scope[state.name] = inf + (scope[state.name] - inf) * Math.exp(-dt / evaluate(state.tau!, scope));
}
