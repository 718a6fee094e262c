import { z } from "zod";
import { defineMethod, samplewise } from "./method.ts";

/**
 * Corrects the injected current: I_new = scale I + offset, for a wrong gain or unit, a sign the other way round (scale -1:
 * depolarising is positive here), or an offset of the recording channel. The stimulus is described anew. The voltage stays.
 */
export const current = defineMethod({
  step: "current",
  schema: z.strictObject({
    step: z.literal("current"),
    scale: z
      .number()
      .min(-1e6)
      .max(1e6)
      .refine((scale) => scale !== 0, "expected a number other than 0")
      .default(1),
    offset_pA: z.number().min(-1e6).max(1e6).default(0),
  }),
  apply(recording, { scale, offset_pA }) {
    const sweeps = recording.sweeps.map((sweep) =>
      samplewise(recording, sweep, { i_pA: ({ i_pA }) => i_pA.map((i) => scale * i + offset_pA) }),
    );
    const changed = {
      ...recording,
      sweeps,
      currentDescription: `${recording.currentDescription}; times ${scale}, plus ${offset_pA} pA`,
    };
    return {
      recording: scale === 1 && offset_pA === 0 ? recording : changed,
      description: `Multiplied the current by ${scale} and added ${offset_pA} pA.`,
      parameters: { scale, offset_pA },
    };
  },
});
