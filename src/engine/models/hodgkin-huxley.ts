import { gateFromRates, ionicCurrent } from "../channels/channel.ts";
import type { ConductanceModel, Parameter } from "../model.ts";

const density = (name: string, value: number, doc: string): Parameter => ({
  name,
  unit: "mS/cm2",
  default: value,
  prior: { low: value / 5, high: value * 5, scale: "log" },
  role: "conductance",
  doc,
});

const reversal = (name: string, value: number, doc: string): Parameter => ({
  name,
  unit: "mV",
  default: value,
  prior: { low: value - 10, high: value + 10, scale: "linear" },
  role: "reversal",
  doc,
});

/** Squid giant axon at 6.3 °C: Hodgkin and Huxley (1952), doi:10.1113/jphysiol.1952.sp004764, with rest at -65 mV. */
export const hodgkinHuxley: ConductanceModel = {
  kind: "conductance",
  id: "hodgkin-huxley",
  title: "Squid giant axon",
  source:
    "Hodgkin and Huxley 1952, doi:10.1113/jphysiol.1952.sp004764 (voltage shifted so that rest is -65 mV)",
  leavesOut: "cable; temperature (6.3 °C only)",
  current: { name: "i_uA_per_cm2", unit: "uA/cm2" },
  capacitance: "C_uF_per_cm2",
  parameters: [
    {
      name: "C_uF_per_cm2",
      unit: "uF/cm2",
      default: 1,
      prior: { low: 0.5, high: 2, scale: "log" },
      role: "capacitance",
      doc: "Membrane capacitance.",
    },
    density("gNa_mS_per_cm2", 120, "Largest sodium conductance."),
    density("gK_mS_per_cm2", 36, "Largest potassium conductance."),
    density("gL_mS_per_cm2", 0.3, "Leak conductance."),
    reversal("ENa_mV", 50, "Sodium reversal potential."),
    reversal("EK_mV", -77, "Potassium reversal potential."),
    reversal("EL_mV", -54.387, "Leak reversal potential."),
  ],
  gates: [
    gateFromRates("m", "linoid(-(v + 40) / 10)", "4 * exp(-(v + 65) / 18)"),
    gateFromRates("h", "0.07 * exp(-(v + 65) / 20)", "1 / (1 + exp(-(v + 35) / 10))"),
    gateFromRates("n", "0.1 * linoid(-(v + 55) / 10)", "0.125 * exp(-(v + 65) / 80)"),
  ],
  currents: [
    ionicCurrent("Na", "gNa_mS_per_cm2", "ENa_mV", "m^3 * h"),
    ionicCurrent("K", "gK_mS_per_cm2", "EK_mV", "n^4"),
    ionicCurrent("L", "gL_mS_per_cm2", "EL_mV", "1"),
  ],
};
