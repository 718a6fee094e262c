import { restingPotential, type Window } from "../subthreshold.ts";
import { defineCheck, measured, type SeenSweep } from "./check.ts";

/**
 * Highest less lowest resting potential of the sweeps; of a single sweep, of the quarters of the window before its
 * stimulus.
 */
export const baselineDrift = defineCheck({
  name: "baseline drift",
  unit: "mV",
  limits: { maxDrift_mV: 5 },
  why: "Our choice. Beyond 5 mV the sweeps are not those of one state of the cell, and one clone cannot follow them.",
  accepted: ({ maxDrift_mV }) => ({ high: maxDrift_mV }),
  look: (sweep, { sweeps }) => (sweeps === 1 ? quarters(sweep.before) : [sweep.before]).map(restOf(sweep)),
  conclude: (seen) => {
    const rests = seen.flat().filter((rest) => rest !== null);
    const drift_mV = rests.length > 1 ? Math.max(...rests) - Math.min(...rests) : null;
    return measured(drift_mV, "fewer than two stretches of rest to compare");
  },
});

function restOf({ v_mV, dt_ms, spikes }: SeenSweep) {
  return (window: Window) => restingPotential(v_mV, dt_ms, window, spikes);
}

export function quarters({ start_ms, end_ms }: Window): Window[] {
  const quarter_ms = (end_ms - start_ms) / 4;
  return [0, 1, 2, 3].map((k) => ({
    start_ms: start_ms + k * quarter_ms,
    end_ms: start_ms + k * quarter_ms + quarter_ms,
  }));
}
