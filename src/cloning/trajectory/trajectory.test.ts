import { describe, expect, it } from "vitest";
import { InputError } from "../../errors.ts";
import { RandomStream } from "../../random.ts";
import { drawCells, fromUnit, toUnit, trainingWorld, worldModel } from "../world/index.ts";
import { Aligner } from "./aligned.ts";
import { chartsOf } from "./chart.ts";
import { trajectoryPosterior } from "./index.ts";
import { estimateNoise, Whitener } from "./noise.ts";
import { roundingOf } from "./rounding.ts";
import { effective, sample } from "./sampler.ts";
import { TrajectorySimulator } from "./simulator.ts";
import { traceOf } from "./trace.ts";
import { upstrokes } from "./upstrokes.ts";

const world = trainingWorld("hodgkin-huxley", { protocol: "single-step", rig: "noisy", noise_mV: 0.5 });
const { prior } = world;
const model = worldModel(prior);
const [cell] = drawCells(world, 2_024, 1);
/** One that fires throughout. */
const firing = drawCells(world, 2_025, 12).find(
  ({ sweeps }) => upstrokes(sweeps[0].v_mV, 0, 12_000).length > 30,
)!;
const mean = (values: ArrayLike<number>) => Array.from(values).reduce((sum, x) => sum + x, 0) / values.length;

/** Two sweeps of white 0.4 mV plus AR(1) 0.7 mV of 8 ms. */
function noisyTrace(stream: RandomStream) {
  const dt_ms = 0.1;
  const keep = Math.exp(-dt_ms / 8);
  const sweeps = [6000, 4000].map((length) => {
    let slow = 0.7 * stream.normal();
    const v_mV = Float64Array.from({ length }, () => {
      const v = slow + 0.4 * stream.normal();
      slow = keep * slow + Math.sqrt(1 - keep ** 2) * 0.7 * stream.normal();
      return v;
    });
    return { v_mV, i_pA: new Float64Array(length) };
  });
  return traceOf(sweeps, dt_ms);
}

describe("[TR1] noise", () => {
  const truth = { white_mV: 0.4, slow_mV: 0.7, slowTau_ms: 8 };

  it("whitened residuals have variance 1 and do not depend on their neighbours", () => {
    const trace = noisyTrace(RandomStream.fromSeed(1));
    const z = new Whitener(truth, trace).whiten(trace.v_mV.slice());
    expect(Math.abs(mean(z.map((x) => x * x)) - 1)).toBeLessThan(0.05);
    for (const lag of [1, 2, 20])
      expect(Math.abs(mean(z.subarray(lag).map((x, k) => x * z[k])))).toBeLessThan(0.04);
  });

  it("its three levels are found from residuals", () => {
    const trace = noisyTrace(RandomStream.fromSeed(2));
    const found = estimateNoise({ residuals: trace.v_mV }, trace, {
      white_mV: 1,
      slow_mV: 0.2,
      slowTau_ms: 3,
    });
    expect(Math.abs(found.white_mV - 0.4)).toBeLessThan(0.02);
    expect(Math.abs(found.slow_mV - 0.7)).toBeLessThan(0.12);
    expect(Math.abs(Math.log(found.slowTau_ms / 8))).toBeLessThan(0.4);
  });
});

describe("[TR1b] noise beside fitted parameters", () => {
  it("the restricted likelihood gives back the slow noise that a fit took away, the plain one does not", () => {
    const slow = [0, 1].map(() => [] as number[]);
    for (let seed = 10; seed < 14; seed++) {
      const trace = noisyTrace(RandomStream.fromSeed(seed));
      const jacobian = Array.from({ length: 40 }, (_, c) =>
        trace.v_mV.map((_value, k) => Math.cos((Math.PI * c * (k + 0.5)) / trace.v_mV.length)),
      );
      const residuals = trace.v_mV.slice();
      for (const column of jacobian) {
        const product = (a: Float64Array) => a.reduce((sum, value, k) => sum + value * column[k], 0);
        const size = product(residuals) / product(column);
        column.forEach((value, k) => {
          residuals[k] -= size * value;
        });
      }
      const start = { white_mV: 0.4, slow_mV: 0.7, slowTau_ms: 8 };
      [{ residuals }, { residuals, jacobian }].forEach((left, way) => {
        const { slow_mV, slowTau_ms } = estimateNoise(left, trace, start);
        slow[way].push(Math.log((slow_mV ** 2 * slowTau_ms) / (0.7 ** 2 * 8)));
      });
    }
    const [plain, restricted] = slow.map(mean);
    expect(plain).toBeLessThan(-0.25);
    expect(Math.abs(restricted)).toBeLessThan(0.25);
  });
});

