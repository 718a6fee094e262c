import { type Channel, gateFromRates, ionicCurrent } from "./channel.ts";

/**
 * Transient sodium current, I = gNaT m³h (v - ENa): Traub and Miles (1991), as used by Pospischil et al. (2008),
 * doi:10.1007/s00422-008-0263-8, eq. for I_Na; VT moves the threshold of NaT and Kdr together.
 * `rateNaK` multiplies all rates (1 at the 36 °C of the source; a Q10 of 2.3 makes 0.31 of it at 22 °C).
 */
export const nat: Channel = {
  current: ionicCurrent("NaT", "gNaT_nS", "ENa_mV", "m^3 * h"),
  gates: [
    gateFromRates(
      "m",
      "0.32 * 4 * linoid(-(v - VT_mV - shiftNaTAct_mV - 13) / 4)",
      "0.28 * 5 * linoid((v - VT_mV - shiftNaTAct_mV - 40) / 5)",
      "rateNaK",
    ),
    gateFromRates(
      "h",
      "0.128 * exp(-(v - VT_mV - shiftNaTInact_mV - 17) / 18)",
      "4 / (1 + exp(-(v - VT_mV - shiftNaTInact_mV - 40) / 5))",
      "rateNaK",
    ),
  ],
  parameters: [
    {
      name: "gNaT_nS",
      unit: "nS",
      default: 5922,
      prior: { low: 100, high: 60000, scale: "log" },
      search: { of: "capacitance", low: 5, high: 400, scale: "log" },
      role: "conductance",
      doc: "Largest transient sodium conductance.",
      drugTarget: "gNaT",
    },
    {
      name: "shiftNaTAct_mV",
      unit: "mV",
      default: 0,
      prior: { low: -10, high: 10, scale: "linear" },
      role: "half-voltage",
      doc: "Shift of NaT activation; negative opens at more negative voltage.",
      drugTarget: "vhalf.NaT.act",
    },
    {
      name: "shiftNaTInact_mV",
      unit: "mV",
      default: 0,
      prior: { low: -10, high: 15, scale: "linear" },
      search: { of: "prior" },
      role: "half-voltage",
      doc: "Shift of NaT fast inactivation; negative inactivates at more negative voltage.",
      drugTarget: "vhalf.NaT.inact",
    },
  ],
  source: "Traub and Miles 1991; Pospischil et al. 2008, doi:10.1007/s00422-008-0263-8; ModelDB 123623",
  leavesOut: "slow inactivation, the persistent component, resurgent current, subtype differences",
};
