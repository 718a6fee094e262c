import { a } from "../channels/a.ts";
import { bk } from "../channels/bk.ts";
import { cal } from "../channels/cal.ts";
import { calcium, calciumPool } from "../channels/calcium.ts";
import { can } from "../channels/can.ts";
import { capq } from "../channels/capq.ts";
import { car } from "../channels/car.ts";
import { cat } from "../channels/cat.ts";
import type { Channel } from "../channels/channel.ts";
import { d } from "../channels/d.ts";
import { girk } from "../channels/girk.ts";
import { h } from "../channels/h.ts";
import { kdr } from "../channels/kdr.ts";
import { kir } from "../channels/kir.ts";
import { leak } from "../channels/leak.ts";
import { potassiumLeak, sodiumLeak } from "../channels/leakParts.ts";
import { m } from "../channels/m.ts";
import { nap } from "../channels/nap.ts";
import { nat } from "../channels/nat.ts";
import { nav18 } from "../channels/nav18.ts";
import { withRate, withShift } from "../channels/shift.ts";
import { sk } from "../channels/sk.ts";
import { temperature, withTemperature } from "../channels/temperature.ts";
import type { ConductanceModel, Parameter } from "../model.ts";

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
 * L-type current whose activation can be moved (Cav1.3 opens some 10 mV below Cav1.2) and slowed: the persistent inward current
 * of motoneurons flows in dendrites, which the spikes of the soma hardly reach, so that it does not close between them.
 */
const calOfBothKinds = withRate(
  withShift(cal, "q", {
    name: "shiftCaLAct_mV",
    unit: "mV",
    default: 0,
    prior: { low: -20, high: 10, scale: "linear" },
    role: "half-voltage",
    doc: "Shift of CaL activation: negative for Cav1.3, which opens at more negative voltage than Cav1.2.",
  }),
  "q",
  {
    name: "rateCaLAct",
    unit: "1",
    default: 1,
    prior: { low: 0.01, high: 2, scale: "log" },
    role: "kinetics",
    doc: "Factor on the rates of CaL activation: small for a current of dendrites that single spikes do not reach.",
  },
);

/** The channels of the first cortical cell, in its order. */
const FIRST: readonly Channel[] = [nat, nap, kdr, m, kir, h, cat, calOfBothKinds, leak];

/** Absent unless their conductance is given. */
const ADDED: readonly Channel[] = [a, d, sk, bk, can, capq, car, girk, nav18, potassiumLeak, sodiumLeak];

/** Every channel of the cell as its file writes it. */
export const CHANNELS: readonly Channel[] = [...FIRST, ...ADDED];

const CALCIUM_CURRENTS = [cat, cal, can, capq, car].map((channel) => channel.current);

/**
 * The cell that drugs act on: the channels of Pospischil et al. (2008) with persistent sodium, inward rectifier and HCN
 * (docs/decisions/0002-cortical-cell.md), A, D, SK, BK, N, P/Q and R currents, GIRK, Nav1.8, potassium and sodium leak, calcium
 * under the membrane and temperature. Whatever Pospischil et al. do not have is absent by default, so that the default cell is
 * the regular-spiking cell of their figure 2 with its area of 11,844 µm² turned into whole-cell numbers.
 */
export const cortical: ConductanceModel = {
  kind: "conductance",
  id: "cortical",
  title: "Cell with sodium, potassium, calcium and HCN currents, calcium pool and temperature",
  source: "Pospischil et al. 2008, doi:10.1007/s00422-008-0263-8; ModelDB 123623; each channel names its own",
  leavesOut: "dendrites; synapses; diffusion of calcium; change of reversal potentials; ERG and Kv7.1",
  current: { name: "i_pA", unit: "pA" },
  capacitance: "C_pF",
  parameters: [
    ...CELL,
    ...CHANNELS.flatMap(({ parameters }) => parameters),
    ...calcium.parameters,
    temperature,
  ],
  gates: CHANNELS.flatMap((channel) => withTemperature(channel).gates),
  currents: CHANNELS.map(({ current }) => current),
  pools: [calciumPool(CALCIUM_CURRENTS)],
};
