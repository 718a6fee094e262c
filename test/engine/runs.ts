import fc from "fast-check";
import { expect } from "vitest";
import { defaultParameters, type Kernel, type Model, type Run } from "../../src/engine/index.ts";
import { RandomStream } from "../../src/random.ts";
import { drawParameters, noiseCurrent } from "./truth.ts";

/** The usual step of a model. */
export function dtOf(model: Model): number {
  return model.kind === "reset" ? 0.1 : 0.025;
}

/** A current of this size makes the default cell of every model fire. */
export function driveOf(model: Model): number {
  return model.current.name === "i_pA" ? 400 : 15;
}

/** Bits, so that NaN equals NaN and 0 is not -0. */
export const bits = (values: Float64Array) =>
  new BigUint64Array(values.buffer, values.byteOffset, values.length);

export function expectSameRun(a: Run, b: Run): void {
  expect(bits(a.spikeTimes_ms)).toEqual(bits(b.spikeTimes_ms));
  expect(bits(a.v_mV)).toEqual(bits(b.v_mV));
  expect(a.failure).toEqual(b.failure);
}

/** A cell of the prior under random current, 2000 samples long. */
export const anyRun = fc.record({
  seed: fc.nat(),
  kind: fc.constantFrom("step", "noise", "ramp"),
  strength: fc.double({ min: -2, max: 8, noNaN: true }),
  recordEvery: fc.constantFrom(0, 1, 3, 40),
  v0_mV: fc.option(fc.double({ min: -120, max: 40, noNaN: true }), { nil: undefined }),
  spikeLevel_mV: fc.constantFrom(undefined, -20, 0),
});

export interface AnyRun {
  readonly seed: number;
  readonly kind: string;
  /** In units of a current that makes the default cell fire. */
  readonly strength: number;
  readonly recordEvery: number;
  readonly v0_mV?: number | undefined;
  readonly spikeLevel_mV?: number | undefined;
  /** Samples of current for each one of the plain run. */
  readonly refine?: number;
}

export function runOf(
  model: Model,
  { seed, kind, strength, recordEvery, v0_mV, spikeLevel_mV, refine = 1 }: AnyRun,
) {
  const stream = RandomStream.fromSeed(seed);
  const params = drawParameters(model, stream);
  const size = strength * driveOf(model) * (params[0] / defaultParameters(model)[0]);
  const samples = 2000 * refine;
  const current =
    kind === "step"
      ? new Float64Array(samples).fill(size, samples / 10, 0.9 * samples)
      : kind === "noise"
        ? noiseCurrent(seed, samples, size / 2, Math.abs(size), 8 * refine)
        : Float64Array.from({ length: samples }, (_, n) => (size * n) / samples);
  const options = {
    recordEvery,
    ...(v0_mV !== undefined && { v0_mV }),
    ...(spikeLevel_mV !== undefined && { spikeLevel_mV }),
  };
  return (kernel: Kernel) => kernel.bind(params).run(current, options);
}
