import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { ARTEFACTS, type Artefact, type DrawnCell, drawCells, trainingWorld, withArtefact } from "./index.ts";

const CELLS = drawCells(
  trainingWorld("izhikevich", { protocol: "rich", rig: "noisy", noise_mV: 0.5 }),
  41,
  6,
);

function samplesOf({ sweeps }: DrawnCell): string {
  const hash = createHash("sha256");
  for (const { v_mV, i_pA } of sweeps) hash.update(v_mV).update(i_pA);
  return hash.digest("hex");
}

/** The original beside what became of it, for several seeds. */
const spoilt = (artefact: Artefact) =>
  CELLS.map((cell, seed): [DrawnCell, DrawnCell] => [cell, withArtefact(cell, artefact, seed)]);

const rangeOf = (cell: DrawnCell, sweep: number) => {
  const { v_mV } = cell.sweeps[sweep];
  return [v_mV.reduce((low, v) => Math.min(low, v)), v_mV.reduce((high, v) => Math.max(high, v))];
};

describe("[A1] spoilt recordings", () => {
  it.each(ARTEFACTS)("%s: the same for the same seed, the recording itself untouched", (artefact) => {
    const before = samplesOf(CELLS[0]);
    const first = withArtefact(CELLS[0], artefact, 9);
    expect(samplesOf(withArtefact(CELLS[0], artefact, 9))).toBe(samplesOf(first));
    expect(samplesOf(CELLS[0])).toBe(before);
    expect(first.parameters).toEqual(CELLS[0].parameters);
    expect(samplesOf(first)).not.toBe(before);
  });

  it("line-noise adds 4 to 20 mV at 50 or 60 Hz", () => {
    for (const [cell, bad] of spoilt("line-noise")) {
      const added = bad.sweeps[0].v_mV.map((v, n) => v - cell.sweeps[0].v_mV[n]);
      const amplitude = Math.max(
        ...[50, 60].map((frequency_Hz) => {
          let [re, im] = [0, 0];
          added.forEach((v, n) => {
            re += v * Math.cos((2 * Math.PI * frequency_Hz * n * cell.dt_ms) / 1000);
            im += v * Math.sin((2 * Math.PI * frequency_Hz * n * cell.dt_ms) / 1000);
          });
          return (2 * Math.hypot(re, im)) / added.length;
        }),
      );
      expect(amplitude).toBeGreaterThan(3.9);
      expect(amplitude).toBeLessThan(20.1);
    }
  });

  it("clipping leaves many samples at one highest value", () => {
    for (const [cell, bad] of spoilt("clipping")) {
      const top = Math.max(...bad.sweeps.map((_, k) => rangeOf(bad, k)[1]));
      expect(top).toBeLessThan(Math.max(...cell.sweeps.map((_, k) => rangeOf(cell, k)[1])));
      const stuck = bad.sweeps.reduce((sum, { v_mV }) => sum + v_mV.filter((v) => v === top).length, 0);
      expect(stuck).toBeGreaterThan(10);
    }
  });

  it("lost-seal ends near 0 mV, and the sweeps before are as they were", () => {
    for (const [cell, bad] of spoilt("lost-seal")) {
      const last = bad.sweeps[bad.sweeps.length - 1].v_mV;
      expect(last.every((v) => Math.abs(v) < 8)).toBe(true);
      const lost = bad.sweeps.findIndex(({ v_mV }, k) => v_mV !== cell.sweeps[k].v_mV);
      expect(lost).toBeLessThan(cell.sweeps.length / 2);
      expect(bad.sweeps[lost].v_mV[0]).toBe(cell.sweeps[lost].v_mV[0]);
    }
  });

  it("swapped-channels exchanges them; wrong-units scales one of them", () => {
    for (const [cell, bad] of spoilt("swapped-channels"))
      expect(bad.sweeps[2].v_mV === cell.sweeps[2].i_pA && bad.sweeps[2].i_pA === cell.sweeps[2].v_mV).toBe(
        true,
      );
    for (const [cell, bad] of spoilt("wrong-units")) {
      const voltage = bad.sweeps[0].v_mV[0] / cell.sweeps[0].v_mV[0];
      const current = bad.sweeps[0].i_pA[3000] / cell.sweeps[0].i_pA[3000];
      expect([voltage, current].filter((factor) => Math.abs(factor - 1) > 0.5).length).toBe(1);
    }
  });

  it("constant has one value; dead has noise and R I, no cell", () => {
    for (const [, bad] of spoilt("constant"))
      for (const { v_mV } of bad.sweeps) expect(new Set(v_mV).size).toBe(1);
    for (const [, bad] of spoilt("dead"))
      for (const k of bad.sweeps.keys()) {
        const largest = Math.max(...bad.sweeps[k].i_pA.map(Math.abs));
        for (const v of rangeOf(bad, k)) expect(Math.abs(v)).toBeLessThan(10 + 6 * 2 + 0.02 * largest);
      }
  });
});
