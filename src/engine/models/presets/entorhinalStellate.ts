import type { Preset } from "./preset.ts";

const KOB =
  "table 1 (control, mean and SEM of 14 to 18 cells) of a J Neurosci paper on layer II of the medial entorhinal cortex after status epilepticus, recalled to be Kobayashi, Wen and Buckmaster 2003";
const HAAS = "Haas and White 2002, doi:10.1152/jn.00598.2002 (4 to 12 Hz)";
export const entorhinalStellate: Preset = {
  id: "entorhinal-stellate",
  title: "Stellate cell of entorhinal layer II",
  parameters: {
    C_pF: 185,
    VT_mV: -57.4,
    gNaT_nS: 6480,
    gKdr_nS: 413,
    gM_nS: 27.8,
    gleak_nS: 3.2,
    Eleak_mV: -60,
    gH_nS: 82,
    EH_mV: -22,
    gNaP_nS: 1.36,
    gCaT_nS: 0.3,
    gCaL_nS: 0.2,
    gCaN_nS: 7.16,
    gSK_nS: 7.92,
    gainCa_uM_per_fC: 0.000475,
    tauCa_ms: 61.7,
    tauMaxM_ms: 178,
  },
  protocol: { v0_mV: -60, small_pA: -30, sag_pA: -250, drive_pA: 350, resonanceHold_pA: 0 },
  features: [
    { name: "restingPotential_mV", low: -63, high: -55, source: KOB, provenance: "read" },
    { name: "inputResistance_MOhm", low: 35, high: 110, source: KOB, provenance: "read" },
    { name: "sagRatio", low: 0.2, high: 0.5, source: KOB, provenance: "read" },
    { name: "threshold_mV", low: -50, high: -42, source: KOB, provenance: "read" },
    { name: "halfWidth_ms", low: 0.6, high: 1.1, source: KOB, provenance: "read" },
    { name: "fISlope_Hz_per_nA", low: 25, high: 80, source: KOB, provenance: "read" },
    { name: "resonance_Hz", low: 4, high: 12, source: HAAS, provenance: "read" },
    {
      name: "resonanceQ",
      low: 1.1,
      high: 3,
      source: "Erchova et al. 2004, doi:10.1113/jphysiol.2004.069930",
      provenance: "recalled",
    },
  ],
  causes: [
    {
      title: "without H no sag",
      scale: { gH_nS: 0 },
      feature: "sagRatio",
      value: { high: 0.05 },
      source: "Dickson et al. 2000, doi:10.1152/jn.2000.83.5.2562",
    },
    {
      title: "without H no resonance",
      scale: { gH_nS: 0 },
      feature: "resonanceQ",
      value: { high: 1.05 },
      source: "Shay et al. 2012, doi:10.1002/hipo.22008",
    },
  ],
  fallsShort:
    "resonance stands for subthreshold oscillations, which need channel noise; one H current stands for its fast and slow components; the resting input resistance is at the upper end",
};
