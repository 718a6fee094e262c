import type { Preset } from "./preset.ts";

const BW = "Bevan and Wilson 1999, doi:10.1523/JNEUROSCI.19-17-07617.1999";
export const subthalamic: Preset = {
  id: "subthalamic",
  title: "Subthalamic pacemaker",
  parameters: {
    C_pF: 64.8,
    VT_mV: -52.9,
    gNaT_nS: 2560,
    gKdr_nS: 644,
    gM_nS: 0,
    gleak_nS: 2.7,
    Eleak_mV: -61.1,
    gNaP_nS: 1.81,
    gCaT_nS: 1,
    gCaL_nS: 0.2,
    gCaN_nS: 4.32,
    gCaPQ_nS: 1.61,
    gSK_nS: 10.9,
    gH_nS: 1,
    gainCa_uM_per_fC: 0.00126,
    tauCa_ms: 28.6,
    rateNaK: 1.37,
    EK_mV: -82.6,
  },
  protocol: { v0_mV: -62, small_pA: -20, sag_pA: -150, drive_pA: 100 },
  features: [
    { name: "spontaneousRate_Hz", low: 5, high: 40, source: BW, provenance: "recalled" },
    { name: "spontaneousCv", low: 0, high: 0.25, source: BW, provenance: "recalled" },
    { name: "halfWidth_ms", low: 0.25, high: 0.9, source: BW, provenance: "recalled" },
    { name: "ahpDepth_mV", low: 10, high: 30, source: BW, provenance: "recalled" },
    { name: "maximalRate_Hz", low: 100, high: 350, source: BW, provenance: "recalled" },
  ],
  causes: [
    {
      title: "without NaP it is silent",
      scale: { gNaP_nS: 0 },
      feature: "spontaneousRate_Hz",
      value: { high: 0 },
      source: BW,
    },
    {
      title: "without SK it fires faster",
      scale: { gSK_nS: 0 },
      feature: "spontaneousRate_Hz",
      ratio: { low: 1.2 },
      source: BW,
    },
  ],
  fallsShort:
    "resurgent sodium current is missing, so NaP does its work; regularity comes without noise and says little; rebound bursts and plateaus of some subthalamic cells are not part of it",
};
