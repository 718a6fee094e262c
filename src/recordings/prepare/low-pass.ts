import { z } from "zod";
import { filterCausal, filterZeroPhase } from "./filter.ts";
import { designLowPass } from "./filter-design.ts";
import { cannot, defineMethod, sweepwise } from "./method.ts";

/**
 * Low-pass filter of the voltage: Bessel (no overshoot at a step, little change of shape) or Butterworth (sharper, rings).
 * `zero-phase` runs it forth and back: no delay, but also a spike that begins before it does; `causal` is what an amplifier
 * does, with a delay that is reported. Either way the gain of the whole is -3 dB (2^-1/2) at the corner, so that a
 * corner means the same in both. The current is not filtered.
 *
 * Spikes lose height and steepness with a corner below about 5 kHz: do not filter what shapes are measured on.
 */
export const lowPass = defineMethod({
  step: "low-pass",
  schema: z.strictObject({
    step: z.literal("low-pass"),
    corner_kHz: z.number().positive(),
    filter: z.enum(["bessel", "butterworth"]).default("bessel"),
    order: z.int().min(1).max(8).default(4),
    direction: z.enum(["zero-phase", "causal"]).default("zero-phase"),
  }),
  apply(recording, { corner_kHz, filter, order, direction }, where) {
    const { dt_ms } = recording;
    const corner = corner_kHz * dt_ms;
    if (!(corner < 0.5 - 1e-9))
      throw cannot("corner", where, "the corner of the filter is not below half the sampling rate", {
        got: `${corner_kHz} kHz`,
        expected: `less than ${Number((0.5 / dt_ms).toPrecision(6))} kHz`,
        next: "Choose a lower corner, or leave the filter out: the sampling holds nothing above.",
      });
    const design = designLowPass(filter, order, corner, direction === "causal" ? 2 ** -0.5 : 2 ** -0.25);
    const run = direction === "causal" ? filterCausal : filterZeroPhase;
    const delay_ms = direction === "causal" ? design.delay * dt_ms : 0;
    const name = filter === "bessel" ? "Bessel" : "Butterworth";
    const late = direction === "causal" ? `, which delays it by ${delay_ms.toPrecision(3)} ms` : "";
    return {
      recording: {
        ...recording,
        sweeps: recording.sweeps.map((sweep) =>
          sweepwise(recording, sweep, { v_mV: ({ v_mV }) => run(v_mV, design) }),
        ),
      },
      description: `Filtered the voltage with a ${direction} ${name} low-pass of order ${order}, -3 dB at ${corner_kHz} kHz${late}.`,
      parameters: { corner_kHz, filter, order, direction, delay_ms },
    };
  },
});
