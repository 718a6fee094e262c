import { describe, expect, it } from "vitest";
import {
  type ConductanceModel,
  compiledKernel,
  defaultParameters,
  findModel,
  fromRecord,
  toRecord,
} from "../../src/engine/index.ts";
import truth from "./neuron-traces.json" with { type: "json" };
import { rungeKutta, sampledCurrent, spikeDistance_ms } from "./truth.ts";

/** NEURON's spike times, frozen; make_neuron_traces.py printed them. Its own two solvers differ by 0.0022 ms at the most. */
const hodgkinHuxley = findModel("hodgkin-huxley") as ConductanceModel;
const cortical = findModel("cortical") as ConductanceModel;

/** 10,000 um2: 1 uF/cm2 is 100 pF, 1 S/cm2 is 100,000 nS, 1 uA/cm2 is 100 pA. */
const AREA_CM2 = 1e-4;
const nS = (S_per_cm2: number) => S_per_cm2 * AREA_CM2 * 1e9;

/** Defaults of pospi.mod. Whatever it has not is absent: conductances 0, shifts 0. */
function pospi(): Float64Array {
  const absent = Object.fromEntries(
    cortical.parameters.map(({ name, role, default: value }) => [name, role === "conductance" ? 0 : value]),
  );
  return fromRecord(cortical, {
    ...absent,
    C_pF: 1e-6 * AREA_CM2 * 1e12,
    VT_mV: -55,
    rateNaK: 1,
    ENa_mV: 50,
    EK_mV: -90,
    ECa_mV: 120,
    Eleak_mV: -70,
    gNaT_nS: nS(0.05),
    gKdr_nS: nS(0.005),
    gM_nS: nS(3e-5),
    tauMaxM_ms: 1000,
    gCaL_nS: nS(1e-4),
    gCaT_nS: nS(4e-4),
    gleak_nS: nS(1e-5),
  });
}

const CASES = truth.cases.map((given) => {
  const squid = given.mechanism === "hh";
  const scale = squid ? 1 : AREA_CM2 * 1e6;
  return {
    ...given,
    model: squid ? hodgkinHuxley : cortical,
    params: squid ? defaultParameters(hodgkinHuxley) : pospi(),
    rows: given.current_uA_per_cm2.map(([start_ms, density]) => [start_ms, density * scale]),
  };
});

it("every shift of the cortical cell is 0 by default, so that the two cells are one", () => {
  for (const [name, value] of Object.entries(toRecord(cortical, pospi())))
    if (name.startsWith("shift")) expect(value, name).toBe(0);
});

describe.each(CASES)("$mechanism, $name", ({ model, params, rows, duration_ms, v0_mV, spikeTimes_ms }) => {
  it("our equations, integrated by Runge-Kutta, spike within 0.005 ms of NEURON", () => {
    const ours = rungeKutta(
      model,
      params,
      sampledCurrent(rows, duration_ms, 0.005),
      0.005,
      v0_mV,
    ).spikeTimes_ms;
    expect(spikeTimes_ms.length).toBeGreaterThan(0);
    expect(spikeDistance_ms(ours, spikeTimes_ms)).toBeLessThan(0.005);
  });

  it("the compiled kernel, extrapolated from dt 0.00625 and 0.0125, spikes within 0.01 ms of NEURON", () => {
    const run = (dt: number) =>
      compiledKernel(model, dt)
        .bind(params)
        .run(sampledCurrent(rows, duration_ms, dt), { v0_mV }).spikeTimes_ms;
    const [coarse, fine] = [run(0.0125), run(0.00625)];
    expect(coarse.length).toBe(fine.length);
    // The scheme is of order 2: a third of the change is what remains.
    const converged = fine.map((time, k) => time + (time - coarse[k]) / 3);
    expect(spikeDistance_ms(converged, spikeTimes_ms)).toBeLessThan(0.01);
  });

  it("the compiled kernel at its usual dt of 0.025 ms gives every spike, each within 0.4 % of its time", () => {
    const current = sampledCurrent(rows, duration_ms, 0.025);
    const ours = compiledKernel(model, 0.025).bind(params).run(current, { v0_mV }).spikeTimes_ms;
    expect(ours.length).toBe(spikeTimes_ms.length);
    for (const [k, time] of spikeTimes_ms.entries()) expect(Math.abs(ours[k] / time - 1)).toBeLessThan(0.004);
  });
});
