import { describe, expect, it } from "vitest";
import { defaultParameters, findModel, parameterIndex } from "../engine/index.ts";
import { fromUnit, searchBox, toUnit } from "./searchBox.ts";

const cortical = findModel("cortical");
const UNKNOWN = {
  restingPotential_mV: null,
  inputResistance_MOhm: null,
  capacitance_pF: null,
  spikeThreshold_mV: null,
  spikePeak_mV: null,
};
const KNOWN = {
  restingPotential_mV: -65,
  inputResistance_MOhm: 200,
  capacitance_pF: 100,
  spikeThreshold_mV: -40,
  spikePeak_mV: 30,
};

function corner(cell: typeof KNOWN | typeof UNKNOWN, at: number): Record<string, number> {
  const box = searchBox(cortical, cell);
  const params = fromUnit(
    box,
    box.map(() => at),
    defaultParameters(cortical),
  );
  return Object.fromEntries(cortical.parameters.map(({ name }, index) => [name, params[index]]));
}

describe("the search box", () => {
  it("lies round what was measured: capacitance by factors, leak by the input resistance, voltages by distance", () => {
    expect(corner(KNOWN, 0)).toMatchObject({ C_pF: 50, Eleak_mV: -80, VT_mV: -62 });
    expect(corner(KNOWN, 1)).toMatchObject({ C_pF: 200, Eleak_mV: -50, VT_mV: -36 });
    expect(corner(KNOWN, 0).gleak_nS).toBeCloseTo(0.15 * 5, 12);
    expect(corner(KNOWN, 1).gleak_nS).toBeCloseTo(1.5 * 5, 12);
  });

  it("is the prior where nothing was measured", () => {
    const prior = (name: string) => cortical.parameters[parameterIndex(cortical, name)].prior;
    expect(corner(UNKNOWN, 0).C_pF).toBeCloseTo(prior("C_pF").low, 9);
    expect(corner(UNKNOWN, 1).gleak_nS).toBeCloseTo(prior("gleak_nS").high, 9);
  });

  it("searches conductances per capacitance of the candidate, measured or not", () => {
    for (const cell of [KNOWN, UNKNOWN]) {
      for (const at of [0, 0.3, 1]) {
        const { gNaT_nS, C_pF } = corner(cell, at);
        expect(gNaT_nS / C_pF).toBeCloseTo(5 * 24 ** at, 9);
      }
    }
  });

  it("leaves parameters without a range where they were", () => {
    expect(corner(KNOWN, 1)).toMatchObject({ ECa_mV: 120, EH_mV: -45, shiftNaTAct_mV: 0 });
  });

  it("there and back: coordinates of a parameter set are those that made it, outside the box its edge", () => {
    const box = searchBox(cortical, KNOWN);
    const unit = box.map((_, k) => ((k * 37) % 101) / 100);
    const params = fromUnit(box, unit, defaultParameters(cortical));
    toUnit(box, params).forEach((place, k) => {
      expect(place).toBeCloseTo(unit[k], 10);
    });
    params[parameterIndex(cortical, "C_pF")] = 1e6;
    const side = box.findIndex(({ index }) => index === parameterIndex(cortical, "C_pF"));
    expect(toUnit(box, params)[side]).toBe(1);
  });
});
