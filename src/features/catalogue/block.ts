/** Whether the cell is blocked: held depolarised above threshold, or hyperpolarised, for long. */
import { efelFeature, type Feature } from "./feature.ts";
import { mean } from "./fits.ts";
import { beginVoltage } from "./spikeShape.ts";
import type { Trace } from "./trace.ts";

const HYPERPOLARISED_mV = -75;

/** Whether the voltage stays on one side of a level for longer than `duration_ms` within samples [from, to). */
function staysBeyond(
  { t, v }: Trace,
  sign: number,
  level: number,
  from: number,
  to: number,
  duration_ms: number,
): boolean {
  let since = -1;
  for (let k = from; k < to; k++) {
    if (sign * (v[k] - level) <= 0) since = -1;
    else if (since < 0) since = k;
    else if (t[k] - t[since] > duration_ms) return true;
  }
  return false;
}

const block = efelFeature(
  "train",
  "depol_block_bool",
  "1",
  "1 if, in a stimulus with spikes, the voltage stays above the mean threshold, or below -75 mV, for more than 50 ms; else 0.",
  (trace) => {
    const thresholds = trace.valuesOf(beginVoltage);
    if (typeof thresholds === "string") return [0];
    const from = trace.indexAt(trace.start_ms);
    const to = Math.min(trace.v.length, trace.indexAt(trace.end_ms));
    const { blockDuration_ms } = trace.settings;
    const above = staysBeyond(trace, 1, mean(thresholds), from, to, blockDuration_ms);
    return [above || staysBeyond(trace, -1, HYPERPOLARISED_mV, from, to, blockDuration_ms) ? 1 : 0];
  },
);

export const BLOCK: readonly Feature[] = [block];
