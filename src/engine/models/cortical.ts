import { cal } from "../channels/cal.ts";
import { cat } from "../channels/cat.ts";
import type { Channel } from "../channels/channel.ts";
import { h } from "../channels/h.ts";
import { kdr } from "../channels/kdr.ts";
import { kir } from "../channels/kir.ts";
import { leak } from "../channels/leak.ts";
import { m } from "../channels/m.ts";
import { nap } from "../channels/nap.ts";
import { nat } from "../channels/nat.ts";
import type { ConductanceModel, Parameter } from "../model.ts";

const CHANNELS: readonly Channel[] = [nat, nap, kdr, m, kir, h, cat, cal, leak];

const CELL: readonly Parameter[] = [
  {
    name: "C_pF",
    unit: "pF",
    default: 118,
    prior: { low: 5, high: 800, scale: "log" },
    search: { of: "capacitance", low: 0.5, high: 2, scale: "log" },
    role: "capacitance",
    doc: "Membrane capacitance.",
  },
  {
    name: "VT_mV",
    unit: "mV",
    default: -56.2,
    prior: { low: -75, high: -25, scale: "linear" },
    search: { of: "threshold", low: -22, high: 4, scale: "linear" },
    role: "voltage",
    doc: "Moves the voltage dependence of NaT and Kdr together: the spike threshold.",
  },
  {
    name: "rateNaK",
    unit: "1",
    default: 1,
    prior: { low: 0.1, high: 3, scale: "log" },
    search: { of: "prior" },
    role: "kinetics",
    doc: "Factor on all rates of NaT and Kdr: temperature and subtype.",
  },
  {
    name: "ENa_mV",
    unit: "mV",
    default: 50,
    prior: { low: 40, high: 70, scale: "linear" },
    search: { of: "prior" },
    role: "reversal",
    doc: "Sodium reversal potential.",
  },
  {
    name: "EK_mV",
    unit: "mV",
    default: -90,
    prior: { low: -105, high: -75, scale: "linear" },
    search: { of: "prior" },
    role: "reversal",
    doc: "Potassium reversal potential.",
  },
  {
    name: "ECa_mV",
    unit: "mV",
    default: 120,
    prior: { low: 100, high: 140, scale: "linear" },
    role: "reversal",
    doc: "Calcium reversal potential.",
  },
];

/**
 * One-compartment cortical cell: the channels of Pospischil et al. (2008), with persistent sodium, inward rectifier and HCN
 * added because real cells rectify and sag (docs/decisions/0002-cortical-cell.md).
 * Defaults are the regular-spiking cell of their figure 2 with its area of 11,844 µm² turned into whole-cell numbers.
 */
export const cortical: ConductanceModel = {
  kind: "conductance",
  id: "cortical",
  title: "Cortical cell with NaT, NaP, Kdr, M, Kir, H, CaT, CaL and leak",
  source: "Pospischil et al. 2008, doi:10.1007/s00422-008-0263-8; ModelDB 123623",
  leavesOut: "dendrites; A, D, SK and BK currents; calcium concentration; synapses",
  current: { name: "i_pA", unit: "pA" },
  capacitance: "C_pF",
  parameters: [...CELL, ...CHANNELS.flatMap((channel) => channel.parameters)],
  gates: CHANNELS.flatMap((channel) => channel.gates),
  currents: CHANNELS.map((channel) => channel.current),
};
