import { describe, expect, it } from "vitest";
import { drawParameters } from "../../../test/engine/truth.ts";
import { InputError } from "../../errors.ts";
import { RandomStream } from "../../random.ts";
import { type Expression, evaluate, namesIn } from "../expression.ts";
import {
  type ConductanceModel,
  defaultParameters,
  fromRecord,
  type Gate,
  parameterIndex,
  toRecord,
} from "../model.ts";
import { steadyState } from "../resting.ts";
import { findModel, MODELS } from "./index.ts";

const CONDUCTANCE = MODELS.filter((model): model is ConductanceModel => model.kind === "conductance");

describe.each(MODELS)("description of $id", (model) => {
  const parameters = model.parameters.map(({ name }) => name);

  it("is found by its id, which is its own", () => {
    expect(findModel(model.id)).toBe(model);
  });

  it("says its source and what it leaves out", () => {
    expect(model.source).toMatch(/\d{4}/);
    expect(model.leavesOut).not.toBe("");
  });

  it("names each parameter once, with its unit at the end where it has one", () => {
    expect(new Set(parameters).size).toBe(parameters.length);
    for (const { name, unit } of model.parameters) {
      if (unit === "1") continue;
      const written = unit.replace("1/", "per_").replaceAll("/", "_per_");
      expect(name.endsWith(`_${written}`), `${name} in ${unit}`).toBe(true);
    }
  });

  it("has priors that can be drawn from; defaults lie within them or are an absent channel", () => {
    for (const { name, default: value, prior, role } of model.parameters) {
      expect(prior.low, name).toBeLessThan(prior.high);
      if (prior.scale === "log") expect(prior.low, name).toBeGreaterThan(0);
      if (value === 0 && role === "conductance") continue;
      expect(value, name).toBeGreaterThanOrEqual(prior.low);
      expect(value, name).toBeLessThanOrEqual(prior.high);
    }
  });

  it("turns records into arrays and back in the order of its parameters", () => {
    const values = Float64Array.from(parameters, (_, index) => index + 0.5);
    expect(fromRecord(model, toRecord(model, values))).toEqual(values);
    expect(toRecord(model, defaultParameters(model))).toEqual(
      Object.fromEntries(model.parameters.map((parameter) => [parameter.name, parameter.default])),
    );
    expect(parameters.map((name) => parameterIndex(model, name))).toEqual([...parameters.keys()]);
    expect(() => parameterIndex(model, "gNone_nS")).toThrow("internal:");
  });
});

it("an unknown model is the user's error and names those there are", () => {
  expect(() => findModel("cortcal")).toThrow(InputError);
  expect(() => findModel("cortcal")).toThrow(MODELS.map(({ id }) => id).join(", "));
});

describe.each(CONDUCTANCE)("gates and currents of $id", (model) => {
  const parameters = new Set(model.parameters.map(({ name }) => name));
  const gates = model.gates.map(({ name }) => name);
  const readBy = (gate: Gate) => [...namesIn(gate.inf), ...(gate.tau ? namesIn(gate.tau) : [])];

  const pools = new Set((model.pools ?? []).map(({ name }) => name));

  it("a gate has a name of its own and reads voltage, pools and parameters only", () => {
    expect(new Set(gates).size).toBe(gates.length);
    for (const gate of model.gates) {
      expect(parameters.has(gate.name) || gate.name === "v", gate.name).toBe(false);
      for (const name of readBy(gate))
        expect(name === "v" || pools.has(name) || parameters.has(name), name).toBe(true);
    }
  });

  it("a current reads gates by arithmetic alone, and conductance and reversal are parameters", () => {
    const calls = (tree: Expression): boolean =>
      tree.kind === "call" ||
      (tree.kind === "binary" && (calls(tree.left) || calls(tree.right))) ||
      (tree.kind === "negate" && calls(tree.of)) ||
      (tree.kind === "power" && calls(tree.base));
    for (const current of model.currents) {
      expect(calls(current.open), current.name).toBe(false);
      for (const name of namesIn(current.open)) expect(gates).toContain(name);
      expect(parameters.has(current.conductance)).toBe(true);
      expect(parameters.has(current.reversal)).toBe(true);
    }
    const open = new Set(model.currents.flatMap((current) => [...namesIn(current.open)]));
    expect(gates.filter((gate) => !open.has(gate))).toEqual([]);
  });

  it("every steady state lies in 0 to 1 and every time constant is positive, from -160 to 110 mV, over the prior", () => {
    for (let seed = 0; seed < 20; seed++) {
      const params =
        seed === 0 ? defaultParameters(model) : drawParameters(model, RandomStream.fromSeed(seed));
      const values = toRecord(model, params);
      for (let v = -160; v <= 110; v += 3.1) {
        const at = steadyState(model, values, v);
        for (const { name, inf, tau } of model.gates) {
          const steady = evaluate(inf, at);
          expect(steady >= 0 && steady <= 1, `${name} = ${steady} at ${v} mV, seed ${seed}`).toBe(true);
          const time = tau ? evaluate(tau, at) : 1;
          expect(time > 0, `tau of ${name} = ${time} at ${v} mV, seed ${seed}`).toBe(true);
        }
      }
    }
  });
});

describe("linoid singularities of the squid axon", () => {
  const hodgkinHuxley = findModel("hodgkin-huxley") as ConductanceModel;

  /** Rates at the singular voltage, by hand: alpha_m(-40) = 1, alpha_n(-55) = 0.1 (the limit of x / (1 - exp(-x)) is 1). */
  it.each([
    ["m", -40, 1, 4 * Math.exp(-25 / 18)],
    ["n", -55, 0.1, 0.125 * Math.exp(-10 / 80)],
  ] as const)("gate %s at %d mV", (name, v, alpha, beta) => {
    const gate = hodgkinHuxley.gates.find((each) => each.name === name)!;
    expect(evaluate(gate.inf, { v })).toBeCloseTo(alpha / (alpha + beta), 15);
    expect(evaluate(gate.tau!, { v })).toBeCloseTo(1 / (alpha + beta), 15);
  });
});
