import { type Channel, gateFromRates, ionicCurrent } from "./channel.ts";

/**
 * N-type calcium current (Cav2.2), I = gCaN mCaN² hCaN (v - ECa): Jaffe et al. (1994), doi:10.1152/jn.1994.71.3.1065, as used in
 * Migliore et al. (1995), ModelDB 3263; driven ohmically here.
 */
export const can: Channel = {
  current: ionicCurrent("CaN", "gCaN_nS", "ECa_mV", "mCaN^2 * hCaN"),
  gates: [
    gateFromRates("mCaN", "0.1967 * 10 * linoid(-(v - 19.88) / 10)", "0.046 * exp(-v / 20.73)"),
    gateFromRates("hCaN", "0.00016 * exp(-v / 48.4)", "1 / (1 + exp(-(v - 39) / 10))"),
  ],
  parameters: [
    {
      name: "gCaN_nS",
      unit: "nS",
      default: 0,
      prior: { low: 0.01, high: 1000, scale: "log" },
      role: "conductance",
      doc: "Largest N-type calcium conductance (Cav2.2).",
      drugTarget: "gCaN",
    },
  ],
  temperature: { q10: 3, at_degC: 36 },
  source: "Jaffe et al. 1994, doi:10.1152/jn.1994.71.3.1065; Migliore et al. 1995, ModelDB 3263",
  leavesOut: "inactivation by calcium; Goldman-Hodgkin-Katz rectification; temperature of the source",
};
