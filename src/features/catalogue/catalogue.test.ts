import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { fixture } from "../../../test/recordings/fixture.ts";
import { InputError } from "../../errors.ts";
import { readRecording } from "../../recordings/index.ts";
import {
  CATALOGUE,
  EFEL_SETTINGS,
  FAMILY_FEATURES,
  type Measured,
  measureCatalogue,
  measureTrace,
  TRACE_FEATURES,
  type TraceInput,
} from "./index.ts";

const read = (name: string) => readRecording(fixture(name), name);

/** The one value, for tests of features that have one. */
function one(measured: Measured): number {
  if (measured.values === null) throw new Error(measured.reason);
  expect(measured.values).toHaveLength(1);
  return measured.values[0];
}

function reasonOf(measured: Measured): string {
  if (measured.values !== null) throw new Error(`has values: ${measured.values}`);
  return measured.reason;
}

describe("what is declared", () => {
  it("has at least 75 features, 45 of them shared with eFEL, every name once", () => {
    expect(CATALOGUE.length).toBeGreaterThanOrEqual(75);
    expect(CATALOGUE.filter(({ efel }) => efel).length).toBeGreaterThanOrEqual(45);
    expect(new Set(CATALOGUE.map(({ name }) => name)).size).toBe(CATALOGUE.length);
  });

  it("every feature has a unit, a source and one sentence of definition", () => {
    for (const { name, unit, definition, source } of CATALOGUE) {
      expect(unit, name).not.toBe("");
      expect(source, name).not.toBe("");
      expect(definition, name).toMatch(/^.{10,}\.$/);
    }
  });
});

/** Every value finite, every absence with a reason of more than a word. */
function check(measured: Record<string, Measured>): void {
  for (const [name, feature] of Object.entries(measured)) {
    if (feature.values === null) expect(feature.reason.length, name).toBeGreaterThan(5);
    else {
      expect(feature.values.length, name).toBeGreaterThan(0);
      expect(feature.values.every(Number.isFinite), name).toBe(true);
    }
  }
}

describe("undefined is null with a reason, never NaN", () => {
  test.each(["171116sh_0019.abf", "18425108.abf", "2020_03_02_0000.abf", "17o05027_ic_ramp.abf"])(
    "on every sweep of %s",
    (name) => {
      const { sweeps, family } = measureCatalogue(read(name));
      for (const { features } of sweeps) check(features);
      check(family);
    },
  );

  it("on any trace, in both modes", () => {
    const samples = fc.array(fc.double({ min: -100, max: 60, noNaN: true }), {
      minLength: 3,
      maxLength: 120,
    });
    fc.assert(
      fc.property(
        samples,
        fc.constantFrom(0.02, 0.1, 0.25),
        fc.double({ min: 0, max: 0.9, noNaN: true }),
        (v, dt_ms, at) => {
          const length_ms = v.length * dt_ms;
          const input = {
            v_mV: Float64Array.from(v),
            dt_ms,
            start_ms: at * length_ms,
            end_ms: 0.95 * length_ms,
          };
          check(measureTrace(input));
          check(measureTrace(input, EFEL_SETTINGS));
        },
      ),
      { seed: 11, numRuns: 60 },
    );
  });

  it("a flat trace has no spike features, and says why", () => {
    const flat = measureTrace({
      v_mV: new Float64Array(5000).fill(-70),
      dt_ms: 0.1,
      start_ms: 100,
      end_ms: 400,
    });
    expect(reasonOf(flat.AP_amplitude)).toMatch(/no spike/);
    expect(reasonOf(flat.ISI_CV)).toMatch(/spike/);
    expect(reasonOf(flat.ohmic_input_resistance)).toMatch(/current step/);
    expect(one(flat.Spikecount)).toBe(0);
    expect(one(flat.voltage_base)).toBe(-70);
  });
});

