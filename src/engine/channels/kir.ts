import { type Channel, gateFromSteadyState, ionicCurrent } from "./channel.ts";

/**
 * Inward-rectifier potassium current, I = gKir k (v - EK), that follows voltage at once: half-activation -82 mV and slope
 * 13 mV as in Wolf et al. (2005), doi:10.1523/JNEUROSCI.2220-05.2005, and Steephen and Manchanda (2009). It makes the input
 * resistance smaller below rest than above.
 */
export const kir: Channel = {
  current: ionicCurrent("Kir", "gKir_nS", "EK_mV", "k"),
  gates: [gateFromSteadyState("k", "1 / (1 + exp((v + 82) / 13))")],
  parameters: [
    {
      name: "gKir_nS",
      unit: "nS",
      default: 0,
      prior: { low: 0.02, high: 200, scale: "log" },
      search: { of: "capacitance", low: 0.0005, high: 0.5, scale: "log" },
      optional: true,
      role: "conductance",
      doc: "Largest inward-rectifier conductance; 0 in the regular-spiking cell of the source.",
      drugTarget: "gKir",
    },
  ],
  temperature: "none",
  source: "Wolf et al. 2005, doi:10.1523/JNEUROSCI.2220-05.2005; Steephen and Manchanda 2009",
  leavesOut: "activation time (below 1 ms); inactivation; dependence on external potassium",
};
