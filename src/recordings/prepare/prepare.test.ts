import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InputError } from "../../errors.ts";
import { lengthOf } from "../lazy-sweep.ts";
import type { Recording } from "../recording.ts";
import { PREPARATION_STEPS, type PreparationRequest, prepareRecording } from "./prepare.ts";
import { recordingOf, sampled, step } from "./synthetic.ts";

const dt_ms = 0.05;
const [R_GOhm, tau_ms] = [0.2, 15];

/** A passive membrane's answer to a step, exact; rest -65 mV. */
const membrane = (start_ms: number, end_ms: number, delta_pA: number) => (t_ms: number) => {
  const risen = (t: number) => (t <= 0 ? 0 : -Math.expm1(-t / tau_ms));
  return -65 + delta_pA * R_GOhm * (risen(t_ms - start_ms) - risen(t_ms - end_ms));
};

const current = step(600, dt_ms, 200, 400, -50);
const clean = sampled(600, dt_ms, membrane(200, 400, -50));
const largestError = (a: Float64Array, b: Float64Array) =>
  a.reduce((most, x, k) => Math.max(most, Math.abs(x - b[k])), 0);

function one(v_mV: Float64Array, i_pA = current, dt = dt_ms): Recording {
  return recordingOf([{ v_mV, i_pA }], dt);
}

function problemOf(recording: Recording, steps: readonly unknown[]) {
  try {
    prepareRecording(recording, steps);
  } catch (error) {
    if (error instanceof InputError) return error.problem;
    throw error;
  }
  return null;
}

describe("bridge", () => {
  test("a series resistance on an RC circuit is taken off: the response of the membrane is left", () => {
    const recorded = clean.map((v, k) => v + 0.025 * current[k]);
    const { sweeps } = prepareRecording(one(recorded), [{ step: "bridge", resistance_MOhm: 25 }]);
    expect(largestError(sweeps[0].v_mV, clean)).toBeLessThan(1e-12);
    expect(sweeps[0].i_pA).toEqual(current);
  });

  test("with the time constant of the electrode: from the steady state at holding, the drop charges exponentially", () => {
    const [electrode_ms, Re_GOhm, holding_pA] = [0.3, 0.04, 20];
    const held = current.map((i) => i + holding_pA);
    // The current of the sample at t flows from t - dt on.
    const drop = (t: number) => (t <= 0 ? 0 : -50 * Re_GOhm * -Math.expm1(-t / electrode_ms));
    const recorded = sampled(
      600,
      dt_ms,
      (t) =>
        membrane(200, 400, -50)(t) + holding_pA * Re_GOhm + drop(t - 200 + dt_ms) - drop(t - 400 + dt_ms),
    );
    const { sweeps, preparation } = prepareRecording(one(recorded, held), [
      { step: "bridge", resistance_MOhm: 40, electrodeTau_ms: 0.3 },
    ]);
    expect(largestError(sweeps[0].v_mV, clean)).toBeLessThan(1e-9);
    expect(preparation![0].parameters).toEqual({ resistance_MOhm: 40, electrodeTau_ms: 0.3 });
  });
});

describe("junction potential and current", () => {
  test("14 mV of a gluconate solution make -51 mV into -65 mV (V_m = V - LJP)", () => {
    const { sweeps } = prepareRecording(one(clean.map((v) => v + 14)), [
      { step: "liquid-junction-potential", ljp_mV: 14 },
    ]);
    expect(sweeps[0].v_mV[0]).toBe(-65);
  });

  test("it is not corrected twice", () => {
    const ljp: PreparationRequest = { step: "liquid-junction-potential", ljp_mV: 14 };
    const once = prepareRecording(one(clean), [ljp]);
    expect(problemOf(once, [ljp])?.code).toBe("corrected-twice");
    expect(problemOf(one(clean), [ljp, ljp])?.code).toBe("corrected-twice");
  });

  test("scale, then offset; the stimulus is described anew, and the sign goes there and back", () => {
    const { sweeps, currentDescription } = prepareRecording(one(clean), [
      { step: "current", scale: -2, offset_pA: 5 },
    ]);
    expect(sweeps[0].stimulus).toMatchObject({ kind: "step", amplitude_pA: 105, holding_pA: 5 });
    expect(currentDescription).toBe("column i_pA; times -2, plus 5 pA");
    const turn: PreparationRequest = { step: "current", scale: -1 };
    expect(prepareRecording(one(clean), [turn, turn]).sweeps[0].i_pA).toEqual(
      current.map((i) => i * -1 * -1),
    );
  });
});

