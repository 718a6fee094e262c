import { findModel, type Parameter } from "../../engine/index.ts";
import type { Prior, PriorParameter } from "./prior.ts";

/**
 * Conductance over capacitance (nS/pF) of currents that a direct fit does not search. Each range holds the presets that have the
 * current (highest: CaN 0.16 motoneuron, CaPQ 0.038 CA1, A 0.78 nociceptor, D 0.36 fast-spiking, SK 0.17 subthalamic, BK 22 CA1,
 * Nav1.8 13 nociceptor) and goes down to where the current does nothing: most cells have few of these currents.
 */
const PER_CAPACITANCE: Readonly<Record<string, readonly [low: number, high: number]>> = {
  gA_nS: [0.005, 3],
  gD_nS: [0.005, 0.5],
  gSK_nS: [0.001, 0.3],
  gBK_nS: [0.005, 25],
  gCaN_nS: [0.0005, 0.3],
  gCaPQ_nS: [0.0005, 0.2],
  gCaR_nS: [0.0005, 0.1],
  gGIRK_nS: [0.0005, 0.1],
  gNav18_nS: [0.005, 15],
};

/** Membrane time constants of about 5 to 60 ms at rest. */
const LEAK_PER_CAPACITANCE = [0.015, 0.2] as const;

/**
 * Kept at their defaults. The two parts of the leak: gleak and Eleak say the same in other words. ECa: only the product with calcium
 * conductances is seen. Half concentrations, the calcium at rest, the time constant of SK and that of D: they act through gains
 * and conductances that are free. EH and the rate of CaL activation: properties of subunits and of dendrites.
 * Temperature is read from the recording, not inferred.
 */
const KEPT = new Set([
  "gKleak_nS",
  "gNaleak_nS",
  "ECa_mV",
  "halfSK_uM",
  "halfBK_uM",
  "restCa_uM",
  "tauSK_ms",
  "tauDInact_ms",
  "EH_mV",
  "rateCaLAct",
  "shiftNav18Inact_mV",
  "temperature_degC",
]);

/** Narrower than the declared ranges, which hold every cell there is: half of their cells would not rest or not fire. */
const NARROWED: Readonly<Record<string, readonly [low: number, high: number]>> = {
  C_pF: [15, 400],
  VT_mV: [-66, -42],
  Eleak_mV: [-90, -55],
  rateNaK: [0.3, 3],
};

/**
 * The cortical cell: capacitance, every conductance over capacitance (as a direct fit searches them, so that a large cell has large
 * conductances), reversal potentials, shifts and time constants in the ranges that the model declares.
 */
export const corticalPrior: Prior = {
  model: "cortical",
  parameters: findModel("cortical")
    .parameters.filter(({ name }) => !KEPT.has(name))
    .map(priorParameter),
};

function priorParameter(parameter: Parameter): PriorParameter {
  const { name, unit, role, search, prior } = parameter;
  if (role === "conductance") {
    const [low, high] = name === "gleak_nS" ? LEAK_PER_CAPACITANCE : perCapacitance(name, search);
    return { name, unit, low, high, scale: "log", per: "C_pF" };
  }
  const [low, high] = NARROWED[name] ?? [prior.low, prior.high];
  return { name, unit, low, high, scale: prior.scale };
}

function perCapacitance(name: string, search: Parameter["search"]): readonly [number, number] {
  if (search?.of === "capacitance") return [search.low, search.high];
  const range = PER_CAPACITANCE[name];
  if (!range) throw new Error(`internal: no prior range for ${name} per capacitance`);
  return range;
}
