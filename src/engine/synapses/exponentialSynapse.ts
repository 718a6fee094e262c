import { ionicCurrent } from "../channels/channel.ts";
import { closingGate, type Synapse } from "./synapse.ts";

/**
 * A synapse whose conductance jumps by g<name>_nS with each spike of weight 1 and decays with tau<name>_ms, as in most published
 * networks of point cells (Brette et al. 2007, doi:10.1007/s10827-007-0038-6).
 */
export function exponentialSynapse(
  name: string,
  {
    conductance_nS = 1,
    reversal_mV,
    tau_ms,
  }: { conductance_nS?: number; reversal_mV: number; tau_ms: number },
): Synapse {
  const [conductance, reversal, tau, gate] = [`g${name}_nS`, `E${name}_mV`, `tau${name}_ms`, `open${name}`];
  return {
    name,
    current: ionicCurrent(name, conductance, reversal, gate),
    gates: [closingGate(gate, tau)],
    adds: [{ gate, amount: { kind: "number", value: 1 } }],
    parameters: [
      {
        name: conductance,
        unit: "nS",
        default: conductance_nS,
        prior: { low: conductance_nS / 100, high: conductance_nS * 100, scale: "log" },
        role: "conductance",
        doc: `Conductance that a spike of weight 1 adds at a ${name} synapse.`,
      },
      {
        name: reversal,
        unit: "mV",
        default: reversal_mV,
        prior: { low: reversal_mV - 20, high: reversal_mV + 20, scale: "linear" },
        role: "reversal",
        doc: `Reversal potential of ${name} synapses.`,
      },
      {
        name: tau,
        unit: "ms",
        default: tau_ms,
        prior: { low: tau_ms / 10, high: tau_ms * 10, scale: "log" },
        role: "kinetics",
        doc: `Decay time constant of ${name} synapses.`,
      },
    ],
    source: "Brette et al. 2007, doi:10.1007/s10827-007-0038-6",
    leavesOut: "rise; saturation and desensitisation",
  };
}
