import { describe, expect, it } from "vitest";
import { drawParameters } from "../../test/engine/truth.ts";
import { RandomStream } from "../random.ts";
import { compiledKernel } from "./compile/singleCell.ts";
import { type ConductanceModel, defaultParameters, fromRecord, parameterIndex, toRecord } from "./model.ts";
import { cortical } from "./models/cortical.ts";
import { findModel, MODELS } from "./models/index.ts";
import { lowestZero, restingVoltage, steadyCurrent, steadyState } from "./resting.ts";
import { generatedSystem } from "./solvers/system.ts";

const CONDUCTANCE = MODELS.filter((model): model is ConductanceModel => model.kind === "conductance");
const hodgkinHuxley = findModel("hodgkin-huxley") as ConductanceModel;

it("the squid axon rests at -65 mV within 0.1 mV", () => {
  expect(Math.abs(restingVoltage(hodgkinHuxley, defaultParameters(hodgkinHuxley)) + 65)).toBeLessThan(0.1);
});

it("a reset model rests at its parameter", () => {
  for (const model of MODELS) {
    if (model.kind !== "reset") continue;
    const params = defaultParameters(model);
    params[parameterIndex(model, model.rest)] = -71.5;
    expect(restingVoltage(model, params, 50)).toBe(-71.5);
  }
});

describe.each(CONDUCTANCE)("resting point of $id", (model) => {
  const cells = [
    defaultParameters(model),
    ...Array.from({ length: 30 }, (_, seed) => drawParameters(model, RandomStream.fromSeed(seed))),
  ];
  const size = model.current.name === "i_pA" ? 20 : 1;

  it.each([0, size, -size])(
    "is where the steady current turns from inward to outward, at current %d",
    (injected) => {
      for (const [cell, params] of cells.entries()) {
        const values = toRecord(model, params);
        const rest = restingVoltage(model, params, injected);
        if (rest === -140 || rest === 20) continue;
        expect(steadyCurrent(model, values, rest - 1e-8, injected), `cell ${cell}`).toBeLessThan(0);
        expect(steadyCurrent(model, values, rest + 1e-8, injected), `cell ${cell}`).toBeGreaterThanOrEqual(0);
      }
    },
  );

  it("is the lowest one", () => {
    for (const [cell, params] of cells.entries()) {
      const values = toRecord(model, params);
      const rest = restingVoltage(model, params);
      for (let v = -140; v < rest - 0.01; v += 0.5) {
        expect(steadyCurrent(model, values, v, 0), `cell ${cell} at ${v} mV`).toBeLessThan(0);
      }
    }
  });

  it("is where the default cell stays, at its very voltage, for a second without current", () => {
    const params = defaultParameters(model);
    const rest = restingVoltage(model, params);
    const { v_mV, spikeTimes_ms } = compiledKernel(model, 0.025)
      .bind(params)
      .run(new Float64Array(40_000), { recordEvery: 1 });
    expect(spikeTimes_ms.length).toBe(0);
    for (const v of v_mV) if (Math.abs(v - rest) > 0.01) expect(v).toBeCloseTo(rest, 2);
  });
});

describe("lowestZero", () => {
  it("takes the lowest of several upward crossings, to 1e-9 mV", () => {
    const f = (v: number) => (v + 80.123456789) * (v + 50) * (v + 20);
    expect(Math.abs(lowestZero(f) + 80.123456789)).toBeLessThan(1e-9);
  });

  it("gives the nearer end where there is none", () => {
    expect(lowestZero(() => 1)).toBe(-140);
    expect(lowestZero(() => -1)).toBe(20);
    expect(lowestZero(() => Number.NaN)).toBe(20);
  });
});

describe("with a calcium pool", () => {
  const cells = Array.from({ length: 20 }, (_, seed) =>
    drawParameters(cortical, RandomStream.fromSeed(seed)),
  );

  it("the resting point is one of all equations: gates that read calcium, calcium that the currents bring", () => {
    const systemOf = generatedSystem(cortical);
    for (const [cell, params] of cells.entries()) {
      const rest = restingVoltage(cortical, params, 10);
      if (rest === -140 || rest === 20) continue;
      const system = systemOf(params);
      const y = system.initial(rest);
      const slope = new Float64Array(system.size);
      system.f(y, Float64Array.of(10), slope);
      for (const [k, name] of system.names.entries())
        expect(Math.abs(slope[k]), `${name} of cell ${cell} at ${rest} mV`).toBeLessThan(1e-6);
    }
  });

  it("calcium opens SK channels, which draw the resting point down", () => {
    const values = toRecord(cortical, defaultParameters(cortical));
    const rest = (more: Record<string, number>) =>
      restingVoltage(cortical, fromRecord(cortical, { ...values, gCaL_nS: 20, ...more }), 60);
    expect(rest({ gSK_nS: 100 })).toBeLessThan(rest({}) - 0.01);
    expect(steadyState(cortical, { ...values, gCaL_nS: 20 }, -40).ca).toBeGreaterThan(
      steadyState(cortical, { ...values, gCaL_nS: 20 }, -70).ca,
    );
  });
});
