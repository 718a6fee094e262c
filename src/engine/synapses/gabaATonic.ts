import { ionicCurrent } from "../channels/channel.ts";
import { chlorideReversal } from "./gabaA.ts";
import type { Synapse } from "./synapse.ts";

/**
 * Extrasynaptic GABA-A receptors under ambient GABA: an ohmic chloride conductance that no spike is needed for (Farrant and
 * Nusser 2005, doi:10.1038/nrn1625). Its size differs between cell types; 0.5 nS is a round number and no measurement.
 */
export const gabaATonic: Synapse = {
  name: "GABA-A tonic",
  current: ionicCurrent("GABAAtonic", "gGABAAtonic_nS", chlorideReversal.name, "1"),
  gates: [],
  adds: [],
  parameters: [
    {
      name: "gGABAAtonic_nS",
      unit: "nS",
      default: 0.5,
      prior: { low: 0.01, high: 20, scale: "log" },
      role: "conductance",
      doc: "Tonic GABA-A conductance.",
      drugTarget: "gGABAA.tonic",
    },
    chlorideReversal,
  ],
  source: "Farrant and Nusser 2005, doi:10.1038/nrn1625",
  leavesOut: "outward rectification; change of ambient GABA with activity",
};
