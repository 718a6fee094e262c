import { restingPotential } from "../subthreshold.ts";
import { quarters } from "./baseline-drift.ts";
import { defineCheck, measured } from "./check.ts";

const LEAST_ms = 100;

/**
 * Resting potential of the last less that of the first quarter of the window before the stimulus; the sweep that
 * drifts most, with its sign.
 */
export const driftWithinSweep = defineCheck({
  name: "drift within a sweep",
  unit: "mV",
  limits: { maxDriftWithin_mV: 2 },
  why: "Our choice: half of what is accepted between sweeps, rounded down. (The Allen Institute accepts 1 mV between the two ends of a sweep: Ephys QC criteria v1.1.)",
  accepted: ({ maxDriftWithin_mV }) => ({ low: -maxDriftWithin_mV, high: maxDriftWithin_mV }),
  look: ({ v_mV, dt_ms, before, spikes }) => {
    if (!(before.end_ms - before.start_ms >= LEAST_ms)) return null;
    const [first, , , last] = quarters(before).map((part) => restingPotential(v_mV, dt_ms, part, spikes));
    return first === null || last === null ? null : last - first;
  },
  conclude: (seen) => {
    const drifts = seen.filter((drift) => drift !== null);
    const largest = drifts.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a), drifts[0] ?? null);
    return measured(largest, "no sweep rests for 100 ms before the stimulus without firing");
  },
});
