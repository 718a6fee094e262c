import { findModel } from "../../../src/engine/index.ts";
import { type Case, population } from "./case.ts";

const N = 1000;
const model = findModel("izhikevich");

/** Regular-spiking cells, all parameters of each its own, under currents from 70 to 100 pA. Explicit Euler in every tool. */
export const izh: Case = {
  id: "izh",
  title: "Izhikevich 2007",
  n: N,
  dt_ms: 0.1,
  t_ms: 20_000,
  model,
  absent: {},
  constants: { vpeak_mV: 35 },
  parameters: population(model, N, {
    C_pF: 100,
    k_nS_per_mV: 0.7,
    vr_mV: -60,
    vt_mV: -40,
    vpeak_mV: 35,
    a_per_ms: 0.03,
    b_nS: -2,
    c_mV: -50,
    d_pA: 100,
  }),
  i: { kind: "constant", value: Float64Array.from({ length: N }, (_, cell) => 70 + (30 * cell) / N) },
  v0_mV: -60,
};
