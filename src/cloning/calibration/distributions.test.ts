import { expect, it } from "vitest";
import { chiSquareTail, kolmogorovTail, normalTails, normalWithin } from "./distributions.ts";
import { holm } from "./holm.ts";

// Frozen from SciPy 1.17.1: stats.chi2.sf, 2 * stats.norm.sf, stats.kstwo.sf (exact).
it.each([
  [0.5, 1, 0.47950012218695337],
  [3.84, 1, 0.05004352124870519],
  [10, 4, 0.04042768199451279],
  [5, 19, 0.9994309626474822],
  [30.144, 19, 0.04999416799668142],
  [60, 19, 3.869826300664181e-6],
  [120, 99, 0.07424385580596692],
  [1100, 1000, 0.014614408126295192],
])("chi-square %d with %d degrees of freedom has SciPy's tail", (x, df, tail) => {
  expect(chiSquareTail(x, df) / tail).toBeCloseTo(1, 10);
});

it.each([
  [0.1, 0.920344325445942],
  [3, 0.0026997960632601866],
  [6, 1.973175290075389e-9],
])("both normal tails beyond %d are SciPy's", (z, tails) => {
  expect(normalTails(z) / tails).toBeCloseTo(1, 10);
  expect(normalTails(-z)).toBe(normalTails(z));
});

it("95 % lie within 1.96", () => {
  expect(normalWithin(0.95)).toBeCloseTo(1.959963984540054, 9);
});

it.each([
  [0.4, 10, 0.05898924519999926, 0.003],
  [0.2, 10, 0.7487190399999999, 0.003],
  [0.3, 30, 0.006852243362913235, 0.0003],
  [0.1, 30, 0.8960782680050898, 0.0003],
  [0.05, 200, 0.6802625495871704, 0.00006],
  [0.1, 200, 0.03411035080315383, 0.00006],
  [0.06, 1000, 0.001428597887952891, 0.00001],
  [0.005, 10_000, 0.9628778025204304, 0.00001],
  [0.015, 10_000, 0.02199415742419252, 0.00001],
])("Kolmogorov-Smirnov %d of %d has SciPy's exact tail, within its stated error", (d, n, tail, error) => {
  expect(Math.abs(kolmogorovTail(d, n) - tail)).toBeLessThan(error);
});

it("Holm multiplies the k-th smallest by the tests left and never lets the order turn", () => {
  expect(holm([0.01, 0.04, 0.03, 0.005])).toEqual([0.03, 0.06, 0.06, 0.02]);
  expect(holm([0.9, 0.8])).toEqual([1, 1]);
});
