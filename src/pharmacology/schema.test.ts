import { describe, expect, it } from "vitest";
import { InputError } from "../errors.ts";
import { evidenceFor, meanPotency_M } from "./evidence.ts";
import { parseLibrary } from "./schema.ts";
import { library, libraryJson } from "./testLibrary.ts";

type Json = ReturnType<typeof libraryJson>;

function problemAfter(change: (json: Json) => void) {
  const json = libraryJson();
  change(json);
  try {
    parseLibrary(json);
  } catch (error) {
    if (error instanceof InputError) return error.problem;
    throw error;
  }
  throw new Error("the change was not noticed");
}

const indexOf = (json: Json, id: string) => json.compounds.findIndex((compound) => compound.id === id);
const compound = (json: Json, id: string) => json.compounds[indexOf(json, id)];

describe("parseLibrary", () => {
  it("accepts the shipped file and changes nothing", () => {
    expect(library).toEqual(libraryJson());
    expect(library.compounds).toHaveLength(88);
  });

  it("derives all 116 model defaults from their actions within rounding", () => {
    const defaults = library.compounds.flatMap(({ actions, modelDefaults }) =>
      modelDefaults.map((entry) => ({ entry, evidence: evidenceFor(actions, entry.parameter) })),
    );
    expect(defaults).toHaveLength(116);
    for (const { entry, evidence } of defaults) {
      expect(meanPotency_M(evidence) / entry.value_M).toBeCloseTo(1, 2);
      expect([...new Set(evidence.map(({ target }) => target))].sort()).toEqual(
        [...new Set(entry.fromTargets)].sort(),
      );
      expect(evidence[0].direction).toBe(entry.direction);
    }
  });

  const corruptions: [string, string, (json: Json) => void][] = [
    [
      "a micromolar number where mol/L is meant",
      "actions.0.value_M (tetrodotoxin)",
      (json) => {
        compound(json, "tetrodotoxin").actions[0].value_M = 0.01;
      },
    ],
    [
      "a thousandfold slip of the printed unit",
      "actions.0.value_M (retigabine)",
      (json) => {
        compound(json, "retigabine").actions[0].value_reported = { value: 1.6, unit: "nM" };
      },
    ],
    [
      "a mass unit",
      "actions.0.value_reported.unit (retigabine)",
      (json) => {
        compound(json, "retigabine").actions[0].value_reported = { value: 1.6, unit: "mg/L" };
      },
    ],
    [
      "a default in another unit than its span",
      "modelDefaults.0.value_M (tetrodotoxin)",
      (json) => {
        compound(json, "tetrodotoxin").modelDefaults[0].value_M = 4.64e-6;
      },
    ],
    [
      "a default that its actions do not give",
      "modelDefaults.0.value_M (tetrodotoxin)",
      (json) => {
        compound(json, "tetrodotoxin").modelDefaults[0].value_M = 6e-9;
      },
    ],
    [
      "a percentage where a fraction is meant",
      "actions.0.maxEffect (topiramate)",
      (json) => {
        compound(json, "topiramate").actions[0].maxEffect = 90;
      },
    ],
    [
      "a block of more than the whole",
      "actions.0.maxEffect (topiramate)",
      (json) => {
        compound(json, "topiramate").actions[0].maxEffect = 1.2;
      },
    ],
    [
      "a shift in hundredths of a millivolt",
      "modelDefaults.0.shift.mV (retigabine)",
      (json) => {
        (compound(json, "retigabine").modelDefaults[0].shift as { mV: number }).mV = -3310;
      },
    ],
    [
      "a misspelt kind",
      "actions.0.kind (phenytoin)",
      (json) => {
        compound(json, "phenytoin").actions[0].kind = "blok";
      },
    ],
    [
      "a misspelt key",
      "compounds.0 (phenytoin)",
      (json) => {
        Object.assign(json.compounds[0], { contestd: null });
      },
    ],
    [
      "a parameter outside the glossary",
      "actions.0.parameter (phenytoin)",
      (json) => {
        compound(json, "phenytoin").actions[0].parameter = "gNat";
      },
    ],
    [
      "a source outside the list",
      "actions.0.source (phenytoin)",
      (json) => {
        compound(json, "phenytoin").actions[0].source = "GTPX";
      },
    ],
    [
      "a verified value without a source",
      "actions.0.source (phenytoin)",
      (json) => {
        compound(json, "phenytoin").actions[0].source = null;
      },
    ],
    [
      "a free level that is not total x fraction",
      "therapeutic.freeHigh_M (carbamazepine)",
      (json) => {
        Object.assign(compound(json, "carbamazepine").therapeutic ?? {}, { freeHigh_M: 5.08e-5 });
      },
    ],
    [
      "a compound listed twice",
      "compounds.1.id (phenytoin)",
      (json) => {
        json.compounds[1] = structuredClone(json.compounds[0]);
      },
    ],
    [
      "a compound lost on the way",
      "counts.compounds",
      (json) => {
        json.compounds.pop();
      },
    ],
    [
      "an unknown schema version",
      "schema",
      (json) => {
        json.schema = "drug-library/2";
      },
    ],
  ];
  it.each(corruptions)("notices %s at %s", (_, where, change) => {
    const problem = problemAfter(change);
    expect(problem.code).toBe("bad-library");
    expect(problem.where).toContain(where);
  });

  it.each([[null], [3], ["drugs"], [[]], [{}]])("refuses %j as bad input, not as a fault", (json) => {
    expect(() => parseLibrary(json)).toThrow(InputError);
  });
});
