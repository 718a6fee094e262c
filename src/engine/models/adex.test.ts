import { describe, expect, it } from "vitest";
import { drawnCells, spikesOf, together } from "../../../test/engine/populations.ts";
import { noiseCurrent, sampledCurrent } from "../../../test/engine/truth.ts";
import { compile } from "../compile/compile.ts";
import { referenceKernel } from "../compile/reference.ts";
import { compiledKernel } from "../compile/singleCell.ts";
import { defaultParameters, fromRecord, toRecord } from "../model.ts";
import { runSweeps } from "../sweeps.ts";
import { adex } from "./adex.ts";

const DT_MS = 0.05;
const BOOK = toRecord(adex, defaultParameters(adex));

function spikes(cell: Readonly<Record<string, number>>, current: Float64Array): number[] {
  const bound = compiledKernel(adex, DT_MS).bind(fromRecord(adex, { ...BOOK, ...cell }));
  return [...bound.run(current).spikeTimes_ms];
}

const step = (level: number, duration_ms: number) => sampledCurrent([[0, level]], duration_ms, DT_MS);

/** Creeps up to `level` with a time constant of 1 s, so that the cell keeps to its fixed point. */
const creep = (level: number) =>
  Float64Array.from({ length: 10_000 / DT_MS }, (_, k) => level * -Math.expm1((-k * DT_MS) / 1000));

const intervals = (times: readonly number[]) => times.slice(1).map((time, k) => time - times[k]);

describe("rheobase", () => {
  it("without subthreshold adaptation: gL (VT - EL - DeltaT), where the fixed points meet", () => {
    const rheobase_pA = 30 * (-50.4 + 70.6 - 2);
    expect(spikes({ a_nS: 0 }, step(0.999 * rheobase_pA, 3000))).toEqual([]);
    expect(spikes({ a_nS: 0 }, step(1.005 * rheobase_pA, 3000)).length).toBeGreaterThan(0);
  });

  it("of the default cell, approached slowly: the Hopf bifurcation of Touboul and Brette (2008), section 2", () => {
    // The trace of the Jacobian is 0 where exp((v - VT) / DeltaT) = 1 + taum / tauw; a / gL > taum / tauw, so this comes first.
    const { C_pF, gL_nS, EL_mV, VT_mV, DeltaT_mV, tauw_ms, a_nS } = BOOK;
    const grown = 1 + C_pF / gL_nS / tauw_ms;
    const v = VT_mV + DeltaT_mV * Math.log(grown);
    const rheobase_pA = (gL_nS + a_nS) * (v - EL_mV) - gL_nS * DeltaT_mV * grown;
    expect(spikes({}, creep(0.995 * rheobase_pA))).toEqual([]);
    expect(spikes({}, creep(1.005 * rheobase_pA)).length).toBeGreaterThan(0);
  });
});

/** Naud, Marcille, Clopath and Gerstner (2008), table 1: parameters, current and name of the pattern. */
describe("published firing patterns", () => {
  const naud = (
    [C_pF, gL_nS, EL_mV, a_nS, tauw_ms, b_pA, Vr_mV]: readonly number[],
    level: number,
  ): number[] => {
    const cell = { C_pF, gL_nS, EL_mV, VT_mV: -50, DeltaT_mV: 2, a_nS, tauw_ms, b_pA, Vr_mV };
    return spikes({ ...cell, vpeak_mV: 0 }, step(level, 500));
  };

  it("tonic spiking is regular", () => {
    const isi = intervals(naud([200, 10, -70, 2, 30, 0, -58], 500));
    expect(isi.length).toBeGreaterThan(20);
    expect(isi[isi.length - 1] / isi[2]).toBeCloseTo(1, 1);
  });

  it("adaptation: intervals grow", () => {
    const isi = intervals(naud([200, 12, -70, 2, 300, 60, -58], 500));
    expect(isi[isi.length - 1] / isi[0]).toBeGreaterThan(2);
  });

  it("initial burst: a few short intervals, then long ones", () => {
    const isi = intervals(naud([130, 18, -58, 4, 150, 120, -50], 400));
    expect(Math.max(...isi.slice(-3)) / isi[0]).toBeGreaterThan(3);
    expect(isi[isi.length - 1]).toBeGreaterThan(20);
  });

  it("delayed accelerating: late, then faster and faster", () => {
    const times = naud([200, 12, -70, -10, 300, 0, -58], 300);
    const isi = intervals(times);
    expect(times[0]).toBeGreaterThan(isi[0]);
    expect(isi[isi.length - 1]).toBeLessThan(isi[0]);
  });

  it("transient spiking: fires and falls silent", () => {
    const times = naud([100, 10, -65, 10, 90, 100, -47], 180);
    expect(times.length).toBeGreaterThan(0);
    expect(times[times.length - 1]).toBeLessThan(100);
  });
});

it.each(["euler", "midpoint"] as const)(
  "compiled %s has the spikes and, to rounding, the voltage of the interpreter, over the prior",
  (solver) => {
    const cells = drawnCells(adex, 40, 3);
    const waveforms = [step(900, 100), noiseCurrent(4, 100 / DT_MS, 600, 800, 10)];
    const run = compile(adex, { dt_ms: DT_MS, solver }).run(together(cells), {
      steps: 100 / DT_MS,
      i: { kind: "waveforms", waveforms, which: cells.map((_, k) => k % 2) },
      recordEvery: 1,
      spikeTimes: true,
      v0_mV: -70,
    });
    let fired = 0;
    for (const [k, params] of cells.entries()) {
      const bound = referenceKernel(adex, DT_MS, solver).bind(params);
      const expected = bound.run(waveforms[k % 2], { recordEvery: 1, v0_mV: -70 });
      expect([...spikesOf(run, k)]).toEqual([...expected.spikeTimes_ms]);
      fired += expected.spikeTimes_ms.length;
      const v = run.v_mV.subarray(k * run.samples, (k + 1) * run.samples);
      const worst = v.reduce((most, value, n) => Math.max(most, Math.abs(value - expected.v_mV[n])), 0);
      expect(worst).toBeLessThan(1e-6);
    }
    expect(fired).toBeGreaterThan(200);
  },
);

it("a sweep shows each spike at the peak, which moves none of them", () => {
  const params = defaultParameters(adex);
  const current = step(1500, 200);
  const [[{ v_mV }]] = runSweeps(compile(adex, { dt_ms: DT_MS }), [params], [current]);
  const times = spikes({}, current);
  const shown = [...v_mV.keys()].filter((k) => v_mV[k] === 20).map((k) => k * DT_MS);
  expect(shown.length).toBeGreaterThan(10);
  expect(shown.map((time) => Math.round(time / DT_MS))).toEqual(
    times.map((time) => Math.round(time / DT_MS)),
  );
  expect(Math.max(...v_mV)).toBe(20);
});
