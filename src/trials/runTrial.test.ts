import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { InputError } from "../errors.ts";
import { findDrug, parseLibrary } from "../pharmacology/index.ts";
import { runTrial } from "./runTrial.ts";
import { testTwin } from "./testTwin.ts";
import type { Trial } from "./trial.ts";

const library = parseLibrary(
  JSON.parse(readFileSync(new URL("../../library/drugs.json", import.meta.url), "utf8")),
);
const cortical = testTwin("cortical");

function trial(drug: string, doses_uM: number[], twin = cortical): Trial {
  const provenance = { patchtwin: "test", createdAt: "2000-01-01T00:00:00.000Z" };
  return runTrial({ twin, drug: findDrug(library, drug), library, doses_uM, seed: 1, provenance });
}

describe("a drug on cortical clones", () => {
  it("tetrodotoxin silences a firing cell, dose by dose", () => {
    const { doses, baseline } = trial("tetrodotoxin", [0.001, 0.01, 1]);
    expect(baseline.fi.at(-1)?.rate_Hz).toBeGreaterThan(20);
    expect(doses[2].verdict).toMatchObject({ label: "silenced", probability: 1 });
    const [low, middle, high] = doses.map(({ features }) => features.rheobase_pA.after);
    expect(middle ?? 0).toBeGreaterThan(low ?? 0);
    expect(high).toBeNull();
    expect(doses[2].features.spikeHalfWidth_ms.after).toBeNull();
  });

  it.each([
    ["4-aminopyridine", 30],
    ["tetraethylammonium", 500],
  ])("%s widens the spike", (drug, dose_uM) => {
    const { spikeHalfWidth_ms: width } = trial(drug, [dose_uM]).doses[0].features;
    expect(width.after ?? 0).toBeGreaterThan(1.1 * (width.before ?? 0));
  });

  it("suzetrigine has no target in a cortical cell: no-effect at any dose, and it says why", () => {
    const { doses, drug } = trial("suzetrigine", [0.001, 1, 1000]);
    for (const { verdict, parameters } of doses) {
      expect(verdict).toMatchObject({ label: "no-effect", probability: 1 });
      expect(parameters).toEqual([]);
    }
    expect(drug.notModelled.join()).toContain("gNaT.TTXR");
  });

  it("XE991 excites and retigabine inhibits: opposite ends of the M-current", () => {
    const twin = testTwin("cortical", { gM_nS: 25, tauMaxM_ms: 608 });
    expect(trial("XE991", [10], twin).doses[0].verdict.label).toBe("excited");
    expect(["inhibited", "silenced"]).toContain(trial("retigabine", [10], twin).doses[0].verdict.label);
  });

  it("a drug at dose zero is no-effect (every ninth of the library)", () => {
    const one = testTwin("cortical", {}, 1);
    for (const { id } of library.compounds.filter((_, k) => k % 9 === 0)) {
      expect(trial(id, [0], one).doses[0].verdict.label, id).toBe("no-effect");
    }
  });

  it("silence under strong current without sodium channels is silence; block by depolarisation is block", () => {
    const drugged = trial("tetrodotoxin", [10]).doses[0];
    expect(drugged.verdict.label).toBe("silenced");
    // Without Kdr the same cell sits depolarised, its sodium channels inactivated but there.
    const { verdict } = trial("4-aminopyridine", [3000]).doses[0];
    expect(verdict.label).toBe("depolarisation-block");
  });

  it("is the same for the same input", () => {
    expect(trial("phenytoin", [10])).toEqual(trial("phenytoin", [10]));
  });

  it("counts the clones in its probabilities and shows their spread", () => {
    const { doses } = trial("tetrodotoxin", [0.005]);
    const { verdict, features } = doses[0];
    expect(Object.values(verdict.all).reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
    expect(features.rheobase_pA.low).toBeLessThanOrEqual(features.rheobase_pA.high ?? Number.NaN);
  });
});

describe("refusals", () => {
  let refused: unknown;
  beforeAll(() => {
    try {
      trial("tetrodotoxin", [1], testTwin("izhikevich"));
    } catch (error) {
      refused = error;
    }
  });

  it("an Izhikevich twin has no channels", () => {
    expect(refused).toBeInstanceOf(InputError);
    expect((refused as InputError).problem.code).toBe("model-without-channels");
    expect((refused as InputError).message).toContain("--model cortical");
  });
});
