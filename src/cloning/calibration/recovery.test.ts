import { expect, it } from "vitest";
import { recovery } from "./recovery.ts";

const C = { name: "C_pF", unit: "pF", scale: "log" } as const;
const vr = { name: "vr_mV", unit: "mV", scale: "linear" } as const;

it("R2 and MSE by hand: in units and in the declared scale", () => {
  const e = Math.E;
  const { parameters, meanR2, meanR2InScale, cells } = recovery(
    [C, vr],
    [
      [1, -60],
      [e * e, -70],
    ],
    [
      [e, -60],
      [e * e, -66],
    ],
  );
  // vr: residual 16, total 50. C in logarithms: residual 1, total 2; in pF: residual (e - 1)², total (e² - 1)² / 2.
  expect(cells).toBe(2);
  expect(parameters[1]).toMatchObject({ r2: 1 - 16 / 50, mse: 8, r2InScale: 1 - 16 / 50, mseInScale: 8 });
  expect(parameters[0].r2InScale).toBeCloseTo(0.5, 12);
  expect(parameters[0].mseInScale).toBeCloseTo(0.5, 12);
  expect(parameters[0].r2).toBeCloseTo(1 - (2 * (e - 1) ** 2) / (e * e - 1) ** 2, 12);
  expect(meanR2InScale).toBeCloseTo((0.5 + 0.68) / 2, 12);
  expect(meanR2).toBeCloseTo((parameters[0].r2 + 0.68) / 2, 12);
});

it("the mean of the truths as the estimate has an R2 of 0, the truth itself of 1", () => {
  const truths = [[1], [2], [6]];
  const r2 = (estimates: number[][]) => recovery([vr], truths, estimates).meanR2;
  expect(r2([[3], [3], [3]])).toBeCloseTo(0, 12);
  expect(r2(truths)).toBe(1);
});

it.each([
  ["no logarithm", [[1], [2]], [[1], [-2]], /logarithmic/],
  ["other numbers of cells", [[1], [2]], [[1]], /2 truths, 1 estimates/],
  ["other widths", [[1], [2]], [[1], [2, 3]], /2 values/],
])("%s is refused", (_, truths, estimates, message) => {
  expect(() => recovery([C], truths, estimates)).toThrow(message);
});