describe("analytic truth", () => {
  /** 100 MOhm and 20 ms: -100 pA from 200 to 700 ms moves -70 mV by -10 mV. */
  const rc = (delta_mV: number): TraceInput => {
    const v_mV = Float64Array.from({ length: 10_000 }, (_, k) => {
      const t = k * 0.1;
      const at = (from: number) => (t > from ? 1 - Math.exp(-(t - from) / 20) : 0);
      return -70 + delta_mV * (at(200) - at(700));
    });
    return { v_mV, dt_ms: 0.1, start_ms: 200, end_ms: 700, delta_pA: 10 * delta_mV };
  };
  const measured = measureTrace(rc(-10));

  it("a passive membrane has its resistance, time constant and capacitance, by eFEL's definitions and by ours", () => {
    expect(one(measured.voltage_base)).toBeCloseTo(-70, 6);
    expect(one(measured.steady_state_voltage_stimend)).toBeCloseTo(-80, 6);
    expect(one(measured.ohmic_input_resistance_vb_ssse)).toBeCloseTo(100, 4);
    expect(one(measured.ohmic_input_resistance)).toBeCloseTo(100, 4);
    expect(one(measured.input_resistance)).toBeCloseTo(100, 4);
    expect(one(measured.membrane_time_constant)).toBeCloseTo(20, 2);
    expect(one(measured.time_constant)).toBeCloseTo(20, 0);
    // Its reference is the first sample at or after the onset: 0.1 ms of charging.
    expect(one(measured.decay_time_constant_after_stim)).toBeCloseTo(20, 0);
    expect(one(measured.membrane_capacitance)).toBeCloseTo(200, 1);
    expect(Math.abs(one(measured.sag_ratio1))).toBeLessThan(1e-6);
  });

  it("resistance does not depend on the size of the step, nor anything but times on a shift in voltage", () => {
    expect(one(measureTrace(rc(-5)).input_resistance)).toBeCloseTo(one(measured.input_resistance), 6);
  });

  /** Triangles of 2 ms: 50 mV/ms up and down, from -50 to +50 mV, at the given times. */
  const triangles = (times: readonly number[], dt_ms = 0.1): TraceInput => {
    const v_mV = new Float64Array(Math.round(1000 / dt_ms)).fill(-50);
    for (const time of times)
      for (let k = Math.round((time - 2) / dt_ms); k < (time + 2) / dt_ms; k++)
        v_mV[k] = 50 - 50 * Math.abs(k * dt_ms - time);
    return { v_mV, dt_ms, start_ms: 100, end_ms: 900 };
  };

  it("triangles of known height, slope and width", () => {
    const train = measureTrace(triangles([200, 300, 450, 700]));
    for (const value of train.AP_amplitude.values!) expect(value).toBeCloseTo(100, 0);
    for (const value of train.peak_voltage.values!) expect(value).toBeCloseTo(50, 6);
    for (const value of train.width.values!) expect(value).toBeCloseTo(2, 1);
    for (const value of train.spike_half_width.values!) expect(value).toBeCloseTo(2, 1);
    for (const value of train.upstroke_downstroke_ratio.values!) expect(value).toBeCloseTo(1, 6);
    for (const value of train.AP_peak_upstroke.values!) expect(value).toBeCloseTo(50, 6);
  });

  it("intervals of 100, 150 and 250 ms", () => {
    const train = measureTrace(triangles([200, 300, 450, 700]));
    expect(train.all_ISI_values.values!.map(Math.round)).toEqual([100, 150, 250]);
    expect(train.ISI_values.values!.map(Math.round)).toEqual([150, 250]);
    expect(one(train.time_to_first_spike)).toBeCloseTo(100, 6);
    expect(one(train.ISI_CV)).toBeCloseTo(Math.sqrt(5000) / 200, 6);
    expect(one(train.irregularity_index)).toBeCloseTo(100, 6);
    expect(one(train.adapt)).toBeCloseTo((50 / 250 + 100 / 400) / 2, 6);
    expect(one(train.avg_rate)).toBeCloseTo(5, 6);
  });

  it("a burst of three and a burst of four", () => {
    const train = measureTrace(triangles([150, 160, 170, 180, 500, 510, 520, 530]));
    expect(one(train.burst_number)).toBe(2);
    expect(one(train.strict_burst_number)).toBe(2);
    // The first spike is left out of the strict bursts, as its interval is.
    expect(train.spikes_per_burst.values).toEqual([3, 4]);
  });

  it("only spikes of the stimulus count by default; with eFEL's settings all of them", () => {
    const input = triangles([50, 200, 300, 950]);
    expect(one(measureTrace(input).Spikecount)).toBe(2);
    expect(one(measureTrace(input, EFEL_SETTINGS).Spikecount)).toBe(4);
  });

  it("both detectors give the same train where spikes cross -20 mV; only ours sees them 60 mV lower", () => {
    const input = triangles([200, 300, 450, 700]);
    const byThreshold = measureTrace(input, { spikeDetection: "voltage-threshold" });
    expect(measureTrace(input).peak_time).toEqual(byThreshold.peak_time);
    const low = { ...input, v_mV: input.v_mV.map((v) => v - 80) };
    expect(measureTrace(low).peak_time).toEqual(byThreshold.peak_time);
    expect(reasonOf(measureTrace(low, EFEL_SETTINGS).peak_time)).toMatch(/no spike/);
  });
});

