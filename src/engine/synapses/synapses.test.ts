import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { compile } from "../compile/compile.ts";
import { parseExpression } from "../expression.ts";
import { type ConductanceModel, defaultParameters, fromRecord, toRecord } from "../model.ts";
import { findModel } from "../models/index.ts";
import type { Drive } from "../population.ts";
import { restingVoltage, steadyState } from "../resting.ts";
import { currentSum } from "./currentSum.ts";
import { exponentialSynapse } from "./exponentialSynapse.ts";
import {
  ampa,
  gabaA,
  gabaATonic,
  gabaB,
  glycine,
  nmda,
  withInjectedConductance,
  withSynapses,
} from "./index.ts";
import type { Synapse } from "./synapse.ts";
import { passiveCell } from "./testCell.ts";

const SYNAPSES: readonly Synapse[] = [ampa, nmda, gabaA, gabaATonic, gabaB, glycine];

describe.each(SYNAPSES.map((synapse) => [synapse.name, synapse] as const))("%s", (_, synapse) => {
  test("joins the cortical cell, and its parameters are ones that drugs know", () => {
    const model = withSynapses(findModel("cortical") as ConductanceModel, [synapse]);
    const { parameters } = JSON.parse(readFileSync("library/drugs.json", "utf8"));
    for (const { drugTarget } of synapse.parameters)
      if (drugTarget !== undefined) expect(Object.keys(parameters)).toContain(drugTarget);
    expect(synapse.parameters[0].drugTarget).toBeDefined();
    expect(model.parameters).toEqual([...findModel("cortical").parameters, ...synapse.parameters]);
    const cells = open(model, {});
    for (let step = 0; step < 20; step++) cells.advance(() => {});
    expect(cells.failures()).toEqual([]);
  });
});

/** One cell of a model with some parameters changed. */
function open(model: ConductanceModel, values: Record<string, number>, longestDelay = 20, dt_ms = 0.05) {
  const parameters = fromRecord(model, { ...toRecord(model, defaultParameters(model)), ...values });
  const i: Drive = { kind: "constant", value: 0 };
  return compile(model, { dt_ms }).open(parameters, { i, stretch: 1, longestDelay });
}

/** Open fraction of a synapse after spikes at these steps, sampled at every step. */
function openFraction(synapse: Synapse, spikes: readonly number[], steps: number, dt_ms = 0.05): number[] {
  const model = withSynapses(passiveCell, [synapse]);
  const clamped = { C_pF: 1e12, Eleak_mV: 20 };
  const cells = open(model, clamped, 1, dt_ms);
  const { current } = synapse;
  const sum = currentSum(model, current.name)!;
  const parameters = fromRecord(model, { ...toRecord(model, defaultParameters(model)), ...clamped });
  const { [current.conductance]: g, [current.reversal]: E } = toRecord(model, parameters);
  const ring = cells.arrivals(synapse.name);
  return Array.from({ length: steps }, (_, step) => {
    const at = ring.start + (step % ring.steps) * ring.row;
    if (spikes.includes(step)) ring.values[at] += 1;
    cells.advance(() => {});
    const states = sum.states.map((state) => {
      const values = new Float64Array(1);
      cells.read(state, values);
      return values;
    });
    return sum.sum(parameters, states) / g / (20 - E);
  });
}

// Gates stand half a step ahead: the sample after step n is the value at (n + 1.5) dt after an arrival at the start of step 0.
test.each([ampa, gabaA, glycine].map((each) => [each.name, each] as const))(
  "a spike of weight 1 opens %s to a peak of 1, with its rise and decay",
  (_, synapse) => {
    const dt = 0.005;
    const taus = synapse.parameters.filter(({ name }) => name.startsWith("tau"));
    const rise = taus.find(({ name }) => name.includes("Rise"))!.default;
    const decay = taus.find(({ name }) => !name.includes("Rise"))!.default;
    const open = openFraction(synapse, [0], 2000, dt);
    expect(Math.max(...open)).toBeCloseTo(1, 4);
    const peakAt = ((decay * rise) / (decay - rise)) * Math.log(decay / rise);
    expect((open.indexOf(Math.max(...open)) + 1.5) * dt).toBeCloseTo(peakAt, 1);
    const shape = (t: number) => Math.exp(-t / decay) - Math.exp(-t / rise);
    for (const step of [0, 100, 1000])
      expect(open[step]).toBeCloseTo(shape((step + 1.5) * dt) / shape(peakAt), 10);
  },
);

