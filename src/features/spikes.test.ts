import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { RandomStream } from "../random.ts";
import { spikeShape } from "./action.ts";
import { currentJumps, detectSpikes, sampleNoise, spikeTimes } from "./spikes.ts";
import { rcResponse, traceWithSpikes } from "./synthetic.ts";

function noisy(v: Float64Array, sd_mV: number, seed: number): Float64Array {
  const stream = RandomStream.fromSeed(seed);
  return v.map((value) => value + sd_mV * stream.normal());
}

/** Spike times at least 5 ms apart, inside 500 ms. */
const trains = fc
  .array(fc.integer({ min: 1, max: 95 }), { maxLength: 20 })
  .map((slots) => [...new Set(slots)].sort((a, b) => a - b).map((slot) => slot * 5));

describe("detectSpikes", () => {
  test("finds synthetic spikes at their times, peaks and shapes", () => {
    const v = traceWithSpikes([50, 120, 121.5 + 5, 400]);
    const spikes = detectSpikes(v, 0.05);
    expect(spikeTimes(spikes)).toEqual([50, 120, 126.5, 400].map((t) => expect.closeTo(t, 6)));
    expect(spikes[0].peak_mV).toBeCloseTo(35, 9);
    // Steepest rise of half a cosine of 1 ms: 100 mV pi / 2 per ms; a central difference rounds it off by 0.4 %.
    expect(Math.abs(spikes[0].upstroke_mV_per_ms / (50 * Math.PI) - 1)).toBeLessThan(0.005);
    // dV/dt = 50 pi sin(pi x) = 10 at x = 0.0203 ms, where the bump is 0.1 mV high.
    expect(spikes[0].threshold_mV).toBeCloseTo(-64.9, 0);
    // Half of a 1 ms rise and of a 2 ms fall.
    expect(spikeShape(v, 0.05, spikes[0]).halfWidth_ms).toBeCloseTo(1.5, 1);
  });

  test("counts do not depend on an offset of the voltage", () => {
    fc.assert(
      fc.property(trains, fc.double({ min: -80, max: 80, noNaN: true }), (times, offset_mV) => {
        const v = noisy(traceWithSpikes(times), 0.2, 1);
        const shifted = v.map((value) => value + offset_mV);
        expect(detectSpikes(shifted, 0.05).length).toBe(times.length);
        expect(detectSpikes(v, 0.05).length).toBe(times.length);
      }),
      { numRuns: 50, seed: 20 },
    );
  });

  test("a trace that is shifted in time gives spikes shifted by as much", () => {
    fc.assert(
      fc.property(trains, fc.integer({ min: 1, max: 400 }), (times, samples) => {
        const v = traceWithSpikes(times);
        const later = new Float64Array(v.length + samples).fill(-65);
        later.set(v, samples);
        const expected = spikeTimes(detectSpikes(v, 0.05)).map((t) => expect.closeTo(t + samples * 0.05, 6));
        expect(spikeTimes(detectSpikes(later, 0.05))).toEqual(expected);
      }),
      { numRuns: 50, seed: 21 },
    );
  });

  test("sampling between 4 and 100 kHz gives the same count", () => {
    fc.assert(
      fc.property(trains, fc.double({ min: 0.01, max: 0.25, noNaN: true }), (times, dt_ms) => {
        expect(detectSpikes(traceWithSpikes(times, { dt_ms }), dt_ms).length).toBe(times.length);
      }),
      { numRuns: 50, seed: 22 },
    );
  });

  test("noise far below the prominence changes no count", () => {
    fc.assert(
      fc.property(trains, fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(), (times, sd_mV, seed) => {
        expect(detectSpikes(noisy(traceWithSpikes(times), sd_mV, seed), 0.05).length).toBe(times.length);
      }),
      { numRuns: 50, seed: 23 },
    );
  });

  test("a depolarised plateau with ripple is one event, not many", () => {
    const plateau = traceWithSpikes([100], { height_mV: 90 }).map((v, k) => {
      const t_ms = k * 0.05;
      return t_ms > 100 && t_ms < 400 ? Math.max(v, 5 + 4 * Math.sin(t_ms)) : v;
    });
    expect(detectSpikes(noisy(plateau, 0.3, 2), 0.05)).toHaveLength(1);
  });

  test("a passive response with noise has no spikes, however large", () => {
    for (const [index, tau_ms] of [0.5, 2, 20].entries()) {
      const v = rcResponse({ start_ms: 100, end_ms: 600, delta_pA: 1500 }, { tau_ms });
      expect(detectSpikes(noisy(v, 0.3, index), 0.1)).toHaveLength(0);
    }
  });

  test("spikes that peak below 0 mV count", () => {
    expect(detectSpikes(traceWithSpikes([100, 200], { height_mV: 40 }), 0.05)).toHaveLength(2);
  });

  test("clipped peaks are one spike each, in the middle of the flat top", () => {
    const v = traceWithSpikes([100, 200], { dt_ms: 0.25 }).map((value) => Math.min(value, 0));
    const spikes = detectSpikes(v, 0.25);
    expect(spikes).toHaveLength(2);
    expect(Math.abs(spikes[0].peak_ms - 100)).toBeLessThan(0.75);
  });

  test("a spike at the very last sample counts and says that its fall was not seen", () => {
    const whole = traceWithSpikes([100]);
    const spikes = detectSpikes(whole.slice(0, 2001), 0.05);
    expect(spikes).toMatchObject([{ peakIndex: 2000, complete: false }]);
    expect(detectSpikes(whole.slice(0, 2008), 0.05)).toHaveLength(1);
  });

  test("a blip of one sample and a switching artefact are none; the jump must be known for the latter", () => {
    const v = traceWithSpikes([]);
    v[3000] += 80;
    expect(detectSpikes(v, 0.05)).toHaveLength(0);
    v.set(
      [10, 35, 35, 35, 20].map((mV) => mV - 65),
      6000,
    );
    expect(detectSpikes(v, 0.05)).toHaveLength(1);
    const i_pA = new Float64Array(v.length).fill(200, 6000);
    expect(detectSpikes(v, 0.05, { currentJumps_ms: currentJumps(i_pA, 0.05) })).toHaveLength(0);
  });

  test("empty, short and constant traces give nothing", () => {
    for (const length of [0, 1, 2, 3, 100]) expect(detectSpikes(new Float64Array(length), 0.1)).toEqual([]);
  });

  test("time grows in proportion to the trace: a million samples of dense spikes in under two seconds", () => {
    const v = Float64Array.from({ length: 1_000_000 }, (_, k) => 50 * Math.sin(k / 10) - k / 1e5);
    const started = performance.now();
    expect(detectSpikes(v, 0.05).length).toBeGreaterThan(10_000);
    expect(performance.now() - started).toBeLessThan(2000);
  });
});

test("currentJumps finds the edges of steps and none in noise", () => {
  const step = new Float64Array(1000).fill(100, 300, 700);
  expect(currentJumps(step, 0.1)).toEqual([expect.closeTo(30, 6), expect.closeTo(70, 6)]);
  expect(currentJumps(noisy(new Float64Array(5000), 10, 3), 0.1)).toEqual([]);
  expect(currentJumps(new Float64Array(100), 0.1)).toEqual([]);
});

test("sampleNoise recovers the standard deviation of white noise under a slow trace", () => {
  const slow = Float64Array.from({ length: 20_000 }, (_, k) => 30 * Math.sin(k / 2000));
  expect(sampleNoise(noisy(slow, 0.5, 4))).toBeCloseTo(0.5, 1);
});
