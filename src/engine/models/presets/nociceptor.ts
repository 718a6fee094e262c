import type { Preset } from "./preset.ts";

const TG =
  "trigeminal neurons of type II (66 cells, mean and presumably SD), neuroelectro.org data table 1025, read 2026";
const BB = "Blair and Bean 2002, doi:10.1523/JNEUROSCI.22-23-10277.2002";
export const nociceptor: Preset = {
  id: "nociceptor",
  title: "Nociceptor of small diameter",
  parameters: {
    temperature_degC: 22,
    C_pF: 41.4,
    VT_mV: -47.7,
    gNaT_nS: 122,
    gNav18_nS: 537,
    gKdr_nS: 203,
    gM_nS: 0.5,
    gleak_nS: 1.99,
    Eleak_mV: -62,
    gCaT_nS: 0.2,
    gCaL_nS: 0.5,
    gCaN_nS: 6.04,
    gA_nS: 32.3,
    ENa_mV: 57.2,
    EK_mV: -85,
    shiftKdrAct_mV: 7.53,
    rateNaK: 0.682,
    gBK_nS: 5.67,
  },
  protocol: { v0_mV: -60, small_pA: -10, sag_pA: -50, drive_pA: 120 },
  features: [
    { name: "restingPotential_mV", low: -66, high: -50, source: BB, provenance: "recalled" },
    { name: "inputResistance_MOhm", low: 200, high: 1000, source: BB, provenance: "recalled" },
    { name: "threshold_mV", low: -28, high: 0, source: TG, provenance: "read" },
    { name: "peak_mV", low: 42, high: 65, source: TG, provenance: "read" },
    { name: "halfWidth_ms", low: 1, high: 4.2, source: TG, provenance: "read" },
    { name: "upstroke_mV_per_ms", low: 85, high: 245, source: TG, provenance: "read" },
    { name: "downstroke_mV_per_ms", low: -73, high: -33, source: TG, provenance: "read" },
  ],
  causes: [
    {
      title: "tetrodotoxin spares its spike",
      scale: { gNaT_nS: 0, gNaP_nS: 0 },
      feature: "peak_mV",
      value: { low: 20 },
      source: BB,
    },
    {
      title: "tetrodotoxin slows the upstroke",
      scale: { gNaT_nS: 0, gNaP_nS: 0 },
      feature: "upstroke_mV_per_ms",
      ratio: { low: 0.4, high: 0.9 },
      source: BB,
    },
    {
      title: "without Nav1.8 the spike is small",
      scale: { gNav18_nS: 0 },
      feature: "peak_mV",
      ratio: { high: 0.7 },
      source: BB,
    },
  ],
  fallsShort:
    "runs at 22 °C as the recordings did; tetrodotoxin slows the upstroke by an eighth only, although TTX-sensitive current carries about 40 % of its charge in the cells of Blair and Bean; Nav1.9, TRPV1 and slow inactivation of Nav1.8, which ends firing, are missing",
};
