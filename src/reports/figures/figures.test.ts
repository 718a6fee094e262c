import { describe, expect, it } from "vitest";
import { makeTwin } from "../test/fixture.ts";
import { chooseSweeps } from "./choose-sweeps.ts";
import { decimate, decimateSteps } from "./decimate.ts";
import { doseAxis } from "./dose-axis.ts";
import { spreadOver } from "./spread-over.ts";

describe("chooseSweeps", () => {
  it("[C1] shows the most hyperpolarised, the first that spikes, the strongest and a held-out sweep", () => {
    const chosen = chooseSweeps(makeTwin({ sweeps: 30 }));
    const currents = chosen.map((s) => s.trace.amplitude_pA);
    expect(chosen).toHaveLength(6);
    expect(currents).toEqual([...currents].sort((a, b) => a - b));
    expect(currents).toContain(-100);
    expect(currents).toContain(80);
    expect(currents).toContain(770);
    expect(chosen.some((s) => s.trace.role === "held-out")).toBe(true);
  });

  it("[C2] shows every sweep when there are few", () => {
    expect(chooseSweeps(makeTwin({ sweeps: 4 }))).toHaveLength(4);
    expect(chooseSweeps(makeTwin({ sweeps: 0 }))).toEqual([]);
  });
});

it("[C3] a cell that never spikes is shown over its whole range of currents", () => {
  const currents = chooseSweeps(makeTwin({ silent: true })).map((s) => s.trace.amplitude_pA);
  expect(currents[0]).toBe(-100);
  expect(currents.at(-1)).toBe(12);
});

describe("decimate", () => {
  const t_ms = Array.from({ length: 100_000 }, (_, k) => k / 20);

  it("[D1] keeps a spike that is one sample long, and the order of time", () => {
    const v_mV = t_ms.map((_, k) => (k === 31_337 ? 40 : -70));
    const points = decimate(t_ms, v_mV, 400);
    expect(points.length).toBeLessThanOrEqual(400);
    expect(Math.max(...points.map((p) => p[1]))).toBe(40);
    expect(points.every((p, k) => k === 0 || p[0] >= points[k - 1][0])).toBe(true);
  });

  it("[D2] leaves out what is not finite", () => {
    expect(decimate([0, 1, 2], [-70, Number.NaN, -69])).toEqual([
      [0, -70],
      [2, -69],
    ]);
  });

  it("[D3] a current step keeps its four corners and its ends", () => {
    const i_pA = t_ms.map((t) => (t >= 100 && t < 600 ? 50 : 0));
    expect(decimateSteps(t_ms, i_pA).map((p) => p[1])).toEqual([0, 0, 50, 50, 0, 0]);
  });
});

describe("doseAxis", () => {
  it("[A1] ticks lie inside, are few, and the label names their units", () => {
    const axis = doseAxis([0.003, 1000]);
    expect(axis.ticks_uM.length).toBeLessThanOrEqual(5);
    expect(axis.ticks_uM.every((t) => t >= axis.domain_uM[0] && t <= axis.domain_uM[1])).toBe(true);
    expect(axis.label).toBe("Concentration (nM, µM; log scale)");
  });

  it("[A2] a single dose has room and ticks around it; dose 0 has no place on a logarithm", () => {
    const { domain_uM, ticks_uM } = doseAxis([0, 3]);
    expect(domain_uM[0]).toBeCloseTo(0.3);
    expect(domain_uM[1]).toBeCloseTo(30);
    expect(ticks_uM.length).toBeGreaterThanOrEqual(2);
    expect(doseAxis([]).ticks_uM.length).toBeGreaterThanOrEqual(2);
  });
});

it("[S1] spreadOver keeps the ends", () => {
  expect(spreadOver([1, 2, 3, 4, 5, 6, 7], 3)).toEqual([1, 4, 7]);
  expect(spreadOver([1, 2], 3)).toEqual([1, 2]);
});
