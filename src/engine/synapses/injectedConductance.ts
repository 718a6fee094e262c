import { ionicCurrent } from "../channels/channel.ts";
import { checkModel } from "../checkModel.ts";
import { type Model, membraneOf, type Parameter } from "../model.ts";
import { checkWholeCell, grownMembrane } from "./withSynapses.ts";

export interface InjectedConductance {
  /** Name of the waveform among the inputs of a run, in nS. */
  readonly name: string;
  readonly reversal_mV: number;
}

/**
 * The model under a dynamic clamp that injects a conductance, I = gain * g(t) * (v - E): g(t) in nS is the input of that name
 * (`PopulationOptions.inputs`), each value held for a step. Parameters `gain<name>_nS` (nS for each unit of the waveform, 1) and
 * `E<name>_mV`. Sharp, O'Neil, Abbott and Marder (1993), doi:10.1152/jn.1993.69.3.992.
 *
 * @throws InputError as {@link withSynapses}.
 */
export function withInjectedConductance<M extends Model>(
  model: M,
  { name, reversal_mV }: InjectedConductance,
): M {
  checkWholeCell(model);
  const { currents, inputs = [] } = membraneOf(model);
  const [gain, reversal] = [`gain${name}_nS`, `E${name}_mV`];
  const parameters: readonly Parameter[] = [
    ...model.parameters,
    {
      name: gain,
      unit: "nS",
      default: 1,
      prior: { low: 0, high: 100, scale: "linear" },
      role: "conductance",
      doc: `Conductance for each unit of the waveform ${name}.`,
    },
    {
      name: reversal,
      unit: "mV",
      default: reversal_mV,
      prior: { low: Math.min(-150, reversal_mV), high: Math.max(150, reversal_mV), scale: "linear" },
      role: "reversal",
      doc: `Reversal potential of the injected conductance ${name}.`,
    },
  ];
  const title = `${model.title}, with the injected conductance ${name}`;
  const grown = grownMembrane(
    { ...model, title, parameters },
    {
      currents: [...currents, ionicCurrent(name, gain, reversal, name)],
      inputs: [...inputs, name],
    },
  );
  checkModel(grown);
  return grown;
}
