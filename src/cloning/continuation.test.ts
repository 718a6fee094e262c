import { describe, expect, it } from "vitest";
import { compile, defaultParameters, findModel, parameterIndex } from "../engine/index.ts";
import type { Recording } from "../recordings/index.ts";
import { continuation } from "./continuation.ts";
import { measureRecordings } from "./family.ts";
import { evaluateCandidates } from "./objective.ts";
import { assignRoles } from "./roles.ts";
import { buildTarget } from "./target.ts";
import { recordCurrents, syntheticRecording, TEST_CELL } from "./testRecording.ts";

const OPTIONS = { dt_ms: 0.05, clip_mV: -45, window: "stimulus" } as const;

function continued(recording: Recording) {
  const roled = assignRoles(measureRecordings([recording]), { holdOut: 0 });
  const trained = roled.filter(({ role }) => role === "trained");
  const recorded = buildTarget(trained, OPTIONS);
  return { roled, recorded, sweeps: continuation(roled, recorded) };
}

const FAMILY = [-50, 100, 200, 300, 400, 500, 600];

describe("the continuation of a family above its strongest step", () => {
  const { roled, recorded, sweeps } = continued(syntheticRecording(FAMILY));
  const top = roled[roled.length - 1].recordedSpikes;

  it("asks for no fewer spikes than the strongest step gave and none above the line", () => {
    expect(sweeps.map(({ amplitude_pA }) => amplitude_pA)).toEqual([780, 1200]);
    for (const { expected } of sweeps) expect(expected?.low).toBe(top);
    const [near, far] = sweeps.map(({ expected }) => expected?.high ?? 0);
    const slope = (roled[6].recordedSpikes - roled[4].recordedSpikes) / 200;
    expect(far - near).toBeGreaterThan(0.5 * slope * 420);
    expect(far - near).toBeLessThan(2 * slope * 420);
  });

  it("weighs as much as half of what was recorded", () => {
    const weight = sweeps.reduce((sum, { expected }) => sum + (expected?.weight ?? 0), 0);
    expect(weight).toBeCloseTo(recorded.sweeps.length / 2, 9);
  });

  it("raises what depolarises and leaves rest and test pulses alone", () => {
    const withPulse = FAMILY.map(
      (level_pA) => (t_ms: number) =>
        t_ms >= 20 && t_ms < 60 ? -40 : t_ms >= 100 && t_ms < 400 ? level_pA : 10,
    );
    const { sweeps: raised } = continued(recordCurrents(withPulse, 500));
    expect([...new Set(raised[0].current)].sort((a, b) => a - b)).toEqual([-40, 10, 777]);
  });

  it("costs the cell itself nothing; a cell that goes on at a higher rate or stops pays", () => {
    const model = findModel("cortical");
    const cell = (more: Record<string, number>) => {
      const params = defaultParameters(model);
      for (const [name, value] of Object.entries({ ...TEST_CELL, ...more })) {
        params[parameterIndex(model, name)] = value;
      }
      return params;
    };
    const kernel = compile(model, { dt_ms: OPTIONS.dt_ms });
    const cells = [cell({}), cell({ gM_nS: 0 }), cell({ gKdr_nS: 20 })];
    const alone = { ...recorded, sweeps: [...sweeps], shape: null };
    const [own, faster, blocked] = evaluateCandidates(kernel, cells, alone).map(({ loss }) => loss);
    expect(own).toBe(0);
    expect(faster).toBeGreaterThan(1);
    expect(blocked).toBeGreaterThan(1);
  });

  it("is not drawn for ramps, for fewer than three firing levels, or past a recorded block", () => {
    const ramps = [200, 400, 600].map(
      (top_pA) => (t_ms: number) => (t_ms >= 100 && t_ms < 400 ? ((t_ms - 100) / 300) * top_pA : 0),
    );
    expect(continued(recordCurrents(ramps, 500)).sweeps).toEqual([]);
    expect(continued(syntheticRecording([-50, 300, 500])).sweeps).toEqual([]);
    const { roled: family, recorded: target } = continued(syntheticRecording(FAMILY));
    const blocked = (amplitude_pA: number) =>
      continuation([...family, { ...family[6], amplitude_pA, role: "beyond-range" }], target);
    expect(blocked(700)).toEqual([]);
    const near = blocked(800);
    expect(near.map(({ amplitude_pA }) => amplitude_pA)).toEqual([780]);
    expect(near[0].expected?.weight).toBeCloseTo(target.sweeps.length / 2, 9);
  });
});
