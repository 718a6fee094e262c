import { describe, expect, it } from "vitest";
import { applyChanges, parameterChanges, resolveDrug, SUBSTITUTES } from "./effect.ts";
import type { Drug } from "./schema.ts";
import { cellWith, corticalCell, drug, library } from "./testLibrary.ts";

/** Changes by parameter name, one number each. */
function changesOf(name: string, dose_uM: number, cell = corticalCell): Record<string, number> {
  const changes = parameterChanges(resolveDrug(drug(name), cell), dose_uM);
  return Object.fromEntries(
    changes.map(({ parameter, scale, shift_mV }) => [parameter, scale ?? shift_mV ?? Number.NaN]),
  );
}

const codesOf = (name: string, cell = corticalCell) =>
  Object.fromEntries(
    resolveDrug(drug(name), cell).notModelled.map(({ parameter, code }) => [parameter, code]),
  );

describe("the library on the first cortical cell", () => {
  it("acts with exactly these 27 of 88 compounds, on these parameters", () => {
    const acting = library.compounds
      .map((compound) => [compound.id, resolveDrug(compound, corticalCell).modelled] as const)
      .filter(([, modelled]) => modelled.length > 0)
      .map(([id, modelled]) => `${id}: ${modelled.map(({ drugTarget }) => drugTarget).join(" ")}`);
    expect(acting).toEqual([
      "phenytoin: gNaT",
      "carbamazepine: gNaT",
      "lamotrigine: gNaT",
      "lacosamide: gNaT",
      "ethosuximide: gCaT",
      "retigabine: vhalf.M.act",
      "cannabidiol: gNaT",
      "lidocaine: gNaT",
      "bupivacaine: gNaT",
      "isoflurane: gNaT vhalf.NaT.inact",
      "tetrodotoxin: gNaT",
      "ranolazine: gNaT",
      "tetraethylammonium: gKdr gM",
      "4-aminopyridine: gKdr",
      "xe991: gM",
      "nifedipine: gCaL",
      "isradipine: gCaL",
      "mibefradil: gCaT gCaL",
      "tta-a2: gCaT",
      "ulixacaltamide: gCaT",
      "pimozide: gCaT gNaT",
      "cadmium: gCaL",
      "nickel: gCaT",
      "flecainide: gNaT",
      "amitriptyline: gNaT gCaL",
      "fluoxetine: gKdr",
      "safinamide: gNaT",
    ]);
  });

  // Expected numbers: worked out by hand from the printed potencies, 1 / (1 + dose / IC50).
  it("tetrodotoxin at 1 uM leaves 0.46 % of gNaT (IC50 4.64 nM)", () => {
    expect(changesOf("tetrodotoxin", 1).gNaT_nS).toBeCloseTo(0.004619, 6);
  });

  it("tetraethylammonium at 10 mM leaves 4.78 % of gKdr (0.502 mM) and 76.0 % of gM (31.6 mM)", () => {
    const changes = changesOf("tetraethylammonium", 10_000);
    expect(changes.gKdr_nS).toBeCloseTo(0.0478, 4);
    expect(changes.gM_nS).toBeCloseTo(0.7596, 4);
  });

  it("4-aminopyridine at 100 uM leaves 22.0 % of gKdr (IC50 28.2 uM)", () => {
    expect(changesOf("4-AP", 100)).toEqual({ gKdr_nS: expect.closeTo(0.22, 3) });
  });

  it("cannabidiol blocks with its stated Hill coefficient of 3 (IC50 2.86 uM): 11.1 % left at 5.72 uM", () => {
    expect(changesOf("CBD", 5.72).gNaT_nS).toBeCloseTo(1 / 9, 3);
  });

  it("retigabine at 10 uM shifts M-current activation by exactly the measured -33.1 mV, and nothing else", () => {
    expect(changesOf("retigabine", 10)).toEqual({ vhalf_M_act_mV: -33.1 });
  });

  it("retigabine at its EC50 of 1.6 uM shifts by half of the -36.77 mV at saturation", () => {
    // (1.6 / 10)^1.2 = 0.1109, so the 10 uM point is 1 / 1.1109 of the largest shift.
    expect(changesOf("retigabine", 1.6).vhalf_M_act_mV).toBeCloseTo(-33.1 * 1.1109 * 0.5, 2);
  });

  it("isoflurane at 0.55 mM leaves 64.5 % of gNaT (1 mM) and shifts its inactivation by -6.5 mV", () => {
    const changes = changesOf("isoflurane", 550);
    expect(changes.gNaT_nS).toBeCloseTo(0.6452, 4);
    expect(changes.vhalf_NaT_inact_mV).toBe(-6.5);
  });

  it("ethosuximide takes at most 32 % of the T-type current, as its best source says", () => {
    // 0.25 mM: 1 - 0.32 * 250 / 257
    expect(changesOf("ethosuximide", 250).gCaT_nS).toBeCloseTo(0.6887, 4);
    expect(changesOf("ethosuximide", 1e6).gCaT_nS).toBeGreaterThan(0.68);
  });

  it.each([
    ["suzetrigine", { "gNaT.TTXR": "absent-from-cell", gNaT: "excluded" }],
    ["bicuculline", { gGABAA: "absent-from-cell", gSK: "absent-from-cell" }],
    ["eslicarbazepine", { "vhalf.NaT.inact": "no-effect" }],
    ["ml213", { gM: "no-size" }],
    ["xen1101", { "vhalf.M.act": "no-size" }],
    ["levetiracetam", { pRelease: "indirect" }],
    ["fenfluramine", { serotonin: "indirect" }],
    ["veratridine", { gNaP: "absent-from-cell", "vhalf.NaT.act": "no-potency" }],
    ["zonisamide", { gCaT: "no-potency", gNaT: "no-potency" }],
    ["apamin", { gSK: "absent-from-cell" }],
  ])("%s changes nothing in it, and says why", (name, codes) => {
    expect(changesOf(name, 10)).toEqual({});
    expect(codesOf(name)).toEqual(codes);
  });

  it("does not raise a conductance by an invented size: isoflurane on gleak, retigabine on gM", () => {
    expect(codesOf("isoflurane").gleak).toBe("no-size");
    expect(codesOf("retigabine").gM).toBe("no-size");
  });

  it("lists an off-target number that the defaults leave out", () => {
    expect(codesOf("haloperidol")).toMatchObject({ gNaT: "off-target", gCaL: "off-target" });
  });

  it("accounts for every parameter that any compound acts on", () => {
    for (const compound of library.compounds) {
      const { modelled, notModelled } = resolveDrug(compound, corticalCell);
      const named = [...modelled.map(({ entry }) => entry.parameter), ...notModelled.map((a) => a.parameter)];
      expect(named).toEqual(expect.arrayContaining(compound.actions.map(({ parameter }) => parameter)));
    }
  });

  it("changes nothing at dose 0, exactly, with any compound", () => {
    for (const compound of library.compounds)
      for (const { scale, shift_mV } of parameterChanges(resolveDrug(compound, corticalCell), 0))
        expect(scale ?? shift_mV).toBe(scale === null ? 0 : 1);
  });

  it("takes a maximum from another action than the potency for two compounds only", () => {
    const everything = cellWith(...Object.keys(library.parameters));
    const borrowed = library.compounds.flatMap((compound) =>
      resolveDrug(compound, everything)
        .modelled.filter(({ ceiling }) => ceiling !== null)
        .map(({ drugTarget, ceiling }) => `${compound.id} ${drugTarget} ${ceiling?.maxEffect}`),
    );
    expect(borrowed).toEqual(["ethosuximide gCaT 0.32", "diazepam gGABAA 1"]);
  });

  it("never changes one parameter twice", () => {
    const everything = cellWith(...Object.keys(library.parameters), "gleak.K");
    for (const cell of [corticalCell, everything])
      for (const compound of library.compounds) {
        const names = parameterChanges(resolveDrug(compound, cell), 1).map(({ parameter }) => parameter);
        expect(new Set(names).size).toBe(names.length);
      }
  });
});

