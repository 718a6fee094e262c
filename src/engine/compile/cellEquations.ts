import { type Expression, namesIn } from "../expression.ts";
import type { ConductanceModel, Gate, IonicCurrent, Pool } from "../model.ts";
import { type Graph, isNumber, type Node } from "./graph.ts";

/** The parameter that stands for the first voltage. */
export const FIRST_VOLTAGE = "v0";

/** The input that carries what arrives at a synapse. */
const arrivalInput = (name: string) => `${ARRIVING}${name}`;
const ARRIVING = "arriving ";

/** The arrival that an input carries, or undefined for other inputs. */
export const arrivalName = (input: string) =>
  input.startsWith(ARRIVING) ? input.slice(ARRIVING.length) : undefined;

/** Values by the names that equations read. */
export type Named = ReadonlyMap<string, Node>;

/** The equations of a conductance model as nodes. */
export class CellEquations {
  readonly graph: Graph;
  readonly model: ConductanceModel;
  readonly #fixed: Readonly<Record<string, number>>;
  readonly #poolReaders: ReadonlySet<string>;

  /** Currents that can flow, and what they need: a channel whose conductance is fixed at 0 costs nothing. */
  readonly currents: readonly IonicCurrent[];
  readonly moving: readonly Gate[];
  readonly instant: readonly Gate[];
  readonly pools: readonly Pool[];
  /** Gates whose steady state does not depend on anything that changes: they stay there. */
  readonly constants: Named;

