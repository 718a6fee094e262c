import type { Preset } from "./preset.ts";

const CAULI =
  "PMC6573690, table 1 (FS cells, mean and SD), recalled to be Cauli et al. 1997, doi:10.1523/JNEUROSCI.17-10-03894.1997";
export const fastSpiking: Preset = {
  id: "fast-spiking",
  title: "Cortical fast-spiking interneuron",
  parameters: {
    C_pF: 70.4,
    VT_mV: -56.9,
    gNaT_nS: 3130,
    gKdr_nS: 885,
    gM_nS: 0,
    gleak_nS: 4.49,
    Eleak_mV: -74.9,
    gCaT_nS: 0,
    gCaL_nS: 0,
    gD_nS: 25.1,
    rateNaK: 0.727,
    gCaPQ_nS: 1,
    shiftNaTInact_mV: 3.41,
    EK_mV: -81.1,
    shiftKdrAct_mV: -4.82,
  },
  protocol: { v0_mV: -72, small_pA: -20, sag_pA: -100, drive_pA: 250 },
  features: [
    { name: "restingPotential_mV", low: -81, high: -65, source: CAULI, provenance: "read" },
    { name: "inputResistance_MOhm", low: 134, high: 346, source: CAULI, provenance: "read" },
    {
      name: "timeConstant_ms",
      low: 7,
      high: 20,
      source:
        "2017, PMC5511827, figure 1 (17.3 ± 1.5 ms); Pike et al. 2000, doi:10.1111/j.1469-7793.2000.00205.x, table 1 (9 ± 1 ms)",
      provenance: "read",
    },
    {
      name: "rheobase_pA",
      low: 80,
      high: 220,
      source: "2017, PMC5511827, figure 1 (153 ± 10 pA)",
      provenance: "read",
    },
    {
      name: "threshold_mV",
      low: -47,
      high: -32,
      source: "2017, PMC5511827, figure 1 (-37.4 ± 0.7 mV)",
      provenance: "read",
    },
    { name: "halfWidth_ms", low: 0.25, high: 0.72, source: CAULI, provenance: "read" },
    { name: "ahpDepth_mV", low: 12, high: 32, source: CAULI, provenance: "read" },
    {
      name: "maximalRate_Hz",
      low: 150,
      high: 340,
      source: "Wang et al. 2016, doi:10.3389/fncel.2016.00239 (mean 215 Hz in mouse, 338 Hz in human cortex)",
      provenance: "read",
    },
    { name: "adaptation_percent", low: -10, high: 30, source: CAULI, provenance: "read" },
    { name: "sagRatio", low: 0, high: 0.05, source: CAULI, provenance: "recalled" },
  ],
  causes: [
    {
      title: "with 15 % of Kv3 its top rate falls",
      scale: { gKdr_nS: 0.15 },
      feature: "maximalRate_Hz",
      ratio: { high: 0.8 },
      source: "Erisir et al. 1999, doi:10.1152/jn.1999.82.5.2476",
    },
    {
      title: "with 15 % of Kv3 its spike is wider",
      scale: { gKdr_nS: 0.15 },
      feature: "halfWidth_ms",
      ratio: { low: 1.25 },
      source: "Erisir et al. 1999, doi:10.1152/jn.1999.82.5.2476",
    },
  ],
  fallsShort:
    "Kdr and NaT run slower than in their source (rateNaK) to reach widths that were measured in cooler slices; Kv3 has no kinetics of its own; the depth of the afterhyperpolarisation and the top rate are near the upper ends of their ranges",
};
