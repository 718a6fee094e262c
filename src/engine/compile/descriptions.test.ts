import { describe, expect, it } from "vitest";
import { COMPILED, largestDistance, spikesOf, voltageOf } from "../../../test/engine/populations.ts";
import { parseExpression } from "../expression.ts";
import { type ConductanceModel, defaultParameters, type Gate } from "../model.ts";
import { compile, compiledSolvers } from "./compile.ts";
import { referenceKernel } from "./reference.ts";

/** Whatever a description may say of gates, pools and open fractions compiles to what the interpreter makes of it. */

const squid = COMPILED["hodgkin-huxley"] as ConductanceModel;

const gate = (name: string, inf: string, tau?: string): Gate => ({
  name,
  inf: parseExpression(inf),
  ...(tau && { tau: parseExpression(tau) }),
});

/** The squid axon with a pool of sodium and a potassium current X. */
function withCurrent(open: string, gates: readonly Gate[], pool = { inf: "0.1 - 0.01 * I_Na", tau: "20" }) {
  return {
    ...squid,
    id: "described",
    parameters: [
      ...squid.parameters,
      {
        name: "gX_mS_per_cm2",
        unit: "mS/cm2",
        default: 0.5,
        prior: { low: 0.1, high: 1, scale: "log" },
        role: "conductance",
        doc: "Conductance of X.",
      },
    ],
    gates: [...squid.gates, ...gates],
    pools: [{ name: "na", unit: "uM", inf: parseExpression(pool.inf), tau: parseExpression(pool.tau) }],
    currents: [
      ...squid.currents,
      { name: "X", conductance: "gX_mS_per_cm2", reversal: "EK_mV", open: parseExpression(open) },
    ],
  } satisfies ConductanceModel;
}

const CLOSED = "1 / (1 + exp(-(v + 40) / 10))";

const DESCRIBED: Readonly<Record<string, ConductanceModel>> = {
  "an open fraction that reads a pool": withCurrent("na / (na + 1)", []),
  "a steady state that reads a pool": withCurrent("x", [gate("x", "na / (na + 1)", "5")]),
  "an instantaneous gate that reads a pool": withCurrent("x", [gate("x", "na / (na + 1)")]),
  "a time constant that reads a pool": withCurrent("x", [gate("x", CLOSED, "5 + 10 * na")]),
  "a pool whose time constant reads a current": withCurrent("na / (na + 1)", [], {
    inf: "0.1 - 0.01 * I_Na",
    tau: "20 + 0.01 * max(-I_Na, 0)",
  }),
  "a pool that nothing reads": withCurrent("x", [gate("x", CLOSED, "5")]),
  "instantaneous and moving gates in one current": withCurrent("x * y^2", [
    gate("x", CLOSED, "5"),
    gate("y", "1 / (1 + exp((v + 30) / 7))"),
  ]),
  "gates at constant steady states": withCurrent("x * y * z", [
    gate("x", "0.3", "5"),
    gate("y", "gX_mS_per_cm2", "5"),
    gate("z", "gX_mS_per_cm2 / 2"),
  ]),
  "a gate shared by two currents": withCurrent("m^2 * n", []),
  "functions of every kind": withCurrent("min(x, 0.8) * step(x - 0.01)", [
    gate("x", "max(0, linoid(-(v + 60) / 9)) / (1 + linoid((v + 20) / 30))", "1 + linoid((v + 50) / 12)"),
  ]),
};

describe.each(Object.entries(DESCRIBED))("[G1] %s", (_, model) => {
  it.each(compiledSolvers(model))("%s: the interpreter to 1e-9 mV over 100 ms", (solver) => {
    const params = defaultParameters(model);
    const request = { v0_mV: -65, recordEvery: 1 } as const;
    const run = compile(model, { dt_ms: 0.025, solver }).run(params, {
      ...request,
      steps: 4000,
      i: { kind: "constant", value: 15 },
      spikeTimes: true,
    });
    const expected = referenceKernel(model, 0.025, solver)
      .bind(params)
      .run(new Float64Array(4000).fill(15), request);
    expect(expected.spikeTimes_ms.length).toBeGreaterThan(3);
    expect(largestDistance(voltageOf(run, 0), expected.v_mV)).toBeLessThan(1e-9);
    expect(largestDistance(spikesOf(run, 0), expected.spikeTimes_ms)).toBeLessThan(1e-9);
  });

  it("starts at the interpreter's resting point, and stays with it where it is stable", () => {
    const params = defaultParameters(model);
    const run = compile(model, { dt_ms: 0.025 }).run(params, {
      steps: 400,
      i: { kind: "constant", value: 0 },
      recordEvery: 1,
    });
    const expected = referenceKernel(model, 0.025)
      .bind(params)
      .run(new Float64Array(400), { recordEvery: 1 });
    expect(largestDistance(voltageOf(run, 0), expected.v_mV)).toBeLessThan(1e-8);
  });
});
