import { describe, expect, it } from "vitest";
import { RandomStream } from "../../random.ts";
import { GaussianSource } from "../world/gaussian.ts";
import { drawCells, trainingWorld } from "../world/index.ts";
import { gainsAt } from "./gains.ts";
import { predictionCost, predictionsFor } from "./predictor.ts";
import { type MatchedSweep, prepare } from "./recording.ts";
import { expand, expansionFor, gradientCovariance } from "./sensitivity.ts";

const world = trainingWorld("izhikevich", { protocol: "single-step", rig: "ideal", noise_mV: 0 });
/** As much of the sweep as keeps the tests quick: rest, the start of the step and its first spikes. */
const SAMPLES = 3000;
const [cell] = drawCells(world, 301, 1);
const EIGHT = [0, 1, 2, 3, 5, 6, 7, 8];
const noise = { white_mV: 0.5, slow_mV: 0.5, slowTau_ms: 6, process_mV: 0.03 };

/** The cell's own trace with fresh white and AR(1) noise. */
function recorded(stream: RandomStream): MatchedSweep[] {
  const gauss = new GaussianSource(stream);
  const phi = Math.exp(-cell.dt_ms / noise.slowTau_ms);
  return cell.sweeps.map((sweep) => {
    const [v_mV, i_pA] = [sweep.v_mV.slice(0, SAMPLES), sweep.i_pA.slice(0, SAMPLES)];
    const deviates = new Float64Array(2 * v_mV.length);
    gauss.fill(deviates, deviates.length);
    let slow = noise.slow_mV * deviates[0];
    const noisy = v_mV.map((v, k) => {
      if (k > 0) slow = phi * slow + noise.slow_mV * Math.sqrt(1 - phi * phi) * deviates[2 * k];
      return v + slow + noise.white_mV * deviates[2 * k + 1];
    });
    return { v_mV: noisy, i_pA };
  });
}

describe("sensitivities of the predictor", () => {
  it("are the derivatives of its cost", () => {
    const data = prepare(recorded(RandomStream.fromSeed(1)), cell.dt_ms);
    const at = cell.parameters.map((value, k) => value * (1 + 0.002 * Math.cos(k)));
    const gains = gainsAt(data, at, noise);
    const { gradient } = expand(data, at, gains, gains.weight, expansionFor(data));
    const cost = (values: Float64Array) => predictionCost(data, values, gains, predictionsFor(data));
    EIGHT.forEach((index, j) => {
      const step = 1e-6 * Math.max(1, Math.abs(at[index]));
      const moved = (sign: number) => cost(at.map((value, k) => (k === index ? value + sign * step : value)));
      const slope = (moved(1) - moved(-1)) / (2 * step);
      expect(Math.abs(gradient[j] / slope - 1)).toBeLessThan(1e-3);
    });
  });

  it("the gradient at the truth has mean 0 and the stated covariance over repeated noise", () => {
    const repeats = 80;
    let square = 0;
    let sum = 0;
    for (let r = 0; r < repeats; r++) {
      const data = prepare(recorded(RandomStream.fromSeed(7).split(r)), cell.dt_ms);
      const gains = gainsAt(data, cell.parameters, noise);
      const expansion = expand(data, cell.parameters, gains, gains.weight, expansionFor(data));
      const { white, slow } = gradientCovariance(data, cell.parameters, gains, [noise.slowTau_ms], expansion);
      const covariance = white.map(
        (value, k) => noise.white_mV ** 2 * value + noise.slow_mV ** 2 * slow[0][k],
      );
      expansion.gradient.forEach((g, j) => {
        const z = g / Math.sqrt(covariance[j * 9]);
        sum += z / (8 * repeats);
        square += (z * z) / (8 * repeats);
      });
    }
    // Eight strongly correlated parameters: about as uncertain as two independent ones.
    expect(Math.abs(sum)).toBeLessThan(3 / Math.sqrt(2 * repeats));
    expect(square).toBeGreaterThan(0.7);
    expect(square).toBeLessThan(1.3);
  });
});
