import { describe, expect, it } from "vitest";
import { compile, defaultParameters, findModel, parameterIndex, runSweeps } from "../../engine/index.ts";
import { InputError } from "../../errors.ts";
import { detectSpikes } from "../../features/index.ts";
import { RandomStream } from "../../random.ts";
import {
  CELL_SCALARS,
  emptyBatch,
  FRAME_CHANNELS,
  FRAMES,
  fillBatch,
  fitStandards,
  type InputSweep,
  MAX_SWEEPS,
  type NetworkInput,
  networkInput,
  SWEEP_SCALARS,
} from "./index.ts";

const FINE_ms = 0.01;

/** Steps from 100 to 400 ms of 500 ms, from an Izhikevich cell; sampled every `FINE_ms`. */
function family(cell: Readonly<Record<string, number>>, currents_pA: readonly number[]): InputSweep[] {
  const model = findModel("izhikevich");
  const params = defaultParameters(model);
  for (const [name, value] of Object.entries(cell)) params[parameterIndex(model, name)] = value;
  const kernel = compile(model, { dt_ms: FINE_ms });
  return currents_pA.map((level) => {
    const i_pA = new Float64Array(50_000).fill(level, 10_000, 40_000);
    const [[{ v_mV }]] = runSweeps(kernel, [params], [i_pA]);
    return { v_mV: v_mV.slice(0, i_pA.length), i_pA };
  });
}

const everyNth = (values: Float64Array, n: number) =>
  Float64Array.from({ length: Math.floor(values.length / n) }, (_, k) => values[k * n]);

const sampledSlower = (sweeps: readonly InputSweep[], n: number) =>
  sweeps.map(({ v_mV, i_pA }) => ({ v_mV: everyNth(v_mV, n), i_pA: everyNth(i_pA, n) }));

const cellScalar = (input: NetworkInput, name: string) => input.cellScalars[CELL_SCALARS.indexOf(name)];

const sweepScalar = (input: NetworkInput, sweep: number, name: string) =>
  input.sweepScalars[sweep * SWEEP_SCALARS.length + SWEEP_SCALARS.indexOf(name)];

const CURRENTS_pA = [-100, -50, 40, 80, 150, 250, 400];

const CELLS = [0, 1, 2, 3, 4, 5].map((seed) => {
  const random = RandomStream.fromSeed(seed);
  return family(
    {
      C_pF: 60 + 100 * random.uniform(),
      k_nS_per_mV: 0.6 + random.uniform(),
      a_per_ms: 0.02 + 0.05 * random.uniform(),
      d_pA: 40 + 100 * random.uniform(),
      c_mV: -60 + 15 * random.uniform(),
    },
    CURRENTS_pA,
  );
});

/** A membrane of 200 MOhm and 100 pF at -70 mV, stepped from 100 to 400 ms, by the solution of its equation. */
function passiveSweep(step_pA: number, dt_ms: number): InputSweep {
  const [resistance_MOhm, tau_ms] = [200, 20];
  const samples = Math.round(500 / dt_ms);
  const i_pA = new Float64Array(samples).fill(step_pA, Math.round(100 / dt_ms), Math.round(400 / dt_ms));
  const steady_mV = (step_pA * resistance_MOhm) / 1000;
  const v_mV = Float64Array.from({ length: samples }, (_, k) => {
    const t = k * dt_ms;
    if (t < 100) return -70;
    if (t < 400) return -70 + steady_mV * (1 - Math.exp(-(t - 100) / tau_ms));
    return -70 + steady_mV * Math.exp(-(t - 400) / tau_ms);
  });
  return { v_mV, i_pA };
}

describe("[I1] measures have their textbook values", () => {
  it("a passive membrane: resistance, time constant, capacitance, rest", () => {
    const input = networkInput([passiveSweep(-50, 0.05), passiveSweep(20, 0.05)], 0.05);
    expect(Math.exp(cellScalar(input, "resistance"))).toBeCloseTo(200, 0);
    expect(Math.exp(cellScalar(input, "tau"))).toBeCloseTo(20, 0);
    // Measured over the first 3 ms, in which the leak already takes a tenth of the step.
    expect(Math.exp(cellScalar(input, "capacitance"))).toBeGreaterThan(100);
    expect(Math.exp(cellScalar(input, "capacitance"))).toBeLessThan(112);
    expect(cellScalar(input, "rest_mV")).toBeCloseTo(-70, 5);
    expect(sweepScalar(input, 0, "sag_mV")).toBeCloseTo(0, 1);
    expect(sweepScalar(input, 0, "latency")).toBeNaN();
  });

  it("counts the spikes that the catalogue's detector counts", () => {
    for (const cell of CELLS) {
      const input = networkInput(sampledSlower(cell, 5), 0.05);
      const counts = sampledSlower(cell, 5).map(({ v_mV }) => detectSpikes(v_mV, 0.05).length);
      const ours = counts.map((_, k) => Math.round(Math.expm1(sweepScalar(input, k, "allSpikes"))));
      expect(Math.max(...counts)).toBeGreaterThan(3);
      expect(ours).toEqual(counts);
    }
  });

  it("white noise is measured whatever the spikes", () => {
    const random = RandomStream.fromSeed(3);
    const noisy = sampledSlower(CELLS[0], 5).map(({ v_mV, i_pA }) => ({
      v_mV: v_mV.map((v) => v + 0.8 * random.normal()),
      i_pA,
    }));
    const noise_mV = Math.exp(cellScalar(networkInput(noisy, 0.05), "noise"));
    expect(noise_mV).toBeGreaterThan(0.7);
    expect(noise_mV).toBeLessThan(0.95);
  });
});

