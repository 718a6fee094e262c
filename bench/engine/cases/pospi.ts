import { findModel } from "../../../src/engine/index.ts";
import { type Case, factor, population } from "./case.ts";

const N = 1000;
const model = findModel("cortical");

/** 100,000 um2, so that 1 uA/cm2 is 1000 pA: the peers' cells are densities, and their area drops out. */
const AREA_CM2 = 1e-3;
const nS = (mS_per_cm2: number) => mS_per_cm2 * AREA_CM2 * 1e6;
const pA = (uA_per_cm2: number) => uA_per_cm2 * AREA_CM2 * 1e6;

const THEIRS = ["gNaT_nS", "gKdr_nS", "gM_nS", "gCaL_nS", "gCaT_nS", "gleak_nS"];
const absent = {
  ...Object.fromEntries(
    model.parameters
      .filter(({ name, role }) => role === "conductance" && !THEIRS.includes(name))
      .map(({ name }) => [name, 0]),
  ),
  slowNaT: 0,
};
const constants = {
  ...Object.fromEntries(
    model.parameters
      .filter(({ name, role }) => role !== "conductance" && !(name in absent))
      .map(({ name, default: value }) => [name, value]),
  ),
  C_pF: AREA_CM2 * 1e6,
  VT_mV: -55,
  ENa_mV: 50,
  EK_mV: -90,
  ECa_mV: 120,
  Eleak_mV: -70,
  tauMaxM_ms: 1000,
};

/** Our cortical cell with the channels of Pospischil et al. (2008) alone: NaT, Kdr, M, CaL, CaT and leak. */
export const pospi: Case = {
  id: "pospi",
  title: "Pospischil cell",
  n: N,
  dt_ms: 0.025,
  t_ms: 500,
  model,
  absent,
  constants,
  parameters: population(model, N, {
    ...absent,
    ...constants,
    gNaT_nS: (cell) => nS(50 * factor(cell, N)),
    gKdr_nS: nS(5),
    gM_nS: nS(0.03),
    gCaL_nS: nS(0.1),
    gCaT_nS: nS(0.4),
    gleak_nS: nS(0.01),
  }),
  i: {
    kind: "constant",
    value: Float64Array.from({ length: N }, (_, cell) => pA(0.5 + (cell % 100) * 0.002)),
  },
  v0_mV: -70,
};
