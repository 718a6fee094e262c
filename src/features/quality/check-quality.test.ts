import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Recording } from "../../recordings/recording.ts";
import { type CheckName, checkQuality, QUALITY_CHECKS, QUALITY_LIMITS, type QualityLimits } from "./index.ts";
import { circuitRecording, RESISTANCE_MOhm, rawRecording, recordingOf, seededNoise } from "./synthetic.ts";

function check(name: CheckName, recording: Recording, limits?: Partial<QualityLimits>) {
  return checkQuality(recording, limits).find((one) => one.check === name)!;
}

const value = (name: CheckName, recording: Recording) => check(name, recording).value!;

test("a resistor and a capacitor without a fault: everything that can be judged passes, with its own values", () => {
  const verdicts = checkQuality(circuitRecording());
  expect(verdicts.filter(({ ok }) => ok === false)).toEqual([]);
  expect(verdicts.filter(({ ok }) => ok === null).map(({ check }) => check)).toEqual([
    "input-resistance stability",
    "peak lost to sampling",
    "flat spike tops",
  ]);
  const values = Object.fromEntries(verdicts.map(({ check, value }) => [check, value]));
  expect(values["input resistance"]).toBeCloseTo(RESISTANCE_MOhm, 3);
  expect(values["resting potential"]).toBe(-65);
  expect(Math.abs(values["bridge imbalance"]!)).toBeLessThan(0.05);
});

describe("bridge imbalance", () => {
  test.each([25, 12, 3, -8, -30])("%f MOhm left by the bridge are found within 0.1 MOhm", (series_MOhm) => {
    const recording = circuitRecording({ series_MOhm });
    expect(value("bridge imbalance", recording)).toBeCloseTo(series_MOhm, 1);
    expect(value("bridge error at largest step", recording)).toBeCloseTo((series_MOhm * 60) / 1000, 2);
    expect(check("bridge imbalance", recording).ok).toBe(Math.abs(series_MOhm) <= 20);
    const side = series_MOhm > 0 ? "under-compensated" : "over-compensated";
    expect(check("bridge imbalance", recording).detail).toContain(side);
  });

  test("an electrode with a time constant of 0.08 ms hides nothing of 15 MOhm", () => {
    const recording = circuitRecording({ series_MOhm: 15, electrodeTau_ms: 0.08 });
    expect(Math.abs(value("bridge imbalance", recording) - 15)).toBeLessThan(1);
  });

  test("noise is averaged over the steps, and shows in the error", () => {
    const noise = seededNoise(11);
    const recording = circuitRecording({ series_MOhm: 15, fault_mV: () => 0.2 * noise() });
    const { value: found, detail } = check("bridge imbalance", recording);
    expect(Math.abs(found! - 15)).toBeLessThan(2);
    expect(detail).toMatch(/\+-[0-9.]+ MOhm from the onset of 8 steps/);
  });

  test("nothing is said when noise hides it, or there is no step", () => {
    const noise = seededNoise(12);
    const loud = circuitRecording({ fault_mV: () => 4 * noise(), levels_pA: [-20] });
    expect(check("bridge imbalance", loud)).toMatchObject({ ok: null, value: null });
    expect(check("bridge imbalance", loud).reason).toContain("known to +-");
    const none = circuitRecording({ levels_pA: [0, 0] });
    expect(check("bridge imbalance", none).reason).toContain("no current step");
  });
});

