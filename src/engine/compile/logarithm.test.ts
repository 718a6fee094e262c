import { expect, it } from "vitest";
import { InputError } from "../../errors.ts";
import { parseExpression } from "../expression.ts";
import { type ConductanceModel, defaultParameters } from "../model.ts";
import { hodgkinHuxley } from "../models/hodgkin-huxley.ts";
import { compile } from "./compile.ts";

const withLeakOf = (open: string): ConductanceModel => ({
  ...hodgkinHuxley,
  currents: hodgkinHuxley.currents.map((current) =>
    current.name === "L" ? { ...current, open: parseExpression(open) } : current,
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
  const plain = run(withLeakOf(`${Math.log(120 / 36)}`));
  expect(run(withLeakOf("ln(gNa_mS_per_cm2 / gK_mS_per_cm2)")).v_mV).toEqual(plain.v_mV);
});

it("ln of what changes is refused with a way out", () => {
  expect(() => run(withLeakOf("ln(1 + n)"))).toThrow(InputError);
});
