import { expect, it } from "vitest";
import { describeProblem, InputError } from "./errors.ts";

it("a problem says where, what, got, expected and the next step, and leaves out what it does not know", () => {
  expect(
    describeProblem({
      code: "voltage-clamp",
      what: "no current clamp",
      where: "a.abf, sweep 2",
      got: "pA",
      expected: "mV",
      next: "Record it in current clamp.",
    }),
  ).toBe("a.abf, sweep 2: no current clamp (got pA, expected mV). Record it in current clamp.");
  expect(describeProblem({ code: "x", what: "too short", expected: "2 or more" })).toBe(
    "too short (expected 2 or more).",
  );
});

it("an InputError carries its problem as fields and as text", () => {
  const problem = { code: "unknown-drug", what: "no such drug", got: '"x"' };
  const error = new InputError(problem);
  expect(error).toBeInstanceOf(Error);
  expect([error.name, error.message, error.problem]).toEqual([
    "InputError",
    'no such drug (got "x").',
    problem,
  ]);
});
