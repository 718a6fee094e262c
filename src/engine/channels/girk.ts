import { type Channel, gateFromSteadyState, ionicCurrent } from "./channel.ts";

/**
 * G-protein-gated inward rectifier (Kir3), I = gGIRK kGIRK (v - EK): the voltage dependence of Kir2 in `kir.ts`, because both
 * are blocked by the same internal polyamines; its size is what the receptors (GABA-B, 5-HT1A, adenosine A1) have opened.
 */
export const girk: Channel = {
  current: ionicCurrent("GIRK", "gGIRK_nS", "EK_mV", "kGIRK"),
  gates: [gateFromSteadyState("kGIRK", "1 / (1 + exp((v + 82) / 13))")],
  parameters: [
    {
      name: "gGIRK_nS",
      unit: "nS",
      default: 0,
      prior: { low: 0.02, high: 200, scale: "log" },
      role: "conductance",
      doc: "GIRK conductance opened by G proteins.",
      drugTarget: "gGIRK",
    },
  ],
  temperature: "none",
  source: "voltage dependence of Kir: Wolf et al. 2005, doi:10.1523/JNEUROSCI.2220-05.2005",
  leavesOut: "receptors and G proteins, their delay and desensitisation; weaker rectification than Kir2",
};
