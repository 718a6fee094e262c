import { describe, expect, test } from "vitest";
import { filterCausal, filterZeroPhase } from "./filter.ts";
import { designLowPass, type FilterFamily } from "./filter-design.ts";
import { sampled } from "./synthetic.ts";

const FAMILIES: FilterFamily[] = ["bessel", "butterworth"];

/** Amplitude and phase of a sine in the middle half of a trace, by projection over whole periods. */
function response(output: Float64Array, period: number) {
  const from = Math.ceil(output.length / 4 / period) * period;
  const count = Math.floor(output.length / 2 / period) * period;
  let [sine, cosine] = [0, 0];
  for (let k = from; k < from + count; k++) {
    sine += (2 / count) * output[k] * Math.sin((2 * Math.PI * k) / period);
    cosine += (2 / count) * output[k] * Math.cos((2 * Math.PI * k) / period);
  }
  return { gain: Math.hypot(sine, cosine), phase: Math.atan2(cosine, sine) };
}

const sineOf = (period: number) => sampled(4000, 1, (k) => Math.sin((2 * Math.PI * k) / period));

describe.each(FAMILIES)("%s", (family) => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8])("order %i: -3 dB at the corner, causal and zero-phase", (order) => {
    for (const period of [5, 20, 100]) {
      const causal = filterCausal(sineOf(period), designLowPass(family, order, 1 / period, 2 ** -0.5));
      expect(response(causal, period).gain).toBeCloseTo(Math.SQRT1_2, 6);
      const both = filterZeroPhase(sineOf(period), designLowPass(family, order, 1 / period, 2 ** -0.25));
      expect(response(both, period).gain).toBeCloseTo(Math.SQRT1_2, 6);
      expect(response(both, period).phase).toBeCloseTo(0, 6);
    }
  });

  test("a slow sine is delayed by the group delay that is reported", () => {
    const design = designLowPass(family, 4, 1 / 20, 2 ** -0.5);
    const { phase } = response(filterCausal(sineOf(1000), design), 1000);
    expect((-phase * 1000) / (2 * Math.PI)).toBeCloseTo(design.delay, 1);
  });

  test("a constant stays, also one sample of it", () => {
    const design = designLowPass(family, 5, 0.1, 2 ** -0.25);
    for (const n of [1, 2, 50])
      for (const value of filterZeroPhase(new Float64Array(n).fill(-65), design))
        expect(value).toBeCloseTo(-65, 9);
    expect(filterZeroPhase(new Float64Array(0), design)).toHaveLength(0);
  });
});

/**
 * scipy 1.x: signal.sosfilt(signal.bessel(4, 0.3, norm="mag", output="sos"), impulse), likewise signal.bessel(3, 0.1) and
 * signal.butter(4, 0.3); the corner there is over half the sampling rate.
 */
const SCIPY: [FilterFamily, number, number, number[]][] = [
  [
    "bessel",
    4,
    0.3,
    [
      0.0451502198, 0.2062682698, 0.3714950331, 0.3196867706, 0.1077003626, -0.0258590526, -0.0300203468,
      -0.0014701272,
    ],
  ],
  [
    "bessel",
    3,
    0.1,
    [
      0.0065773033, 0.0330335535, 0.0772288126, 0.1182481637, 0.1410812558, 0.1442439152, 0.1322837272,
      0.1113900293,
    ],
  ],
  [
    "butterworth",
    4,
    0.3,
    [
      0.0185630106, 0.1034033731, 0.2500833783, 0.3440719569, 0.288558022, 0.1275106106, -0.0202319459,
      -0.0808652539,
    ],
  ],
];

test.each(SCIPY)(
  "%s of order %i, corner %f: the impulse response of scipy",
  (family, order, corner, expected) => {
    const impulse = new Float64Array(9);
    impulse[1] = 1;
    const ours = filterCausal(impulse, designLowPass(family, order, corner / 2, 2 ** -0.5)).subarray(1);
    expect(expected.map((value, k) => Math.abs(ours[k] - value) < 1e-9)).toEqual(expected.map(() => true));
  },
);

test("Bessel does not overshoot at a step by more than 1 %, Butterworth does", () => {
  const step = sampled(400, 1, (k) => (k < 100 ? 0 : 1));
  const highest = (family: FilterFamily) =>
    Math.max(...filterCausal(step, designLowPass(family, 4, 0.02, 2 ** -0.5)));
  expect(highest("bessel")).toBeLessThan(1.01);
  expect(highest("butterworth")).toBeGreaterThan(1.05);
});

test("a line passes forth and back without bending at its ends", () => {
  const line = sampled(500, 1, (k) => 3 + 0.02 * k);
  const out = filterZeroPhase(line, designLowPass("bessel", 4, 0.05, 2 ** -0.25));
  expect(Math.max(...out.map((y, k) => Math.abs(y - line[k])))).toBeLessThan(1e-6);
});
