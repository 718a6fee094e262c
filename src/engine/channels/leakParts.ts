import { type Channel, ionicCurrent } from "./channel.ts";

/**
 * Potassium leak (K2P), I = gKleak (v - EK), beside the mixed leak of `leak.ts`. A clone knows the mixed leak only; these two parts
 * are for cells and drugs that need to tell them apart.
 */
export const potassiumLeak: Channel = {
  current: ionicCurrent("Kleak", "gKleak_nS", "EK_mV", "1"),
  gates: [],
  parameters: [
    {
      name: "gKleak_nS",
      unit: "nS",
      default: 0,
      prior: { low: 0.02, high: 200, scale: "log" },
      role: "conductance",
      doc: "Potassium leak conductance (K2P) beside the mixed leak.",
      drugTarget: "gleak.K",
    },
  ],
  temperature: "none",
  source: "ohmic; K2P channels: Goldstein et al. 2001, doi:10.1038/35058574",
  leavesOut: "outward rectification; dependence on pH and stretch",
};

/** Sodium leak (NALCN), I = gNaleak (v - ENa), beside the mixed leak of `leak.ts`: it depolarises pacemakers. */
export const sodiumLeak: Channel = {
  current: ionicCurrent("Naleak", "gNaleak_nS", "ENa_mV", "1"),
  gates: [],
  parameters: [
    {
      name: "gNaleak_nS",
      unit: "nS",
      default: 0,
      prior: { low: 0.002, high: 20, scale: "log" },
      role: "conductance",
      doc: "Sodium leak conductance (NALCN) beside the mixed leak.",
    },
  ],
  temperature: "none",
  source: "ohmic; NALCN: Lu et al. 2007, doi:10.1016/j.cell.2007.02.041",
  leavesOut: "permeability to potassium and calcium; modulation by calcium",
};