describe("substitution", () => {
  it("follows the glossary and nothing else", () => {
    const stated = Object.entries(library.parameters)
      .map(([name, meaning]) => [name, /map to (\w+)( \(K part\))?/.exec(meaning)] as const)
      .flatMap(([name, match]) => (match ? [[name, match[2] ? `${match[1]}.K` : match[1]]] : []));
    expect(Object.fromEntries(stated)).toEqual(SUBSTITUTES);
  });

  it("lets charybdotoxin's D-type block act on gA (Kd 12.6 nM) where the cell has no gKD", () => {
    const cell = cellWith("gA");
    expect(changesOf("charybdotoxin", 0.0126, cell)).toEqual({ gA_nS: 0.5 });
    expect(resolveDrug(drug("charybdotoxin"), cell).modelled[0].substitutedFor).toBe("gKD");
    expect(changesOf("charybdotoxin", 0.0126, cellWith("gA", "gKD"))).toEqual({ gKD_nS: 0.5 });
  });

  it("never adds a substituted action to a parameter with its own: 4-AP on gA by Kv4.2 only (5.01 mM)", () => {
    expect(changesOf("4-AP", 5010, cellWith("gA"))).toEqual({ gA_nS: 0.5 });
    expect(codesOf("4-AP", cellWith("gA")).gKD).toBe("already-acted-upon");
  });

  it("maps P/Q-type to N-type: omega-agatoxin IVA at its Kd of 2 nM", () => {
    expect(changesOf("omega-agatoxin-iva", 0.002, cellWith("gCaN"))).toEqual({ gCaN_nS: 0.5 });
  });

  it("does not touch a mixed leak for a potassium current", () => {
    expect(codesOf("baclofen").gGIRK).toBe("absent-from-cell");
  });
});

