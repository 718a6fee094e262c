import { type Channel, gateFromSteadyState, ionicCurrent } from "./channel.ts";

/**
 * Small-conductance calcium-activated potassium current (KCa2), I = gSK wSK (v - EK), opened by calcium alone: half at 0.43 uM
 * as measured by Köhler et al. (1996), doi:10.1126/science.273.5282.1709, and used by Hay et al. (2011),
 * doi:10.1371/journal.pcbi.1002107, with their Hill exponent 4.8 made 5. It makes the medium afterhyperpolarisation.
 */
export const sk: Channel = {
  current: ionicCurrent("SK", "gSK_nS", "EK_mV", "wSK"),
  gates: [gateFromSteadyState("wSK", "ca^5 / (ca^5 + halfSK_uM^5)", "tauSK_ms")],
  parameters: [
    {
      name: "gSK_nS",
      unit: "nS",
      default: 0,
      prior: { low: 0.05, high: 500, scale: "log" },
      role: "conductance",
      doc: "Largest SK conductance (KCa2).",
      drugTarget: "gSK",
    },
    {
      name: "halfSK_uM",
      unit: "uM",
      default: 0.43,
      prior: { low: 0.2, high: 1, scale: "log" },
      role: "kinetics",
      doc: "Calcium that opens half of SK.",
    },
    {
      name: "tauSK_ms",
      unit: "ms",
      default: 1,
      prior: { low: 0.5, high: 100, scale: "log" },
      role: "kinetics",
      doc: "Time constant of SK.",
    },
  ],
  temperature: { q10: 3, at_degC: 36 },
  source:
    "Köhler et al. 1996, doi:10.1126/science.273.5282.1709; Hay et al. 2011, doi:10.1371/journal.pcbi.1002107",
  leavesOut: "opening that is faster with more calcium; distance from the calcium channels",
};
