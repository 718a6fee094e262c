/** What every step of preparation is, and the sweeps that come out of one. */
import type { z } from "zod";
import { InputError } from "../../errors.ts";
import { lazySweep, lengthOf, sliceOf } from "../lazy-sweep.ts";
import type { Recording, Sweep, SweepSlice } from "../recording.ts";

/** What a step did: the recording after it, one sentence, and the parameters as they were used. */
export interface Applied {
  readonly recording: Recording;
  readonly description: string;
  readonly parameters: Readonly<Record<string, number | string>>;
}

export interface Method<Name extends string = string, Shape extends z.ZodType = z.ZodType> {
  readonly step: Name;
  /** The step as plain data. */
  readonly schema: Shape;
  /** @param where For messages, e.g. `step 2 (low-pass)`. */
  apply(recording: Recording, step: z.output<Shape>, where: string): Applied;
}

export function defineMethod<const Name extends string, Shape extends z.ZodType>(
  method: Method<Name, Shape>,
): Method<Name, Shape> {
  return method;
}

interface Change<Part> {
  readonly v_mV?: (part: Part) => Float64Array;
  readonly i_pA?: (part: Part) => Float64Array;
}

/** Every sample anew from voltage and current at its own place, so that parts can be decoded alone. */
export function samplewise({ dt_ms, name }: Recording, source: Sweep, change: Change<SweepSlice>): Sweep {
  const { v_mV, i_pA } = change;
  const sweep = lazySweep({
    index: source.index,
    samples: lengthOf(source),
    dt_ms,
    v_mV: (from, to) => {
      const part = sliceOf(source, from, to);
      return v_mV ? v_mV(part) : part.v_mV.slice();
    },
    i_pA: (from, to) => {
      const part = sliceOf(source, from, to);
      return i_pA ? i_pA(part) : part.i_pA.slice();
    },
    where: name,
  });
  return i_pA ? sweep : withStimulusOf(source, sweep);
}

/** Every sample anew from the whole sweep. */
export function sweepwise({ dt_ms, name }: Recording, source: Sweep, change: Change<Sweep>): Sweep {
  const samples = lengthOf(source);
  const { v_mV, i_pA } = change;
  const sweep: Sweep = lazySweep({
    index: source.index,
    samples,
    dt_ms,
    v_mV: v_mV
      ? partOf(
          samples,
          () => v_mV(source),
          () => sweep.v_mV,
        )
      : (from, to) => sliceOf(source, from, to).v_mV.slice(),
    i_pA: i_pA
      ? partOf(
          samples,
          () => i_pA(source),
          () => sweep.i_pA,
        )
      : (from, to) => sliceOf(source, from, to).i_pA.slice(),
    where: name,
  });
  return i_pA ? sweep : withStimulusOf(source, sweep);
}

/** Decodes what can only be computed as a whole; a part is taken of the samples that the sweep keeps while they are used. */
export function partOf(samples: number, compute: () => Float64Array, keptWhole: () => Float64Array) {
  return (from: number, to: number) =>
    from === 0 && to === samples ? compute() : keptWhole().slice(from, to);
}

/** A current that was not changed needs no new description. */
function withStimulusOf(source: Sweep, sweep: Sweep): Sweep {
  return Object.defineProperty(sweep, "stimulus", { get: () => source.stimulus, enumerable: true });
}

/** Refuses a step that this recording cannot take. */
export function cannot(
  code: string,
  where: string,
  what: string,
  facts: { readonly got?: string; readonly expected?: string; readonly next: string },
): InputError {
  return new InputError({ code, where, what, ...facts });
}
