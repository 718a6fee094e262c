import type { Expression } from "./expression.ts";

/** What a parameter is, so that other rooms need not know which model they look at. */
export type ParameterRole =
  | "capacitance"
  | "conductance"
  | "reversal"
  | "half-voltage"
  | "kinetics"
  | "voltage"
  | "adaptation";

/** Where a search or a training set may look, in the parameter's own unit. */
export interface PriorRange {
  readonly low: number;
  readonly high: number;
  readonly scale: "linear" | "log";
}

/**
 * Where to look for a parameter once a cell has been measured: `low` and `high` are factors on a measured capacitance
 * or conductance, or are added to a measured voltage. A conductance that goes with the capacitance is searched per
 * capacitance of the candidate itself. `prior`: the prior range itself.
 */
export type SearchRange =
  | { readonly of: "prior" }
  | {
      readonly of: "capacitance" | "conductance" | "rest" | "threshold" | "peak";
      readonly low: number;
      readonly high: number;
      readonly scale: "linear" | "log";
    };

export interface Parameter {
  /** Ends in the unit: `gKdr_nS`. */
  readonly name: string;
  readonly unit: string;
  readonly default: number;
  readonly prior: PriorRange;
  readonly role: ParameterRole;
  readonly doc: string;
  /** Name that the drug library uses for what this parameter stands for, e.g. `gKdr` or `vhalf.M.act`. */
  readonly drugTarget?: string;
  /** Missing: a direct fit keeps the default. */
  readonly search?: SearchRange;
  /** A current that many cells do without: a direct fit keeps it as small as the recording allows. */
  readonly optional?: true;
}

export interface Current {
  readonly name: "i_pA" | "i_uA_per_cm2";
  readonly unit: "pA" | "uA/cm2";
}

interface Description {
  readonly id: string;
  readonly title: string;
  /** Author, year, DOI or ModelDB number. */
  readonly source: string;
  readonly leavesOut: string;
  readonly current: Current;
  readonly parameters: readonly Parameter[];
}

/**
 * A gate that follows its steady state `inf` with time constant `tau` (ms), or at once when `tau` is missing. Its expressions
 * read v, pools and parameters.
 */
export interface Gate {
  readonly name: string;
  readonly inf: Expression;
  readonly tau?: Expression;
  /** Opening and closing rates (1/ms) where the source gives rates: inf = opening / (opening + closing), tau = 1 / (opening + closing). */
  readonly rates?: { readonly opening: Expression; readonly closing: Expression };
}

/**
 * A concentration that relaxes to `inf` with time constant `tau` (ms), such as calcium under the membrane. Its expressions read
 * parameters and ionic currents by name, `I_CaT` for the current CaT in the model's unit, outward positive. The currents that it
 * reads must not depend on a pool themselves.
 */
export interface Pool {
  readonly name: string;
  readonly unit: string;
  readonly inf: Expression;
  readonly tau: Expression;
}

/** What a presynaptic spike does when it arrives: its weight times `amount` (reads parameters) is added to each of these gates. */
export interface Arrival {
  readonly name: string;
  readonly adds: readonly { readonly gate: string; readonly amount: Expression }[];
}

/** An ionic current g * open * (v - E). */
export interface IonicCurrent {
  readonly name: string;
  /** Names of parameters. */
  readonly conductance: string;
  readonly reversal: string;
  /** Open fraction: reads gates, pools and inputs. */
  readonly open: Expression;
}

/** Gates and the currents that they let through: channels of a conductance model, synapses of a reset model. */
export interface Membrane {
  readonly gates: readonly Gate[];
  readonly currents: readonly IonicCurrent[];
  /** Synapses: the kinds of spike that can arrive at this cell. */
  readonly arrivals?: readonly Arrival[];
  /** Waveforms beside the injected current that an `open` reads, such as a conductance injected by a dynamic clamp. */
  readonly inputs?: readonly string[];
}

/** C dv/dt = i - sum of g * open * (v - E): Hodgkin and Huxley (1952), doi:10.1113/jphysiol.1952.sp004764. */
export interface ConductanceModel extends Description, Membrane {
  readonly kind: "conductance";
  readonly capacitance: string;
  readonly pools?: readonly Pool[];
}

/** Two equations with a reset at the spike: dv/dt and du/dt read v, u, i and the parameters. */
export interface ResetModel extends Description {
  readonly kind: "reset";
  readonly dv: Expression;
  readonly du: Expression;
  /** A spike is fired when v reaches this. */
  readonly peak: Expression;
  readonly resetV: Expression;
  readonly resetU: Expression;
  /** Parameter that holds the resting voltage at zero current with u = 0. */
  readonly rest: string;
  /**
   * Parameter that the voltage of a sweep (`runSweeps`) shows in the step of a spike, with a fall of half a millisecond, for models whose upstroke is over within a step: without it
   * a spike would leave no trace but the reset. Spike times do not depend on it.
   */
  readonly drawnPeak?: string;
  /** Their currents are part of i. The spike's reset does not touch them. */
  readonly synapses?: Membrane;
}

/** The gates and currents of any model. */
export function membraneOf(model: Model): Membrane {
  return model.kind === "conductance" ? model : (model.synapses ?? NO_MEMBRANE);
}

const NO_MEMBRANE: Membrane = { gates: [], currents: [] };

export type Model = ConductanceModel | ResetModel;

export type Solver =
  | "staggered"
  | "euler"
  | "midpoint"
  | "backward-euler"
  | "exponential-euler"
  | "rosenbrock";

/** The scheme that a model is integrated with unless told otherwise. */
export function defaultSolver(model: Model): Solver {
  return model.kind === "reset" ? "euler" : "staggered";
}

/** The defaults as an array in the order of `model.parameters`. */
export function defaultParameters(model: Model): Float64Array {
  return Float64Array.from(model.parameters, (parameter) => parameter.default);
}

export function parameterIndex(model: Model, name: string): number {
  const index = model.parameters.findIndex((parameter) => parameter.name === name);
  if (index < 0) throw new Error(`internal: model ${model.id} has no parameter "${name}"`);
  return index;
}

export function toRecord(model: Model, values: ArrayLike<number>): Record<string, number> {
  return Object.fromEntries(model.parameters.map((parameter, index) => [parameter.name, values[index]]));
}

export function fromRecord(model: Model, record: Readonly<Record<string, number>>): Float64Array {
  return Float64Array.from(model.parameters, (parameter) => record[parameter.name]);
}
