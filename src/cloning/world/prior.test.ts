import { describe, expect, it } from "vitest";
import { defaultParameters, findModel, fromRecord, PRESETS, toRecord } from "../../engine/index.ts";
import { RandomStream } from "../../random.ts";
import { admitted, fromUnit, type Prior, toUnit, trainingWorld, worldModel } from "./index.ts";
import { plausibleIzhikevich } from "./izhikevichPrior.ts";

const MODELS = ["izhikevich", "hodgkin-huxley", "cortical"] as const;

describe.each(MODELS)("[P1] the unit cube of %s", (model) => {
  const { prior } = trainingWorld(model);

  it("goes to values in the declared ranges and back", () => {
    const stream = RandomStream.fromSeed(4);
    for (let round = 0; round < 50; round++) {
      const unit = Float64Array.from(prior.parameters, () => stream.uniform());
      const values = fromUnit(prior, unit);
      toUnit(prior, values).forEach((coordinate, k) => {
        expect(coordinate).toBeCloseTo(unit[k], 12);
      });
      prior.parameters.forEach(({ low, high, per, name }, k) => {
        const over = per ? values[prior.parameters.findIndex((each) => each.name === per)] : 1;
        expect(values[k] / over >= low * (1 - 1e-12) || low < 0, name).toBe(true);
        expect(values[k] / over, name).toBeLessThanOrEqual(high + 1e-9);
      });
    }
  });

  it("has the ends of the ranges at 0 and 1, the geometric mean in the middle of a logarithmic one", () => {
    const middle = fromUnit(prior, new Float64Array(prior.parameters.length).fill(0.5));
    const first = prior.parameters[0];
    expect(first.scale).toBe("log");
    expect(middle[0]).toBeCloseTo(Math.sqrt(first.low * first.high), 9);
    expect(fromUnit(prior, new Float64Array(prior.parameters.length))[0]).toBe(first.low);
  });

  it("names parameters of the engine's model with its units", () => {
    const known = new Map(findModel(model).parameters.map(({ name, unit }) => [name, unit]));
    for (const { name, unit } of prior.parameters) expect(known.get(name), name).toBe(unit);
  });
});

/** Izhikevich 2007, chapter 8: C, k, vr, vt, vpeak, a, b, c, d. */
const BOOK: Readonly<Record<string, readonly number[]>> = {
  "regular spiking": [100, 0.7, -60, -40, 35, 0.03, -2, -50, 100],
  "intrinsically bursting": [150, 1.2, -75, -45, 50, 0.01, 5, -56, 130],
  chattering: [50, 1.5, -60, -40, 25, 0.03, 1, -40, 150],
  "low-threshold spiking": [100, 1, -56, -42, 40, 0.03, 8, -53, 20],
  thalamocortical: [200, 1.6, -60, -50, 35, 0.01, 15, -60, 10],
  reticular: [40, 0.25, -65, -45, 0, 0.015, 10, -55, 50],
  "medium spiny": [50, 1, -80, -25, 40, 0.01, -20, -55, 150],
};

describe("[P2] known cells lie in the prior", () => {
  const inside = (prior: Prior, values: ArrayLike<number>) =>
    prior.parameters.filter((_, k) => !(toUnit(prior, values)[k] >= 0 && toUnit(prior, values)[k] <= 1));

  it.each(Object.entries(BOOK))("Izhikevich's %s cell, and the rule lets it in", (_, values) => {
    const { prior } = trainingWorld("izhikevich");
    expect(inside(prior, values)).toEqual([]);
    expect(plausibleIzhikevich(Float64Array.from(values))).toBe(true);
    expect(admitted(worldModel(prior), [Float64Array.from(values)])).toEqual([true]);
  });

  it("presets of the cortical cell, but for currents that they do not have", () => {
    const { prior } = trainingWorld("cortical");
    const model = findModel("cortical");
    const defaults = toRecord(model, defaultParameters(model));
    const outside = PRESETS.flatMap(({ id, parameters }) => {
      const record: Readonly<Record<string, number>> = { ...defaults, ...parameters };
      const values = prior.parameters.map(({ name }) => record[name]);
      return inside(prior, values)
        .filter(({ name }) => record[name] !== 0 || !name.startsWith("g"))
        .map(({ name }) => `${id} ${name}`);
    });
    // As good as absent (0.0004 nS/pF); Nav1.8 carries its spikes; larger than cells that are patched in slices (two).
    const known = [
      "ca1-pyramidal gNaP_nS",
      "nociceptor gNaT_nS",
      "motoneuron C_pF",
      "motoneuron gainCa_uM_per_fC",
    ];
    expect(outside).toEqual(known);
  });
});

describe("[P3] the rule sends away what a laboratory would not keep", () => {
  const cortical = worldModel(trainingWorld("cortical").prior);
  const values = (more: Readonly<Record<string, number>>) => {
    const record = { ...toRecord(cortical.engine, defaultParameters(cortical.engine)), ...more };
    return Float64Array.from(cortical.prior.parameters, ({ name }) => record[name]);
  };

  it("a cell without sodium current, a pacemaker; not the regular-spiking cell", () => {
    const subthalamic = PRESETS.find(({ id }) => id.includes("subthalamic"));
    const cells = [values({}), values({ gNaT_nS: 0.1 }), values(subthalamic?.parameters ?? {})];
    expect(admitted(cortical, cells)).toEqual([true, false, false]);
  });

  it("a squid axon with a fifth of its sodium conductance", () => {
    const squid = worldModel(trainingWorld("hodgkin-huxley").prior);
    const full = toRecord(squid.engine, defaultParameters(squid.engine));
    const weak = fromRecord(squid.engine, { ...full, gNa_mS_per_cm2: 24 });
    expect(admitted(squid, [fromRecord(squid.engine, full), weak])).toEqual([true, false]);
  });
});
