import { expect, it } from "vitest";
import { InputError } from "../../errors.ts";
import { parseExpression } from "../expression.ts";
import { type ConductanceModel, defaultParameters } from "../model.ts";
import { hodgkinHuxley } from "../models/hodgkin-huxley.ts";
import { compile } from "./compile.ts";

const withGate = (inf: string): ConductanceModel => ({
  ...hodgkinHuxley,
  gates: hodgkinHuxley.gates.map((gate) =>
    gate.name === "n" ? { name: "n", inf: parseExpression(inf), tau: parseExpression("5") } : gate,
  ),
});
const run = (model: ConductanceModel) =>
  compile(model, { dt_ms: 0.025 }).run(defaultParameters(model), {
    steps: 400,
    recordEvery: 1,
    i: { kind: "constant", value: 10 },
    v0_mV: -65,
  });

it("ln of parameters is computed once a cell", () => {
  const plain = run(withGate(`${Math.log(120 / 36)} / 4`));
  const { v_mV } = run(withGate("ln(gNa_mS_per_cm2 / gK_mS_per_cm2) / 4"));
  expect(v_mV.length).toBe(401);
  // The plain number makes the gate a constant, which is multiplied in another order.
  for (const [step, v] of plain.v_mV.entries()) expect(Math.abs(v_mV[step] - v)).toBeLessThan(1e-9);
});

it("ln of what changes is refused with a way out", () => {
  expect(() => run(withGate("ln(1 + exp(v / 10))"))).toThrow(InputError);
});

it("a description that reads what is not there is refused with its place before it is compiled", () => {
  expect(() => run(withGate("1 / (1 + exp(-(V + 40) / 10))"))).toThrow(/unknown symbol V/);
});
