import { type Channel, gateFromSteadyState, ionicCurrent } from "./channel.ts";

/**
 * T-type calcium current, I = gCaT s²u (v - ECa), with instantaneous activation s: Destexhe et al. (1996),
 * doi:10.1152/jn.1996.76.3.2049, after Huguenard and McCormick (1992). The time constant of u here is the sum
 * 30.8 + (211.4 + ...)/(1 + ...) over 3.7; the print of Pospischil et al. (2008) seems to have a slip in it.
 */
export const cat: Channel = {
  current: ionicCurrent("CaT", "gCaT_nS", "ECa_mV", "s^2 * u"),
  gates: [
    gateFromSteadyState("s", "1 / (1 + exp(-(v + 2 + 57) / 6.2))"),
    gateFromSteadyState(
      "u",
      "1 / (1 + exp((v - shiftCaTInact_mV + 2 + 81) / 4))",
      "(30.8 + (211.4 + exp((v - shiftCaTInact_mV + 2 + 113.2) / 5)) / (1 + exp((v - shiftCaTInact_mV + 2 + 84) / 3.2))) / 3.7",
    ),
  ],
  parameters: [
    {
      name: "gCaT_nS",
      unit: "nS",
      default: 0.5,
      prior: { low: 0.01, high: 300, scale: "log" },
      search: { of: "capacitance", low: 0.0005, high: 0.6, scale: "log" },
      optional: true,
      role: "conductance",
      doc: "Largest T-type calcium conductance: rebound spikes and bursts.",
      drugTarget: "gCaT",
    },
    {
      name: "shiftCaTInact_mV",
      unit: "mV",
      default: 0,
      prior: { low: -10, high: 10, scale: "linear" },
      role: "half-voltage",
      doc: "Shift of CaT inactivation; negative inactivates at more negative voltage.",
      drugTarget: "vhalf.CaT.inact",
    },
  ],
  temperature: { q10: 3, at_degC: 36 },
  source:
    "Destexhe et al. 1996, doi:10.1152/jn.1996.76.3.2049; Huguenard and McCormick 1992; Pospischil et al. 2008",
  leavesOut: "calcium-dependent change of ECa; finite activation time",
};
