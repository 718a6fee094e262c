import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  current,
  dose,
  fixed,
  grouped,
  inUnit,
  MISSING,
  percent,
  prettyUnit,
  significant,
} from "./format.ts";

describe("format", () => {
  it("[F1] what is missing is a dash", () => {
    for (const value of [null, undefined, Number.NaN, Number.POSITIVE_INFINITY]) {
      for (const text of [
        significant(value),
        fixed(value, 1),
        inUnit(value, "ms"),
        dose(value),
        percent(value),
      ]) {
        expect(text).toBe(MISSING);
      }
    }
  });

  it("[F2] three significant digits read back within half a per cent", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-4, max: 9.99e5, noNaN: true }), (value) => {
        expect(Math.abs(Number(significant(value)) / value - 1)).toBeLessThanOrEqual(0.005 + 1e-12);
      }),
    );
    expect(significant(999_999)).toBe("1 × 10⁶".replace("1 ", "1.00 "));
    expect(significant(3.14e-7)).toBe("3.14 × 10⁻⁷");
  });

  it("[F3] potentials to 0.1 mV, no minus before zero", () => {
    expect(inUnit(-43.27, "mV")).toBe("−43.3");
    expect(inUnit(-0.01, "mV")).toBe("0.0");
    expect(inUnit(0.923, "ms")).toBe("0.92");
    expect(current(-12.5)).toBe("−12.5");
    expect(current(-100)).toBe("−100");
  });

  it("[F4] a dose takes the unit that keeps it at 1 or above", () => {
    expect([0.0005, 0.003, 0.1 * 3, 0.1 * 10, 30, 1000, 0].map(dose)).toEqual([
      "500 pM",
      "3 nM",
      "300 nM",
      "1 µM",
      "30 µM",
      "1 mM",
      "0 µM",
    ]);
  });

  it("[F5] units as they are written by hand; names that contain 'per' stay whole", () => {
    expect(["nS_per_mV", "per_ms", "MOhm", "uM", "mV", "uA_per_cm2", "temperature"].map(prettyUnit)).toEqual([
      "nS/mV",
      "1/ms",
      "MΩ",
      "µM",
      "mV",
      "µA/cm²",
      "temperature",
    ]);
    expect(grouped(61440)).toBe("61\u202f440");
  });
});