  constructor(graph: Graph, model: ConductanceModel, fixed: Readonly<Record<string, number>>) {
    this.graph = graph;
    this.model = model;
    this.#fixed = fixed;
    this.currents = model.currents.filter((current) => !isNumber(this.parameter(current.conductance), 0));
    const read = new Set(this.currents.flatMap((current) => [...namesIn(current.open)]));
    const jumping = new Set(
      (model.arrivals ?? []).flatMap((arrival) => arrival.adds.map(({ gate }) => gate)),
    );
    const gates = model.gates.filter((gate) => read.has(gate.name));
    const settledAt = new Map(gates.map((gate) => [gate.name, this.node(gate.inf, this.#changing())]));
    const changes = (gate: Gate) => jumping.has(gate.name) || settledAt.get(gate.name)?.kind !== "number";
    this.constants = new Map([...settledAt].filter(([, node]) => node.kind === "number"));
    this.moving = gates.filter((gate) => gate.tau && changes(gate));
    this.instant = gates.filter((gate) => !gate.tau && changes(gate));
    for (const { inf, tau, rates } of gates)
      for (const part of [inf, tau, rates?.opening, rates?.closing]) if (part) namesIn(part, read);
    this.pools = (model.pools ?? []).filter((pool) => read.has(pool.name));
    const pools = this.pools.map((pool) => pool.name);
    this.#poolReaders = new Set(gates.filter((gate) => readsAny(gate.inf, pools)).map((gate) => gate.name));
  }

  #changing(): Named {
    const names = ["v", ...(this.model.pools ?? []).map(({ name }) => name)];
    return new Map(names.map((name) => [name, this.graph.state(name)]));
  }

  get inputs(): string[] {
    const arrivals = (this.model.arrivals ?? []).map(({ name }) => arrivalInput(name));
    return ["i", ...(this.model.inputs ?? []), ...arrivals];
  }

  parameter(name: string): Node {
    const fixed = this.#fixed[name];
    return fixed === undefined ? this.graph.parameter(name) : this.graph.number(fixed);
  }

  get capacitance(): Node {
    return this.parameter(this.model.capacitance);
  }

  /** An equation whose names are `values`, inputs or parameters. */
  node(expression: Expression, values: Named): Node {
    return this.graph.expression(expression, (name) => {
      const value = values.get(name);
      if (value) return value;
      return this.model.inputs?.includes(name) ? this.graph.input(name) : this.parameter(name);
    });
  }

  /** `values` and the instantaneous gates there. */
  settled(values: Named): Map<string, Node> {
    const all = new Map([...this.constants, ...values]);
    for (const gate of this.instant) all.set(gate.name, this.node(gate.inf, all));
    return all;
  }

  conductance(current: IonicCurrent, values: Named): Node {
    return this.graph.mul(this.parameter(current.conductance), this.node(current.open, values));
  }

  /** Total conductance, and the current that flows at voltage v: the injected one less the ionic ones. */
  membrane(values: Named, v: Node, injected = this.graph.input("i")): { conductance: Node; current: Node } {
    const { graph } = this;
    const byReversal = new Map<string, Node[]>();
    for (const current of this.currents) {
      const list = byReversal.get(current.reversal) ?? [];
      byReversal.set(current.reversal, [...list, this.conductance(current, values)]);
    }
    const groups = [...byReversal].map(([reversal, terms]) => ({
      conductance: graph.sum(terms),
      reversal: this.parameter(reversal),
    }));
    return {
      conductance: graph.sum(groups.map((group) => group.conductance)),
      current: groups.reduce(
        (sum, group) => graph.add(sum, graph.mul(group.conductance, graph.sub(group.reversal, v))),
        injected,
      ),
    };
  }

  /** Values of the ionic currents at voltage v, named as pools read them. */
  flows(values: Named, v: Node, which = this.currents): Map<string, Node> {
    const { graph } = this;
    const silent = this.model.currents.map(({ name }): [string, Node] => [`I_${name}`, graph.number(0)]);
    const flowing = which.map((current): [string, Node] => [
      `I_${current.name}`,
      graph.mul(this.conductance(current, values), graph.sub(v, this.parameter(current.reversal))),
    ]);
    return new Map([...silent, ...flowing]);
  }

  /** With everything at its steady state at the first voltage and no input. */
  steadyCurrent(): Node {
    const values = this.initial();
    const v = this.graph.parameter(FIRST_VOLTAGE);
    return this.graph.operation("neg", this.membrane(values, v, this.graph.number(0)).current);
  }

  /** Everything at its steady state at the first voltage, inputs at 0. */
  initial(): Map<string, Node> {
    const silent = (this.model.inputs ?? []).map((name): [string, Node] => [name, this.graph.number(0)]);
    const start: [string, Node] = ["v", this.graph.parameter(FIRST_VOLTAGE)];
    const values = new Map<string, Node>([...this.constants, ...silent, start]);
    const readsPool = (gate: Gate) => this.#poolReaders.has(gate.name);
    const settle = (gates: readonly Gate[]) => {
      for (const gate of gates) values.set(gate.name, this.node(gate.inf, values));
    };
    const gates = [...this.moving, ...this.instant];
    settle(gates.filter((gate) => !readsPool(gate)));
    const v = this.graph.parameter(FIRST_VOLTAGE);
    const feeding = this.currents.filter((current) => !this.#currentReadsPool(current));
    const flows = new Map([...values, ...this.flows(values, v, feeding)]);
    for (const pool of this.pools) values.set(pool.name, this.node(pool.inf, flows));
    settle(gates.filter(readsPool));
    return values;
  }

  #currentReadsPool(current: IonicCurrent): boolean {
    const pools = this.pools.map((pool) => pool.name);
    return readsAny(current.open, [...pools, ...this.#poolReaders]);
  }

  /** x after dt: x + (inf - x)(1 - exp(-dt/tau)); with rates no division by their sum is needed. */
  relaxed(x: Node, gate: Gate, values: Named, dt_ms: number): Node {
    const { graph } = this;
    const dt = graph.number(dt_ms);
    if (gate.rates) {
      const opening = graph.mul(dt, this.node(gate.rates.opening, values));
      const closing = graph.mul(dt, this.node(gate.rates.closing, values));
      const both = graph.add(opening, closing);
      const drift = graph.sub(opening, graph.mul(both, x));
      return graph.add(x, graph.mul(drift, graph.operation("relaxation", both)));
    }
    return this.towards(x, this.node(gate.inf, values), this.node(tauOf(gate), values), dt_ms);
  }

  /** Exponential approach to `inf` with time constant `tau`. */
  towards(x: Node, inf: Node, tau: Node, dt_ms: number): Node {
    const { graph } = this;
    const part = graph.div(graph.number(dt_ms), tau);
    const gain = graph.mul(part, graph.operation("relaxation", part));
    return graph.add(x, graph.mul(graph.sub(inf, x), gain));
  }

  /** The gates with what arrives at the start of a step, `later_ms` after it. */
  withArrivals(values: Named, later_ms: number): Map<string, Node> {
    const { graph } = this;
    const all = new Map(values);
    for (const arrival of this.model.arrivals ?? []) {
      const weight = graph.input(arrivalInput(arrival.name));
      for (const { gate, amount } of arrival.adds) {
        if (!all.has(gate)) continue; // its channel was taken out
        const tau = this.node(tauOf(this.#gate(gate)), values);
        const left = graph.exp(graph.operation("neg", graph.div(graph.number(later_ms), tau)));
        const jump = graph.mul(graph.mul(left, this.node(amount, values)), weight);
        all.set(gate, graph.add(all.get(gate) as Node, jump));
      }
    }
    return all;
  }

  #gate(name: string): Gate {
    const gate = this.model.gates.find((candidate) => candidate.name === name);
    if (!gate) throw new Error(`internal: ${this.model.id} has no gate "${name}" for an arrival`);
    return gate;
  }
}
export function tauOf(gate: Gate): Expression {
  if (!gate.tau) throw new Error(`internal: gate ${gate.name} follows at once`);
  return gate.tau;
}
/** Whether an expression reads any of these names. */
export function readsAny(expression: Expression, names: readonly string[]): boolean {
  if (names.length === 0) return false;
  const read = namesIn(expression);
  return names.some((name) => read.has(name));
}
