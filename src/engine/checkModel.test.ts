import { describe, expect, it } from "vitest";
import { InputError } from "../errors.ts";
import { expressionText } from "./channels/expressionText.ts";
import { checkModel } from "./checkModel.ts";
import { parseExpression } from "./expression.ts";
import type { ConductanceModel, Model } from "./model.ts";
import { cortical } from "./models/cortical.ts";
import { MODELS } from "./models/index.ts";
import { izhikevich } from "./models/izhikevich.ts";

function codeOf(model: Model): string {
  try {
    checkModel(model);
  } catch (error) {
    if (error instanceof InputError) return error.problem.code;
    throw error;
  }
  return "accepted";
}

const cell = (changes: Partial<ConductanceModel>): ConductanceModel => ({ ...cortical, ...changes });

describe("checkModel", () => {
  it.each(MODELS)("accepts $id: $title", (model) => {
    expect(codeOf(model)).toBe("accepted");
  });

  it("accepts arrivals and inputs, and refuses arrivals at gates that are not there", () => {
    const adds = [{ gate: "m", amount: parseExpression("1") }];
    const open = parseExpression("dynamicClamp");
    const currents = [...cortical.currents, { name: "X", conductance: "gM_nS", reversal: "EK_mV", open }];
    expect(codeOf({ ...cortical, inputs: ["dynamicClamp"], currents })).toBe("accepted");
    expect(codeOf({ ...cortical, currents })).toBe("unknown-symbol");
    expect(codeOf({ ...cortical, arrivals: [{ name: "AMPA", adds }] })).toBe("accepted");
    expect(codeOf({ ...cortical, arrivals: [{ name: "AMPA", adds: [{ ...adds[0], gate: "x" }] }] })).toBe(
      "unknown-symbol",
    );
  });

  it("refuses what reads a missing name", () => {
    expect(codeOf(cell({ pools: [] }))).toBe("unknown-symbol");
    expect(codeOf(cell({ capacitance: "C_nF" }))).toBe("unknown-symbol");
    expect(codeOf({ ...izhikevich, du: parseExpression("w") })).toBe("unknown-symbol");
    expect(codeOf({ ...izhikevich, peak: parseExpression("i") })).toBe("unknown-symbol");
    expect(codeOf({ ...izhikevich, rest: "vx_mV" })).toBe("unknown-symbol");
  });

  it("refuses names that are taken or cannot be read", () => {
    const [gate] = cortical.gates;
    expect(codeOf(cell({ gates: [...cortical.gates, gate] }))).toBe("duplicate-name");
    expect(codeOf(cell({ gates: [...cortical.gates, { ...gate, name: "v" }] }))).toBe("duplicate-name");
    expect(codeOf(cell({ gates: [...cortical.gates, { ...gate, name: "gM_nS" }] }))).toBe("duplicate-name");
    expect(codeOf(cell({ inputs: ["2x"] }))).toBe("name");
  });

  it("refuses pools fed by currents that depend on pools", () => {
    const [pool] = cortical.pools!;
    expect(codeOf(cell({ pools: [{ ...pool, inf: parseExpression("0.1 - I_SK") }] }))).toBe("pool-loop");
    const currents = cortical.currents.map((current) =>
      current.name === "CaL" ? { ...current, open: parseExpression("q^2 * r * ca") } : current,
    );
    expect(codeOf(cell({ currents }))).toBe("pool-loop");
  });
});

describe("expressionText", () => {
  it.each([
    "a + b - c",
    "a - (b - c)",
    "a / (b * c)",
    "a / b * c",
    "-(a + b) / 5",
    "-a^2",
    "(-a)^2",
    "(a + b)^3 * exp(-(v - 2) / 10)",
    "max(0.1, a - -b)",
    "a * -b",
  ])("writes %s so that it parses back", (text) => {
    expect(expressionText(parseExpression(text))).toBe(text);
  });

  it("parses back for every expression of the built-in models", () => {
    for (const { inf, tau } of cortical.gates) {
      expect(parseExpression(expressionText(inf))).toEqual(inf);
      if (tau) expect(parseExpression(expressionText(tau))).toEqual(tau);
    }
  });
});
