import { parseExpression } from "../expression.ts";
import type { Parameter, ResetModel } from "../model.ts";

/**
 * Defaults: the regular-spiking cell that Brette and Gerstner fitted to a detailed pyramidal model. Priors hold it and the eight
 * firing patterns of Naud, Marcille, Clopath and Gerstner (2008), doi:10.1007/s00422-008-0264-7, table 1, with room on each side.
 */
const PARAMETERS: readonly Parameter[] = [
  {
    name: "C_pF",
    unit: "pF",
    default: 281,
    prior: { low: 10, high: 500, scale: "log" },
    search: { of: "capacitance", low: 0.3, high: 3, scale: "log" },
    role: "capacitance",
    doc: "Membrane capacitance.",
  },
  {
    name: "gL_nS",
    unit: "nS",
    default: 30,
    prior: { low: 0.5, high: 60, scale: "log" },
    search: { of: "conductance", low: 0.15, high: 2, scale: "log" },
    role: "conductance",
    doc: "Leak conductance.",
  },
  {
    name: "EL_mV",
    unit: "mV",
    default: -70.6,
    prior: { low: -85, high: -50, scale: "linear" },
    search: { of: "rest", low: -6, high: 6, scale: "linear" },
    role: "voltage",
    doc: "Reversal of the leak; the resting voltage, but for the small exponential current there.",
  },
  {
    name: "VT_mV",
    unit: "mV",
    default: -50.4,
    prior: { low: -65, high: -20, scale: "linear" },
    search: { of: "threshold", low: -20, high: 6, scale: "linear" },
    role: "voltage",
    doc: "Voltage where the exponential current grows as fast as the leak.",
  },
  {
    name: "DeltaT_mV",
    unit: "mV",
    default: 2,
    prior: { low: 0.5, high: 8, scale: "log" },
    search: { of: "prior" },
    role: "kinetics",
    doc: "Slope factor: how sharply a spike starts.",
  },
  {
    name: "vpeak_mV",
    unit: "mV",
    default: 20,
    prior: { low: 0, high: 60, scale: "linear" },
    search: { of: "peak", low: -1, high: 1, scale: "linear" },
    role: "voltage",
    doc: "Peak of a spike, where v and u are reset; of no weight to when it comes.",
  },
  {
    name: "tauw_ms",
    unit: "ms",
    default: 144,
    prior: { low: 5, high: 1000, scale: "log" },
    search: { of: "prior" },
    role: "adaptation",
    doc: "Time constant of the adaptation current u.",
  },
  {
    name: "a_nS",
    unit: "nS",
    default: 4,
    prior: { low: -15, high: 30, scale: "linear" },
    search: { of: "conductance", low: -0.7, high: 4, scale: "linear" },
    role: "adaptation",
    doc: "How much u follows v below threshold.",
  },
  {
    name: "Vr_mV",
    unit: "mV",
    default: -70.6,
    prior: { low: -80, high: -35, scale: "linear" },
    search: { of: "threshold", low: -30, high: 10, scale: "linear" },
    role: "voltage",
    doc: "Voltage after a spike.",
  },
  {
    name: "b_pA",
    unit: "pA",
    default: 80.5,
    prior: { low: 0, high: 500, scale: "linear" },
    search: { of: "conductance", low: 0, high: 80, scale: "linear" },
    role: "adaptation",
    doc: "Jump of u at a spike.",
  },
];

/**
 * The exponent stops growing at 12, where the upstroke passes thousands of mV/ms and the peak is microseconds away: written out, it
 * overflows within a step of the solver.
 */
const UPSTROKE = "gL_nS * DeltaT_mV * exp(min((v - VT_mV) / DeltaT_mV, 12))";

/**
 * Adaptive exponential integrate-and-fire: C v' = gL DeltaT exp((v - VT) / DeltaT) - gL (v - EL) - u + i,
 * tauw u' = a (v - EL) - u; at v >= vpeak: v = Vr, u = u + b. u is the paper's w.
 */
export const adex: ResetModel = {
  kind: "reset",
  id: "adex",
  title: "Adaptive exponential integrate-and-fire",
  source: "Brette and Gerstner 2005, J. Neurophysiol. 94, 3637-3642, doi:10.1152/jn.00686.2005",
  leavesOut: "channels: a drug acts on it only through a change of these parameters; the course of a spike",
  current: { name: "i_pA", unit: "pA" },
  parameters: PARAMETERS,
  dv: parseExpression(`(${UPSTROKE} - gL_nS * (v - EL_mV) - u + i) / C_pF`),
  du: parseExpression("(a_nS * (v - EL_mV) - u) / tauw_ms"),
  peak: parseExpression("vpeak_mV"),
  resetV: parseExpression("Vr_mV"),
  resetU: parseExpression("u + b_pA"),
  rest: "EL_mV",
  drawnPeak: "vpeak_mV",
};
