import { type Channel, gateFromRates, ionicCurrent } from "./channel.ts";

/**
 * R-type calcium current (Cav2.3), I = gCaR mCaR hCaR (v - ECa): the E current of Miyasho et al. (2001),
 * doi:10.1016/S0006-8993(00)03206-6, ModelDB 17664, at 37 °C, whose activation and inactivation run at a quarter and a tenth
 * of the written rates.
 */
export const car: Channel = {
  current: ionicCurrent("CaR", "gCaR_nS", "ECa_mV", "mCaR * hCaR"),
  gates: [
    gateFromRates("mCaR", "2.6 / (1 + exp(-(v + 7) / 8))", "0.18 / (1 + exp((v + 26) / 4))", "0.25"),
    gateFromRates("hCaR", "0.0025 / (1 + exp((v + 32) / 8))", "0.19 / (1 + exp(-(v + 42) / 10))", "0.1"),
  ],
  parameters: [
    {
      name: "gCaR_nS",
      unit: "nS",
      default: 0,
      prior: { low: 0.01, high: 1000, scale: "log" },
      role: "conductance",
      doc: "Largest R-type calcium conductance (Cav2.3).",
      drugTarget: "gCaR",
    },
  ],
  temperature: { q10: 3, at_degC: 37 },
  source: "Miyasho et al. 2001, doi:10.1016/S0006-8993(00)03206-6; ModelDB 17664",
  leavesOut: "inactivation by calcium; dendritic concentration of the channel",
};
