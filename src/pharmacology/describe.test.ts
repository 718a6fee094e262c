import { describe, expect, it } from "vitest";
import { concentrationText } from "./concentrationText.ts";
import { describeDrug, timesFreeCmax } from "./describe.ts";
import { resolveDrug } from "./effect.ts";
import { cellWith, corticalCell, drug, library } from "./testLibrary.ts";

const describeOn = (name: string, cell = corticalCell) =>
  describeDrug(resolveDrug(drug(name), cell), library);
const warningsOf = (name: string, cell = corticalCell) => describeOn(name, cell).warnings.join("\n");

describe("concentrationText", () => {
  it.each([
    [0, "0 µM"],
    [3.98e-5, "39.8 pM"],
    [4.64e-3, "4.64 nM"],
    [0.9996, "1 µM"],
    [1.6, "1.6 µM"],
    [999, "999 µM"],
    [999.6, "1 mM"],
    [31_600, "31.6 mM"],
  ])("writes %d uM as %s", (concentration_uM, text) => {
    expect(concentrationText(concentration_uM)).toBe(text);
  });
});

describe("describeDrug", () => {
  it("says target, potency, span, Hill coefficient, provenance and source in one line", () => {
    const [line] = describeOn("TTX").actions;
    for (const fact of [
      "gNaT_nS (gNaT)",
      "Nav1.2, Nav1.1, Nav1.6",
      "4.64 nM",
      "1 nM to 10 nM",
      "Hill 1 (assumed)",
      "verified: IUPHAR/BPS Guide to PHARMACOLOGY",
      "PMID 15815630",
    ])
      expect(line).toContain(fact);
  });

  it("shows a stated Hill coefficient, and the point where a shift was measured", () => {
    const [line] = describeOn("retigabine").actions;
    expect(line).toContain("-33.1 mV at 10 µM");
    expect(line).toContain("Hill 1.2;");
  });

  it("gives every compound a line for each action, and every line that does not act a reason", () => {
    for (const { id } of library.compounds) {
      const { actions, notModelled } = describeOn(id);
      expect(actions.length + notModelled.length).toBeGreaterThan(0);
      for (const line of [...actions, ...notModelled])
        expect(line).not.toMatch(/undefined|null|NaN|\[object/);
    }
  });

  it("names the missing current of suzetrigine and warns that nothing is modelled", () => {
    const { notModelled, warnings } = describeOn("suzetrigine");
    expect(notModelled[0]).toBe("acts on gNaT.TTXR (Nav1.8); this cell has none");
    expect(warnings[0]).toContain("No action of Suzetrigine is modelled");
  });

  it.each([
    ["phenytoin", "State-dependent"],
    ["phenytoin", "first spike"],
    ["phenytoin", "Contested: fast versus slow inactivation"],
    ["phenytoin", "Primary action not modelled in this cell: slowInactivation.NaT"],
    ["carbamazepine", "Recalled from memory"],
    ["lidocaine", "50-fold"],
    ["ethosuximide", "maximum of 32 %"],
    ["ethosuximide", "low confidence"],
    ["flecainide", "cardiac or muscle"],
    ["fluoxetine", "Primary action not modelled in this cell: serotonin"],
    ["isoflurane", "dose dependence is taken from the block of gNaT"],
    ["4-AP", "1 assumed: gKdr"],
  ])("warns for %s: %s", (name, text) => {
    expect(warningsOf(name)).toContain(text);
  });

  it("warns of binding affinities and of open-channel block", () => {
    expect(warningsOf("picrotoxin", cellWith("gGABAA"))).toContain("binding affinity");
    expect(warningsOf("memantine", cellWith("gNMDA"))).toContain("builds up with use");
  });

  it("mentions the first spike only for sodium channels, and no wide span where sources agree", () => {
    expect(warningsOf("xe991")).not.toContain("first spike");
    expect(warningsOf("phenytoin")).not.toContain("-fold");
  });
});

describe("therapeutic range", () => {
  it("computes multiples of the free level: 15.2 uM for carbamazepine", () => {
    expect(describeOn("carbamazepine").therapeutic).toMatchObject({ freeLow_uM: 5.08, freeHigh_uM: 15.2 });
    expect(timesFreeCmax(drug("carbamazepine"), 30.4)).toBeCloseTo(2, 12);
    expect(timesFreeCmax(drug("carbamazepine"), 0)).toBe(0);
  });

  it("gives none without a free level, even where a total one is known (4-AP)", () => {
    expect(describeOn("4-AP").therapeutic).toMatchObject({ freeLow_uM: null, freeHigh_uM: null });
    expect(timesFreeCmax(drug("4-AP"), 1)).toBeNull();
    expect(timesFreeCmax(drug("TTX"), 1)).toBeNull();
    expect(describeOn("TTX").therapeutic).toBeNull();
  });

  it("shows the doubt about clozapine's level and the kind of ethanol's", () => {
    expect(describeOn("clozapine").therapeutic?.text).toContain("probably total");
    expect(describeOn("ethanol").therapeutic?.text).toContain("intoxicating range");
  });
});
