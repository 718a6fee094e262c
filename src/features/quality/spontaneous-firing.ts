import { spikesWithin } from "../subthreshold.ts";
import { defineCheck, measured } from "./check.ts";

/** Spikes before the stimulus over the time before it, all sweeps together. */
export const spontaneousFiring = defineCheck({
  name: "spontaneous firing",
  unit: "Hz",
  limits: { maxSpontaneous_Hz: 0 },
  why: "By definition: a cell that fires before the stimulus has neither a resting potential nor a rheobase.",
  accepted: ({ maxSpontaneous_Hz }) => ({ high: maxSpontaneous_Hz }),
  look: ({ before, spikes }) => ({
    length_ms: Math.max(0, before.end_ms - before.start_ms),
    count: spikesWithin(spikes, before).length,
  }),
  conclude: (seen) => {
    const length_ms = seen.reduce((sum, one) => sum + one.length_ms, 0);
    const count = seen.reduce((sum, one) => sum + one.count, 0);
    return measured(
      length_ms < 10 ? null : (1000 * count) / length_ms,
      "less than 10 ms before the stimulus",
    );
  },
});
