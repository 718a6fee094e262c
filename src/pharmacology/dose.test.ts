import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InputError } from "../errors.ts";
import { parseDoses } from "./dose.ts";

function codeOf(text: string | string[]) {
  try {
    return parseDoses(text);
  } catch (error) {
    if (error instanceof InputError) return error.problem.code;
    throw error;
  }
}

describe("parseDoses", () => {
  it.each([
    ["10uM", [10]],
    ["10 µM", [10]],
    ["3nM", [0.003]],
    ["1e-2 mM", [10]],
    ["1uM,3uM", [1, 3]],
    ["3uM, 1uM ,3000nM", [1, 3]],
    ["0uM,1uM", [0, 1]],
    ["-0uM", [0]],
    ["1pM..1nM:4", [1e-6, 1e-5, 1e-4, 1e-3]],
    ["0.1uM..10uM:3", [0.1, 1, 10]],
    [" 100nM .. 10uM : 3 ", [0.1, 1, 10]],
    ["1uM..2uM:2", [1, 2]],
    ["0uM,1uM..100uM:3,10uM,7uM", [0, 1, 7, 10, 100]],
  ])("reads %j as %j uM", (text, doses_uM) => {
    expect(parseDoses(text)).toEqual(doses_uM);
  });

  it("joins several texts", () => {
    expect(parseDoses(["10uM", "1uM,3uM"])).toEqual([1, 3, 10]);
  });

  it("spaces a range evenly on a logarithmic scale", () => {
    const doses_uM = parseDoses("10nM..100uM:7");
    // Four decades in six steps: a factor of 10^(2/3) = 4.6416.
    expect(doses_uM).toHaveLength(7);
    expect(doses_uM[0]).toBe(0.01);
    expect(doses_uM[6]).toBe(100);
    expect(doses_uM[3]).toBe(1);
    expect(doses_uM[1]).toBeCloseTo(0.046416, 6);
  });

  it.each([
    ["10", "dose-without-unit"],
    ["1uM,10", "dose-without-unit"],
    ["1..10uM:3", "dose-without-unit"],
    ["-1uM", "negative-dose"],
    ["-1uM..1uM:3", "negative-dose"],
    ["", "bad-dose"],
    ["1uM,", "bad-dose"],
    ["uM", "bad-dose"],
    ["10um", "bad-dose"],
    ["10 mg/L", "bad-dose"],
    ["1e400uM", "bad-dose"],
    ["NaNuM", "bad-dose"],
    ["0uM..10uM:3", "bad-dose"],
    ["10uM..0uM:3", "bad-dose"],
    ["10uM..1uM:3", "bad-dose"],
    ["1uM..1uM:3", "bad-dose"],
    ["1uM..10uM", "bad-dose"],
    ["1uM..10uM:", "bad-dose"],
    ["1uM..10uM:1", "bad-dose"],
    ["1uM..10uM:2.5", "bad-dose"],
    ["1uM..10uM:-3", "bad-dose"],
    ["1uM..10uM:1e9", "bad-dose"],
    ["1uM..10uM:1001", "bad-dose"],
    ["1uM..10uM..20uM:3", "bad-dose"],
    ["..10uM:3", "bad-dose"],
    ["1uM:3", "bad-dose"],
  ])("refuses %j with %s", (text, code) => {
    expect(codeOf(text)).toBe(code);
  });

  it("gives ascending finite doses or an InputError, whatever is typed", () => {
    const pieces = fc.constantFrom(
      "1",
      "0",
      "-",
      "3.5",
      "uM",
      "nM",
      " ",
      ",",
      "..",
      ":",
      "7",
      "e",
      "µM",
      "x",
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 10 }), (parts) => {
        const doses_uM = codeOf(parts.join(""));
        if (!Array.isArray(doses_uM)) return;
        expect(
          doses_uM.every((dose, index) => Number.isFinite(dose) && dose >= (doses_uM[index - 1] ?? 0)),
        ).toBe(true);
        expect(new Set(doses_uM).size).toBe(doses_uM.length);
      }),
      { numRuns: 2000 },
    );
  });
});
