import { describe, expect, it } from "vitest";
import { RandomStream } from "../../random.ts";
import { GaussianSource } from "./gaussian.ts";
import { recorder } from "./record.ts";
import { drawRig, type Rig } from "./rig.ts";

const IDEAL = drawRig("ideal", null, 10_000, RandomStream.fromSeed(0));
const DT_MS = 0.1;
const SAMPLES = 200_000;

/** A sweep of constant or given voltage through a rig. */
function through(
  rig: Partial<Rig>,
  { v_mV, i_pA, dt_ms = DT_MS, oversampling = 1, seed = 1 }: Partial<Sweep> = {},
): Float64Array {
  const current = i_pA ?? new Float64Array((v_mV?.length ?? SAMPLES) / oversampling);
  const voltage = v_mV ?? new Float64Array(current.length * oversampling).fill(-70);
  const sweep = { v_mV: voltage, i_pA: current, before: 0, part: 1, humPhase_rad: 0 };
  const gauss = new GaussianSource(RandomStream.fromSeed(seed));
  return recorder({ ...IDEAL, ...rig }, dt_ms, oversampling)(sweep, gauss);
}

interface Sweep {
  readonly v_mV: Float64Array;
  readonly i_pA: Float64Array;
  readonly dt_ms: number;
  readonly oversampling: number;
  readonly seed: number;
}

const meanOf = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;

function covariance(values: Float64Array, lag: number): number {
  const mean = meanOf(values);
  let sum = 0;
  for (let k = lag; k < values.length; k++) sum += (values[k] - mean) * (values[k - lag] - mean);
  return sum / (values.length - lag);
}

describe("[G1] normal deviates", () => {
  const deviates = new Float64Array(2_000_000);
  new GaussianSource(RandomStream.fromSeed(7)).fill(deviates, deviates.length);

  it("have the moments of the standard normal distribution", () => {
    const moment = (power: number) => deviates.reduce((sum, x) => sum + x ** power, 0) / deviates.length;
    // Four standard errors of each.
    [0, 1, 0, 3, 0, 15].forEach((expected, k) => {
      const variance = [1, 2, 15, 96, 945, 10170][k];
      expect(Math.abs(moment(k + 1) - expected)).toBeLessThan(4 * Math.sqrt(variance / deviates.length));
    });
  });

  it.each([
    [0.5, 0.6914624613],
    [1, 0.8413447461],
    [2, 0.9772498681],
    [3, 0.998650102],
    [3.6, 0.9998408914],
  ])("lie below %f with probability %f, and above its negative", (x, p) => {
    const error = 4 * Math.sqrt((p * (1 - p)) / deviates.length);
    let [below, above] = [0, 0];
    for (const deviate of deviates) {
      if (deviate < x) below++;
      if (deviate > -x) above++;
    }
    expect(Math.abs(below / deviates.length - p)).toBeLessThan(error);
    expect(Math.abs(above / deviates.length - p)).toBeLessThan(error);
  });

  it("are uncorrelated, the same in pieces, and others for another seed", () => {
    for (const lag of [1, 2, 3, 128])
      expect(Math.abs(covariance(deviates, lag))).toBeLessThan(4 / Math.sqrt(2e6));
    const source = new GaussianSource(RandomStream.fromSeed(7));
    const pieces = [new Float64Array(700), new Float64Array(300)];
    for (const piece of pieces) source.fill(piece, piece.length);
    expect([...pieces[0], ...pieces[1]]).toEqual([...deviates.subarray(0, 1000)]);
    const other = new Float64Array(1);
    new GaussianSource(RandomStream.fromSeed(8)).fill(other, 1);
    expect(other[0]).not.toBe(deviates[0]);
  });
});

describe("[G2] noise of a rig", () => {
  it("has the stated variance, and the covariance of white plus AR(1) noise at every lag", () => {
    const v = through({ whiteNoise_mV: 0.8, slowNoise_mV: 0.5, slowNoiseTau_ms: 1 });
    expect(covariance(v, 0)).toBeCloseTo(0.64 + 0.25, 1.7);
    for (const lag of [1, 5, 10, 20]) {
      const expected = 0.25 * Math.exp((-lag * DT_MS) / 1);
      expect(Math.abs(covariance(v, lag) - expected), `lag ${lag}`).toBeLessThan(0.02);
    }
  });

  it("starts as it goes on", () => {
    const first = Float64Array.from({ length: 3000 }, (_, seed) => {
      const i_pA = new Float64Array(40);
      return through({ whiteNoise_mV: 0.6, slowNoise_mV: 0.8, slowNoiseTau_ms: 20 }, { i_pA, seed })[0];
    });
    expect(covariance(first, 0)).toBeGreaterThan(0.9);
    expect(covariance(first, 0)).toBeLessThan(1.1);
  });

  it("has the stated level behind the filter too, whatever the corner and the oversampling", () => {
    for (const [corner_Hz, oversampling] of [
      [1_000, 1],
      [3_000, 1],
      [1_500, 3],
    ]) {
      const i_pA = new Float64Array(60_000);
      const v = through({ whiteNoise_mV: 0.7, corner_Hz }, { i_pA, oversampling });
      expect(Math.sqrt(covariance(v, 0)) / 0.7).toBeGreaterThan(0.97);
      expect(Math.sqrt(covariance(v, 0)) / 0.7).toBeLessThan(1.03);
    }
  });
});

