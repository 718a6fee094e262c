import { describe, expect, it } from "vitest";
import { sampledCurrent } from "../../../test/engine/truth.ts";
import { compiledKernel } from "../compile/singleCell.ts";
import { defaultParameters, fromRecord } from "../model.ts";
import { findModel } from "./index.ts";

const DT_MS = 0.1;

function spikeTimes(id: string, rows: readonly (readonly number[])[], duration_ms: number): number[] {
  const model = findModel(id);
  const cell = compiledKernel(model, DT_MS).bind(defaultParameters(model));
  return [...cell.run(sampledCurrent(rows, duration_ms, DT_MS)).spikeTimes_ms];
}

const intervals = (times: readonly number[]) => times.slice(1).map((time, k) => time - times[k]);

/** Amplitude in steps of 5 pA where a 500 ms step first gives a spike. */
function rheobase_pA(id: string): number {
  for (let amplitude = 0; ; amplitude += 5) {
    if (spikeTimes(id, [[0, amplitude]], 500).length > 0) return amplitude;
  }
}

describe("semantics fixed in the contract of the command line", () => {
  it("v and u step from the old values; at v >= vpeak the spike is at the end of the step, v = c, u += d", () => {
    const [C, k, vr, vt, vpeak, a, b, c, d] = [50, 1.5, -60, -40, 25, 0.03, 1, -40, 150];
    const model = findModel("izhikevich");
    const params = fromRecord(model, {
      C_pF: C,
      k_nS_per_mV: k,
      vr_mV: vr,
      vt_mV: vt,
      vpeak_mV: vpeak,
      a_per_ms: a,
      b_nS: b,
      c_mV: c,
      d_pA: d,
    });
    const current = sampledCurrent(
      [
        [0, 0],
        [20, 500],
        [250, -100],
      ],
      300,
      DT_MS,
    );
    let [v, u] = [vr, 0];
    const spikes: number[] = [];
    const trace = [v];
    current.forEach((i, step) => {
      const dv = (k * (v - vr) * (v - vt) - u + i) / C;
      const du = a * (b * (v - vr) - u);
      v += DT_MS * dv;
      u += DT_MS * du;
      if (v >= vpeak) {
        spikes.push((step + 1) * DT_MS);
        v = c;
        u += d;
      }
      trace.push(v);
    });
    const run = compiledKernel(model, DT_MS).bind(params).run(current, { recordEvery: 1 });
    expect(spikes.length).toBeGreaterThan(5);
    expect([...run.spikeTimes_ms]).toEqual(spikes);
    expect([...run.v_mV]).toEqual(trace);
  });

  it("a voltage that lands exactly on the peak is a spike", () => {
    const model = findModel("izhikevich");
    const params = fromRecord(model, {
      C_pF: 1,
      k_nS_per_mV: 0,
      vr_mV: 0,
      vt_mV: 0,
      vpeak_mV: 2,
      a_per_ms: 1,
      b_nS: 0,
      c_mV: -8,
      d_pA: 0,
    });
    const run = compiledKernel(model, 0.5).bind(params).run(new Float64Array(10).fill(2), { recordEvery: 1 });
    expect([...run.v_mV]).toEqual([0, 1, -8, -7, -6, -5, -4, -3, -2, -1, 0]);
    expect([...run.spikeTimes_ms]).toEqual([1]);
  });
});

/** Izhikevich 2007, chapter 8: what the text says of each type of cell, with its own numbers. */
describe("published behaviour", () => {
  it("regular spiking: one frequency at any current, adapting; class 1, so the rate starts near 0", () => {
    expect(rheobase_pA("izhikevich")).toBe(55);
    expect(spikeTimes("izhikevich", [[0, 60]], 1000).length).toBeLessThan(6);
    const isi = intervals(spikeTimes("izhikevich", [[0, 300]], 500));
    expect(isi.length).toBeGreaterThan(10);
    expect(isi[isi.length - 1] / isi[0]).toBeGreaterThan(1.3);
    expect(isi.every((interval, k) => k === 0 || interval >= isi[k - 1] - DT_MS)).toBe(true);
  });

  it("fast spiking: class 2, silent at 70 pA and over 20 Hz at 73.2 pA, no adaptation", () => {
    expect(spikeTimes("izhikevich-fs", [[0, 70]], 1000)).toEqual([]);
    expect(spikeTimes("izhikevich-fs", [[0, 73.2]], 1000).length).toBeGreaterThan(20);
    const isi = intervals(spikeTimes("izhikevich-fs", [[0, 400]], 1000)).slice(3);
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const half = isi.length >> 1;
    expect(mean(isi.slice(half)) / mean(isi.slice(0, half))).toBeCloseTo(1, 1.5);
    expect(1000 / mean(isi)).toBeGreaterThan(120);
  });

  it("low-threshold spiking: higher rheobase than regular spiking, adapts, and u stays below its bound", () => {
    expect(rheobase_pA("izhikevich-lts")).toBeGreaterThan(rheobase_pA("izhikevich"));
    const isi = intervals(spikeTimes("izhikevich-lts", [[0, 300]], 500));
    expect(isi[isi.length - 1] / isi[0]).toBeGreaterThan(1.2);
    // The bound of u ends the adaptation: at 2 nA the rate is that of a constant u of 670 pA, hundreds of Hz.
    expect(spikeTimes("izhikevich-lts", [[0, 2000]], 1000).length).toBeGreaterThan(500);
  });

  it("thalamocortical: tonic from rest, a rebound burst after hyperpolarisation", () => {
    const tonic = intervals(spikeTimes("izhikevich-tc", [[0, 100]], 600));
    expect(tonic.length).toBeGreaterThan(5);
    expect(Math.min(...tonic)).toBeGreaterThan(20);
    const burst = spikeTimes(
      "izhikevich-tc",
      [
        [0, -1200],
        [400, 0],
      ],
      1000,
    );
    expect(burst.length).toBeGreaterThanOrEqual(3);
    expect(burst[0]).toBeGreaterThan(400);
    expect(Math.min(...intervals(burst))).toBeLessThan(12);
    expect(burst[burst.length - 1]).toBeLessThan(700);
  });

  it("regular spiking cells and those held at rest give no rebound burst", () => {
    expect(
      spikeTimes(
        "izhikevich",
        [
          [0, -300],
          [400, 0],
        ],
        1000,
      ),
    ).toEqual([]);
  });

  it("reticular thalamic: a burst when depolarised, then slow single spikes; rebound burst", () => {
    const isi = intervals(spikeTimes("izhikevich-rtn", [[0, 100]], 600));
    expect(isi[0]).toBeLessThan(0.5 * isi[isi.length - 1]);
    const rebound = spikeTimes(
      "izhikevich-rtn",
      [
        [0, -300],
        [400, 0],
      ],
      1000,
    );
    expect(rebound.length).toBeGreaterThanOrEqual(2);
    expect(intervals(rebound)[0]).toBeLessThan(25);
  });
});
