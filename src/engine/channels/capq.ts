import { type Channel, gateFromRates, ionicCurrent } from "./channel.ts";

/**
 * P/Q-type calcium current (Cav2.1), I = gCaPQ mCaPQ hCaPQ (v - ECa): the P current of Miyasho et al. (2001),
 * doi:10.1016/S0006-8993(00)03206-6, ModelDB 17664, at 37 °C. High threshold, hardly inactivating.
 */
export const capq: Channel = {
  current: ionicCurrent("CaPQ", "gCaPQ_nS", "ECa_mV", "mCaPQ * hCaPQ"),
  gates: [
    gateFromRates("mCaPQ", "8.5 / (1 + exp(-(v - 8) / 12.5))", "35 / (1 + exp((v + 74) / 14.5))"),
    gateFromRates("hCaPQ", "0.0015 / (1 + exp((v + 29) / 8))", "0.0055 / (1 + exp(-(v + 23) / 8))"),
  ],
  parameters: [
    {
      name: "gCaPQ_nS",
      unit: "nS",
      default: 0,
      prior: { low: 0.01, high: 1000, scale: "log" },
      role: "conductance",
      doc: "Largest P/Q-type calcium conductance (Cav2.1).",
      drugTarget: "gCaPQ",
    },
  ],
  temperature: { q10: 3, at_degC: 37 },
  source: "Miyasho et al. 2001, doi:10.1016/S0006-8993(00)03206-6; ModelDB 17664",
  leavesOut: "inactivation by calcium; modulation by G proteins; difference between P and Q",
};
