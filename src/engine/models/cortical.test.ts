import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { withTemperature } from "../channels/temperature.ts";
import { compile } from "../compile/compile.ts";
import { referenceKernel } from "../compile/reference.ts";
import { evaluate } from "../expression.ts";
import { type ConductanceModel, defaultParameters, fromRecord, type Gate, toRecord } from "../model.ts";
import { CHANNELS, cortical } from "./cortical.ts";
import { ca1Pyramidal } from "./presets/ca1Pyramidal.ts";

const DEFAULTS = toRecord(cortical, defaultParameters(cortical));

function trace(model: ConductanceModel, current: Float64Array, values: Record<string, number> = {}) {
  const parameters = fromRecord(model, { ...DEFAULTS, ...values });
  return referenceKernel(model, 0.05).bind(parameters).run(current, { v0_mV: -70, recordEvery: 1 });
}

const STEP = new Float64Array(5000).fill(200, 1000);

describe("the cortical cell", () => {
  it("has none of the channels that Pospischil et al. (2008) do not have, by default, and a direct fit leaves most of them out", () => {
    const theirs = ["gNaT_nS", "gKdr_nS", "gM_nS", "gCaT_nS", "gCaL_nS", "gleak_nS"];
    const searched = [...theirs, "gNaP_nS", "gKir_nS", "gH_nS"];
    for (const { name, role, search } of cortical.parameters) {
      if (role !== "conductance") continue;
      expect(DEFAULTS[name] > 0, name).toBe(theirs.includes(name));
      expect(search !== undefined, name).toBe(searched.includes(name));
    }
  });

  it("runs compiled as the interpreter does, calcium included", () => {
    const parameters = fromRecord(cortical, { ...DEFAULTS, ...ca1Pyramidal.parameters });
    const run = compile(cortical, { dt_ms: 0.05 }).run(parameters, {
      steps: STEP.length,
      i: { kind: "waveforms", waveforms: [STEP.map((i) => 2 * i)] },
      v0_mV: -70,
      recordEvery: 1,
    });
    const reference = trace(
      cortical,
      STEP.map((i) => 2 * i),
      ca1Pyramidal.parameters,
    );
    expect(reference.spikeTimes_ms.length).toBeGreaterThan(2);
    let worst = 0;
    reference.v_mV.forEach((v, k) => {
      worst = Math.max(worst, Math.abs(v - run.v_mV![k]));
    });
    expect(worst).toBeLessThan(1e-5);
  });
});

describe("temperature", () => {
  const gate = (name: string, gates: readonly Gate[]) => gates.find((each) => each.name === name)!;

  it("multiplies rates by the Q10 of the channel and leaves steady states alone", () => {
    for (const channel of CHANNELS) {
      if (channel.temperature === "none") continue;
      const { q10, at_degC } = channel.temperature;
      for (const warm of withTemperature(channel).gates) {
        const written = gate(warm.name, channel.gates);
        const scope = { ...DEFAULTS, v: -47, ca: 0.3, temperature_degC: at_degC + 10 };
        expect(evaluate(warm.inf, scope)).toBe(evaluate(written.inf, scope));
        if (!warm.tau || !written.tau) continue;
        expect(evaluate(written.tau, scope) / evaluate(warm.tau, scope)).toBeCloseTo(q10, 9);
        if (warm.rates && written.rates)
          expect(evaluate(warm.rates.opening, scope) / evaluate(written.rates.opening, scope)).toBeCloseTo(
            q10,
            9,
          );
      }
    }
  });

  it("makes spikes of a cooler cell wider", () => {
    const above = (v: Float64Array) => v.filter((each) => each > -20).length;
    const warm = trace(cortical, STEP);
    const cool = trace(cortical, STEP, { temperature_degC: 26 });
    const width = (run: typeof warm) => above(run.v_mV) / run.spikeTimes_ms.length;
    expect(width(cool) / width(warm)).toBeGreaterThan(1.5);
  });
});

describe("calcium", () => {
  it("rises with calcium current and relaxes to its resting value", () => {
    const [pool] = cortical.pools!;
    const currents = Object.fromEntries(cortical.currents.map(({ name }) => [`I_${name}`, 0]));
    expect(evaluate(pool.inf, { ...DEFAULTS, ...currents })).toBe(0.05);
    expect(evaluate(pool.inf, { ...DEFAULTS, ...currents, I_CaL: -10 })).toBeCloseTo(
      0.05 + 2.2e-4 * 80 * 10,
      12,
    );
  });

  it("opens half of SK at 0.43 uM, and BK only when the membrane is depolarised too", () => {
    const half = evaluate(CHANNELS.find(({ current }) => current.name === "SK")!.gates[0].inf, {
      ...DEFAULTS,
      ca: 0.43,
    });
    expect(half).toBeCloseTo(0.5, 12);
    const bk = CHANNELS.find(({ current }) => current.name === "BK")!;
    const open = (v: number, ca: number) => {
      const scope: Record<string, number> = { ...DEFAULTS, v, ca };
      for (const { name, inf } of bk.gates) scope[name] = evaluate(inf, { ...DEFAULTS, v, ca });
      return evaluate(bk.current.open, scope);
    };
    expect(open(-60, 5)).toBeLessThan(1e-6);
    expect(open(20, 0.05)).toBeLessThan(0.001);
    expect(open(20, 5)).toBeGreaterThan(0.05);
  });
});

describe("drug targets", () => {
  const library: { compounds: { actions: { parameter: string }[] }[] } = JSON.parse(
    readFileSync(new URL("../../../library/drugs.json", import.meta.url), "utf8"),
  );
  const used = new Set(
    library.compounds.flatMap(({ actions }) => actions.flatMap(({ parameter }) => parameter.split("+"))),
  );
  const mapped = new Set(cortical.parameters.map(({ drugTarget }) => drugTarget));

  it("cover every channel of the library except those listed here", () => {
    const synaptic = /^(g|tau)(GABA|Gly|AMPA|Kainate|NMDA)|^pRelease$/;
    const indirect = /^(serotonin|dopamine|adenosine|muscarinic|CaStore)$/;
    const missing = [...used].filter(
      (target) => !mapped.has(target) && !synaptic.test(target) && !indirect.test(target),
    );
    expect(missing.sort()).toEqual(["gERG", "gKs", "slowInactivation.NaT"]);
  });

  it("are names of the library, apart from what no drug of it acts on", () => {
    const own = [...mapped].filter((target) => target !== undefined && !used.has(target));
    expect(own).toEqual(["vhalf.Kdr.act", "gleak.K"]);
  });
});
