import { parseExpression } from "../expression.ts";
import type { IonicCurrent, Parameter, Pool } from "../model.ts";

/**
 * Calcium under the membrane with first-order removal, d ca/dt = -gainCa * I_Ca - (ca - caRest) / tauCa (ca in uM, I_Ca in pA, inward
 * negative): the pool of Traub (1982), doi:10.1016/0306-4522(82)90131-7, and of most later one-compartment models.
 * The gain is 1 / (2 F volume) times the fraction of calcium that stays free: a shell 0.1 um deep under the area of the default
 * cell (118 pF, 11,844 um²) has 1.18 pL and gains 4.4e-3 uM per fC unbuffered, of which 5 % stay free (Hay et al. 2011).
 */
export const calcium = {
  source: "Traub 1982, doi:10.1016/0306-4522(82)90131-7; Hay et al. 2011, doi:10.1371/journal.pcbi.1002107",
  leavesOut:
    "buffer kinetics and saturation, diffusion, stores, saturation of the pump; change of ECa; temperature of the pump",
  parameters: [
    {
      name: "gainCa_uM_per_fC",
      unit: "uM/fC",
      default: 2.2e-4,
      prior: { low: 1e-5, high: 1e-2, scale: "log" },
      role: "kinetics",
      doc: "Free calcium for each femtocoulomb (pA ms) of calcium current.",
    },
    {
      name: "tauCa_ms",
      unit: "ms",
      default: 80,
      prior: { low: 2, high: 1000, scale: "log" },
      role: "kinetics",
      doc: "Time constant of calcium removal by pumps and buffers.",
    },
    {
      name: "restCa_uM",
      unit: "uM",
      default: 0.05,
      prior: { low: 0.02, high: 0.2, scale: "log" },
      role: "kinetics",
      doc: "Free calcium without calcium current.",
    },
  ] satisfies readonly Parameter[],
} as const;

/** The pool `ca`, fed by the calcium currents of that cell. */
export function calciumPool(currents: readonly IonicCurrent[]): Pool {
  const total = currents.map(({ name }) => `I_${name}`).join(" + ");
  return {
    name: "ca",
    unit: "uM",
    inf: parseExpression(`restCa_uM - gainCa_uM_per_fC * tauCa_ms * (${total})`),
    tau: parseExpression("tauCa_ms"),
  };
}