test("magnesium blocks NMDA receptors as Jahr and Stevens measured: 0.024 open at -80 mV, 0.23 at -40 mV, 0.925 at +20 mV", () => {
  const model = withSynapses(passiveCell, [nmda]);
  const unblocked = (v: number, magnesium_mM = 1) =>
    steadyState(model, { ...toRecord(model, defaultParameters(model)), magnesium_mM }, v).nmdaUnblocked;
  expect(unblocked(-80)).toBeCloseTo(0.0244, 4);
  expect(unblocked(-40)).toBeCloseTo(0.2302, 4);
  expect(unblocked(20)).toBeCloseTo(0.925, 4);
  expect(unblocked(-80, 0)).toBe(1);
  const open = openFraction(nmda, [0], 400);
  expect(Math.max(...open)).toBeCloseTo(0.925, 3);
});

test("ten spikes open GABA-B channels far more than ten times as far as one; the slow current peaks after 0.1 s", () => {
  const one = Math.max(...openFraction(gabaB, [0], 8000));
  const ten = openFraction(
    gabaB,
    Array.from({ length: 10 }, (_, n) => 100 * n),
    12_000,
  );
  expect(one).toBeCloseTo(3e-4, 4);
  expect(Math.max(...ten) / one).toBeGreaterThan(1000);
  const peak_ms = openFraction(gabaB, [0], 8000).indexOf(one) * 0.05;
  expect(peak_ms).toBeGreaterThan(80);
  expect(peak_ms).toBeLessThan(150);
});

test("a tonic conductance moves the rest to the mean of both reversals, weighted by conductance", () => {
  const model = withSynapses(passiveCell, [gabaATonic]);
  const values = fromRecord(model, {
    ...toRecord(model, defaultParameters(model)),
    gGABAAtonic_nS: 5,
    EGABAA_mV: -55,
  });
  expect(restingVoltage(model, values)).toBeCloseTo((10 * -70 + 5 * -55) / 15, 8);
});

test("phasic and tonic GABA-A currents share the chloride reversal", () => {
  const model = withSynapses(passiveCell, [gabaA, gabaATonic]);
  expect(model.parameters.filter(({ name }) => name === "EGABAA_mV")).toHaveLength(1);
  expect(model.arrivals?.map(({ name }) => name)).toEqual(["GABA-A"]);
});

test("what cannot have synapses, or has them already, is refused", () => {
  const codeOf = (build: () => unknown) => {
    try {
      build();
    } catch (error) {
      return (error as { problem?: { code: string } }).problem?.code;
    }
    return undefined;
  };
  expect(codeOf(() => withSynapses(findModel("hodgkin-huxley"), [ampa]))).toBe("no-synapses");
  expect(codeOf(() => withSynapses(passiveCell, [ampa, ampa]))).toBe("duplicate-name");
  const other = exponentialSynapse("X", { reversal_mV: 0, tau_ms: 5 });
  const wrong = { ...other, adds: [{ gate: "nothing", amount: parseExpression("1") }] };
  expect(codeOf(() => withSynapses(passiveCell, [wrong]))).toBe("unknown-symbol");
});

test("an injected conductance charges a passive cell as the exact solution says, step by step", () => {
  const model = withInjectedConductance(passiveCell, { name: "clamp", reversal_mV: 0 });
  const dt_ms = 0.05;
  const conductance_nS = Float64Array.from({ length: 2000 }, (_, n) =>
    n < 1000 ? 8 : 30 * Math.abs(Math.sin(n / 300)),
  );
  const run = compile(model, { dt_ms }).run(defaultParameters(model), {
    steps: 2000,
    i: { kind: "constant", value: 20 },
    inputs: { clamp: { kind: "waveforms", waveforms: [conductance_nS] } },
    v0_mV: -70,
    recordEvery: 1,
  });
  let v = -70;
  let worst = 0;
  for (const [n, g] of conductance_nS.entries()) {
    const target = (10 * -70 + 20 + g * 0) / (10 + g);
    v = target + (v - target) * Math.exp((-dt_ms * (10 + g)) / 100);
    worst = Math.max(worst, Math.abs(run.v_mV![n + 1] - v));
  }
  expect(worst).toBeLessThan(2e-4);
});
