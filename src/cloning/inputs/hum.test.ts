import { describe, expect, it } from "vitest";
import { drawCells, trainingWorld, withArtefact } from "../world/index.ts";
import { humAmplitude_mV } from "./hum.ts";

const DT_MS = 0.1;
const sweep = (hum_mV: number, line_Hz: number, before_ms = 100) => {
  const v_mV = Float64Array.from({ length: 5000 }, (_, k) => {
    const t_ms = k * DT_MS;
    return -65 + 0.002 * t_ms + hum_mV * Math.sin(0.4 + 2 * Math.PI * line_Hz * (t_ms / 1000));
  });
  const i_pA = Float64Array.from({ length: 5000 }, (_, k) => (k * DT_MS >= before_ms && k < 4990 ? 50 : 0));
  return { v_mV, i_pA };
};

describe("[I7] mains hum", () => {
  it.each([50, 60])("%d Hz is measured on a drifting baseline", (line_Hz) => {
    expect(humAmplitude_mV([sweep(3, line_Hz), sweep(3, line_Hz)], DT_MS)).toBeCloseTo(3, 1);
    expect(humAmplitude_mV([sweep(0, line_Hz)], DT_MS)).toBeLessThan(1e-6);
  });

  it("null where nothing is quiet for two periods", () => {
    expect(humAmplitude_mV([sweep(3, 50, 20)], DT_MS)).toBeNull();
  });

  it("tells recordings with line noise from those of the training world, whose hum is small", () => {
    const cells = drawCells(trainingWorld("izhikevich"), 61, 24);
    const sizes = (all: typeof cells) =>
      all.map(({ sweeps, dt_ms }) => humAmplitude_mV(sweeps, dt_ms)).filter((size) => size !== null);
    const usual = sizes(cells);
    const spoilt = sizes(cells.map((cell) => withArtefact(cell, "line-noise", 61)));
    expect(usual.length).toBeGreaterThan(16);
    expect(Math.max(...usual)).toBeLessThan(1);
    expect(Math.min(...spoilt)).toBeGreaterThan(1);
  });
});
