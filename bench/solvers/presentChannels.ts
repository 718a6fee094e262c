import { namesIn } from "../../src/engine/expression.ts";
import { absentChannels, type ConductanceModel, defaultParameters } from "../../src/engine/index.ts";

/**
 * The model without the channels that its default cell does not have, their gates and the pools that only they read: compiled code
 * leaves them out by itself, generated JavaScript would compute them at every step.
 */
export function withoutAbsentChannels(model: ConductanceModel): ConductanceModel {
  const absent = absentChannels(model, [defaultParameters(model)]);
  const currents = model.currents.filter(({ conductance }) => !(conductance in absent));
  const read = new Set(currents.flatMap(({ open }) => [...namesIn(open)]));
  const gates = model.gates.filter(({ name }) => read.has(name));
  for (const { inf, tau } of gates) for (const part of [inf, tau]) if (part) namesIn(part, read);
  const pools = (model.pools ?? []).filter(({ name }) => read.has(name));
  return { ...model, currents, gates, pools };
}