describe("[G3] what the amplifier does", () => {
  it("a sine at the corner comes out at 2^-1/2, one far below it whole", () => {
    const gain = (frequency_Hz: number) => {
      const v_mV = Float64Array.from({ length: 40_000 }, (_, n) =>
        Math.sin((2 * Math.PI * frequency_Hz * n * DT_MS) / 1000),
      );
      return Math.sqrt(2 * covariance(through({ corner_Hz: 2_000 }, { v_mV }).subarray(2_000), 0));
    };
    expect(gain(2_000)).toBeCloseTo(Math.SQRT1_2, 3);
    expect(gain(50)).toBeCloseTo(1, 2);
    expect(gain(4_000)).toBeLessThan(0.2);
  });

  it("a bridge error adds R I: 5 MOhm and 200 pA are 1 mV", () => {
    const v = through({ bridgeError_MOhm: 5 }, { i_pA: new Float64Array(1000).fill(200, 500) });
    expect(v[499]).toBe(-70);
    expect(v[500]).toBeCloseTo(-69, 12);
  });

  it("drift is a straight line of the stated height over the cell's sweeps, and the residual shifts all", () => {
    const rig = { ...IDEAL, drift_mV: 3, junctionResidual_mV: -1 };
    const record = recorder(rig, DT_MS, 1);
    const sweep = { v_mV: new Float64Array(1001), i_pA: new Float64Array(1000), part: 0.5, humPhase_rad: 0 };
    const gauss = new GaussianSource(RandomStream.fromSeed(1));
    const [first, second] = [0, 0.5].map((before) => record({ ...sweep, before }, gauss));
    expect([first[0], first[500], second[0], second[500]]).toEqual([-1, -0.25, 0.5, 1.25]);
  });

  it("hum has its amplitude and frequency", () => {
    const v = through({ hum_mV: 0.3, hum_Hz: 50 });
    expect(Math.sqrt(2 * covariance(v, 0))).toBeCloseTo(0.3, 6);
    expect(covariance(v, 100) / covariance(v, 0)).toBeCloseTo(-1, 2);
    expect(covariance(v, 200) / covariance(v, 0)).toBeCloseTo(1, 2);
  });

  it("the digitiser rounds to its steps", () => {
    const v_mV = Float64Array.from({ length: 1000 }, (_, n) => -70 + 0.01 * n);
    const v = through({ quantum_mV: 0.25 }, { v_mV });
    v.forEach((value, n) => {
      expect(value * 4).toBe(Math.round(value * 4));
      expect(Math.abs(value - v_mV[n])).toBeLessThanOrEqual(0.125 + 1e-12);
    });
  });

  it("an ideal rig changes nothing; oversampled, it takes every so many values", () => {
    const v_mV = Float64Array.from({ length: 300 }, (_, n) => n);
    expect(through({}, { v_mV })).toEqual(v_mV);
    expect([...through({}, { v_mV, oversampling: 3 })]).toEqual(Array.from({ length: 100 }, (_, n) => 3 * n));
  });
});

describe("[G4] drawn rigs", () => {
  const rigs = Array.from({ length: 2000 }, (_, seed) =>
    drawRig("full", null, 10_000, RandomStream.fromSeed(seed)),
  );
  const spread = (value: (rig: Rig) => number) => Math.sqrt(covariance(Float64Array.from(rigs, value), 0));

  it("have the stated spread", () => {
    expect(spread(({ drift_mV }) => drift_mV)).toBeCloseTo(1.5, 0.7);
    expect(spread(({ junctionResidual_mV }) => junctionResidual_mV)).toBeCloseTo(1, 1);
    const share = (is: (rig: Rig) => boolean) => rigs.filter(is).length / rigs.length;
    expect(Math.abs(share(({ whiteNoise_mV }) => whiteNoise_mV === 0) - 0.1)).toBeLessThan(0.03);
    expect(Math.abs(share(({ hum_mV }) => hum_mV > 0) - 0.3)).toBeLessThan(0.04);
    expect(Math.max(...rigs.map(({ corner_Hz }) => corner_Hz ?? 0))).toBe(4_000);
    for (const { whiteNoise_mV, slowNoise_mV, bridgeError_MOhm } of rigs) {
      expect(Math.hypot(whiteNoise_mV, slowNoise_mV)).toBeLessThan(1.5);
      expect(Math.abs(bridgeError_MOhm)).toBeLessThan(6);
    }
  });

  it("with a fixed level have that level and nothing else", () => {
    const rig = drawRig("noisy", 0.5, 10_000, RandomStream.fromSeed(1));
    expect(rig).toEqual({
      ...IDEAL,
      whiteNoise_mV: 0.5,
      slowNoise_mV: 0.5,
      slowNoiseTau_ms: rig.slowNoiseTau_ms,
    });
    expect(drawRig("noisy", 0, 10_000, RandomStream.fromSeed(1)).slowNoise_mV).toBe(0);
  });
});
