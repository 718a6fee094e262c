import type { Preset } from "./preset.ts";

const VAN_AERDE =
  "van Aerde and Feldmeyer 2015, doi:10.1093/cercor/bht278, table 4 (layer 2 of rat prefrontal cortex, 18 cells)";

export const regularSpiking: Preset = {
  id: "regular-spiking",
  title: "Cortical pyramidal cell, regular spiking (layer 2/3)",
  parameters: {
    C_pF: 122,
    VT_mV: -58.1,
    gNaT_nS: 2720,
    gKdr_nS: 599,
    gM_nS: 8.69,
    gleak_nS: 6.04,
    Eleak_mV: -78.7,
    gNaP_nS: 0.311,
    gH_nS: 0.5,
    gKir_nS: 0.905,
    gA_nS: 28.9,
    gCaT_nS: 0.5,
    gCaL_nS: 0.3,
    gCaN_nS: 1.59,
    gCaPQ_nS: 3.03,
    gSK_nS: 13.5,
    gBK_nS: 26,
    gainCa_uM_per_fC: 0.000156,
    tauCa_ms: 193,
    tauMaxM_ms: 1070,
  },
  protocol: { v0_mV: -76, small_pA: -20, sag_pA: -100, drive_pA: 300 },
  features: [
    { name: "restingPotential_mV", low: -81, high: -72, source: VAN_AERDE, provenance: "read" },
    { name: "inputResistance_MOhm", low: 130, high: 285, source: VAN_AERDE, provenance: "read" },
    { name: "timeConstant_ms", low: 15, high: 25, source: VAN_AERDE, provenance: "read" },
    { name: "rheobase_pA", low: 130, high: 240, source: VAN_AERDE, provenance: "read" },
    { name: "fISlope_Hz_per_nA", low: 45, high: 95, source: VAN_AERDE, provenance: "read" },
    { name: "firstToNinthInterval", low: 0.12, high: 0.45, source: VAN_AERDE, provenance: "read" },
    {
      name: "threshold_mV",
      low: -56,
      high: -39,
      source: "PMC6623880, table 3 (layer 2/3 pyramidal cells, mean and presumably SD; read in 2026)",
      provenance: "read",
    },
    {
      name: "halfWidth_ms",
      low: 0.6,
      high: 1.1,
      source: "PMC6623880, table 3 (layer 2/3 pyramidal cells, mean and presumably SD; read in 2026)",
      provenance: "read",
    },
    {
      name: "amplitude_mV",
      low: 60,
      high: 100,
      source: "McCormick et al. 1985, doi:10.1152/jn.1985.54.4.782",
      provenance: "recalled",
    },
    { name: "sagRatio", low: 0, high: 0.08, source: VAN_AERDE, provenance: "read" },
    {
      name: "adaptation_percent",
      low: 25,
      high: 80,
      source:
        "Guan, Armstrong and Foehring 2015, J Neurophysiol (layer 2/3: 52 ± 4 % over 2 s; neuroelectro.org data table 49056)",
      provenance: "read",
    },
  ],
  causes: [
    {
      title: "without SK it fires faster",
      scale: { gSK_nS: 0 },
      feature: "rate_Hz",
      ratio: { low: 1.1 },
      source: "Guan, Armstrong and Foehring 2015, J Neurophysiol (apamin; recalled)",
    },
    {
      title: "without M it fires faster",
      scale: { gM_nS: 0 },
      feature: "rate_Hz",
      ratio: { low: 1.15 },
      source: "Gu et al. 2005, doi:10.1113/jphysiol.2005.086835 (CA1; XE991)",
    },
  ],
  fallsShort:
    "one spike shape for a layer whose cells differ; the share of A, SK and BK in it is not known and was left small; no dendritic calcium spikes.",
};
