import { detrend, mean, medianOf, standardDeviation } from "../statistics.ts";
import { spikesWithin } from "../subthreshold.ts";
import { defineCheck, measured, type SeenSweep } from "./check.ts";

const BLOCK_ms = 10;
const LEAST_BLOCKS = 10;

/**
 * Slow wander of the resting membrane: standard deviation of the means of 10 ms before the stimulus, their line removed
 * (that is drift); median over the sweeps. Hum at 50 Hz and faster noise largely cancel in such means.
 */
export const baselineStability = defineCheck({
  name: "baseline stability",
  unit: "mV",
  limits: { maxWander_mV: 0.5 },
  why: "The slow noise of 0.5 mV in 500 ms that the Allen Institute accepts (Ephys QC criteria v1.1). More is a patch that slips, or strong synaptic activity.",
  accepted: ({ maxWander_mV }) => ({ high: maxWander_mV }),
  look: wander,
  conclude: (seen) =>
    measured(medianOf(seen), "no sweep rests for 100 ms before the stimulus without firing"),
});

function wander({ v_mV, dt_ms, before, spikes }: SeenSweep): number | null {
  const first = Math.max(0, Math.round(before.start_ms / dt_ms));
  const last = Math.min(v_mV.length, Math.round(before.end_ms / dt_ms));
  const size = Math.max(1, Math.round(BLOCK_ms / dt_ms));
  const blocks = Math.floor((last - first) / size);
  if (!(blocks >= LEAST_BLOCKS) || spikesWithin(spikes, before).length > 0) return null;
  const means = Array.from({ length: blocks }, (_, k) => {
    const start = first + k * size;
    return mean(v_mV.subarray(start, start + size))!;
  });
  return standardDeviation(detrend(means));
}
