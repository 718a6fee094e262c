import { type Channel, gateFromRates, ionicCurrent } from "./channel.ts";

/**
 * Delayed-rectifier potassium current, I = gKdr n⁴ (v - EK): Traub and Miles (1991), as used by Pospischil et al. (2008),
 * doi:10.1007/s00422-008-0263-8.
 */
export const kdr: Channel = {
  current: ionicCurrent("Kdr", "gKdr_nS", "EK_mV", "n^4"),
  gates: [
    gateFromRates(
      "n",
      "0.032 * 5 * linoid(-(v - VT_mV - shiftKdrAct_mV - 15) / 5)",
      "0.5 * exp(-(v - VT_mV - shiftKdrAct_mV - 10) / 40)",
      "rateNaK",
    ),
  ],
  parameters: [
    {
      name: "gKdr_nS",
      unit: "nS",
      default: 592,
      prior: { low: 20, high: 20000, scale: "log" },
      search: { of: "capacitance", low: 0.5, high: 100, scale: "log" },
      role: "conductance",
      doc: "Largest delayed-rectifier conductance (Kv2, Kv3).",
      drugTarget: "gKdr",
    },
    {
      name: "shiftKdrAct_mV",
      unit: "mV",
      default: 0,
      prior: { low: -15, high: 15, scale: "linear" },
      search: { of: "prior" },
      role: "half-voltage",
      doc: "Shift of Kdr activation; negative opens at more negative voltage.",
      drugTarget: "vhalf.Kdr.act",
    },
  ],
  temperature: { q10: 2.3, at_degC: 36 },
  source: "Traub and Miles 1991; Pospischil et al. 2008, doi:10.1007/s00422-008-0263-8; ModelDB 123623",
  leavesOut: "slow inactivation; Kv2 and Kv3 are one current",
};