describe("line noise", () => {
  const hum = (t: number, f: number) =>
    0.8 * Math.sin((2 * Math.PI * f * t) / 1000 + 1) + 0.2 * Math.cos((6 * Math.PI * f * t) / 1000);
  /** A spike of 100 mV every 400 ms, from 150 ms on: narrow, so that quiet stretches remain. */
  const spike = (t: number) => 100 * Math.exp(-0.5 * ((((t + 250) % 400) - 200) / 0.4) ** 2);

  test.each([
    [50, 50],
    [60, 59.93],
  ] as const)("%i Hz at really %f Hz: what is left is the signal, spikes included", (nominal, real) => {
    const signal = sampled(3000, dt_ms, (t) => -65 + spike(t));
    const recorded = signal.map((v, k) => v + hum(k * dt_ms, real));
    const prepared = prepareRecording(one(recorded, new Float64Array(recorded.length)), [
      { step: "line-noise", frequency_Hz: nominal },
    ]);
    expect(largestError(prepared.sweeps[0].v_mV, signal)).toBeLessThan(0.01);
    expect(prepared.preparation![0].parameters.removed_mV).toBeCloseTo(Math.hypot(0.8, 0.2), 3);
    expect(prepared.preparation![0].description).toContain("amplitude 0.825 mV");
  });

  test("the answer to a step does not count as hum", () => {
    const recorded = clean.map((v, k) => v + hum(k * dt_ms, 50));
    const { sweeps } = prepareRecording(one(recorded), [{ step: "line-noise", frequency_Hz: 50 }]);
    expect(largestError(sweeps[0].v_mV, clean)).toBeLessThan(0.02);
  });

  test("a sweep without quiet is left as it is and named; without any, the step is refused", () => {
    const busy = sampled(600, dt_ms, (t) => -65 + 30 * Math.sin((2 * Math.PI * t) / 10));
    const zero = new Float64Array(busy.length);
    const steps: PreparationRequest[] = [{ step: "line-noise", frequency_Hz: 50 }];
    const mixed = recordingOf(
      [
        { v_mV: busy, i_pA: zero },
        { v_mV: clean, i_pA: current },
      ],
      dt_ms,
    );
    const { sweeps, preparation } = prepareRecording(mixed, steps);
    expect(sweeps[0]).toBe(mixed.sweeps[0]);
    expect(preparation![0].parameters.sweepsLeft).toBe("1");
    expect(problemOf(one(busy, zero), steps)?.code).toBe("not-quiet");
  });
});

describe("low-pass, resampling, crop, select", () => {
  test("[low-pass] a sine at the corner comes out at 2^-1/2, in phase; the current stays", () => {
    const sine = sampled(600, dt_ms, (t) => Math.sin(2 * Math.PI * t));
    const { sweeps, preparation } = prepareRecording(one(sine), [{ step: "low-pass", corner_kHz: 1 }]);
    const middle = sweeps[0].v_mV.subarray(4000, 8000);
    expect(Math.max(...middle)).toBeCloseTo(Math.SQRT1_2, 6);
    expect(middle[0]).toBeCloseTo(0, 6);
    expect(sweeps[0].i_pA).toEqual(current);
    expect(preparation![0].parameters).toEqual({
      corner_kHz: 1,
      filter: "bessel",
      order: 4,
      direction: "zero-phase",
      delay_ms: 0,
    });
  });

  test("[resample] the step of the current stays a step of the same height, within a sample of its place", () => {
    const { sweeps, dt_ms: dt } = prepareRecording(one(clean), [{ step: "resample", rate_kHz: 12.5 }]);
    expect(dt).toBeCloseTo(0.08, 12);
    expect(sweeps[0].stimulus).toMatchObject({ kind: "step", amplitude_pA: -50 });
    expect(Math.abs(sweeps[0].stimulus.start_ms - 200)).toBeLessThan(0.08);
    expect(new Set(sweeps[0].i_pA)).toEqual(new Set([0, -50]));
    expect(sweeps[0].samples).toBe(sweeps[0].v_mV.length);
    expect(sweeps[0].v_mV[1250]).toBeCloseTo(membrane(200, 400, -50)(100), 6);
  });

  test("[resample] a sine of current is interpolated like the voltage", () => {
    const sine = sampled(600, dt_ms, (t) => 30 * Math.sin((2 * Math.PI * t) / 100));
    const { sweeps, notes } = prepareRecording(one(clean, sine), [{ step: "resample", rate_kHz: 44.1 }]);
    expect(sweeps[0].i_pA[10000]).toBeCloseTo(30 * Math.sin((2 * Math.PI * 10000) / 44.1 / 100), 3);
    expect(notes[0]).toContain("the current of 1 of 1 sweeps was interpolated");
  });

  test("[crop] keeps start <= t < end, and the step moves with it", () => {
    const { sweeps } = prepareRecording(one(clean), [{ step: "crop", start_ms: 150, end_ms: 450 }]);
    expect(sweeps[0].v_mV).toEqual(clean.subarray(3000, 9000));
    expect(sweeps[0].stimulus).toMatchObject({ start_ms: 50, end_ms: 250 });
  });

  test("[select] by the number of the sweep, in the order of the recording", () => {
    const three = recordingOf(
      [1, 2, 3].map(() => ({ v_mV: clean, i_pA: current })),
      dt_ms,
    );
    const { sweeps } = prepareRecording(three, [{ step: "select", sweeps: [3, 1] }]);
    expect(sweeps).toEqual([three.sweeps[0], three.sweeps[2]]);
  });
});

