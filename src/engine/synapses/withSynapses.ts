import { InputError } from "../../errors.ts";
import { checkModel } from "../checkModel.ts";
import type { ConductanceModel, Model, Parameter } from "../model.ts";
import type { Synapse } from "./synapse.ts";

/**
 * The model with these synapses: their parameters come after its own, their spikes arrive by the synapse's name. A description
 * that a user writes goes in like ours do.
 *
 * @throws InputError `no-synapses` for a reset model (it has no conductances) and for one that is not in pA, `duplicate-name`,
 *   `unknown-symbol` and what else {@link checkModel} refuses.
 */
export function withSynapses(model: Model, synapses: readonly Synapse[]): ConductanceModel {
  const cell = wholeCell(model);
  const names = [...(cell.arrivals ?? []), ...synapses].map(({ name }) => name);
  const double = names.find((name, index) => names.indexOf(name) !== index);
  if (double !== undefined) throw duplicate("synapse", double, cell);
  const grown: ConductanceModel = {
    ...cell,
    title: `${cell.title}, with ${synapses.map(({ name }) => name).join(", ")}`,
    source: [cell.source, ...synapses.map(({ source }) => source)].join("; "),
    parameters: merged(cell, synapses),
    gates: [...cell.gates, ...synapses.flatMap(({ gates }) => gates)],
    currents: [...cell.currents, ...synapses.map(({ current }) => current)],
    arrivals: [
      ...(cell.arrivals ?? []),
      ...synapses.filter(({ adds }) => adds.length > 0).map(({ name, adds }) => ({ name, adds })),
    ],
  };
  checkModel(grown);
  return grown;
}

/** Synapses and injected conductances are in nS. */
export function wholeCell(model: Model): ConductanceModel {
  if (model.kind === "conductance" && model.current.unit === "pA") return model;
  throw new InputError({
    code: "no-synapses",
    what: "synapses cannot be added to this model",
    where: `model ${model.id}`,
    got: model.kind === "reset" ? "a reset model" : `a model in ${model.current.unit}`,
    expected: "a conductance model in pA and nS, such as cortical",
  });
}

/** A parameter that two synapses share, such as the chloride reversal, is one. */
function merged(cell: ConductanceModel, synapses: readonly Synapse[]): Parameter[] {
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
