/**
 * Networks stepped cell by cell from the equations: slow, obvious, and written without the engine's compiler or the networks' room. One
 * difference to a book: gates stand on half steps (Hines 1984), as under our default scheme.
 */
import { type Expression, evaluate } from "../../src/engine/expression.ts";
import type { ConductanceModel } from "../../src/engine/index.ts";

export interface OracleSynapse {
  readonly from: number;
  readonly to: number;
  readonly synapse: string;
  readonly weight: number;
  readonly delay_steps: number;
  readonly plasticity?: { readonly U: number; readonly tauRec_ms: number; readonly tauFacil_ms: number };
}

export interface OracleCell {
  readonly parameters: Readonly<Record<string, number>>;
  readonly i: number;
  readonly v0: number;
}

export interface OracleSpike {
  readonly cell: number;
  readonly time_steps: number;
}

type Scope = Record<string, number>;

export function oracleSpikes(
  model: ConductanceModel,
  cells: readonly OracleCell[],
  synapses: readonly OracleSynapse[],
  steps: number,
  dt: number,
  spikeLevel: number,
): OracleSpike[] {
  const value = (expression: Expression, scope: Scope) => evaluate(expression, scope);
  const relaxing = model.gates.filter((gate) => gate.tau);
  const following = model.gates.filter((gate) => !gate.tau);
  const scopes = cells.map(({ parameters, v0 }): Scope => {
    const scope: Scope = { ...parameters, v: v0 };
    for (const gate of model.gates) scope[gate.name] = value(gate.inf, scope);
    return scope;
  });
  const before = scopes.map((scope) => ({ ...scope }));
  const underWay: { step: number; cell: number; synapse: string; weight: number }[] = [];
  const presynaptic = synapses.map(() => ({ u: 0, R: 1, time: -1e9 }));
  const spikes: OracleSpike[] = [];

  for (let n = 0; n < steps; n++) {
    for (const { cell, synapse, weight } of underWay.filter(({ step }) => step === n)) {
      const scope = scopes[cell];
      for (const { gate, amount } of model.arrivals!.find(({ name }) => name === synapse)!.adds) {
        const tau = value(relaxing.find(({ name }) => name === gate)!.tau!, scope);
        scope[gate] += weight * value(amount, scope) * Math.exp(-dt / 2 / tau);
      }
    }
    const fired: OracleSpike[] = [];
    for (const [cell, scope] of scopes.entries()) {
      let [conductance, drive] = [0, cells[cell].i];
      for (const current of model.currents) {
        const g = scope[current.conductance] * value(current.open, scope);
        conductance += g;
        drive += g * scope[current.reversal];
      }
      const C = scope[model.capacitance];
      const old = scope.v;
      // (v' - v) C / dt = drive - conductance (v + v') / 2
      scope.v = ((C / dt - conductance / 2) * old + drive) / (C / dt + conductance / 2);
      for (const gate of relaxing) {
        const inf = value(gate.inf, scope);
        scope[gate.name] = inf + (scope[gate.name] - inf) * Math.exp(-dt / value(gate.tau!, scope));
      }
      for (const gate of following) {
        const now = value(gate.inf, scope);
        scope[gate.name] = 1.5 * now - 0.5 * before[cell][gate.name];
        before[cell][gate.name] = now;
      }
      if (old < spikeLevel && scope.v >= spikeLevel)
        fired.push({ cell, time_steps: n + (spikeLevel - old) / (scope.v - old) });
    }
    for (const { cell, time_steps } of fired)
      for (const [index, synapse] of synapses.entries()) {
        if (synapse.from !== cell) continue;
        const arrives = Math.round(time_steps) + synapse.delay_steps;
        const weight = synapse.weight * released(synapse.plasticity, presynaptic[index], time_steps * dt);
        underWay.push({ step: arrives, cell: synapse.to, synapse: synapse.synapse, weight });
      }
    spikes.push(...fired);
  }
  return spikes.sort((a, b) => a.time_steps - b.time_steps);
}

function released(
  rule: OracleSynapse["plasticity"],
  state: { u: number; R: number; time: number },
  now: number,
): number {
  if (!rule) return 1;
  const since = now - state.time;
  state.u *= Math.exp(-since / rule.tauFacil_ms);
  state.R = 1 + (state.R - 1) * Math.exp(-since / rule.tauRec_ms);
  state.u += rule.U * (1 - state.u);
  const part = state.u * state.R;
  state.R -= part;
  state.time = now;
  return part;
}