describe("[TR2] simulator", () => {
  it("gives the recording of the world but for its noise", () => {
    const simulator = new TrajectorySimulator(model, cell.sweeps, cell.dt_ms);
    const [v_mV] = simulator.run([cell.parameters], "f32");
    const { v_mV: recorded } = traceOf(cell.sweeps, cell.dt_ms);
    const squares = recorded.map((value, k) => (value - v_mV![k]) ** 2);
    expect(Math.sqrt(mean(squares))).toBeLessThan(0.9);
  });
});

describe("[TR2b] rounding", () => {
  it("is the same, but for little, in single-precision runs of cells that hardly differ", () => {
    const simulator = new TrajectorySimulator(model, firing.sweeps, firing.dt_ms);
    const run = (points: readonly Float64Array[], precision: "f32" | "f64") =>
      simulator.run(
        points.map((x) => fromUnit(prior, x)),
        precision,
      );
    const x = toUnit(prior, firing.parameters);
    const samples = firing.sweeps[0].v_mV.length;
    const { mean_mV } = roundingOf(run, x, samples, "f32", RandomStream.fromSeed(4));
    const [[single], [double]] = [run([x], "f32"), run([x], "f64")];
    const squares = (correction: (k: number) => number) =>
      mean(single!.map((value, k) => (value - double![k] - correction(k)) ** 2));
    expect(squares(() => 0)).toBeGreaterThan(1e-6);
    expect(squares((k) => mean_mV[k])).toBeLessThan(0.3 * squares(() => 0));
  });
});

describe("[TR3] alignment", () => {
  const dt_ms = 0.1;
  /** Smooth spikes of a given period. */
  const train = (period_ms: number) =>
    Float64Array.from({ length: 5000 }, (_, k) => {
      const phase = ((k * dt_ms) % period_ms) - period_ms / 2;
      return -65 + 100 * Math.exp(-((phase / 1.2) ** 2));
    });
  const trace = traceOf([{ v_mV: train(12), i_pA: new Float64Array(5000) }], dt_ms);
  const scales = { voltage_mV: 0.5, upstroke_ms: 0.03, beyond_ms: 0 };

  it("upstrokes that drift apart by 0.8 ms over 41 spikes are paired, voltages compared in phase", () => {
    const { residuals, share, worstShift_ms } = new Aligner(trace).align(train(12.02), scales);
    expect(share).toBe(1);
    expect(Math.abs(worstShift_ms - 0.02 * 41)).toBeLessThan(0.05);
    const r = residuals(train(12.02));
    expect(Math.max(...r.subarray(0, 4900).map(Math.abs)) * scales.voltage_mV).toBeLessThan(8);
    expect(Math.abs(r[5000 + 40] * scales.upstroke_ms + 0.02 * 40.5)).toBeLessThan(0.05);
  });

  it("a sweep is left out from where upstrokes are more than a millisecond apart", () => {
    const { share } = new Aligner(trace).align(train(12.1), scales);
    expect(share).toBeGreaterThan(0.18);
    expect(share).toBeLessThan(0.28);
  });
});

describe("[TR4] charts", () => {
  const chart = chartsOf(model, { holds: false })(toUnit(prior, cell.parameters));
  const at = (i: number, step: number) => Float64Array.from(prior.parameters, (_, k) => (k === i ? step : 0));

  it("the density of the prior is the determinant of the map to the unit box", () => {
    const z = Float64Array.from(prior.parameters, (_, k) => 0.03 * (k - 3));
    const h = 1e-6;
    const logVolume = (point: Float64Array) => {
      const columns = prior.parameters.map((_, i) => {
        const [up, down] = [1, -1].map((sign) => chart.toUnit(point.map((x, k) => x + sign * at(i, h)[k])));
        return up.map((value, k) => (value - down[k]) / (2 * h));
      });
      // Triangular: a reversal moves with its conductance, nothing moves with a reversal.
      return columns.reduce((sum, column, i) => sum + Math.log(column[i]), 0);
    };
    const origin = new Float64Array(z.length);
    expect(chart.logPrior(z) - chart.logPrior(origin)).toBeCloseTo(logVolume(z) - logVolume(origin), 4);
  });

  it("along a straight line g and g E change in proportion", () => {
    const values = [-0.2, 0, 0.2].map((step) =>
      fromUnit(prior, chart.toUnit(at(3, step).map((x, k) => x + at(6, step)[k]))),
    );
    const products = values.map((v) => v[3] * v[6]);
    expect(products[0] + products[2]).toBeCloseTo(2 * products[1], 8);
    expect(values[0][3] + values[2][3]).toBeCloseTo(2 * values[1][3], 8);
  });
});

