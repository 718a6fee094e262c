import { type Channel, gateFromSteadyState, ionicCurrent } from "./channel.ts";

/**
 * D-type potassium current (Kv1), I = gD mD³ hD (v - EK): Golomb et al. (2007), doi:10.1371/journal.pcbi.0030156, ModelDB 97747.
 * It opens below threshold and inactivates slowly: the first spike is late and later ones come faster.
 */
export const d: Channel = {
  current: ionicCurrent("D", "gD_nS", "EK_mV", "mD^3 * hD"),
  gates: [
    gateFromSteadyState("mD", "1 / (1 + exp(-(v + 50) / 20))", "2"),
    gateFromSteadyState("hD", "1 / (1 + exp((v + 70) / 6))", "tauDInact_ms"),
  ],
  parameters: [
    {
      name: "gD_nS",
      unit: "nS",
      default: 0,
      prior: { low: 0.1, high: 2000, scale: "log" },
      role: "conductance",
      doc: "Largest D-type potassium conductance (Kv1).",
      drugTarget: "gKD",
    },
    {
      name: "tauDInact_ms",
      unit: "ms",
      default: 150,
      prior: { low: 50, high: 5000, scale: "log" },
      role: "kinetics",
      doc: "Time constant of D inactivation: 150 ms in the fast-spiking cell of the source, seconds in pyramidal cells.",
    },
  ],
  temperature: { q10: 3, at_degC: 36 },
  source: "Golomb et al. 2007, doi:10.1371/journal.pcbi.0030156; ModelDB 97747",
  leavesOut: "voltage dependence of the time constants; incomplete inactivation; temperature of the source",
};
