import { type Channel, gateFromRates, gateFromSteadyState, ionicCurrent } from "./channel.ts";

const RECOVERY = "0.001 * exp(-(v + 85) / 30)";
const ENTRY = "0.0034 / (1 + exp(-(v + 17) / 10))";

/**
 * Transient sodium current, I = gNaT m³hz (v - ENa). Gates m and h: Traub and Miles (1991), as used by Pospischil et al. (2008),
 * doi:10.1007/s00422-008-0263-8, eq. for I_Na; VT moves the threshold of NaT and Kdr together.
 * `rateNaK` multiplies all rates (1 at the 36 °C of the source; a Q10 of 2.3 makes 0.31 of it at 22 °C).
 * Slow inactivation z (seconds): rates of Fleidervish, Friedman and Gutnick (1996), doi:10.1113/jphysiol.1996.sp021366,
 * acting on the fraction `slowNaT` of the channels; 0, as in the regular-spiking cell of Pospischil et al., leaves z at 1.
 * It makes firing decline, saturate and end in depolarisation block.
 */
export const nat: Channel = {
  current: ionicCurrent("NaT", "gNaT_nS", "ENa_mV", "m^3 * h * z"),
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
    gateFromSteadyState(
      "z",
      `1 - slowNaT * (${ENTRY}) / ((${RECOVERY}) + (${ENTRY}))`,
      `1 / (rateSlowNaT * ((${RECOVERY}) + (${ENTRY})))`,
    ),
  ],
  parameters: [
    {
      name: "gNaT_nS",
      unit: "nS",
      default: 5922,
      prior: { low: 100, high: 60000, scale: "log" },
      search: { of: "capacitance", low: 5, high: 120, scale: "log" },
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
    {
      name: "slowNaT",
      unit: "1",
      default: 0,
      prior: { low: 0, high: 1, scale: "linear" },
      search: { of: "prior" },
      role: "kinetics",
      doc: "Fraction of NaT that can inactivate slowly.",
    },
    {
      name: "rateSlowNaT",
      unit: "1",
      default: 1,
      prior: { low: 0.3, high: 10, scale: "log" },
      search: { of: "prior" },
      role: "kinetics",
      doc: "Factor on the rates of slow inactivation.",
    },
  ],
  temperature: { q10: 2.3, at_degC: 36 },
  source:
    "Traub and Miles 1991; Fleidervish, Friedman and Gutnick 1996, doi:10.1113/jphysiol.1996.sp021366; Pospischil et al. 2008, doi:10.1007/s00422-008-0263-8; ModelDB 123623",
  leavesOut: "resurgent current, subtype differences; slow inactivation has one time constant",
};
