import { expect } from "vitest";
import type { Model, Run } from "../../src/engine/index.ts";

/** The usual step of a model. */
export function dtOf(model: Model): number {
  return model.kind === "reset" ? 0.1 : 0.025;
}

/** A current of this size makes the default cell of every model fire. */
export function driveOf(model: Model): number {
  if (model.current.name !== "i_pA") return 15;
  return model.id === "adex" ? 1500 : 400;
}

/** Bits, so that NaN equals NaN and 0 is not -0. */
export const bits = (values: Float64Array) =>
  new BigUint64Array(values.buffer, values.byteOffset, values.length);

export function expectSameRun(a: Run, b: Run): void {
  expect(bits(a.spikeTimes_ms)).toEqual(bits(b.spikeTimes_ms));
  expect(bits(a.v_mV)).toEqual(bits(b.v_mV));
  expect(a.failure).toEqual(b.failure);
}
