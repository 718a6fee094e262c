import { type Channel, gateFromSteadyState, ionicCurrent } from "./channel.ts";

/** Muscarinic potassium current (Kv7), I = gM p (v - EK): Yamada, Koch and Adams (1989), as used by Pospischil et al. (2008). */
export const m: Channel = {
  current: ionicCurrent("M", "gM_nS", "EK_mV", "p"),
  gates: [
    gateFromSteadyState(
      "p",
      "1 / (1 + exp(-(v - shiftMAct_mV + 35) / 10))",
      "tauMaxM_ms / (3.3 * exp((v - shiftMAct_mV + 35) / 20) + exp(-(v - shiftMAct_mV + 35) / 20))",
    ),
  ],
  parameters: [
    {
      name: "gM_nS",
      unit: "nS",
      default: 8.3,
      prior: { low: 0.05, high: 500, scale: "log" },
      search: { of: "capacitance", low: 0.002, high: 5, scale: "log" },
      role: "conductance",
      doc: "Largest M conductance (Kv7): spike-frequency adaptation.",
      drugTarget: "gM",
    },
    {
      name: "tauMaxM_ms",
      unit: "ms",
      default: 608,
      prior: { low: 30, high: 4000, scale: "log" },
      search: { of: "prior" },
      role: "kinetics",
      doc: "Scale of the M time constant; its largest value is 0.275 of this, near -47 mV.",
    },
    {
      name: "shiftMAct_mV",
      unit: "mV",
      default: 0,
      prior: { low: -15, high: 20, scale: "linear" },
      search: { of: "prior" },
      role: "half-voltage",
      doc: "Shift of M half-activation from -35 mV; negative opens at more negative voltage.",
      drugTarget: "vhalf.M.act",
    },
  ],
  temperature: { q10: 2.3, at_degC: 36 },
  source:
    "Yamada, Koch and Adams 1989; Pospischil et al. 2008, doi:10.1007/s00422-008-0263-8; ModelDB 123623",
  leavesOut: "several closing time constants of Kv7.2/7.3",
};
