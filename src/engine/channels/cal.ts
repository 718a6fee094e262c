import { type Channel, gateFromRates, ionicCurrent } from "./channel.ts";

/** L-type calcium current, I = gCaL q²r (v - ECa): Reuveni et al. (1993), as used by Pospischil et al. (2008). */
export const cal: Channel = {
  current: ionicCurrent("CaL", "gCaL_nS", "ECa_mV", "q^2 * r"),
  gates: [
    gateFromRates("q", "0.055 * 3.8 * linoid((-27 - v) / 3.8)", "0.94 * exp((-75 - v) / 17)"),
    gateFromRates("r", "0.000457 * exp((-13 - v) / 50)", "0.0065 / (exp((-15 - v) / 28) + 1)"),
  ],
  parameters: [
    {
      name: "gCaL_nS",
      unit: "nS",
      default: 0.5,
      prior: { low: 0.01, high: 300, scale: "log" },
      search: { of: "capacitance", low: 0.0005, high: 0.2, scale: "log" },
      optional: true,
      role: "conductance",
      doc: "Largest L-type calcium conductance.",
      drugTarget: "gCaL",
    },
  ],
  temperature: { q10: 3, at_degC: 36 },
  source: "Reuveni et al. 1993, doi:10.1523/JNEUROSCI.13-11-04609.1993; Pospischil et al. 2008",
  leavesOut: "calcium-dependent inactivation; change of ECa",
};
