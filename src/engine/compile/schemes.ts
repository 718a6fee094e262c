import type { Expression } from "../expression.ts";
import { type ConductanceModel, type Model, membraneOf, type ResetModel, type Solver } from "../model.ts";
import { CellEquations, FIRST_VOLTAGE, type Named, readsAny, tauOf } from "./cellEquations.ts";
import { Graph, type Node } from "./graph.ts";

/** What one step does to one cell, before it is turned into code. */
export interface Step {
  readonly graph: Graph;
  /** In the order in which they lie in memory; the voltage is the first. */
  readonly states: readonly StateUpdate[];
  /** Names of the waveforms that are read at each step; `i` is the injected current. */
  readonly inputs: readonly string[];
  readonly spike: SpikeRule;
  /** Outward ionic current with everything at its steady state at {@link FIRST_VOLTAGE}; missing where the rest is a parameter. */
  readonly steadyCurrent?: Node;
}

export interface StateUpdate {
  readonly name: string;
  readonly next: Node;
  /** From parameters and the first voltage, which is the parameter {@link FIRST_VOLTAGE}. */
  readonly initial: Node;
}

/** Nodes of a reset read the states after the step. */
export type SpikeRule =
  | { readonly kind: "crossing" }
  | { readonly kind: "reset"; readonly peak: Node; readonly resetV: Node; readonly resetU: Node };

export type CompiledSolver = Exclude<Solver, "backward-euler" | "rosenbrock">;

/** Builds the step of a scheme. `fixed` parameters become numbers. */
export function buildStep(
  model: Model,
  solver: CompiledSolver,
  dt_ms: number,
  fixed: Readonly<Record<string, number>>,
  exact: boolean,
): Step {
  if (model.kind === "reset") return resetStep(new Graph(exact), model, solver, dt_ms, fixed);
  const cell = new CellEquations(new Graph(), model, fixed);
  switch (solver) {
    case "staggered":
      return staggered(cell, dt_ms);
    case "euler":
      return explicit(cell, (values) => moved(cell, values, derivatives(cell, values), dt_ms));
    case "midpoint":
      return explicit(cell, (values) => {
        const middle = moved(cell, values, derivatives(cell, values), dt_ms / 2);
        return moved(cell, values, derivatives(cell, middle), dt_ms);
      });
    case "exponential-euler":
      return explicit(cell, (values) => exponentialEuler(cell, values, dt_ms));
    default:
      return solver satisfies never;
  }
}

/**
 * Second order at the cost of first: gates live on half steps and follow exponentially; the voltage lives on whole steps and is
 * advanced by the trapezoidal rule with the gates of the middle (Hines 1984, doi:10.1016/0020-7101(84)90008-4). Instantaneous
 * gates are extrapolated to the middle from their last two values, pools follow the currents of the middle.
 */
