import type { Preset } from "./preset.ts";

const MH = "McCormick and Huguenard 1992, doi:10.1152/jn.1992.68.4.1384";
export const thalamocortical: Preset = {
  id: "thalamocortical",
  title: "Thalamocortical relay cell",
  parameters: {
    C_pF: 229,
    VT_mV: -51.6,
    gNaT_nS: 8080,
    gKdr_nS: 1780,
    gM_nS: 0,
    gleak_nS: 6.6,
    Eleak_mV: -70.7,
    gH_nS: 15,
    EH_mV: -40,
    gCaT_nS: 83.4,
    gCaL_nS: 0.5,
    gA_nS: 53.7,
    gNaP_nS: 0.283,
    rateNaK: 1.23,
  },
  protocol: {
    v0_mV: -66,
    small_pA: -20,
    sag_pA: -300,
    drive_pA: 300,
    rebound: { hold_pA: 0, step_pA: -300 },
  },
  features: [
    { name: "restingPotential_mV", low: -72, high: -60, source: MH, provenance: "recalled" },
    { name: "inputResistance_MOhm", low: 50, high: 150, source: MH, provenance: "recalled" },
    { name: "sagRatio", low: 0.1, high: 0.5, source: MH, provenance: "recalled" },
    {
      name: "reboundSpikes",
      low: 2,
      high: 8,
      source: "Jahnsen and Llinás 1984, doi:10.1113/jphysiol.1984.sp015153",
      provenance: "recalled",
    },
    { name: "reboundRate_Hz", low: 150, high: 450, source: MH, provenance: "recalled" },
    { name: "halfWidth_ms", low: 0.3, high: 1, source: MH, provenance: "recalled" },
    { name: "rate_Hz", low: 15, high: 100, source: MH, provenance: "recalled" },
  ],
  causes: [
    {
      title: "without CaT no rebound burst",
      scale: { gCaT_nS: 0 },
      feature: "reboundSpikes",
      value: { high: 0 },
      source: MH,
    },
    {
      title: "without H no sag",
      scale: { gH_nS: 0 },
      feature: "sagRatio",
      value: { high: 0.05 },
      source: MH,
    },
    {
      title: "without CaT tonic firing stays",
      scale: { gCaT_nS: 0 },
      feature: "rate_Hz",
      ratio: { low: 0.6, high: 1.4 },
      source: MH,
    },
  ],
  fallsShort:
    "all ranges are recalled; intrinsic delta oscillations were not looked for; the CaT of the model has no activation time, which makes bursts start sooner",
};