describe("what is kept of it", () => {
  test("sweeps are lazy, can be sliced, and look at nothing twice while it is held", () => {
    let decoded = 0;
    const source = {
      ...one(clean),
      sweeps: [
        {
          ...one(clean).sweeps[0],
          get v_mV() {
            decoded++;
            return clean;
          },
        },
      ],
    };
    const { sweeps } = prepareRecording(source, [
      { step: "bridge", resistance_MOhm: 10 },
      { step: "liquid-junction-potential", ljp_mV: 10 },
    ]);
    expect(decoded).toBeLessThanOrEqual(2);
    const whole = sweeps[0].v_mV;
    expect(sweeps[0].v_mV).toBe(whole);
    expect(sweeps[0].slice!(100, 200).v_mV).toEqual(whole.slice(100, 200));
  });

  test("a part of what is filtered and resampled is the part of the whole", () => {
    const { sweeps } = prepareRecording(one(clean), [
      { step: "low-pass", corner_kHz: 2 },
      { step: "resample", rate_kHz: 12.5 },
      { step: "crop", start_ms: 100, end_ms: 500 },
    ]);
    const { v_mV, i_pA } = sweeps[0];
    const part = sweeps[0].slice!(1000, 1500);
    expect(part).toEqual({ v_mV: v_mV.slice(1000, 1500), i_pA: i_pA.slice(1000, 1500) });
    expect(part.i_pA.includes(-50)).toBe(true);
  });

  const steps: fc.Arbitrary<PreparationRequest> = fc.oneof(
    fc.record({
      step: fc.constant("bridge" as const),
      resistance_MOhm: fc.double({ min: -50, max: 50, noNaN: true }),
    }),
    fc.record({
      step: fc.constant("current" as const),
      offset_pA: fc.double({ min: -50, max: 50, noNaN: true }),
    }),
    fc.record({
      step: fc.constant("low-pass" as const),
      corner_kHz: fc.double({ min: 0.5, max: 4, noNaN: true }),
    }),
    fc.record({ step: fc.constant("resample" as const), rate_kHz: fc.constantFrom(10, 12.5, 20, 40) }),
    fc.record({ step: fc.constant("select" as const), sweeps: fc.constant<number[]>([1]) }),
  );

  test("any list of steps is recorded in its order, with its parameters, and a sentence each", () => {
    const short = one(clean.subarray(0, 2000), current.subarray(0, 2000));
    fc.assert(
      fc.property(fc.array(steps, { maxLength: 5 }), (list) => {
        const { preparation = [], notes, sweeps } = prepareRecording(short, list);
        expect(preparation.map(({ step }) => step)).toEqual(list.map(({ step }) => step));
        expect(notes).toEqual(preparation.map(({ description }) => description));
        for (const [k, { step, ...given }] of list.entries())
          if (step !== "select") expect(preparation[k].parameters).toMatchObject(given);
        expect(sweeps[0].v_mV.every(Number.isFinite)).toBe(true);
        expect(sweeps[0].v_mV).toHaveLength(lengthOf(sweeps[0]));
        expect(sweeps[0].i_pA).toHaveLength(lengthOf(sweeps[0]));
      }),
      { numRuns: 40, seed: 3 },
    );
  });

  test("parameters that change nothing change no bit, and are recorded all the same", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true }), { minLength: 1, maxLength: 30 }), (values) => {
        const v_mV = Float64Array.from(values);
        const before = one(v_mV, v_mV.slice(), 0.1);
        const identities: PreparationRequest[] = [
          { step: "select", sweeps: [1] },
          { step: "current", scale: 1, offset_pA: 0 },
          { step: "bridge", resistance_MOhm: 0 },
          { step: "liquid-junction-potential", ljp_mV: 0 },
          { step: "resample", rate_kHz: 10 },
          { step: "crop", start_ms: 0, end_ms: values.length / 10 },
        ];
        const after = prepareRecording(before, identities);
        expect(after.dt_ms).toBe(before.dt_ms);
        expect(after.preparation).toHaveLength(identities.length);
        const bits = (x: Float64Array) => [...new BigUint64Array(x.slice().buffer)];
        expect(bits(after.sweeps[0].v_mV)).toEqual(bits(v_mV));
        expect(bits(after.sweeps[0].i_pA)).toEqual(bits(v_mV));
      }),
      { numRuns: 50, seed: 5 },
    );
  });

  test("the recording that was given is not changed", () => {
    const before = one(clean.slice());
    prepareRecording(before, [{ step: "liquid-junction-potential", ljp_mV: 10 }]).sweeps[0].v_mV.fill(0);
    expect(before.sweeps[0].v_mV).toEqual(clean);
    expect(before.notes).toEqual([]);
    expect(before.preparation).toBeUndefined();
  });
});

