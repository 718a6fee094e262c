import { describe, expect, test } from "vitest";
import { RandomStream } from "../random.ts";
import { detectSpikes } from "./spikes.ts";
import {
  capacitance,
  inputResistance,
  passiveResponses,
  restingPotential,
  sagRatio,
  stepResponse,
  timeConstant,
  voltageNoise,
} from "./subthreshold.ts";
import { rcResponse, traceWithSpikes } from "./synthetic.ts";

const step = { start_ms: 200, end_ms: 700, delta_pA: -50 };

describe("a resistor and capacitor", () => {
  test.each([
    { resistance_MOhm: 50, tau_ms: 5 },
    { resistance_MOhm: 200, tau_ms: 20 },
    { resistance_MOhm: 280, tau_ms: 60 },
  ])("R and tau are recovered within 1 % ($resistance_MOhm MOhm, $tau_ms ms)", (circuit) => {
    const responses = [stepResponse(rcResponse(step, circuit), 0.1, step)!];
    const resistance = inputResistance(responses)!;
    const tau = timeConstant(responses)!;
    expect(Math.abs(resistance / circuit.resistance_MOhm - 1)).toBeLessThan(0.01);
    expect(Math.abs(tau / circuit.tau_ms - 1)).toBeLessThan(0.01);
    expect(capacitance(tau, resistance)).toBeCloseTo((1000 * circuit.tau_ms) / circuit.resistance_MOhm, -1);
    expect(sagRatio(responses[0]) ?? 0).toBeCloseTo(0, 3);
  });

  test("noise of 0.2 mV over five steps leaves tau within 5 %", () => {
    const stream = RandomStream.fromSeed(5);
    const responses = [-10, -20, -30, -40, -50].map((delta_pA) => {
      const one = { ...step, delta_pA };
      return stepResponse(
        rcResponse(one).map((v) => v + 0.2 * stream.normal()),
        0.1,
        one,
      )!;
    });
    expect(Math.abs(timeConstant(passiveResponses(responses))! / 20 - 1)).toBeLessThan(0.05);
  });

  test("an uncompensated access resistance shifts R by itself and leaves tau", () => {
    const v = rcResponse(step).map((mV, k) => (k * 0.1 >= 200 && k * 0.1 < 700 ? mV - 1 : mV));
    const responses = [stepResponse(v, 0.1, step)!];
    expect(inputResistance(responses)).toBeCloseTo(220, 0);
    expect(Math.abs(timeConstant(responses)! / 20 - 1)).toBeLessThan(0.01);
  });
});

test("a sag is measured and hardly shortens tau", () => {
  const v = rcResponse({ ...step, delta_pA: -100 }).map((mV, k) => {
    const t_ms = k * 0.1 - 260;
    return t_ms > 0 && k * 0.1 < 700 ? mV + 5 * (1 - Math.exp(-t_ms / 50)) : mV;
  });
  const response = stepResponse(v, 0.1, { ...step, delta_pA: -100 })!;
  // The trough is where charging meets the sag, a little above the -20 mV of the circuit alone.
  expect(sagRatio(response)).toBeGreaterThan(0.2);
  expect(sagRatio(response)).toBeLessThan(0.27);
  expect(Math.abs(timeConstant([response])! / 20 - 1)).toBeLessThan(0.1);
});

test("nothing is measured where nothing can be", () => {
  expect(stepResponse(rcResponse(step), 0.1, { ...step, delta_pA: 0 })).toBeNull();
  expect(stepResponse(rcResponse(step), 0.1, { ...step, start_ms: 0 })).toBeNull();
  const v = traceWithSpikes([300]);
  expect(
    stepResponse(v, 0.05, { start_ms: 250, end_ms: 450, delta_pA: 50 }, detectSpikes(v, 0.05)),
  ).toBeNull();
  expect(inputResistance([])).toBeNull();
  expect(timeConstant([])).toBeNull();
  expect(capacitance(null, 100)).toBeNull();
});

describe("rest and noise", () => {
  const before = { start_ms: 0, end_ms: 500 };

  test("one spike is cut out; two are spontaneous firing and leave no rest", () => {
    const one = traceWithSpikes([200]);
    expect(restingPotential(one, 0.05, before, detectSpikes(one, 0.05))).toBeCloseTo(-65, 6);
    const two = traceWithSpikes([200, 300]);
    expect(restingPotential(two, 0.05, before, detectSpikes(two, 0.05))).toBeNull();
  });

  test("a wandering baseline has no rest", () => {
    const v = Float64Array.from({ length: 5000 }, (_, k) => -65 + k / 250);
    expect(restingPotential(v, 0.1, before)).toBeNull();
  });

  test("noise is measured less the drift", () => {
    const stream = RandomStream.fromSeed(6);
    const v = Float64Array.from({ length: 5000 }, (_, k) => -65 + k / 2500 + 0.3 * stream.normal());
    expect(voltageNoise(v, 0.1, before)).toBeCloseTo(0.3, 1);
  });
});
