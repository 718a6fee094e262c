import { parseExpression } from "../expression.ts";
import type { Parameter, ResetModel } from "../model.ts";

const BOOK = "Izhikevich 2007, Dynamical Systems in Neuroscience, MIT Press";

const PARAMETERS: readonly Parameter[] = [
  {
    name: "C_pF",
    unit: "pF",
    default: 100,
    prior: { low: 10, high: 400, scale: "log" },
    search: { of: "capacitance", low: 0.3, high: 3, scale: "log" },
    role: "capacitance",
    doc: "Membrane capacitance.",
  },
  {
    name: "k_nS_per_mV",
    unit: "nS/mV",
    default: 0.7,
    prior: { low: 0.05, high: 8, scale: "log" },
    search: { of: "conductance", low: 0.005, high: 1.5, scale: "log" },
    role: "conductance",
    doc: "Curvature of the current-voltage relation.",
  },
  {
    name: "vr_mV",
    unit: "mV",
    default: -60,
    prior: { low: -85, high: -45, scale: "linear" },
    search: { of: "rest", low: -6, high: 6, scale: "linear" },
    role: "voltage",
    doc: "Resting voltage.",
  },
  {
    name: "vt_mV",
    unit: "mV",
    default: -40,
    prior: { low: -60, high: -10, scale: "linear" },
    search: { of: "threshold", low: -20, high: 6, scale: "linear" },
    role: "voltage",
    doc: "Instantaneous threshold voltage.",
  },
  {
    name: "vpeak_mV",
    unit: "mV",
    default: 35,
    prior: { low: 0, high: 60, scale: "linear" },
    search: { of: "peak", low: -1, high: 1, scale: "linear" },
    role: "voltage",
    doc: "Peak of a spike, where v and u are reset.",
  },
  {
    name: "a_per_ms",
    unit: "1/ms",
    default: 0.03,
    prior: { low: 0.001, high: 0.3, scale: "log" },
    search: { of: "prior" },
    role: "adaptation",
    doc: "Rate of the recovery variable u.",
  },
  {
    name: "b_nS",
    unit: "nS",
    default: -2,
    prior: { low: -10, high: 20, scale: "linear" },
    search: { of: "conductance", low: -2, high: 4, scale: "linear" },
    role: "adaptation",
    doc: "How much u follows v: amplifying below 0, resonant above.",
  },
  {
    name: "c_mV",
    unit: "mV",
    default: -50,
    prior: { low: -75, high: -35, scale: "linear" },
    search: { of: "threshold", low: -30, high: 10, scale: "linear" },
    role: "voltage",
    doc: "Voltage after a spike.",
  },
  {
    name: "d_pA",
    unit: "pA",
    default: 100,
    prior: { low: 0, high: 500, scale: "linear" },
    search: { of: "conductance", low: 0, high: 80, scale: "linear" },
    role: "adaptation",
    doc: "Jump of u at a spike.",
  },
];

/** The nine parameters with a variant's own defaults. */
function parameters(
  defaults: Readonly<Record<string, number>>,
  more: readonly Parameter[] = [],
): Parameter[] {
  const nine = PARAMETERS.map((parameter) => ({
    ...parameter,
    default: defaults[parameter.name] ?? parameter.default,
  }));
  return [...nine, ...more];
}

const QUADRATIC = parseExpression("(k_nS_per_mV * (v - vr_mV) * (v - vt_mV) - u + i) / C_pF");

function variant(
  id: string,
  title: string,
  section: string,
  parts: Pick<ResetModel, "parameters"> & { du: string; peak?: string; resetV?: string; resetU?: string },
): ResetModel {
  return {
    kind: "reset",
    id,
    title,
    source: `${BOOK}, ${section}`,
    leavesOut: "channels: a drug acts on it only through a change of these parameters; the course of a spike",
    current: { name: "i_pA", unit: "pA" },
    parameters: parts.parameters,
    dv: QUADRATIC,
    du: parseExpression(parts.du),
    peak: parseExpression(parts.peak ?? "vpeak_mV"),
    resetV: parseExpression(parts.resetV ?? "c_mV"),
    resetU: parseExpression(parts.resetU ?? "u + d_pA"),
    rest: "vr_mV",
  };
}

/** C v' = k (v - vr)(v - vt) - u + i, u' = a (b (v - vr) - u); at v >= vpeak: v = c, u = u + d. Defaults: a regular-spiking cell. */
export const izhikevich = variant("izhikevich", "Izhikevich, nine parameters", "section 8.1.4", {
  parameters: parameters({}),
  du: "a_per_ms * (b_nS * (v - vr_mV) - u)",
});

