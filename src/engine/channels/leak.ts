import { type Channel, ionicCurrent } from "./channel.ts";

/** Ohmic leak, I = gleak (v - Eleak): potassium leak (K2P), sodium leak and the seal together. */
export const leak: Channel = {
  current: ionicCurrent("leak", "gleak_nS", "Eleak_mV", "1"),
  gates: [],
  parameters: [
    {
      name: "gleak_nS",
      unit: "nS",
      default: 2.43,
      prior: { low: 0.2, high: 200, scale: "log" },
      search: { of: "conductance", low: 0.15, high: 1.5, scale: "log" },
      role: "conductance",
      doc: "Leak conductance.",
      drugTarget: "gleak",
    },
    {
      name: "Eleak_mV",
      unit: "mV",
      default: -70.3,
      prior: { low: -100, high: -35, scale: "linear" },
      search: { of: "rest", low: -15, high: 15, scale: "linear" },
      role: "reversal",
      doc: "Reversal potential of the leak.",
    },
  ],
  temperature: "none",
  source: "ohmic",
  leavesOut: "split into potassium and sodium parts (see leakParts.ts); rectification",
};
