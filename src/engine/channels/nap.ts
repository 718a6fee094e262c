import { type Channel, gateFromSteadyState, ionicCurrent } from "./channel.ts";

/**
 * Persistent sodium current, I = gNaP a (v - ENa), with activation that follows at once: half-activation -52.6 mV and slope
 * 4.6 mV from Magistretti and Alonso (1999), doi:10.1085/jgp.114.4.491, figure 4. It amplifies subthreshold depolarisation.
 */
export const nap: Channel = {
  current: ionicCurrent("NaP", "gNaP_nS", "ENa_mV", "a"),
  gates: [gateFromSteadyState("a", "1 / (1 + exp(-(v + 52.6) / 4.6))")],
  parameters: [
    {
      name: "gNaP_nS",
      unit: "nS",
      default: 0,
      prior: { low: 0.005, high: 50, scale: "log" },
      search: { of: "capacitance", low: 0.0005, high: 0.1, scale: "log" },
      optional: true,
      role: "conductance",
      doc: "Persistent sodium conductance; 0 in the regular-spiking cell of the source.",
      drugTarget: "gNaP",
    },
  ],
  temperature: "none",
  source: "Magistretti and Alonso 1999, doi:10.1085/jgp.114.4.491",
  leavesOut: "activation time (below 0.2 ms); slow inactivation over seconds",
};
