import { InputError } from "../../errors.ts";
import { checkModel } from "../checkModel.ts";
import { type Membrane, type Model, membraneOf, type Parameter } from "../model.ts";
import type { Synapse } from "./synapse.ts";

/**
 * The model with these synapses: their parameters come after its own, their spikes arrive by the synapse's name. A description
 * that a user writes goes in like ours do.
 *
 * @throws InputError `no-synapses` for a model that is not in pA, `duplicate-name`, `unknown-symbol` and what else
 *   {@link checkModel} refuses.
 */
export function withSynapses<M extends Model>(model: M, synapses: readonly Synapse[]): M {
  checkWholeCell(model);
  const { gates, currents, arrivals = [] } = membraneOf(model);
  const names = [...arrivals, ...synapses].map(({ name }) => name);
  const double = names.find((name, index) => names.indexOf(name) !== index);
  if (double !== undefined) throw duplicate("synapse", double, model);
  const described = {
    ...model,
    title: `${model.title}, with ${synapses.map(({ name }) => name).join(", ")}`,
    source: [model.source, ...synapses.map(({ source }) => source)].join("; "),
    parameters: merged(model, synapses),
  };
  const grown = grownMembrane(described, {
    gates: [...gates, ...synapses.flatMap((synapse) => synapse.gates)],
    currents: [...currents, ...synapses.map(({ current }) => current)],
    arrivals: [
      ...arrivals,
      ...synapses.filter(({ adds }) => adds.length > 0).map(({ name, adds }) => ({ name, adds })),
    ],
  });
  checkModel(grown);
  return grown;
}

/** The model with these parts of its membrane in place of its own. */
export function grownMembrane<M extends Model>(model: M, parts: Partial<Membrane>): M {
  if (model.kind === "conductance") return { ...model, ...parts };
  return { ...model, synapses: { ...membraneOf(model), ...parts } };
}

/** Synapses and injected conductances are in nS. */
export function checkWholeCell(model: Model): void {
  if (model.current.unit === "pA") return;
  throw new InputError({
    code: "no-synapses",
    what: "synapses cannot be added to this model",
    where: `model ${model.id}`,
    got: `a model in ${model.current.unit}`,
    expected: "a model in pA and nS, such as cortical or izhikevich",
  });
}

/** A parameter that two synapses share, such as the chloride reversal, is one. */
function merged(cell: Model, synapses: readonly Synapse[]): Parameter[] {
  const known = new Map(cell.parameters.map((parameter) => [parameter.name, parameter]));
  for (const parameter of synapses.flatMap(({ parameters }) => parameters)) {
    const present = known.get(parameter.name);
    if (present !== undefined && present !== parameter) throw duplicate("parameter", parameter.name, cell);
    known.set(parameter.name, parameter);
  }
  return [...known.values()];
}

function duplicate(kind: string, name: string, model: Model): InputError {
  return new InputError({
    code: "duplicate-name",
    what: `two ${kind}s have the same name`,
    where: `model ${model.id}`,
    got: `"${name}"`,
  });
}
