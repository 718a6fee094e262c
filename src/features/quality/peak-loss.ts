import { median } from "../statistics.ts";
import { defineCheck, measured, type SeenSweep } from "./check.ts";

/**
 * What the sampling may cut off the top of a spike. Near its peak V = V_peak - c t^2; the sample nearest to the peak is
 * at most half an interval away, and so too low by at most c dt^2 / 4 = |v[k-1] - 2 v[k] + v[k+1]| / 8 (a third of
 * that on average). Median over the spikes. Estimated from the samples, it is itself too small where dt is not short
 * against the peak.
 */
export const peakLoss = defineCheck({
  name: "peak lost to sampling",
  unit: "mV",
  limits: { maxPeakLoss_mV: 1 },
  why: "Our choice. More than 1 mV is comparable to what a partial block of sodium channels takes off a spike.",
  accepted: ({ maxPeakLoss_mV }) => ({ high: maxPeakLoss_mV }),
  look: losses,
  conclude: (seen) => measured(median(seen.flat()), "there is no spike"),
});

function losses({ v_mV: v, spikes }: SeenSweep): number[] {
  return spikes
    .filter(({ peakIndex: k }) => k > 0 && k + 1 < v.length)
    .map(({ peakIndex: k }) => Math.abs(v[k - 1] - 2 * v[k] + v[k + 1]) / 8);
}