const extra = (
  name: string,
  unit: string,
  value: number,
  low: number,
  high: number,
  doc: string,
): Parameter => ({
  name,
  unit,
  default: value,
  prior: { low, high, scale: "linear" },
  role: "adaptation",
  doc,
});

/** Fast spiking: u follows 0.025 (v - vb)³ above vb and 0 below, and is not reset at a spike. */
export const izhikevichFastSpiking = variant("izhikevich-fs", "Izhikevich, fast spiking", "section 8.2.6", {
  parameters: parameters(
    { C_pF: 20, k_nS_per_mV: 1, vr_mV: -55, vt_mV: -40, vpeak_mV: 25, a_per_ms: 0.2, c_mV: -45, d_pA: 0 },
    [
      extra("vb_mV", "mV", -55, -70, -45, "Voltage above which u follows the cube."),
      extra("e_pA_per_mV3", "pA/mV3", 0.025, 0.005, 0.1, "Factor of the cube."),
    ],
  ).filter((parameter) => parameter.name !== "b_nS"),
  du: "a_per_ms * (e_pA_per_mV3 * max(v - vb_mV, 0)^3 - u)",
});

/** Low-threshold spiking: peak and reset voltage move with u, and u is bounded. */
export const izhikevichLowThreshold = variant(
  "izhikevich-lts",
  "Izhikevich, low-threshold spiking",
  "section 8.2.5",
  {
    parameters: parameters(
      {
        C_pF: 100,
        k_nS_per_mV: 1,
        vr_mV: -56,
        vt_mV: -42,
        vpeak_mV: 40,
        a_per_ms: 0.03,
        b_nS: 8,
        c_mV: -53,
        d_pA: 20,
      },
      [
        extra("peakSlope_mV_per_pA", "mV/pA", -0.1, -0.3, 0, "Change of the peak with u."),
        extra("resetSlope_mV_per_pA", "mV/pA", 0.04, 0, 0.1, "Change of the reset voltage with u."),
        extra("uMax_pA", "pA", 670, 100, 2000, "Largest u after a spike."),
      ],
    ),
    du: "a_per_ms * (b_nS * (v - vr_mV) - u)",
    peak: "vpeak_mV + peakSlope_mV_per_pA * u",
    resetV: "c_mV + resetSlope_mV_per_pA * u",
    resetU: "min(u + d_pA, uMax_pA)",
  },
);

const twoSlopes = "a_per_ms * ((b_nS + (bAbove_nS - b_nS) * step(v - vb_mV)) * (v - vb_mV) - u)";

/** Thalamocortical: u follows v only below vb (rebound bursts); peak and reset voltage move with u. */
export const izhikevichThalamocortical = variant(
  "izhikevich-tc",
  "Izhikevich, thalamocortical",
  "section 8.3.1",
  {
    parameters: parameters(
      {
        C_pF: 200,
        k_nS_per_mV: 1.6,
        vr_mV: -60,
        vt_mV: -50,
        vpeak_mV: 35,
        a_per_ms: 0.01,
        b_nS: 15,
        c_mV: -60,
        d_pA: 10,
      },
      [
        extra("vb_mV", "mV", -65, -75, -55, "Voltage where the slope of u changes."),
        extra("bAbove_nS", "nS", 0, 0, 20, "Slope of u above vb."),
        extra("peakSlope_mV_per_pA", "mV/pA", 0.1, 0, 0.3, "Change of the peak with u."),
        extra("resetSlope_mV_per_pA", "mV/pA", -0.1, -0.3, 0, "Change of the reset voltage with u."),
      ],
    ),
    du: twoSlopes,
    peak: "vpeak_mV + peakSlope_mV_per_pA * u",
    resetV: "c_mV + resetSlope_mV_per_pA * u",
  },
);

/** Reticular thalamic: two slopes of u, joined at vb = vr. */
export const izhikevichReticular = variant(
  "izhikevich-rtn",
  "Izhikevich, reticular thalamic",
  "section 8.3.2",
  {
    parameters: parameters(
      {
        C_pF: 40,
        k_nS_per_mV: 0.25,
        vr_mV: -65,
        vt_mV: -45,
        vpeak_mV: 0,
        a_per_ms: 0.015,
        b_nS: 10,
        c_mV: -55,
        d_pA: 50,
      },
      [
        extra("vb_mV", "mV", -65, -75, -55, "Voltage where the slope of u changes."),
        extra("bAbove_nS", "nS", 2, 0, 20, "Slope of u above vb."),
      ],
    ),
    du: twoSlopes,
  },
);
