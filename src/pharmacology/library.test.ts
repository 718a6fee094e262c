import { describe, expect, it } from "vitest";
import { InputError } from "../errors.ts";
import { editDistance } from "./editDistance.ts";
import { findDrug } from "./library.ts";
import { library } from "./testLibrary.ts";

function problemOf(name: string, among = library) {
  try {
    findDrug(among, name);
  } catch (error) {
    if (error instanceof InputError) return error.problem;
    throw error;
  }
  throw new Error(`${name} was found`);
}

describe("findDrug", () => {
  it.each([
    ["retigabine", "retigabine"],
    ["Ezogabine", "retigabine"],
    ["TTX", "tetrodotoxin"],
    ["  tetrodo toxin ", "tetrodotoxin"],
    ["4-AP", "4-aminopyridine"],
    ["4ap", "4-aminopyridine"],
    ["4 Aminopyridine", "4-aminopyridine"],
    ["d23129", "retigabine"],
    ["ω-conotoxin GVIA", "omega-conotoxin-gvia"],
    ["Ω‑Agatoxin IVA", "omega-agatoxin-iva"],
    ["γ-aminobutyric acid", "gaba"],
    ["VX548", "suzetrigine"],
    ["cs+", "cesium"],
    ["mk801", "mk-801"],
  ])("finds %j as %s", (name, id) => {
    expect(findDrug(library, name).id).toBe(id);
  });

  it("finds every compound by its identifier, its name and each synonym", () => {
    for (const drug of library.compounds)
      for (const name of [drug.id, drug.name, ...drug.synonyms]) expect(findDrug(library, name)).toBe(drug);
  });

  it.each([
    ["retigabin", "retigabine"],
    ["phenytion", "phenytoin"],
    ["tetrodotoxine", "tetrodotoxin"],
    ["valproic", "valproate (valproic acid)"],
    ["bicuculline methiodide", "bicuculline"],
    ["xe-992", "xe991"],
  ])("offers for the unknown %j the near %j", (name, near) => {
    const problem = problemOf(name);
    expect(problem.code).toBe("unknown-drug");
    expect(problem.next).toContain(near);
  });

  it.each(["", "x", "quetiapine-like thing nobody knows"])("offers nothing for %j", (name) => {
    const problem = problemOf(name);
    expect(problem.code).toBe("unknown-drug");
    expect(problem.next).not.toContain("Did you mean");
  });

  it("offers three names at most", () => {
    expect(
      problemOf("gabapentine")
        .next?.match(/Did you mean ([^?]*)/)?.[1]
        .split(", ").length,
    ).toBeLessThan(4);
  });

  it("says that a shared synonym is ambiguous, and lets an identifier win", () => {
    const [first, second, third] = library.compounds;
    const shared = {
      ...library,
      compounds: [
        { ...first, synonyms: ["twin"] },
        { ...second, synonyms: ["Twin", first.id] },
        { ...third, synonyms: [] },
      ],
    };
    const problem = problemOf("TWIN", shared);
    expect(problem.code).toBe("ambiguous-drug");
    expect(problem.expected).toContain(`${first.id}, ${second.id}`);
    expect(findDrug(shared, first.id).id).toBe(first.id);
  });
});

describe("editDistance", () => {
  it.each([
    ["", "", 0],
    ["abc", "", 3],
    ["phenytoin", "phenytoin", 0],
    ["kitten", "sitting", 3],
    ["phenytion", "phenytoin", 1],
    ["ca", "abc", 3],
  ])("%j to %j is %d", (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance);
    expect(editDistance(b, a)).toBe(distance);
  });
});
