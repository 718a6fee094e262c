import { ionicCurrent } from "../channels/channel.ts";
import type { ConductanceModel, Parameter } from "../model.ts";

const parameter = (name: string, unit: string, value: number, role: Parameter["role"]): Parameter => ({
  name,
  unit,
  default: value,
  prior: { low: -1e12, high: 1e12, scale: "linear" },
  role,
  doc: "Of the passive cell.",
});

/** A capacitance and a leak: what happens to it can be written down. 100 pF, 10 nS, -70 mV: 10 ms. */
export const passiveCell: ConductanceModel = {
  kind: "conductance",
  id: "passive",
  title: "Passive cell",
  source: "ohmic",
  leavesOut: "everything else",
  current: { name: "i_pA", unit: "pA" },
  capacitance: "C_pF",
  parameters: [
    parameter("C_pF", "pF", 100, "capacitance"),
    parameter("gleak_nS", "nS", 10, "conductance"),
    parameter("Eleak_mV", "mV", -70, "reversal"),
  ],
  gates: [],
  currents: [ionicCurrent("leak", "gleak_nS", "Eleak_mV", "1")],
};
