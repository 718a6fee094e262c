import { exponentialSynapse, findModel, withSynapses } from "../../engine/index.ts";
import { RandomStream } from "../../random.ts";
import { fixedProbability } from "../connectivity.ts";
import type { CellPopulation, Network, Projection } from "../network.ts";

/** Conductance that a spike adds, and its time constant. */
const EXCITATION = { conductance_nS: 6, reversal_mV: 0, tau_ms: 5 };
const INHIBITION = { conductance_nS: 67, reversal_mV: -80, tau_ms: 10 };

const cell = withSynapses(findModel("cortical"), [
  exponentialSynapse("Exc", EXCITATION),
  exponentialSynapse("Inh", INHIBITION),
]);

/** 20,000 um2, so that 1 mS/cm2 is 200 nS: NaT, Kdr and leak alone. */
const AREA_CM2 = 2e-4;
const nS = (mS_per_cm2: number) => mS_per_cm2 * AREA_CM2 * 1e6;
const present: Readonly<Record<string, number>> = {
  gNaT_nS: nS(100),
  gKdr_nS: nS(30),
  gleak_nS: nS(0.05),
  gExc_nS: EXCITATION.conductance_nS,
  gInh_nS: INHIBITION.conductance_nS,
};
const fixed: Readonly<Record<string, number>> = {
  ...Object.fromEntries(
    cell.parameters.map(({ name, role, default: value }) => [
      name,
      role === "conductance" ? (present[name] ?? 0) : value,
    ]),
  ),
  C_pF: AREA_CM2 * 1e6,
  VT_mV: -63,
  ENa_mV: 50,
  EK_mV: -90,
  Eleak_mV: -60,
  slowNaT: 0,
};

/**
 * The conductance-based network of Hodgkin-Huxley cells that simulators are compared with: Brette et al. (2007),
 * doi:10.1007/s10827-007-0038-6, benchmark 2 (COBAHH), after Vogels and Abbott (2005). Four fifths of the cells excite; every pair is
 * connected with the probability that gives 80 synapses a cell at 4000 cells, and the drawn first state starts activity that goes on by
 * itself. Delay 0.1 ms, spikes at -20 mV.
 *
 * `cells`: a multiple of 5. Smaller networks keep 80 synapses a cell, up to all of them.
 */
export function cobaNetwork(cells = 4000, seed = 1): Network {
  const root = RandomStream.fromSeed(seed);
  const state = root.split(0);
  const excitatory = (cells * 4) / 5;
  const draw = (count: number, mean: number, sd: number) =>
    Float64Array.from({ length: count }, () => mean + sd * state.normal());
  const conductance = (count: number, mean_nS: number, sd_nS: number, unit_nS: number) =>
    draw(count, mean_nS, sd_nS).map((g_nS) => Math.max(0, g_nS) / unit_nS);
  const population = (name: string, count: number): CellPopulation => ({
    kind: "cells",
    name,
    model: cell,
    count,
    fixed,
    v0_mV: draw(count, -65, 5),
    spikeLevel_mV: -20,
    first: {
      Exc: conductance(count, 40, 15, EXCITATION.conductance_nS),
      Inh: conductance(count, 200, 120, INHIBITION.conductance_nS),
    },
  });
  const populations = [population("excitatory", excitatory), population("inhibitory", cells - excitatory)];
  const probability = Math.min(1, 80 / cells);
  const projections = populations.flatMap((from, source) =>
    populations.map((to, target): Projection => {
      const sizes = { sources: from.count, targets: to.count };
      return {
        from: from.name,
        to: to.name,
        synapse: source === 0 ? "Exc" : "Inh",
        connectivity: fixedProbability(sizes, probability, root.split(1 + 2 * source + target)),
        weight: 1,
        delay_ms: 0.1,
      };
    }),
  );
  return { populations, projections };
}
