import { z } from "zod";
import { lazySweep, lengthOf, sliceOf } from "../lazy-sweep.ts";
import { cannot, defineMethod } from "./method.ts";

/**
 * Keeps a window of every sweep: the samples with start <= t < end, t from the first sample. Time starts at 0 again and
 * the stimulus is described anew; tags keep the time of the file.
 */
export const crop = defineMethod({
  step: "crop",
  schema: z
    .strictObject({ step: z.literal("crop"), start_ms: z.number().min(0), end_ms: z.number().positive() })
    .refine(({ start_ms, end_ms }) => end_ms > start_ms, "expected an end after the start"),
  apply(recording, { start_ms, end_ms }, where) {
    const { dt_ms, name } = recording;
    const [from, to] = [firstAtOrAfter(start_ms, dt_ms), firstAtOrAfter(end_ms, dt_ms)];
    const shortest = recording.sweeps.reduce(
      (least, sweep) => Math.min(least, lengthOf(sweep)),
      Number.POSITIVE_INFINITY,
    );
    if (to > shortest || to <= from)
      throw cannot("window", where, "the window does not lie in every sweep", {
        got: `${start_ms} to ${end_ms} ms`,
        expected: `within 0 to ${Number((shortest * dt_ms).toFixed(6))} ms, at least one sample`,
        next: "Choose a window that every sweep has, or select sweeps first.",
      });
    const isWhole = from === 0 && recording.sweeps.every((sweep) => lengthOf(sweep) === to);
    const sweeps = recording.sweeps.map((sweep) =>
      lazySweep({
        index: sweep.index,
        samples: to - from,
        dt_ms,
        v_mV: (a, b) => sliceOf(sweep, from + a, from + b).v_mV.slice(),
        i_pA: (a, b) => sliceOf(sweep, from + a, from + b).i_pA.slice(),
        where: name,
      }),
    );
    return {
      recording: isWhole ? recording : { ...recording, sweeps },
      description: `Kept ${start_ms} to ${end_ms} ms of every sweep.`,
      parameters: { start_ms, end_ms },
    };
  },
});

/** A time that is a sample but for rounding is that sample. */
function firstAtOrAfter(t_ms: number, dt_ms: number): number {
  return Math.ceil(t_ms / dt_ms - 1e-6);
}
