import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { conductanceScale, fractionOfMaximum, halfVoltageShift_mV } from "./concentrationResponse.ts";

const concentration_uM = fc.double({ min: 1e-9, max: 1e9, noNaN: true });
const response = fc.record({
  halfEffect_uM: fc.double({ min: 1e-6, max: 1e6, noNaN: true }),
  hill: fc.double({ min: 0.2, max: 10, noNaN: true }),
});
const block = fc.record({ maxEffect: fc.double({ min: 0, max: 1, noNaN: true }) });

describe("fractionOfMaximum", () => {
  it("is Langmuir's isotherm at a Hill coefficient of 1", () => {
    expect(fractionOfMaximum(3, { halfEffect_uM: 1, hill: 1 })).toBeCloseTo(0.75, 14);
    // 2^2 / (2^2 + 1)
    expect(fractionOfMaximum(2, { halfEffect_uM: 1, hill: 2 })).toBeCloseTo(0.8, 14);
  });

  it("is 0 at dose 0, one half at the half effect, and stays within 0 and 1", () => {
    fc.assert(
      fc.property(concentration_uM, response, (dose_uM, curve) => {
        expect(fractionOfMaximum(0, curve)).toBe(0);
        expect(fractionOfMaximum(curve.halfEffect_uM, curve)).toBe(0.5);
        const fraction = fractionOfMaximum(dose_uM, curve);
        expect(fraction).toBeGreaterThanOrEqual(0);
        expect(fraction).toBeLessThanOrEqual(1);
      }),
    );
  });

  it("never falls when the dose rises", () => {
    fc.assert(
      fc.property(concentration_uM, concentration_uM, response, (a, b, curve) => {
        const [low, high] = a < b ? [a, b] : [b, a];
        expect(fractionOfMaximum(high, curve)).toBeGreaterThanOrEqual(fractionOfMaximum(low, curve));
      }),
    );
  });

  it("multiplies the odds by 2^h when the dose doubles", () => {
    const dose = fc.double({ min: 0.01, max: 100, noNaN: true });
    const hill = fc.double({ min: 0.5, max: 3, noNaN: true });
    fc.assert(
      fc.property(dose, hill, (dose_uM, h) => {
        const odds = (c: number) => {
          const fraction = fractionOfMaximum(c, { halfEffect_uM: 1, hill: h });
          return fraction / (1 - fraction);
        };
        // Not nearer: 1 - fraction loses digits near saturation.
        expect(odds(2 * dose_uM) / odds(dose_uM) / 2 ** h).toBeCloseTo(1, 6);
      }),
    );
  });

  it("depends on the ratio of dose and half effect only", () => {
    fc.assert(
      fc.property(concentration_uM, response, (dose_uM, { halfEffect_uM, hill }) => {
        expect(fractionOfMaximum(8 * dose_uM, { halfEffect_uM: 8 * halfEffect_uM, hill })).toBe(
          fractionOfMaximum(dose_uM, { halfEffect_uM, hill }),
        );
      }),
    );
  });

  it("reaches its limits without overflow", () => {
    const steep = { halfEffect_uM: 1, hill: 10 };
    expect(fractionOfMaximum(1e300, steep)).toBe(1);
    expect(fractionOfMaximum(1e-300, steep)).toBe(0);
    expect(fractionOfMaximum(Number.MIN_VALUE, steep)).toBe(0);
  });

  it.each([-1, Number.NaN, Infinity])("refuses a dose of %d as our own mistake", (dose_uM) => {
    expect(() => fractionOfMaximum(dose_uM, { halfEffect_uM: 1, hill: 1 })).toThrow(/internal:/);
  });

  it("refuses a half effect or a Hill coefficient of 0", () => {
    expect(() => fractionOfMaximum(1, { halfEffect_uM: 0, hill: 1 })).toThrow(/internal:/);
    expect(() => fractionOfMaximum(1, { halfEffect_uM: 1, hill: 0 })).toThrow(/internal:/);
  });
});

describe("conductanceScale", () => {
  const complete = { halfEffect_uM: 10, hill: 1, maxEffect: 1 };

  it("halves a conductance at the IC50 and removes all of it in the limit", () => {
    expect(conductanceScale(10, { ...complete, direction: "decrease" })).toBe(0.5);
    expect(conductanceScale(1e30, { ...complete, direction: "decrease" })).toBe(0);
  });

  it("doubles a conductance in the limit when the library says +100 %", () => {
    expect(conductanceScale(1e30, { ...complete, direction: "increase" })).toBe(2);
  });

  it("leaves the share that a partial block spares", () => {
    expect(conductanceScale(1e30, { ...complete, maxEffect: 0.32, direction: "decrease" })).toBeCloseTo(
      0.68,
      14,
    );
  });

  it("is exactly 1 at dose 0, falls with the dose for a block and rises for an increase", () => {
    fc.assert(
      fc.property(concentration_uM, concentration_uM, response, block, (a, b, curve, { maxEffect }) => {
        const [low, high] = a < b ? [a, b] : [b, a];
        const decrease = (c: number) => conductanceScale(c, { ...curve, maxEffect, direction: "decrease" });
        const increase = (c: number) => conductanceScale(c, { ...curve, maxEffect, direction: "increase" });
        expect([decrease(0), increase(0)]).toEqual([1, 1]);
        expect(decrease(high)).toBeLessThanOrEqual(decrease(low));
        expect(increase(high)).toBeGreaterThanOrEqual(increase(low));
        expect(decrease(high)).toBeGreaterThanOrEqual(1 - maxEffect);
        expect(increase(high)).toBeLessThanOrEqual(1 + maxEffect);
      }),
    );
  });

  it("refuses to remove more than the whole", () => {
    expect(() => conductanceScale(1, { ...complete, maxEffect: 1.1, direction: "decrease" })).toThrow(
      /internal:/,
    );
  });
});

describe("halfVoltageShift_mV", () => {
  it("gives back the measured point exactly and is 0 at dose 0", () => {
    const size = fc.double({ min: -50, max: 50, noNaN: true });
    fc.assert(
      fc.property(concentration_uM, response, size, (at_uM, curve, shift_mV) => {
        fc.pre(fractionOfMaximum(at_uM, curve) > 0);
        expect(halfVoltageShift_mV(at_uM, { ...curve, shift_mV, at_uM }) - shift_mV).toBe(0);
        expect(halfVoltageShift_mV(0, { ...curve, shift_mV, at_uM })).toBe(0);
      }),
    );
  });

  it("goes to twice the shift that was measured at the half effect", () => {
    const curve = { halfEffect_uM: 3, hill: 1.5, shift_mV: -10, at_uM: 3 };
    expect(halfVoltageShift_mV(1e30, curve)).toBe(-20);
  });

  it("grows in size with the dose and keeps its sign", () => {
    fc.assert(
      fc.property(concentration_uM, concentration_uM, response, (a, b, curve) => {
        const shift = { ...curve, shift_mV: -5, at_uM: curve.halfEffect_uM };
        const [low, high] = a < b ? [a, b] : [b, a];
        expect(halfVoltageShift_mV(high, shift)).toBeLessThanOrEqual(halfVoltageShift_mV(low, shift));
      }),
    );
  });
});