describe("resolveDrug on other cells", () => {
  it("models neither agonists nor competitive antagonists as a scale", () => {
    expect(codesOf("bicuculline", cellWith("gGABAA")).gGABAA).toBe("needs-agonist");
    expect(codesOf("gaba", cellWith("gGABAA")).gGABAA).toBe("needs-agonist");
    expect(codesOf("flumazenil", cellWith("gGABAA")).gGABAA).toBe("no-effect");
  });

  it("models an allosteric antagonist as a block: perampanel at 0.56 uM halves gAMPA", () => {
    expect(changesOf("perampanel", 0.56, cellWith("gAMPA"))).toEqual({ gAMPA_nS: 0.5 });
    expect(changesOf("suzetrigine", 1, cellWith("gNaT.TTXR")).gNaT_TTXR_nS).toBeLessThan(0.001);
  });

  it("models open-channel block at equilibrium: memantine at 0.6 uM halves gNMDA", () => {
    expect(changesOf("memantine", 0.6, cellWith("gNMDA"))).toEqual({ gNMDA_nS: 0.5 });
  });

  it("adds the +100 % that the library states for diazepam, half of it at 72.4 nM", () => {
    expect(changesOf("diazepam", 0.0724, cellWith("gGABAA"))).toEqual({ gGABAA_nS: 1.5 });
  });

  it("takes the stated maximum of a partial block: topiramate leaves 10 % of gAMPA", () => {
    expect(changesOf("topiramate", 1e9, cellWith("gAMPA")).gAMPA_nS).toBeCloseTo(0.1, 6);
  });

  it("changes every parameter that answers to the same current", () => {
    const cell = [
      { name: "gNaT_soma_nS", unit: "nS", drugTarget: "gNaT" },
      { name: "gNaT_axon_nS", unit: "nS", drugTarget: "gNaT" },
    ];
    const changes = changesOf("TTX", 1, cell);
    expect(Object.keys(changes)).toEqual(["gNaT_soma_nS", "gNaT_axon_nS"]);
    expect(changes.gNaT_soma_nS).toBe(changes.gNaT_axon_nS);
  });

  it("refuses a half-voltage in another unit than mV, and a conductance in mV, as our own mistake", () => {
    for (const [unit, drugTarget] of [
      ["nS", "vhalf.M.act"],
      ["mV", "gM"],
    ])
      expect(() => resolveDrug(drug("TTX"), [{ name: "p", unit, drugTarget }])).toThrow(/internal:/);
  });

  it("lets a shift that comes with a block give way to the half-voltage's own entry", () => {
    const isoflurane = drug("isoflurane");
    const own = { ...drug("retigabine").modelDefaults[0], parameter: "vhalf.NaT.inact" };
    const both: Drug = { ...isoflurane, modelDefaults: [...isoflurane.modelDefaults, own] };
    const { modelled, notModelled } = resolveDrug(both, corticalCell);
    expect(modelled.filter(({ drugTarget }) => drugTarget === "vhalf.NaT.inact")).toHaveLength(1);
    expect(notModelled.map(({ code }) => code)).toContain("already-acted-upon");
  });

  it("does nothing to a cell without any drug target", () => {
    for (const compound of library.compounds)
      expect(parameterChanges(resolveDrug(compound, cellWith()), 1)).toEqual([]);
  });
});

describe("applyChanges", () => {
  const params = { gNaT_nS: 100, vhalf_M_act_mV: -35, C_pF: 50 };
  const scale = { parameter: "gNaT_nS", target: "Nav1.2", scale: 0.25, shift_mV: null };
  const shift = { parameter: "vhalf_M_act_mV", target: "Kv7.2", scale: null, shift_mV: -10 };

  it("scales and shifts a copy and leaves the rest alone", () => {
    expect(applyChanges(params, [scale, shift])).toEqual({ gNaT_nS: 25, vhalf_M_act_mV: -45, C_pF: 50 });
    expect(params).toEqual({ gNaT_nS: 100, vhalf_M_act_mV: -35, C_pF: 50 });
  });

  it("returns the same numbers for no change", () => {
    expect(applyChanges(params, [])).toEqual(params);
  });

  it("fails on a parameter that is not there rather than skip it", () => {
    expect(() => applyChanges({ C_pF: 50 }, [scale])).toThrow(/internal:.*gNaT_nS/);
  });
});
