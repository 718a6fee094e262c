import { ionicCurrent } from "../channels/channel.ts";
import { doubleExponential, type Synapse } from "./synapse.ts";

const { open, ...kinetics } = doubleExponential("glycine", "tauRiseGlyR_ms", "tauGlyR_ms");

/**
 * Glycine receptors of spinal cord and brain stem. Decay of 6.65 ms: inhibitory currents of the Mauthner cell, Faber and Korn (1980),
 * doi:10.1126/science.6245449, where the mean open time of the channels sets it. Rise of 0.5 ms and reversal at -75 mV are ours.
 */
export const glycine: Synapse = {
  name: "glycine",
  current: ionicCurrent("GlyR", "gGlyR_nS", "EGlyR_mV", open),
  ...kinetics,
  parameters: [
    {
      name: "gGlyR_nS",
      unit: "nS",
      default: 1,
      prior: { low: 0.01, high: 100, scale: "log" },
      role: "conductance",
      doc: "Peak glycine conductance of a spike of weight 1.",
      drugTarget: "gGlyR",
    },
    {
      name: "EGlyR_mV",
      unit: "mV",
      default: -75,
      prior: { low: -90, high: -50, scale: "linear" },
      role: "reversal",
      doc: "Reversal potential of the glycine current (chloride).",
    },
    {
      name: "tauRiseGlyR_ms",
      unit: "ms",
      default: 0.5,
      prior: { low: 0.1, high: 1.9, scale: "log" },
      role: "kinetics",
      doc: "Rise time constant of the glycine conductance.",
    },
    {
      name: "tauGlyR_ms",
      unit: "ms",
      default: 6.65,
      prior: { low: 2, high: 50, scale: "log" },
      role: "kinetics",
      doc: "Decay time constant of the glycine conductance.",
    },
  ],
  source: "Faber and Korn 1980, doi:10.1126/science.6245449",
  leavesOut: "slow immature (alpha-2) receptors; desensitisation; release together with GABA",
};
