import { type Channel, gateFromSteadyState, ionicCurrent } from "./channel.ts";

/**
 * Tetrodotoxin-resistant sodium current of nociceptors (Nav1.8), I = gNav18 mNav18³ hNav18 (v - ENa): steady states of Yoshimura
 * et al. (1996) and time constants after Han et al. (2015), both as put together by Mandge and Manchanda (2018),
 * doi:10.1371/journal.pcbi.1006293, at 22 °C. It opens and inactivates some 30 mV above the other sodium channels.
 */
export const nav18: Channel = {
  current: ionicCurrent("Nav18", "gNav18_nS", "ENa_mV", "mNav18^3 * hNav18"),
  gates: [
    gateFromSteadyState(
      "mNav18",
      "1 / (1 + exp(-(v + 11.4) / 8.5))",
      "1 / (7.21 - 7.21 / (1 + exp((v - 0.063) / 7.86)) + 7.4 / (1 + exp((v + 53.06) / 19.34)))",
    ),
    gateFromSteadyState(
      "hNav18",
      "1 / (1 + exp((v - shiftNav18Inact_mV + 24.2) / 5.6))",
      "1 / (0.003 + 1.63 / (1 + exp((v - shiftNav18Inact_mV + 68.5) / 10.01)) + 0.81 - 0.81 / (1 + exp((v - shiftNav18Inact_mV - 11.44) / 13.12)))",
    ),
  ],
  parameters: [
    {
      name: "gNav18_nS",
      unit: "nS",
      default: 0,
      prior: { low: 1, high: 5000, scale: "log" },
      role: "conductance",
      doc: "Largest Nav1.8 conductance: sensory neurons only.",
      drugTarget: "gNaT.TTXR",
    },
    {
      name: "shiftNav18Inact_mV",
      unit: "mV",
      default: 0,
      prior: { low: -15, high: 15, scale: "linear" },
      role: "half-voltage",
      doc: "Shift of Nav1.8 inactivation; negative inactivates at more negative voltage.",
    },
  ],
  temperature: { q10: 2.5, at_degC: 22 },
  source:
    "Mandge and Manchanda 2018, doi:10.1371/journal.pcbi.1006293; Yoshimura et al. 1996; Han et al. 2015",
  leavesOut: "slow inactivation; Nav1.9; difference between rat and human channels",
};
