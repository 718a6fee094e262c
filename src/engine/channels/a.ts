import { type Channel, gateFromSteadyState, ionicCurrent } from "./channel.ts";

// F / (R T) at 35 °C is 0.03765 per mV; the gating charge of activation grows from 1.5 to 2.5 below -40 mV.
const SLOPE = "0.03765 * (1.5 + 1 / (1 + exp((v + 40) / 5)))";

/**
 * A-type potassium current (Kv4), I = gA nA lA (v - EK): the somatic A current of CA1 pyramidal cells of Hoffman et al. (1997),
 * doi:10.1038/43119, as written by Migliore et al. (1999), doi:10.1023/A:1008906225285, ModelDB 2796, here at 35 °C. It delays
 * the first spike and narrows the upstroke's shoulder; most of it is inactivated above -50 mV.
 */
export const a: Channel = {
  current: ionicCurrent("A", "gA_nS", "EK_mV", "nA * lA"),
  gates: [
    gateFromSteadyState(
      "nA",
      `1 / (1 + exp(-${SLOPE} * (v - 11)))`,
      `max(0.1, exp(-0.55 * ${SLOPE} * (v - 11)) / (0.2936 * (1 + exp(-${SLOPE} * (v - 11)))))`,
    ),
    gateFromSteadyState(
      "lA",
      "1 / (1 + exp(0.11295 * (v - shiftAInact_mV + 56)))",
      "max(2, 0.26 * (v + 50))",
    ),
  ],
  parameters: [
    {
      name: "gA_nS",
      unit: "nS",
      default: 0,
      prior: { low: 1, high: 10000, scale: "log" },
      role: "conductance",
      doc: "Largest A-type potassium conductance (Kv4).",
      drugTarget: "gA",
    },
    {
      name: "shiftAInact_mV",
      unit: "mV",
      default: 0,
      prior: { low: -15, high: 15, scale: "linear" },
      role: "half-voltage",
      doc: "Shift of A inactivation; negative inactivates at more negative voltage.",
      drugTarget: "vhalf.A.inact",
    },
  ],
  temperature: { q10: 3, at_degC: 35 },
  source:
    "Hoffman et al. 1997, doi:10.1038/43119; Migliore et al. 1999, doi:10.1023/A:1008906225285; ModelDB 2796",
  leavesOut:
    "slow recovery at depolarised voltage; KChIP and DPP subunits; the source's own Q10 of 5 for activation and 1 for inactivation",
};
