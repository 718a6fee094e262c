import { describe, expect, it } from "vitest";
import { InputError } from "../errors.ts";
import { RandomStream } from "../random.ts";
import {
  chirpCurrent,
  ornsteinUhlenbeckCurrent,
  pulseTrain,
  rampCurrent,
  sineCurrent,
  stepCurrent,
} from "./currents.ts";

const mean = (values: ArrayLike<number>) =>
  Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;

describe("jumps fall on the nearest step", () => {
  it("a step holds its amplitude between its times and the baseline elsewhere", () => {
    const current = stepCurrent({ duration_ms: 1, dt_ms: 0.1, start_ms: 0.3, stop_ms: 0.6, amplitude: 5 });
    expect([...current]).toEqual([0, 0, 0, 5, 5, 5, 0, 0, 0, 0]);
    const toTheEnd = stepCurrent({
      duration_ms: 0.4,
      dt_ms: 0.1,
      start_ms: 0.26,
      amplitude: 5,
      baseline: -1,
    });
    expect([...toTheEnd]).toEqual([-1, -1, -1, 5]);
  });

  it("a train has equal pulses at its frequency, as many as asked for", () => {
    const train = { duration_ms: 100, dt_ms: 0.025, start_ms: 10, width_ms: 2, amplitude: 3, baseline: 1 };
    const current = pulseTrain({ ...train, frequency_Hz: 70 });
    const starts = [...current.keys()].filter((k) => current[k] === 3 && current[k - 1] === 1);
    expect(starts).toEqual([0, 1, 2, 3, 4, 5, 6].map((k) => Math.round((10 + (k * 1000) / 70) / 0.025)));
    expect(current.filter((value) => value === 3).length).toBe(7 * 80);
    expect(mean(pulseTrain({ ...train, frequency_Hz: 70, count: 2 }))).toBeCloseTo(1 + (2 * 2 * 2) / 100, 12);
  });

  it("pulses that overlap run into one, and the last is cut at the end", () => {
    const train = { duration_ms: 10, dt_ms: 0.5, start_ms: 4, width_ms: 30, amplitude: 3, frequency_Hz: 100 };
    expect([...pulseTrain(train)]).toEqual(Array.from({ length: 20 }, (_, k) => (k < 8 ? 0 : 3)));
  });
});

describe("what changes smoothly is taken in the middle of each step", () => {
  it("a ramp holds its ends outside and is straight within", () => {
    const current = rampCurrent({ duration_ms: 4, dt_ms: 0.5, start_ms: 1, stop_ms: 3, from: -2, to: 6 });
    expect([...current]).toEqual([-2, -2, -1, 1, 3, 5, 6, 6]);
  });

  it("the sum over a sine is its integral to second order, 4 times nearer with half the step", () => {
    const exact = (1 - Math.cos(2 * Math.PI * 0.05 * 33)) / (2 * Math.PI * 0.05);
    const [coarse, fine] = [0.3, 0.15].map((dt_ms) => {
      const current = sineCurrent({ duration_ms: 33, dt_ms, amplitude: 7, frequency_Hz: 50 });
      return Math.abs(dt_ms * mean(current) * current.length - 7 * exact);
    });
    expect(coarse).toBeLessThan(0.05);
    expect(coarse / fine).toBeCloseTo(4, 1);
  });

  it("a sine starts with its phase, around its offset", () => {
    const sine = { duration_ms: 20, dt_ms: 0.02, amplitude: 3, frequency_Hz: 100, offset: 5, start_ms: 4 };
    const current = sineCurrent({ ...sine, phase_rad: Math.PI / 2 });
    expect(current[100]).toBe(5);
    expect(current[200]).toBeCloseTo(8, 3);
    expect(current[200 + 250]).toBeCloseTo(2, 3);
  });

  it.each(["linear", "exponential"] as const)(
    "a %s chirp has the stated frequency at every time",
    (change) => {
      const chirp = { duration_ms: 2100, dt_ms: 0.01, amplitude: 2, from_Hz: 1, to_Hz: 40, start_ms: 100 };
      const current = chirpCurrent({ ...chirp, change, offset: 1 }).map((value) => value - 1);
      expect(current.subarray(0, 10_000).every((value) => value === 0)).toBe(true);
      // Upward zero crossings on the straight line through two samples.
      const crossings_ms = [...current.keys()]
        .filter((k) => current[k - 1] < 0 && current[k] >= 0)
        .map((k) => (k + 0.5 - current[k] / (current[k] - current[k - 1])) * 0.01 - 100);
      const frequency = (t_ms: number) =>
        change === "linear" ? 1 + (39 * t_ms) / 2000 : 40 ** (t_ms / 2000);
      expect(crossings_ms.length).toBe(change === "linear" ? 40 : 21);
      crossings_ms.slice(1).forEach((end_ms, k) => {
        // One cycle: the integral of the frequency between two crossings, by Simpson's rule.
        const start_ms = crossings_ms[k];
        const middle = frequency((start_ms + end_ms) / 2);
        const average = (frequency(start_ms) + 4 * middle + frequency(end_ms)) / 6;
        expect((average * (end_ms - start_ms)) / 1000).toBeCloseTo(1, 4);
      });
    },
  );

  it("a chirp between equal frequencies is a sine", () => {
    const sampling = { duration_ms: 50, dt_ms: 0.1, amplitude: 2 };
    const sine = sineCurrent({ ...sampling, frequency_Hz: 80 });
    for (const change of ["linear", "exponential"] as const)
      chirpCurrent({ ...sampling, from_Hz: 80, to_Hz: 80, change }).forEach((value, k) => {
        expect(value).toBeCloseTo(sine[k], 12);
      });
  });
});

