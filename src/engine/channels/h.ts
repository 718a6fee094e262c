import { type Channel, gateFromRates, ionicCurrent } from "./channel.ts";

/**
 * Hyperpolarisation-activated cation current (HCN), I = gH l (v - EH): rates of Kole, Hallermann and Stuart (2006),
 * doi:10.1523/JNEUROSCI.3664-05.2006, fitted by them at 34 °C. It makes the sag and rebound of hyperpolarising steps.
 */
export const h: Channel = {
  current: ionicCurrent("H", "gH_nS", "EH_mV", "l"),
  gates: [gateFromRates("l", "0.00643 * 11.9 * linoid((v + 154.9) / 11.9)", "0.193 * exp(v / 33.1)")],
  parameters: [
    {
      name: "gH_nS",
      unit: "nS",
      default: 0,
      prior: { low: 0.02, high: 200, scale: "log" },
      search: { of: "capacitance", low: 0.0005, high: 0.5, scale: "log" },
      optional: true,
      role: "conductance",
      doc: "Largest HCN conductance; 0 in the regular-spiking cell of the source.",
      drugTarget: "gH",
    },
    {
      name: "EH_mV",
      unit: "mV",
      default: -45,
      prior: { low: -50, high: -25, scale: "linear" },
      role: "reversal",
      doc: "Reversal potential of the HCN current.",
    },
  ],
  temperature: { q10: 3, at_degC: 36 },
  source: "Kole, Hallermann and Stuart 2006, doi:10.1523/JNEUROSCI.3664-05.2006",
  leavesOut: "the slow component; shift by cyclic AMP",
};
