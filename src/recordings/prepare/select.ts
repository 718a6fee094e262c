import { z } from "zod";
import type { Recording } from "../recording.ts";
import { cannot, defineMethod } from "./method.ts";

/** Keeps the sweeps with these numbers (as the acquisition program shows them), in the order of the recording. */
export const select = defineMethod({
  step: "select",
  schema: z.strictObject({
    step: z.literal("select"),
    sweeps: z.array(z.int().positive()).min(1),
  }),
  apply(recording, { sweeps: wanted }, where) {
    const missing = wanted.filter((index) => !recording.sweeps.some((sweep) => sweep.index === index));
    if (missing.length > 0) throw noSweep(recording, missing, where);
    const sweeps = recording.sweeps.filter(({ index }) => wanted.includes(index));
    const list = sweeps.map(({ index }) => index).join(", ");
    return {
      recording: sweeps.length === recording.sweeps.length ? recording : { ...recording, sweeps },
      description: `Kept ${sweeps.length} of ${recording.sweeps.length} sweeps: ${list}.`,
      parameters: { sweeps: list },
    };
  },
});

function noSweep(recording: Recording, missing: readonly number[], where: string) {
  return cannot("unknown-sweep", where, "the recording has no such sweep", {
    got: missing.join(", "),
    expected: recording.sweeps.map(({ index }) => index).join(", "),
    next: "`patchtwin inspect` lists the sweeps.",
  });
}
