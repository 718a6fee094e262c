import { ionicCurrent } from "../channels/channel.ts";
import { doubleExponential, type Synapse } from "./synapse.ts";

const { open, ...kinetics } = doubleExponential("ampa", "tauRiseAMPA_ms", "tauAMPA_ms");

/**
 * AMPA receptors: a rise below a millisecond and an exponential decay. Decay of 2 ms and reversal at 0 mV: Brunel and Wang (2001),
 * doi:10.1023/A:1011204814320, for cortical cells near body temperature; their rise is instantaneous, the 0.2 ms are ours.
 */
export const ampa: Synapse = {
  name: "AMPA",
  current: ionicCurrent("AMPA", "gAMPA_nS", "EAMPA_mV", open),
  ...kinetics,
  parameters: [
    {
      name: "gAMPA_nS",
      unit: "nS",
      default: 1,
      prior: { low: 0.01, high: 100, scale: "log" },
      role: "conductance",
      doc: "Peak AMPA conductance of a spike of weight 1.",
      drugTarget: "gAMPA",
    },
    {
      name: "EAMPA_mV",
      unit: "mV",
      default: 0,
      prior: { low: -10, high: 10, scale: "linear" },
      role: "reversal",
      doc: "Reversal potential of the AMPA current.",
    },
    {
      name: "tauRiseAMPA_ms",
      unit: "ms",
      default: 0.2,
      prior: { low: 0.05, high: 0.9, scale: "log" },
      role: "kinetics",
      doc: "Rise time constant of the AMPA conductance.",
    },
    {
      name: "tauAMPA_ms",
      unit: "ms",
      default: 2,
      prior: { low: 1, high: 10, scale: "log" },
      role: "kinetics",
      doc: "Decay time constant of the AMPA conductance.",
    },
  ],
  source: "Brunel and Wang 2001, doi:10.1023/A:1011204814320",
  leavesOut: "saturation and desensitisation; calcium permeability; block by polyamines; kainate receptors",
};