describe("nonsense is refused before anything is done", () => {
  test.each<[unknown, string, string]>([
    [{ step: "bridge" }, "bad-step", "resistance_MOhm"],
    [{ step: "bridge", resistance_MOhm: Number.NaN }, "bad-step", "resistance_MOhm"],
    [{ step: "bridge", resistance_MOhm: 10, resistence: 3 }, "bad-step", "resistence"],
    [{ step: "bridge", resistance_MOhm: 5000 }, "bad-step", "resistance_MOhm"],
    [{ step: "bridge", resistance_MOhm: 10, electrodeTau_ms: 0 }, "bad-step", "electrodeTau_ms"],
    [{ step: "liquid-junction-potential", ljp_mV: 140 }, "bad-step", "ljp_mV"],
    [{ step: "current", scale: 0 }, "bad-step", "scale"],
    [{ step: "line-noise", frequency_Hz: 55 }, "bad-step", "frequency_Hz"],
    [{ step: "low-pass", corner_kHz: -1 }, "bad-step", "corner_kHz"],
    [{ step: "low-pass", corner_kHz: 10 }, "corner", "corner"],
    [{ step: "low-pass", corner_kHz: 1, order: 9 }, "bad-step", "order"],
    [{ step: "low-pass", corner_kHz: 1, filter: "chebyshev" }, "bad-step", "filter"],
    [{ step: "resample", rate_kHz: 0 }, "bad-step", "rate_kHz"],
    [{ step: "resample", rate_kHz: 0.1 * Math.SQRT2 }, "rate", "ratio"],
    [{ step: "crop", start_ms: 5, end_ms: 5 }, "bad-step", "end after the start"],
    [{ step: "crop", start_ms: 100, end_ms: 700 }, "window", "window"],
    [{ step: "select", sweeps: [] }, "bad-step", "sweeps"],
    [{ step: "select", sweeps: [1, 7] }, "unknown-sweep", "no such sweep"],
    [{ step: "high-pass", corner_kHz: 1 }, "unknown-step", "no step"],
    ["bridge", "unknown-step", "no step"],
    [null, "unknown-step", "no step"],
  ])("%j: %s", (bad, code, word) => {
    const problem = problemOf(one(clean), [{ step: "bridge", resistance_MOhm: 1 }, bad]);
    expect(problem?.code).toBe(code);
    expect(problem?.where).toMatch(/^step 2/);
    expect(problem?.what).toContain(word);
    expect(problem?.next).toBeTruthy();
  });

  test("no step, no change; every step has a name", () => {
    const before = one(clean);
    expect(prepareRecording(before, [])).toBe(before);
    expect(new Set(PREPARATION_STEPS).size).toBe(8);
  });
});
