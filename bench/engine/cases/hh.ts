import { findModel } from "../../../src/engine/index.ts";
import { type Case, factor, population } from "./case.ts";

const N = 1000;
const model = findModel("hodgkin-huxley");
const constants = { C_uF_per_cm2: 1, ENa_mV: 50, EK_mV: -77, EL_mV: -54.387 };

/** Squid axons with sodium and potassium conductances and currents of their own. */
export const hh: Case = {
  id: "hh",
  title: "Hodgkin–Huxley",
  n: N,
  dt_ms: 0.025,
  t_ms: 1000,
  model,
  absent: {},
  constants,
  parameters: population(model, N, {
    ...constants,
    gNa_mS_per_cm2: (cell) => 120 * factor(cell, N),
    gK_mS_per_cm2: (cell) => 36 / factor(cell, N),
    gL_mS_per_cm2: 0.3,
  }),
  i: { kind: "constant", value: Float64Array.from({ length: N }, (_, cell) => 9.5 + (cell % 100) * 0.01) },
  v0_mV: -65,
};
