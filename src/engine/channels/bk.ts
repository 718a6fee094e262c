import { type Channel, gateFromSteadyState, ionicCurrent } from "./channel.ts";

/**
 * Large-conductance calcium-activated potassium current (KCa1.1), I = gBK mBK³ zBK² hBK (v - EK): Khaliq, Gouwens and Raman
 * (2003), doi:10.1523/JNEUROSCI.23-12-04899.2003, ModelDB 48332, at 22 °C. Voltage and calcium act on gates of their own, so that it
 * closes in a millisecond when the spike is over although calcium is still there: it makes the fast afterhyperpolarisation.
 */
export const bk: Channel = {
  current: ionicCurrent("BK", "gBK_nS", "EK_mV", "mBK^3 * zBK^2 * hBK"),
  gates: [
    gateFromSteadyState(
      "mBK",
      "1 / (1 + exp(-(v + 28.9) / 6.2))",
      "0.505 + 1000 / (exp((v + 86.4) / 10.1) + exp(-(v - 33.3) / 10))",
    ),
    gateFromSteadyState("zBK", "ca / (ca + halfBK_uM)", "1"),
    gateFromSteadyState(
      "hBK",
      "0.085 + 0.915 / (1 + exp((v + 32) / 5.8))",
      "1.9 + 1000 / (exp((v + 48.5) / 5.2) + exp(-(v - 54.2) / 12.9))",
    ),
  ],
  parameters: [
    {
      name: "gBK_nS",
      unit: "nS",
      default: 0,
      prior: { low: 1, high: 20000, scale: "log" },
      role: "conductance",
      doc: "Largest BK conductance (KCa1.1).",
      drugTarget: "gBK",
    },
    {
      name: "halfBK_uM",
      unit: "uM",
      default: 1,
      prior: { low: 0.2, high: 20, scale: "log" },
      role: "kinetics",
      doc: "Calcium that opens half of each of BK's two calcium gates.",
    },
  ],
  temperature: { q10: 3, at_degC: 22 },
  source: "Khaliq, Gouwens and Raman 2003, doi:10.1523/JNEUROSCI.23-12-04899.2003; ModelDB 48332",
  leavesOut:
    "shift of the voltage dependence by calcium; the high calcium within nanometres of the calcium channels; beta subunits",
};
