/** Spike trains made of smooth curves with a little noise, for comparisons that no recording was chosen for. */
import { RandomStream } from "../../src/random.ts";
import type { NamedTrace } from "./efel.ts";

export function randomTraces(count: number, seed: number): NamedTrace[] {
  const random = RandomStream.fromSeed(seed);
  return Array.from({ length: count }, (_, k) => ({ name: `trace ${k + 1}`, input: randomTrace(random) }));
}

function randomTrace(random: RandomStream) {
  const dt_ms = [0.02, 0.05, 0.1, 0.2][Math.floor(4 * random.uniform())];
  const start_ms = 100;
  const end_ms = 500;
  const v_mV = new Float64Array(Math.round(700 / dt_ms));
  const spikes = spikeTrain(random, start_ms + 10, end_ms - 20);
  const rest_mV = -75 + 15 * random.uniform();
  const plateau_mV = 15 * random.uniform();
  for (let k = 0; k < v_mV.length; k++) {
    const t = k * dt_ms;
    v_mV[k] = rest_mV + plateau_mV * charging(t - start_ms, end_ms - start_ms) + 0.01 * random.normal();
    for (const spike of spikes) v_mV[k] += shape(t - spike.t_ms, spike.width_ms, spike.height_mV);
  }
  return { v_mV, dt_ms, start_ms, end_ms, delta_pA: 100 };
}

/** Exponential approach with 10 ms during the step and back after it. */
function charging(t_ms: number, length_ms: number): number {
  const at = (time_ms: number) => (time_ms > 0 ? 1 - Math.exp(-time_ms / 10) : 0);
  return at(t_ms) - at(t_ms - length_ms);
}

function spikeTrain(random: RandomStream, from_ms: number, to_ms: number) {
  const spikes: { t_ms: number; width_ms: number; height_mV: number }[] = [];
  const mean_ms = 12 + 40 * random.uniform();
  for (let t_ms = from_ms; ; ) {
    t_ms += 12 + mean_ms * random.uniform() ** 2;
    if (t_ms > to_ms) return spikes;
    spikes.push({ t_ms, width_ms: 0.5 + 0.7 * random.uniform(), height_mV: 90 + 20 * random.uniform() });
  }
}

/** A bell with a slower dip after it. */
function shape(t_ms: number, width_ms: number, height_mV: number): number {
  const spike = height_mV * Math.exp(-0.5 * (t_ms / width_ms) ** 2);
  const since = t_ms - width_ms;
  return since > 0 ? spike - 8 * (since / 3) * Math.exp(1 - since / 3) : spike;
}
