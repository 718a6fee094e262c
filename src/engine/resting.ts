import { evaluate, namesIn } from "./expression.ts";
import { type ConductanceModel, type Gate, type Model, type Pool, toRecord } from "./model.ts";

/**
 * Parameters, voltage, gates and pools by name where nothing changes any more at voltage v: pools follow from the currents that
 * they read, and gates that read a pool come after it. Inputs are 0.
 */
export function steadyState(
  model: ConductanceModel,
  values: Readonly<Record<string, number>>,
  v: number,
): Record<string, number> {
  const scope: Record<string, number> = { ...values, v };
  const { pools = [], inputs = [] } = model;
  for (const input of inputs) scope[input] = 0;
  const settle = (gates: readonly Gate[]) => {
    for (const gate of gates) scope[gate.name] = evaluate(gate.inf, scope);
  };
  settle(model.gates.filter((gate) => !readsPool(gate, pools)));
  for (const pool of pools) {
    for (const current of currentsOf(model, pool)) {
      const g = values[current.conductance] * evaluate(current.open, scope);
      scope[`I_${current.name}`] = g * (v - values[current.reversal]);
    }
    scope[pool.name] = evaluate(pool.inf, scope);
  }
  settle(model.gates.filter((gate) => readsPool(gate, pools)));
  return scope;
}

/** The ionic currents that a pool reads. */
export function currentsOf(model: ConductanceModel, pool: Pool): ConductanceModel["currents"] {
  const names = namesIn(pool.tau, namesIn(pool.inf));
  return model.currents.filter((current) => names.has(`I_${current.name}`));
}

function readsPool(gate: Gate, pools: readonly Pool[]): boolean {
  if (pools.length === 0) return false;
  const names = namesIn(gate.inf);
  return pools.some((pool) => names.has(pool.name));
}

/**
 * Steady-state ionic current minus the injected one at voltage v, in the model's current unit; outward is positive. Pools are at
 * their steady state at v too; inputs are 0.
 */
export function steadyCurrent(
  model: ConductanceModel,
  values: Readonly<Record<string, number>>,
  v: number,
  injected: number,
): number {
  const scope = steadyState(model, values, v);
  let total = -injected;
  for (const current of model.currents) {
    total += values[current.conductance] * evaluate(current.open, scope) * (v - values[current.reversal]);
  }
  return total;
}

const LOWEST_MV = -140;
const HIGHEST_MV = 20;

/**
 * Resting point at a constant current: the lowest voltage where the steady-state current turns from inward to outward.
 * It may be unstable to oscillation (a pacemaker). Where no zero lies between -140 and 20 mV, the nearer end.
 */
export function restingVoltage(model: Model, params: ArrayLike<number>, injected = 0): number {
  if (model.kind === "reset") return toRecord(model, params)[model.rest];
  const values = toRecord(model, params);
  return lowestZero((v) => steadyCurrent(model, values, v, injected));
}

/** Lowest upward zero crossing of f on the resting range: a 2 mV scan, then bisection to 1e-9 mV. */
export function lowestZero(f: (v: number) => number): number {
  let low = LOWEST_MV;
  if (f(low) >= 0) return low;
  for (let high = LOWEST_MV + 2; high <= HIGHEST_MV; high += 2) {
    if (f(high) >= 0) return bisect(f, low, high);
    low = high;
  }
  return HIGHEST_MV;
}

function bisect(f: (v: number) => number, below: number, above: number): number {
  let low = below;
  let high = above;
  while (high - low > 1e-9) {
    const middle = (low + high) / 2;
    if (f(middle) >= 0) high = middle;
    else low = middle;
  }
  return (low + high) / 2;
}