describe("Ornstein-Uhlenbeck noise, seed 20", () => {
  const noise = { duration_ms: 100_000, dt_ms: 0.25, mean: 12, sd: 3, tau_ms: 5 };
  const current = ornsteinUhlenbeckCurrent(noise, RandomStream.fromSeed(20));
  const centred = current.map((value) => value - 12);
  const covariance = (lag: number) => mean(centred.subarray(lag).map((value, k) => value * centred[k])) / 9;

  // 20,000 correlation times: the standard error of the mean is 3 sqrt(2 / 20000) = 0.03, that of the variances 0.01.
  it("has the stated mean and standard deviation", () => {
    expect(Math.abs(mean(current) - 12)).toBeLessThan(0.12);
    expect(Math.abs(covariance(0) - 1)).toBeLessThan(0.04);
  });

  it.each([1, 4, 20, 40, 100])("its correlation after %i steps is exp(-t / tau)", (lag) => {
    expect(Math.abs(covariance(lag) - Math.exp((-lag * 0.25) / 5))).toBeLessThan(0.04);
  });

  it("is stationary from the first value on and as exact at a long step, over 4000 streams", () => {
    const root = RandomStream.fromSeed(21);
    const pairs = Array.from({ length: 4000 }, (_, k) =>
      ornsteinUhlenbeckCurrent({ duration_ms: 20, dt_ms: 10, mean: 0, sd: 1, tau_ms: 5 }, root.split(k)),
    );
    const product = (a: number, b: number) => mean(pairs.map((pair) => pair[a] * pair[b]));
    expect(Math.abs(product(0, 0) - 1)).toBeLessThan(0.09);
    expect(Math.abs(product(1, 1) - 1)).toBeLessThan(0.09);
    expect(Math.abs(product(0, 1) - Math.exp(-2))).toBeLessThan(0.065);
  });

  it("the same stream gives the same bits", () => {
    expect(ornsteinUhlenbeckCurrent({ ...noise, duration_ms: 50 }, RandomStream.fromSeed(20))).toEqual(
      current.slice(0, 200),
    );
  });
});

it("a step or a time that makes no sense is refused by name", () => {
  const step = { duration_ms: 10, dt_ms: 0.1, start_ms: 0, amplitude: 1 };
  const where = (build: () => unknown) => {
    try {
      build();
    } catch (error) {
      if (error instanceof InputError) return error.problem.where;
    }
    return undefined;
  };
  expect(where(() => stepCurrent({ ...step, dt_ms: 0 }))).toBe("dt_ms");
  expect(where(() => stepCurrent({ ...step, duration_ms: Number.NaN }))).toBe("duration_ms");
  expect(where(() => pulseTrain({ ...step, width_ms: 1, frequency_Hz: 0 }))).toBe("frequency_Hz");
  expect(where(() => rampCurrent({ ...step, stop_ms: 0, from: 0, to: 1 }))).toBe("stop_ms - start_ms");
});
