import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseConcentration, parseCurrent, parseTime } from "./units.ts";

const ok = (value: number) => ({ kind: "ok", value });

describe("parseConcentration, in uM", () => {
  it.each([
    ["10uM", 10],
    ["10 \u00b5M", 10], // micro sign
    ["10 \u03bcM", 10], // Greek mu
    ["3 nM", 0.003],
    ["250pM", 0.00025],
    ["1e-2 mM", 10],
    ["1M", 1e6],
    [" .5uM ", 0.5],
    ["5.uM", 5],
    ["+2uM", 2],
    ["0uM", 0],
  ])("%j is %d", (text, value_uM) => {
    const parsed = parseConcentration(text);
    expect(parsed.kind).toBe("ok");
    if (parsed.kind === "ok") expect(parsed.value).toBeCloseTo(value_uM, 12);
  });

  it.each([
    ["10", "no-unit"],
    ["10 ", "no-unit"],
    ["", "no-number"],
    ["uM", "no-number"],
    ["ten uM", "no-number"],
    ["1,5uM", "no-number"],
    ["1 2uM", "no-number"],
    ["0x10uM", "no-number"],
    ["NaN uM", "no-number"],
    ["Infinity uM", "no-number"],
    ["1e400uM", "no-number"],
    ["10 um", "unknown-unit"],
    ["10 UM", "unknown-unit"],
    ["10 mg", "unknown-unit"],
    ["10 constructor", "unknown-unit"],
    ["-1uM", "negative"],
  ])("%j is refused: %s", (text, kind) => {
    expect(parseConcentration(text)).toEqual({ kind });
  });

  it("a thousandfold step of the unit is a thousandfold step of the number", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1e6, noNaN: true }), (number) => {
        const inUnit = (unit: string) => {
          const parsed = parseConcentration(`${number}${unit}`);
          return parsed.kind === "ok" ? parsed.value : Number.NaN;
        };
        expect(inUnit("nM") * 1000).toBeCloseTo(number, 6);
        expect(inUnit("uM")).toBe(number);
        expect(inUnit("mM")).toBe(number * 1000);
      }),
      { seed: 1 },
    );
  });
});

describe("parseCurrent, in pA", () => {
  it.each([
    ["200pA", 200],
    ["-50 pA", -50],
    ["0.2 nA", 200],
    ["-.1nA", -100],
  ])("%j is %d", (text, value_pA) => {
    expect(parseCurrent(text)).toEqual(ok(value_pA));
  });

  it.each([
    ["200", "no-unit"],
    ["1A", "unknown-unit"],
    ["1 uA", "unknown-unit"],
    ["pA", "no-number"],
  ])("%j is refused: %s", (text, kind) => {
    expect(parseCurrent(text)).toEqual({ kind });
  });
});

describe("parseTime, in ms", () => {
  it.each([
    ["500ms", 500],
    ["1.5 s", 1500],
    ["250us", 0.25],
  ])("%j is %d", (text, value_ms) => {
    expect(parseTime(text)).toEqual(ok(value_ms));
  });

  it.each([
    ["500", "no-unit"],
    ["-1ms", "negative"],
    ["1 min", "unknown-unit"],
    ["soon", "no-number"],
  ])("%j is refused: %s", (text, kind) => {
    expect(parseTime(text)).toEqual({ kind });
  });
});