function staggered(cell: CellEquations, dt_ms: number): Step {
  const { graph } = cell;
  const two = graph.number(2);
  const v = graph.state("v");
  const states = (names: readonly string[]) => names.map((name): [string, Node] => [name, graph.state(name)]);
  const names = (parts: readonly { readonly name: string }[]) => parts.map(({ name }) => name);
  const atStep = new Map([...cell.constants, ...states(names([...cell.moving, ...cell.instant]))]);
  const readPools = cell.pools.filter((pool) =>
    cell.currents.some((current) => readsAny(current.open, [pool.name])),
  );
  for (const pool of readPools) atStep.set(pool.name, graph.state(middle(pool.name)));
  const gates = cell.withArrivals(atStep, dt_ms / 2);

  const { conductance, current } = cell.membrane(gates, v);
  const twofold = graph.mul(graph.number(2 / dt_ms), cell.capacitance);
  const change = graph.div(graph.mul(two, current), graph.add(twofold, conductance));
  const vNext = graph.add(v, change);

  const halfway = graph.add(v, graph.mul(graph.number(0.5), change));
  const flows = new Map([...gates, ...cell.flows(gates, halfway)]);
  const after = new Map<string, Node>([["v", vNext]]);
  for (const pool of cell.pools)
    after.set(
      pool.name,
      cell.towards(graph.state(pool.name), cell.node(pool.inf, flows), cell.node(pool.tau, flows), dt_ms),
    );
  const extrapolated = (now: Node, last: Node) =>
    graph.sub(graph.mul(graph.number(1.5), now), graph.mul(graph.number(0.5), last));

  const initial = cell.initial();
  const start = (name: string) => initial.get(name) as Node;
  const update = (name: string, next: Node, from = name): StateUpdate => ({
    name,
    next,
    initial: start(from),
  });
  const instant = cell.instant.flatMap((gate) => {
    const now = cell.node(gate.inf, after);
    const next = extrapolated(now, graph.state(last(gate.name)));
    return [update(gate.name, next), update(last(gate.name), now, gate.name)];
  });
  return {
    graph,
    states: [
      update("v", vNext),
      ...cell.moving.map((gate) =>
        update(gate.name, cell.relaxed(gates.get(gate.name) as Node, gate, after, dt_ms)),
      ),
      ...instant,
      ...cell.pools.map((pool) => update(pool.name, after.get(pool.name) as Node)),
      ...readPools.map((pool) => {
        const next = extrapolated(after.get(pool.name) as Node, graph.state(pool.name));
        return update(middle(pool.name), next, pool.name);
      }),
    ],
    inputs: cell.inputs,
    spike: { kind: "crossing" },
    steadyCurrent: cell.steadyCurrent(),
  };
}

const last = (gate: string) => `last ${gate}`;
const middle = (pool: string) => `middle ${pool}`;

/** Schemes that know everything at whole steps. */
function explicit(cell: CellEquations, advance: (values: Named) => Named): Step {
  const { graph } = cell;
  const names = ["v", ...cell.moving.map(({ name }) => name), ...cell.pools.map(({ name }) => name)];
  const values = cell.withArrivals(new Map(names.map((name) => [name, graph.state(name)])), 0);
  const next = advance(values);
  const initial = cell.initial();
  return {
    graph,
    states: names.map((name) => ({
      name,
      next: next.get(name) as Node,
      initial: initial.get(name) as Node,
    })),
    inputs: cell.inputs,
    spike: { kind: "crossing" },
    steadyCurrent: cell.steadyCurrent(),
  };
}

/** Time derivatives of the voltage, the moving gates and the pools. */
function derivatives(cell: CellEquations, values: Named): Map<string, Node> {
  const { graph } = cell;
  const all = cell.settled(values);
  const v = all.get("v") as Node;
  const slopes = new Map<string, Node>([["v", graph.div(cell.membrane(all, v).current, cell.capacitance)]]);
  for (const gate of cell.moving) {
    const x = all.get(gate.name) as Node;
    if (gate.rates) {
      const opening = cell.node(gate.rates.opening, all);
      const both = graph.add(opening, cell.node(gate.rates.closing, all));
      slopes.set(gate.name, graph.sub(opening, graph.mul(both, x)));
    } else {
      const distance = graph.sub(cell.node(gate.inf, all), x);
      slopes.set(gate.name, graph.div(distance, cell.node(tauOf(gate), all)));
    }
  }
  const flows = new Map([...all, ...cell.flows(all, v)]);
  for (const pool of cell.pools) {
    const distance = graph.sub(cell.node(pool.inf, flows), all.get(pool.name) as Node);
    slopes.set(pool.name, graph.div(distance, cell.node(pool.tau, flows)));
  }
  return slopes;
}

function moved(cell: CellEquations, values: Named, slopes: Named, dt_ms: number): Map<string, Node> {
  const { graph } = cell;
  const dt = graph.number(dt_ms);
  return new Map(
    [...slopes].map(([name, slope]) => [name, graph.add(values.get(name) as Node, graph.mul(dt, slope))]),
  );
}

