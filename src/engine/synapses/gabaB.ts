import { ionicCurrent } from "../channels/channel.ts";
import { parseExpression } from "../expression.ts";
import { closingGate, type Synapse } from "./synapse.ts";

/**
 * GABA-B receptors that open potassium channels through G proteins: the two-step model of Destexhe, Mainen and Sejnowski (1998),
 * Kinetic models of synaptic transmission, in Methods in Neuronal Modeling, ISBN 0-262-11231-0. Activated receptors r make G protein s
 * (uM), four of which open a channel:
 *   dr/dt = K1 T (1 - r) - K2 r,   ds/dt = K3 r - K4 s,   open = s^4 / (s^4 + Kd)
 * with K1 0.09 / (mM ms), K2 0.0012 / ms, K3 0.18 uM/ms, K4 0.034 / ms, Kd 100 uM^4. A spike brings 1 mM of GABA for 1 ms, so that r jumps
 * by 0.09; far from saturation (1 - r near 1) both equations are linear, and s is the difference of two exponentials of
 * K3 0.09 / (K4 - K2). The fourth power makes bursts count: one spike opens 0.03 % of the channels.
 */
export const gabaB: Synapse = {
  name: "GABA-B",
  current: ionicCurrent(
    "GABAB",
    "gGABAB_nS",
    "EGABAB_mV",
    "(gabaBDecay - gabaBRise)^4 / ((gabaBDecay - gabaBRise)^4 + 100)",
  ),
  gates: [closingGate("gabaBDecay", "tauGABAB_ms"), closingGate("gabaBRise", "tauRiseGABAB_ms")],
  adds: ["gabaBDecay", "gabaBRise"].map((gate) => ({
    gate,
    amount: parseExpression("0.18 * 0.09 / (1 / tauRiseGABAB_ms - 1 / tauGABAB_ms)"),
  })),
  parameters: [
    {
      name: "gGABAB_nS",
      unit: "nS",
      default: 1,
      prior: { low: 0.01, high: 100, scale: "log" },
      role: "conductance",
      doc: "GABA-B conductance with all channels open.",
      drugTarget: "gGABAB",
    },
    {
      name: "EGABAB_mV",
      unit: "mV",
      default: -95,
      prior: { low: -105, high: -75, scale: "linear" },
      role: "reversal",
      doc: "Reversal potential of the GABA-B current (potassium).",
    },
    {
      name: "tauRiseGABAB_ms",
      unit: "ms",
      default: 29.4,
      prior: { low: 10, high: 90, scale: "log" },
      role: "kinetics",
      doc: "Time constant of G protein hydrolysis, 1 / K4.",
    },
    {
      name: "tauGABAB_ms",
      unit: "ms",
      default: 833,
      prior: { low: 100, high: 2000, scale: "log" },
      role: "kinetics",
      doc: "Time constant of receptor deactivation, 1 / K2; the current decays four times as fast.",
    },
  ],
  source: "Destexhe, Mainen and Sejnowski 1998, ISBN 0-262-11231-0",
  leavesOut:
    "saturation and desensitisation of the receptor; diffusion of GABA; presynaptic GABA-B; rectification of the channels; G protein of different synapses is pooled",
};