describe("the family of sweeps", () => {
  it("171116sh_0019: rheobase, largest rate, block", () => {
    const { family, sweeps } = measureCatalogue(read("171116sh_0019.abf"));
    expect(one(family.rheobase)).toBe(100);
    expect(one(family.depolarisation_block_current)).toBeGreaterThan(1400);
    expect(one(family.max_rate)).toBeGreaterThan(30);
    expect(one(family.fi_gain)).toBeGreaterThan(0);
    expect(reasonOf(family.refractory_period)).toMatch(/two equal pulses/);
    expect(sweeps).toHaveLength(22);
    expect(sweeps[0].end_ms - sweeps[0].start_ms).toBeCloseTo(500, 6);
  });

  it("the model cell does not rectify and has 500 MOhm", () => {
    const { family } = measureCatalogue(read("2020_03_02_0000.abf"));
    expect(Math.abs(one(family.rectification_ratio) - 1)).toBeLessThan(0.05);
    expect(Math.abs(one(family.cell_input_resistance) / 500 - 1)).toBeLessThan(0.03);
    expect(reasonOf(family.rheobase)).toMatch(/no sweep fires/);
  });

  it("refractory period: the second of two pulses fails at 4 ms and succeeds at 8 ms", () => {
    const sweep = (interval_ms: number, answers: boolean, index: number) => {
      const dt_ms = 0.05;
      const v_mV = new Float64Array(2000).fill(-70);
      const spikeAt = (time: number) => {
        for (let k = (time - 1) / dt_ms; k < (time + 1) / dt_ms; k++)
          v_mV[Math.round(k)] = 20 - 90 * Math.abs(k * dt_ms - time);
      };
      spikeAt(21.5);
      if (answers) spikeAt(21.5 + interval_ms);
      const pulse = (start_ms: number) => ({ start_ms, end_ms: start_ms + 1, from_pA: 500, to_pA: 500 });
      const rest = (start_ms: number, end_ms: number) => ({ start_ms, end_ms, from_pA: 0, to_pA: 0 });
      const second = 20 + interval_ms;
      const segments = [rest(0, 20), pulse(20), rest(21, second), pulse(second), rest(second + 1, 100)];
      const stimulus = {
        kind: "pulse-train",
        amplitude_pA: 500,
        start_ms: 20,
        end_ms: second + 1,
        holding_pA: 0,
        segments,
      } as const;
      return { index, v_mV, i_pA: new Float64Array(2000), stimulus };
    };
    const recording = {
      ...read("2020_03_02_0000.abf"),
      dt_ms: 0.05,
      sweeps: [sweep(4, false, 1), sweep(8, true, 2), sweep(12, true, 3)],
    };
    expect(one(measureCatalogue(recording).family.refractory_period)).toBeCloseTo(8, 6);
    const never = { ...recording, sweeps: recording.sweeps.slice(1) };
    expect(reasonOf(measureCatalogue(never).family.refractory_period)).toMatch(/never fails/);
  });
});

describe("bad input", () => {
  const good = { v_mV: new Float64Array(100), dt_ms: 0.1, start_ms: 2, end_ms: 8 };
  it.each([
    ["empty", { ...good, v_mV: new Float64Array(2) }],
    ["not-a-number", { ...good, v_mV: good.v_mV.with(3, Number.NaN) }],
    ["bad-stimulus", { ...good, end_ms: 1 }],
  ])("%s is refused", (code, input) => {
    expect(() => measureTrace(input)).toThrow(InputError);
    try {
      measureTrace(input);
    } catch (error) {
      expect((error as InputError).problem.code).toBe(code);
    }
  });

  it("features can be picked", () => {
    const picked = TRACE_FEATURES.filter(({ name }) => name === "voltage_base");
    expect(Object.keys(measureTrace(good, {}, picked))).toEqual(["voltage_base"]);
    expect(FAMILY_FEATURES.length).toBeGreaterThanOrEqual(10);
  });
});