/** Every equation is linear in its own state and solved exactly with the others held. */
function exponentialEuler(cell: CellEquations, values: Named, dt_ms: number): Map<string, Node> {
  const { graph } = cell;
  const all = cell.settled(values);
  const v = all.get("v") as Node;
  const { conductance, current } = cell.membrane(all, v);
  const part = graph.div(graph.mul(graph.number(dt_ms), conductance), cell.capacitance);
  const drift = graph.div(graph.mul(graph.number(dt_ms), current), cell.capacitance);
  const next = new Map([["v", graph.add(v, graph.mul(drift, graph.operation("relaxation", part)))]]);
  for (const gate of cell.moving)
    next.set(gate.name, cell.relaxed(all.get(gate.name) as Node, gate, all, dt_ms));
  const flows = new Map([...all, ...cell.flows(all, v)]);
  for (const pool of cell.pools) {
    const inf = cell.node(pool.inf, flows);
    next.set(pool.name, cell.towards(all.get(pool.name) as Node, inf, cell.node(pool.tau, flows), dt_ms));
  }
  return next;
}

/** Both equations of a reset model from the old values; the spike is at the end of the step in which v reaches the peak. */
function resetStep(
  graph: Graph,
  model: ResetModel,
  solver: CompiledSolver,
  dt_ms: number,
  fixed: Readonly<Record<string, number>>,
): Step {
  const dt = graph.number(dt_ms);
  const synapses = new CellEquations(graph, synapticCell(model), fixed);
  const gates = synapses.withArrivals(
    new Map(synapses.moving.map(({ name }) => [name, graph.state(name)])),
    0,
  );
  /** What flows into the cell at a voltage: the injected current and that of the synapses. */
  const inflow = (at_v: Node): Node => {
    const values = synapses.settled(new Map([...gates, ["v", at_v]]));
    return synapses.membrane(values, at_v).current;
  };
  const at = (expression: Expression, v: Node, u: Node) =>
    graph.expression(expression, (name) => {
      if (name === "v") return v;
      if (name === "u") return u;
      if (name === "i") return inflow(v);
      return fixed[name] === undefined ? graph.parameter(name) : graph.number(fixed[name]);
    });
  const [v, u] = [graph.state("v"), graph.state("u")];
  const move = (at_v: Node, at_u: Node, step: Node): [Node, Node] => [
    graph.add(v, graph.mul(step, at(model.dv, at_v, at_u))),
    graph.add(u, graph.mul(step, at(model.du, at_v, at_u))),
  ];
  const next = (): [Node, Node] => {
    switch (solver) {
      case "euler":
        return move(v, u, dt);
      case "midpoint":
        return move(...move(v, u, graph.number(dt_ms / 2)), dt);
      default:
        throw new Error(`internal: ${solver} is no scheme for ${model.id}`);
    }
  };
  const [vNext, uNext] = next();
  const atStart = new Map([...gates, ["v", v]]);
  const initial = synapses.initial();
  return {
    graph,
    states: [
      { name: "v", next: vNext, initial: graph.parameter(FIRST_VOLTAGE) },
      { name: "u", next: uNext, initial: graph.number(0) },
      ...synapses.moving.map((gate) => ({
        name: gate.name,
        next: synapses.relaxed(gates.get(gate.name) as Node, gate, atStart, dt_ms),
        initial: initial.get(gate.name) as Node,
      })),
    ],
    inputs: synapses.inputs,
    spike: {
      kind: "reset",
      peak: at(model.peak, vNext, uNext),
      resetV: at(model.resetV, vNext, uNext),
      resetU: at(model.resetU, vNext, uNext),
    },
  };
}

/** The synapses of a reset model as a cell of their own, which has no capacitance. */
function synapticCell(model: ResetModel): ConductanceModel {
  const { id, title, source, leavesOut, current, parameters } = model;
  const described = { id, title, source, leavesOut, current, parameters };
  return { ...described, kind: "conductance", capacitance: "", ...membraneOf(model) };
}
