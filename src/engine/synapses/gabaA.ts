import { ionicCurrent } from "../channels/channel.ts";
import type { Parameter } from "../model.ts";
import { doubleExponential, type Synapse } from "./synapse.ts";

const { open, ...kinetics } = doubleExponential("gabaA", "tauRiseGABAA_ms", "tauGABAA_ms");

/** Of the phasic and the tonic current: both flow through chloride channels. */
export const chlorideReversal: Parameter = {
  name: "EGABAA_mV",
  unit: "mV",
  default: -70,
  prior: { low: -90, high: -45, scale: "linear" },
  role: "reversal",
  doc: "Reversal potential of GABA-A currents: chloride, less negative in immature and epileptic tissue.",
};

/**
 * Synaptic GABA-A receptors. Decay of 5 ms and reversal at -70 mV: Brunel and Wang (2001), doi:10.1023/A:1011204814320; their rise
 * is instantaneous, the 0.3 ms are ours. Benzodiazepines and barbiturates lengthen the decay.
 */
export const gabaA: Synapse = {
  name: "GABA-A",
  current: ionicCurrent("GABAA", "gGABAA_nS", chlorideReversal.name, open),
  ...kinetics,
  parameters: [
    {
      name: "gGABAA_nS",
      unit: "nS",
      default: 1,
      prior: { low: 0.01, high: 100, scale: "log" },
      role: "conductance",
      doc: "Peak GABA-A conductance of a spike of weight 1.",
      drugTarget: "gGABAA",
    },
    chlorideReversal,
    {
      name: "tauRiseGABAA_ms",
      unit: "ms",
      default: 0.3,
      prior: { low: 0.05, high: 1.9, scale: "log" },
      role: "kinetics",
      doc: "Rise time constant of the GABA-A conductance.",
    },
    {
      name: "tauGABAA_ms",
      unit: "ms",
      default: 5,
      prior: { low: 2, high: 60, scale: "log" },
      role: "kinetics",
      doc: "Decay time constant of the GABA-A conductance.",
      drugTarget: "tauGABAA",
    },
  ],
  source: "Brunel and Wang 2001, doi:10.1023/A:1011204814320",
  leavesOut: "second slow decay; desensitisation; bicarbonate; change of the chloride gradient",
};
