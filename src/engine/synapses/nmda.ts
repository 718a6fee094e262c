import { gateFromSteadyState, ionicCurrent } from "../channels/channel.ts";
import { doubleExponential, type Synapse } from "./synapse.ts";

const { open, ...kinetics } = doubleExponential("nmda", "tauRiseNMDA_ms", "tauNMDA_ms");

/**
 * NMDA receptors, blocked by external magnesium at negative voltage: the open fraction is multiplied by
 * 1 / (1 + [Mg] exp(-0.062 v) / 3.57), Jahr and Stevens (1990), doi:10.1523/JNEUROSCI.10-09-03178.1990, at once. Rise of 2 ms and
 * decay of 100 ms: Brunel and Wang (2001), doi:10.1023/A:1011204814320.
 */
export const nmda: Synapse = {
  name: "NMDA",
  current: ionicCurrent("NMDA", "gNMDA_nS", "ENMDA_mV", `(${open}) * nmdaUnblocked`),
  gates: [
    ...kinetics.gates,
    gateFromSteadyState("nmdaUnblocked", "1 / (1 + magnesium_mM * exp(-0.062 * v) / 3.57)"),
  ],
  adds: kinetics.adds,
  parameters: [
    {
      name: "gNMDA_nS",
      unit: "nS",
      default: 1,
      prior: { low: 0.01, high: 100, scale: "log" },
      role: "conductance",
      doc: "Peak NMDA conductance of a spike of weight 1 without magnesium block.",
      drugTarget: "gNMDA",
    },
    {
      name: "ENMDA_mV",
      unit: "mV",
      default: 0,
      prior: { low: -10, high: 10, scale: "linear" },
      role: "reversal",
      doc: "Reversal potential of the NMDA current.",
    },
    {
      name: "tauRiseNMDA_ms",
      unit: "ms",
      default: 2,
      prior: { low: 0.5, high: 15, scale: "log" },
      role: "kinetics",
      doc: "Rise time constant of the NMDA conductance.",
    },
    {
      name: "tauNMDA_ms",
      unit: "ms",
      default: 100,
      prior: { low: 20, high: 400, scale: "log" },
      role: "kinetics",
      doc: "Decay time constant of the NMDA conductance.",
    },
    {
      name: "magnesium_mM",
      unit: "mM",
      default: 1,
      prior: { low: 0, high: 4, scale: "linear" },
      role: "kinetics",
      doc: "External magnesium; 0 as in seizure-like activity in low magnesium.",
    },
  ],
  source:
    "Jahr and Stevens 1990, doi:10.1523/JNEUROSCI.10-09-03178.1990; Brunel and Wang 2001, doi:10.1023/A:1011204814320",
  leavesOut:
    "time course of block and unblock; saturation and desensitisation; glycine site; calcium permeability",
};
