import { expect, test } from "vitest";
import { amplitude, fitSines, withoutSines } from "./sines.ts";
import { sampled } from "./synthetic.ts";

const dt_ms = 0.1;
const hum = (t_ms: number, f_Hz: number, phase: number) =>
  Math.sin((2 * Math.PI * f_Hz * t_ms) / 1000 + phase);

test("sines on a different parabola in each stretch are found exactly", () => {
  const trace = sampled(
    500,
    dt_ms,
    (t) => (t < 200 ? -60 + 1e-3 * t : -70 + 1e-5 * t * t) + 0.4 * hum(t, 50, 1) + 0.1 * hum(t, 150, 2),
  );
  const stretches = [
    { from: 0, to: 1900 },
    { from: 2100, to: 4700 },
  ];
  const { sines } = fitSines(trace, dt_ms, stretches, [50, 100, 150])!;
  expect(sines.map(amplitude).map((size) => Number(size.toFixed(9)))).toEqual([0.4, 0, 0.1]);
  const left = withoutSines(trace, dt_ms, sines);
  expect(left[4999]).toBeCloseTo(-70 + 1e-5 * 499.9 ** 2, 9);
});

test("nothing is said where the stretches cannot tell: too short, none, the same frequency twice", () => {
  const trace = sampled(100, dt_ms, (t) => hum(t, 50, 0));
  expect(fitSines(trace, dt_ms, [], [50])).toBeNull();
  expect(fitSines(trace, dt_ms, [{ from: 0, to: 3 }], [50])).toBeNull();
  expect(fitSines(trace, dt_ms, [{ from: 0, to: 1000 }], [50, 50])).toBeNull();
});