describe("baseline", () => {
  test("drift between sweeps is the largest difference of rest; within a sweep three quarters of the slope", () => {
    const between = circuitRecording({ fault_mV: (_, sweep) => 2 * sweep });
    expect(check("baseline drift", between)).toMatchObject({ ok: false });
    expect(value("baseline drift", between)).toBeCloseTo(6, 9);
    expect(value("drift within a sweep", between)).toBeCloseTo(0, 9);
    const within = circuitRecording({ fault_mV: (t_ms) => -0.01 * t_ms });
    expect(check("drift within a sweep", within)).toMatchObject({ ok: false });
    expect(value("drift within a sweep", within)).toBeCloseTo(-0.01 * 300, 2);
    expect(value("baseline drift", within)).toBeCloseTo(0, 9);
    expect(value("baseline stability", within)).toBeCloseTo(0, 9);
  });

  test("slow wander of amplitude A has SD A / sqrt 2; hum and white noise are not wander", () => {
    const slow = circuitRecording({ fault_mV: (t_ms) => Math.sin((2 * Math.PI * t_ms) / 100) });
    expect(Math.abs(value("baseline stability", slow) - Math.SQRT1_2)).toBeLessThan(0.05);
    expect(check("baseline stability", slow).ok).toBe(false);
    const hum = circuitRecording({ fault_mV: (t_ms) => Math.sin((2 * Math.PI * t_ms) / 10) });
    expect(value("baseline stability", hum)).toBeLessThan(1e-6);
    expect(check("resting noise", hum).value).toBeCloseTo(Math.SQRT1_2, 2);
  });

  test("holding current with its sign", () => {
    expect(check("holding current", circuitRecording({ holding_pA: -150 }))).toMatchObject({
      ok: false,
      value: -150,
      limit: "-100 to 100",
    });
  });
});

describe("line noise", () => {
  const wave = (f_Hz: number, t_ms: number) => Math.sin((2 * Math.PI * f_Hz * t_ms) / 1000 + 0.7);

  test.each([50, 60])("%i Hz: the amplitude of the fundamental and two harmonics", (f_Hz) => {
    const recording = circuitRecording({
      fault_mV: (t) => 0.4 * wave(f_Hz, t) + 0.1 * wave(2 * f_Hz, t) + 0.05 * wave(3 * f_Hz, t),
    });
    const { value: found, ok, detail } = check("line noise", recording);
    expect(Math.abs(found! / Math.hypot(0.4, 0.1, 0.05) - 1)).toBeLessThan(0.005);
    expect(ok).toBe(false);
    const sizes = detail!.match(/[\d.]+(?= at)/g)!.map(Number);
    expect(sizes.map((size, k) => Math.abs(size - [0.4, 0.1, 0.05][k]) < 0.002)).toEqual([true, true, true]);
    expect(detail).toContain(`at ${f_Hz} Hz, `);
  });

  test("0.3 mV of hum under 1 mV of white noise; noise alone is no hum, nor is a sine of 55 Hz", () => {
    const noise = seededNoise(3);
    const noisy = circuitRecording({ fault_mV: (t) => 0.3 * wave(50, t) + Math.sqrt(3) * noise() });
    expect(Math.abs(value("line noise", noisy) - 0.3)).toBeLessThan(0.06);
    expect(value("line noise", circuitRecording({ fault_mV: () => Math.sqrt(3) * noise() }))).toBeLessThan(
      0.1,
    );
    expect(value("line noise", circuitRecording({ fault_mV: (t) => wave(55, t) }))).toBeLessThan(0.05);
  });

  test("the noise of a membrane, strong at 50 Hz, is taken off as background", () => {
    // First-order noise with a time constant of 5 ms has its corner at 32 Hz.
    const [noise, dt_ms] = [seededNoise(9), 0.5];
    let state_mV = 0;
    const membraneNoise = () => {
      state_mV += -(dt_ms / 5) * state_mV + 0.5 * noise();
      return state_mV;
    };
    const levels_pA = Array.from({ length: 60 }, () => 0);
    const calm = circuitRecording({ dt_ms, levels_pA, fault_mV: membraneNoise });
    const hum = circuitRecording({
      dt_ms,
      levels_pA,
      fault_mV: (t) => 0.15 * wave(50, t) + membraneNoise(),
    });
    expect(value("line noise", calm)).toBeLessThan(0.03);
    expect(Math.abs(value("line noise", hum) - 0.15)).toBeLessThan(0.01);
  });

  test("not where no stretch is long enough", () => {
    const short = recordingOf([{ v_mV: () => -65, i_pA: () => 0 }], 150, 0.1);
    expect(check("line noise", short)).toMatchObject({ ok: null, value: null });
  });
});

