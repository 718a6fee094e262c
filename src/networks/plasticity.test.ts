import { expect, test } from "vitest";
import { PlasticityState, type ShortTermPlasticity } from "./plasticity.ts";

/** Tsodyks and Markram's cortical examples: mostly depressing, mostly facilitating. */
const DEPRESSING: ShortTermPlasticity = { U: 0.5, tauRec_ms: 800, tauFacil_ms: 0 };
const FACILITATING: ShortTermPlasticity = { U: 0.04, tauRec_ms: 100, tauFacil_ms: 1000 };

test.each([
  ["depressing", DEPRESSING],
  ["facilitating", FACILITATING],
] as const)("%s: release at a steady rate, by the closed formula", (_, rule) => {
  for (const rate_Hz of [1, 10, 40, 100]) {
    const interval = 1000 / rate_Hz;
    const state = new PlasticityState(rule, 1);
    let released = 0;
    for (let n = 0; n < 20 * rate_Hz + 50; n++) released = state.release(0, n * interval);
    const forgotten = rule.tauFacil_ms > 0 ? Math.exp(-interval / rule.tauFacil_ms) : 0;
    const u = rule.U / (1 - (1 - rule.U) * forgotten);
    const e = Math.exp(-interval / rule.tauRec_ms);
    expect(released).toBeCloseTo((u * (1 - e)) / (1 - (1 - u) * e), 10);
  }
});

test("the paired-pulse ratio", () => {
  const ratio = (rule: ShortTermPlasticity, interval: number) => {
    const state = new PlasticityState(rule, 2);
    const first = state.release(1, 100);
    return state.release(1, 100 + interval) / first;
  };
  expect(ratio(DEPRESSING, 50)).toBeCloseTo(1 - 0.5 * Math.exp(-50 / 800), 12);
  const u = 0.04 + 0.04 * (1 - 0.04) * Math.exp(-50 / 1000);
  expect(ratio(FACILITATING, 50)).toBeCloseTo((u * (1 - 0.04 * Math.exp(-50 / 100))) / 0.04, 12);
  expect(ratio(DEPRESSING, 50)).toBeLessThan(1);
  expect(ratio(FACILITATING, 50)).toBeGreaterThan(1);
});

test("the solution between spikes is that of the differential equations", () => {
  const rule: ShortTermPlasticity = { U: 0.2, tauRec_ms: 120, tauFacil_ms: 300 };
  const spikes = [3, 10, 11.5, 60, 200];
  const state = new PlasticityState(rule, 1);
  const exact = spikes.map((time) => state.release(0, time));
  let [u, R, t] = [0, 1, 0];
  const dt = 1e-3;
  const stepped = spikes.map((time) => {
    for (; t < time - dt / 2; t += dt) {
      u -= (dt * u) / rule.tauFacil_ms;
      R += (dt * (1 - R)) / rule.tauRec_ms;
    }
    u += rule.U * (1 - u);
    const released = u * R;
    R -= released;
    return released;
  });
  for (const [n, released] of exact.entries()) expect(released).toBeCloseTo(stepped[n], 5);
});
