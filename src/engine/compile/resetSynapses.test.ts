import { describe, expect, it } from "vitest";
import { InputError } from "../../errors.ts";
import { fromRecord, toRecord } from "../model.ts";
import { izhikevich } from "../models/izhikevich.ts";
import { generatedKernel } from "../solvers/index.ts";
import {
  ampa,
  exponentialSynapse,
  gabaATonic,
  nmda,
  withInjectedConductance,
  withSynapses,
} from "../synapses/index.ts";
import { compile } from "./compile.ts";

const DT = 0.1;
const STEPS = 3000;
const book = Object.fromEntries(izhikevich.parameters.map(({ name, default: value }) => [name, value]));

/** The equations by hand: weights arrive, the synapse acts at the old voltage, everything steps, the spike resets. */
function byHand(
  weights: Float64Array,
  conductance: (step: number, s: number) => number,
  E: number,
  tau: number,
) {
  const { C_pF, k_nS_per_mV, vr_mV, vt_mV, vpeak_mV, a_per_ms, b_nS, c_mV, d_pA } = book;
  let [v, u, s] = [vr_mV, 0, 0];
  const spikes: number[] = [];
  const trace = [v];
  for (let step = 0; step < weights.length; step++) {
    s += weights[step];
    const i = 20 + conductance(step, s) * (E - v);
    const dv = (k_nS_per_mV * (v - vr_mV) * (v - vt_mV) - u + i) / C_pF;
    const du = a_per_ms * (b_nS * (v - vr_mV) - u);
    v += DT * dv;
    u += DT * du;
    s *= Math.exp(-DT / tau);
    if (v >= vpeak_mV) {
      spikes.push(step + 1);
      v = c_mV;
      u += d_pA;
    }
    trace.push(v);
  }
  return { spikes, trace };
}

describe("synapses of a reset model", () => {
  it("a spike that arrives opens a conductance whose current joins the injected one", () => {
    const model = withSynapses(izhikevich, [
      exponentialSynapse("Exc", { conductance_nS: 2, reversal_mV: 0, tau_ms: 5 }),
    ]);
    const weights = Float64Array.from({ length: STEPS }, (_, step) => (step % 37 === 5 ? 1.2 : 0));
    const expected = byHand(weights, (_, s) => 2 * s, 0, 5);
    expect(expected.spikes.length).toBeGreaterThan(3);
    const values = fromRecord(model, {
      ...Object.fromEntries(model.parameters.map((p) => [p.name, p.default])),
    });
    const stepper = compile(model, { dt_ms: DT }).open(values, {
      i: { kind: "constant", value: 20 },
      v0_mV: book.vr_mV,
      stretch: 10,
      longestDelay: 10,
    });
    const ring = stepper.arrivals("Exc");
    const spikes: number[] = [];
    const v = new Float64Array(1);
    while (stepper.now < STEPS) {
      for (let step = stepper.now; step < stepper.now + 10; step++)
        ring.values[ring.start + (step % ring.steps) * ring.row] += weights[step];
      stepper.advance((_, time) => spikes.push(time));
      stepper.read("v", v);
      expect(Math.abs(v[0] - expected.trace[stepper.now])).toBeLessThan(1e-8);
    }
    expect(spikes).toEqual(expected.spikes);
  });

  it.each(["euler", "midpoint"] as const)("tonic inhibition lowers the rate, %s", (solver) => {
    const model = withSynapses(izhikevich, [gabaATonic]);
    const rate = (gGABAATonic: number) => {
      const params = Float64Array.from(model.parameters, ({ name, default: value }) =>
        name === gabaATonic.parameters[0].name ? gGABAATonic : value,
      );
      const run = compile(model, { dt_ms: DT, solver }).run(params, {
        steps: 10 * STEPS,
        i: { kind: "constant", value: 120 },
      });
      return run.spikeCounts[0];
    };
    expect(rate(0)).toBe(
      compile(izhikevich, { dt_ms: DT, solver }).run(fromRecord(izhikevich, book), {
        steps: 10 * STEPS,
        i: { kind: "constant", value: 120 },
      }).spikeCounts[0],
    );
    expect(rate(1)).toBeLessThan(rate(0));
  });

  it("a dynamic clamp injects its waveform", () => {
    const model = withInjectedConductance(izhikevich, { name: "clamp", reversal_mV: 0 });
    const waveform = Float64Array.from({ length: STEPS }, (_, step) => (step > 500 ? 3 : 0));
    const expected = byHand(new Float64Array(STEPS), (step) => waveform[step], 0, 1);
    expect(expected.spikes.length).toBeGreaterThan(3);
    const params = Float64Array.from(model.parameters, (parameter) => parameter.default);
    const run = compile(model, { dt_ms: DT }).run(params, {
      steps: STEPS,
      i: { kind: "constant", value: 20 },
      inputs: { clamp: { kind: "waveforms", waveforms: [waveform] } },
      v0_mV: book.vr_mV,
      spikeTimes: true,
      recordEvery: 1,
    });
    expect([...run.spikes.times_ms]).toEqual(expected.spikes.map((step) => step * DT));
    for (const [step, v] of expected.trace.entries()) expect(Math.abs(run.v_mV[step] - v)).toBeLessThan(1e-8);
  });

  it("fast and voltage-dependent synapses join in both precisions, and the interpreter says that it has none", () => {
    const model = withSynapses(izhikevich, [ampa, nmda]);
    const params = Float64Array.from(model.parameters, (parameter) => parameter.default);
    const counts = (["f64", "f32"] as const).map(
      (precision) =>
        compile(model, { dt_ms: DT, precision }).run(params, {
          steps: STEPS,
          i: { kind: "constant", value: 150 },
        }).spikeCounts[0],
    );
    expect(counts[0]).toBeGreaterThan(3);
    expect(counts[1]).toBe(counts[0]);
    expect(toRecord(model, params)).toMatchObject(book);
    expect(() => generatedKernel(model, DT, "euler")).toThrow(InputError);
  });
});