describe("resistance", () => {
  test("a leak of 12 MOhm fails, unless the limit is another", () => {
    const leaky = circuitRecording({ resistance_MOhm: 12, levels_pA: [-300, -200] });
    expect(check("input resistance", leaky)).toMatchObject({ ok: false, limit: ">= 20" });
    expect(value("input resistance", leaky)).toBeCloseTo(12, 3);
    expect(check("input resistance", leaky, { minResistance_MOhm: 5 })).toMatchObject({
      ok: true,
      limit: ">= 5",
    });
  });

  test("a test pulse in every sweep: 200 MOhm that fall by a quarter of themselves are 25 of 175", () => {
    const fall = [200, 200, 200, 175, 175, 175, 150, 150, 150].map(
      (resistance_MOhm) => circuitRecording({ resistance_MOhm, levels_pA: [-40] }).sweeps[0],
    );
    const recording = { ...circuitRecording(), sweeps: fall.map((sweep, k) => ({ ...sweep, index: k + 1 })) };
    expect(check("input-resistance stability", recording)).toMatchObject({ ok: false });
    expect(value("input-resistance stability", recording)).toBeCloseTo((100 * 50) / 175, 2);
  });
});

describe("spikes", () => {
  const [width_ms, height_mV] = [0.8, 100];
  const sigma_ms = width_ms / 2.3548;
  const bump = (t_ms: number) => height_mV * Math.exp(-0.5 * (t_ms / sigma_ms) ** 2);
  /** Gaussian spikes every 50 ms during the step, at all places between the samples. */
  const spiking = (dt_ms: number, shape = (v: number) => v) =>
    recordingOf(
      [
        {
          v_mV: (t_ms) => {
            const n = Math.round((t_ms - 250) / 50.013);
            return -65 + (n >= 0 && n < 15 ? shape(bump(t_ms - 250 - n * 50.013)) : 0);
          },
          i_pA: (t_ms) => (t_ms > 200 && t_ms < 1100 ? 50 : 0),
        },
      ],
      1200,
      dt_ms,
    );

  test("what sampling may take off a peak is its curvature times (dt / 2)^2 / 2", () => {
    for (const dt_ms of [0.02, 0.05, 0.1]) {
      const expected = ((height_mV / sigma_ms ** 2) * (dt_ms / 2) ** 2) / 2;
      expect(Math.abs(value("peak lost to sampling", spiking(dt_ms)) / expected - 1)).toBeLessThan(0.12);
    }
    expect(check("peak lost to sampling", spiking(0.25)).ok).toBe(false);
    expect(check("peak lost to sampling", spiking(0.02)).ok).toBe(true);
  });

  test("tops cut at four fifths are flat, whole ones are not; a cut to equal samples is clipping as well", () => {
    // From the threshold, which lies above the foot of the spike, it is a little less than of a whole Gaussian.
    expect(Math.abs(value("flat spike tops", spiking(0.02)) - 0.27)).toBeLessThan(0.02);
    expect(value("clipped samples", spiking(0.02))).toBe(0);
    const cut = spiking(0.02, (v) => Math.min(v, 80));
    expect(check("flat spike tops", cut).ok).toBe(false);
    expect(check("clipped samples", cut).ok).toBe(false);
    const soft = spiking(0.02, (v) => (v < 80 ? v : 80 + 0.02 * (v - 80)));
    expect(check("clipped samples", soft).ok).toBe(true);
    expect(check("flat spike tops", soft).ok).toBe(false);
  });

  test("firing before the stimulus is counted per second", () => {
    const early = spiking(0.05);
    const calm = { ...early, sweeps: early.sweeps.map((sweep) => ({ ...sweep })) };
    expect(value("spontaneous firing", calm)).toBe(0);
    const silent = early.sweeps[0].i_pA.map(() => 0);
    const firing = rawRecording([{ v_mV: early.sweeps[0].v_mV, i_pA: silent }], 0.05);
    expect(value("spontaneous firing", firing)).toBeCloseTo(15 / 1.2, 6);
  });
});