describe("[TR5] randomised optimisation", () => {
  /** A normal density bent along z1 by forty of its widths: z1 ~ N(0, 0.2²), z0 - 4 z1² ~ N(0, 0.004²). */
  const residualsOf = (z: Float64Array) => Float64Array.of((z[0] - 4 * z[1] ** 2) / 0.004, z[1] / 0.2);
  const bent = {
    residuals: (points: readonly Float64Array[]) => points.map(residualsOf),
    logPrior: () => 0,
    jacobian: [Float64Array.of(1 / 0.004, 0), Float64Array.of(0, 1 / 0.2)],
    atMode: new Float64Array(2),
    held: new Float64Array(2),
  };

  it("finds a bent ridge at its whole length", () => {
    const { points, weights } = sample(bent, { most: 400, count: 400 }, RandomStream.fromSeed(5));
    const expectation = (of: (z: Float64Array) => number) =>
      points.reduce((sum, z, k) => sum + weights[k] * of(z), 0);
    expect(effective(weights)).toBeGreaterThan(150);
    expect(Math.abs(expectation((z) => z[1] ** 2) / 0.04 - 1)).toBeLessThan(0.2);
    expect(Math.abs(expectation((z) => z[0]) / 0.16 - 1)).toBeLessThan(0.2);
    expect(Math.abs(expectation((z) => (z[0] - 4 * z[1] ** 2) ** 2) / 0.004 ** 2 - 1)).toBeLessThan(0.25);
  });

  it("a prior that cuts the ridge cuts the draws", () => {
    const cut = { ...bent, logPrior: (z: Float64Array) => (z[1] > 0 ? 0 : Number.NEGATIVE_INFINITY) };
    const { points } = sample(cut, { most: 200, count: 200 }, RandomStream.fromSeed(6));
    expect(points.every((z) => z[1] > 0)).toBe(true);
  });
});

describe("[TR6] posterior", () => {
  /** A start as the network would give it. */
  const start = (values: Float64Array) => {
    const stream = RandomStream.fromSeed(9);
    return fromUnit(
      prior,
      toUnit(prior, values).map((x) => Math.min(0.99, Math.max(0.01, x + 0.03 * stream.normal()))),
    );
  };

  it("a noisy single step gives the cell back within its own spread", () => {
    const { mode, samples } = trajectoryPosterior(cell.sweeps, cell.dt_ms, prior, RandomStream.fromSeed(3), {
      amortised: { mean: start(cell.parameters), samples: [] },
      samples: 60,
    });
    expect(mode.reason).toBeUndefined();
    expect(mode.converged).toBe(true);
    const truth = toUnit(prior, cell.parameters);
    const unit = samples.map((values) => toUnit(prior, values));
    truth.forEach((value, k) => {
      const drawn = unit.map((x) => x[k]);
      const centre = mean(drawn);
      const spread = Math.sqrt(mean(drawn.map((x) => (x - centre) ** 2)));
      expect(Math.abs(value - centre) / spread, prior.parameters[k].name).toBeLessThan(4);
      expect(spread, prior.parameters[k].name).toBeLessThan(0.2);
    });
  });

  it("a cell of other equations is said not to match", () => {
    const [other] = drawCells(
      trainingWorld("izhikevich", { protocol: "single-step", rig: "noisy", noise_mV: 0.5 }),
      2_024,
      1,
    );
    const sweeps = other.sweeps.map(({ v_mV, i_pA }) => ({
      v_mV: v_mV.slice(0, 3000),
      i_pA: i_pA.slice(0, 3000),
    }));
    const middle = fromUnit(prior, new Float64Array(7).fill(0.5));
    const { mode, samples, samplesFrom } = trajectoryPosterior(
      sweeps,
      other.dt_ms,
      prior,
      RandomStream.fromSeed(3),
      { amortised: { mean: middle, samples: [middle] }, samples: 50 },
    );
    expect(mode.converged).toBe(false);
    expect(samplesFrom).toBe("amortised");
    expect(samples).toEqual(Array.from({ length: 50 }, () => middle));
    expect(mode.reason).toMatch(/noise/);
  });

  it("sweeps without a number at every sample are refused", () => {
    const v_mV = cell.sweeps[0].v_mV.slice();
    v_mV[5] = Number.NaN;
    const sweeps = [{ v_mV, i_pA: cell.sweeps[0].i_pA }];
    const options = { amortised: { mean: cell.parameters, samples: [] } };
    expect(() => trajectoryPosterior(sweeps, cell.dt_ms, prior, RandomStream.fromSeed(1), options)).toThrow(
      InputError,
    );
  });
});