describe("[I2] the same cell gives the same inputs", () => {
  it("in whatever order its sweeps were recorded", () => {
    const sweeps = sampledSlower(CELLS[1], 5);
    const shuffled = [3, 0, 6, 2, 5, 1, 4].map((k) => sweeps[k]);
    expect(networkInput(shuffled, 0.05)).toEqual(networkInput(sweeps, 0.05));
  });

  it("at 50 and at 10 kHz: nearly, on the scale on which cells differ", () => {
    const fast = CELLS.map((cell) => networkInput(sampledSlower(cell, 2), 0.02));
    const slow = CELLS.map((cell) => networkInput(sampledSlower(cell, 10), 0.1));
    const standards = fitStandards(fast);
    const batches = [fast, slow].map((inputs) => {
      const batch = emptyBatch(inputs.length);
      inputs.forEach((input, k) => {
        fillBatch(batch, k, input, standards);
      });
      return batch;
    });
    const differences = [...batches[0].cells]
      .map((value, k) => Math.abs(value - batches[1].cells[k]))
      .sort((a, b) => a - b);
    expect(differences[Math.floor(0.5 * differences.length)]).toBeLessThan(0.02);
    expect(differences[Math.floor(0.9 * differences.length)]).toBeLessThan(0.3);
    const means = (batch: (typeof batches)[number]) =>
      [...batch.frames].filter((_, k) => k % FRAME_CHANNELS.length === FRAME_CHANNELS.indexOf("vMean"));
    const [fastMeans, slowMeans] = batches.map(means);
    const furthest = Math.max(...fastMeans.map((value, k) => Math.abs(value - slowMeans[k])));
    expect(furthest).toBeLessThan(0.15);
  });
});

describe("[I3] any number of sweeps becomes one shape", () => {
  it("of thirty, sixteen are taken, the weakest and the strongest among them", () => {
    const sweeps = Array.from({ length: 30 }, (_, k) => passiveSweep(-100 + 5 * k, 0.1));
    const input = networkInput(sweeps, 0.1);
    expect(input.sweeps).toBe(MAX_SWEEPS);
    expect(50 * Math.sinh(sweepScalar(input, 0, "step_pA"))).toBeCloseTo(-100, 3);
    expect(50 * Math.sinh(sweepScalar(input, MAX_SWEEPS - 1, "step_pA"))).toBeCloseTo(45, 3);
    expect(Math.exp(cellScalar(input, "sweeps"))).toBeCloseTo(30, 4);
  });

  it("what is missing is 0 with flag 0, and a batch forgets the cell that was there before", () => {
    const many = networkInput(sampledSlower(CELLS[2], 5), 0.05);
    const one = networkInput([passiveSweep(-50, 0.05)], 0.05);
    const standards = fitStandards([many, one]);
    const [fresh, used] = [emptyBatch(1), emptyBatch(1)];
    fillBatch(fresh, 0, one, standards);
    fillBatch(used, 0, many, standards);
    fillBatch(used, 0, one, standards);
    expect(used).toEqual(fresh);
    expect([...fresh.mask]).toEqual([1, ...new Array(MAX_SWEEPS - 1).fill(0)]);
    const latency = SWEEP_SCALARS.indexOf("latency");
    expect([fresh.sweeps[latency], fresh.sweeps[SWEEP_SCALARS.length + latency]]).toEqual([0, 0]);
    const rest = SWEEP_SCALARS.indexOf("baseline_mV");
    expect(fresh.sweeps[SWEEP_SCALARS.length + rest]).toBe(1);
    expect(fresh.sweeps.every(Number.isFinite)).toBe(true);
    expect(fresh.frames.length).toBe(MAX_SWEEPS * FRAMES * FRAME_CHANNELS.length);
  });
});

describe("[I4] input that cannot be used is refused by name", () => {
  const good = passiveSweep(-50, 0.1);
  const withNaN = { ...good, v_mV: good.v_mV.map((v, k) => (k === 7 ? Number.NaN : v)) };
  it.each([
    ["no-sweeps", [], 0.1],
    ["bad-interval", [good], 0],
    ["unequal-lengths", [{ ...good, i_pA: good.i_pA.subarray(1) }], 0.1],
    ["too-short", [{ v_mV: new Float64Array(20), i_pA: new Float64Array(20) }], 0.1],
    ["not-finite", [good, withNaN], 0.1],
  ] as const)("%s", (code, sweeps, dt_ms) => {
    try {
      networkInput(sweeps, dt_ms);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(InputError);
      expect((error as InputError).problem.code).toBe(code);
    }
  });
});