describe("any input", () => {
  test("no sweep, one sample, a gap, no sampling interval: a verdict with a reason each, nothing thrown", () => {
    const gap = circuitRecording();
    gap.sweeps[1].v_mV[5000] = Number.NaN;
    expect(check("missing samples", gap)).toMatchObject({ ok: false, value: 1 });
    expect(check("resting potential", gap)).toMatchObject({ ok: true, value: -65 });
    const odd = [
      rawRecording([], 0.1),
      rawRecording([{ v_mV: new Float64Array(0), i_pA: new Float64Array(0) }], 0.1),
      rawRecording([{ v_mV: Float64Array.of(-65), i_pA: Float64Array.of(0) }], 0.1),
      { ...circuitRecording(), dt_ms: 0 },
      { ...circuitRecording(), dt_ms: Number.NaN },
    ];
    for (const recording of odd)
      for (const { ok, value: found, reason } of checkQuality(recording)) {
        expect(found === null).toBe(ok === null);
        if (ok === null) expect(reason).toBeTruthy();
      }
    expect(check("resting potential", odd[3]).reason).toContain("sampling interval");
  });

  test("random samples, lengths, intervals and stimuli", () => {
    const sample = fc.oneof(
      fc.double(),
      fc.double({ min: -120, max: 60, noNaN: true }),
      fc.constantFrom(-65, 0, Number.NaN, Number.POSITIVE_INFINITY),
    );
    const samples = fc.array(sample, { maxLength: 60 }).map((values) => Float64Array.from(values));
    const segment = fc.record({
      start_ms: fc.double({ min: -5, max: 50 }),
      end_ms: fc.double({ min: -5, max: 50 }),
      from_pA: fc.double(),
      to_pA: fc.constantFrom(0, 10, 50),
    });
    const stimulus = fc.record({
      kind: fc.constantFrom("none", "step", "steps", "ramp", "pulse-train", "arbitrary"),
      amplitude_pA: fc.double(),
      start_ms: fc.double(),
      end_ms: fc.double(),
      holding_pA: fc.double(),
      segments: fc.array(segment, { maxLength: 4 }),
    });
    const sweep = fc.record({ index: fc.nat(), v_mV: samples, i_pA: samples, stimulus });
    const intervals = fc.oneof(fc.constantFrom(0.05, 0.1, 1, 1e9, 1e-9), fc.double());
    fc.assert(
      fc.property(fc.array(sweep, { maxLength: 3 }), intervals, (sweeps, dt_ms) => {
        const verdicts = checkQuality({ ...rawRecording([], dt_ms), sweeps } as Recording);
        expect(verdicts.map(({ check }) => check)).toEqual(QUALITY_CHECKS.map(({ name }) => name));
        for (const { ok, value: found, reason } of verdicts) {
          expect(found === null || Number.isFinite(found)).toBe(true);
          expect(ok === null ? typeof reason : typeof found).toBe(ok === null ? "string" : "number");
        }
      }),
      { numRuns: 300, seed: 42 },
    );
  });

  test("other limits are used and shown; the list of limits is that of the checks", () => {
    expect(check("sampling rate", circuitRecording(), { minSampling_kHz: 50 })).toMatchObject({
      ok: false,
      limit: ">= 50",
    });
    expect(QUALITY_LIMITS).toMatchObject({
      maxDrift_mV: 5,
      maxNoise_mV: 1,
      minSampling_kHz: 10,
      maxClipped: 0,
    });
    expect(Object.keys(QUALITY_LIMITS)).toEqual(QUALITY_CHECKS.flatMap(({ limits }) => Object.keys(limits)));
  });
});
