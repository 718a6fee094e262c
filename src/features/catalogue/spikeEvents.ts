/** When spikes come, how many, and how fast. */
import { efelFeature, type Feature, oneOf, type Values } from "./feature.ts";
import type { Trace } from "./trace.ts";

const NO_SPIKE = "no spike";
const ONE_SPIKE = "fewer than two spikes";

const peakIndices = efelFeature(
  "train",
  "peak_indices",
  "1",
  "Samples of the interpolated trace at which the spikes peak.",
  ({ peaks }) => (peaks.length ? peaks : NO_SPIKE),
);

export const peakTime = efelFeature(
  "train",
  "peak_time",
  "ms",
  "Times of the peaks from the start of the sweep.",
  ({ peaks, t }) => (peaks.length ? peaks.map((peak) => t[peak]) : NO_SPIKE),
);

/** The k-th spike after the start of the stimulus, -1 for the last. */
function latency(trace: Trace, position: number, missing: string): Values {
  const one = oneOf(trace.valuesOf(peakTime), position, missing);
  return typeof one === "string" ? one : [one[0] - trace.start_ms];
}

const timeToFirst = efelFeature(
  "train",
  "time_to_first_spike",
  "ms",
  "From the start of the stimulus to the first peak (latency).",
  (trace) => latency(trace, 0, NO_SPIKE),
);

const timeToSecond = efelFeature(
  "train",
  "time_to_second_spike",
  "ms",
  "From the start of the stimulus to the second peak.",
  (trace) => latency(trace, 1, ONE_SPIKE),
);

const timeToLast = efelFeature(
  "train",
  "time_to_last_spike",
  "ms",
  "From the start of the stimulus to the last peak.",
  (trace) => latency(trace, -1, NO_SPIKE),
);

const inverseTimeToFirst = efelFeature(
  "train",
  "inv_time_to_first_spike",
  "Hz",
  "1000 over time_to_first_spike.",
  (trace) => {
    const first = trace.valuesOf(timeToFirst);
    return typeof first === "string" ? first : [1000 / first[0]];
  },
);

const spikeCount = efelFeature(
  "train",
  "Spikecount",
  "1",
  "Number of spikes; 0 is a measured silence.",
  ({ peaks }) => [peaks.length],
);

function countBetween({ peaks, t }: Trace, from_ms: number, to_ms: number): number {
  let count = 0;
  for (const peak of peaks) if (t[peak] >= from_ms && t[peak] <= to_ms) count++;
  return count;
}

const spikeCountInStimulus = efelFeature(
  "train",
  "Spikecount_stimint",
  "1",
  "Number of spikes that peak within the stimulus, its ends included.",
  (trace) => [countBetween(trace, trace.start_ms, trace.end_ms)],
);

const initialSpikes = efelFeature(
  "train",
  "number_initial_spikes",
  "1",
  "Number of spikes in the first tenth of the stimulus.",
  (trace) => {
    const { start_ms, end_ms, settings, peaks } = trace;
    if (peaks.length === 0) return NO_SPIKE;
    return [countBetween(trace, start_ms, start_ms + (end_ms - start_ms) * settings.initialFraction)];
  },
);

const meanFrequency = efelFeature(
  "train",
  "mean_frequency",
  "Hz",
  "Number of spikes within the stimulus over the time from its start to the last of them.",
  (trace) => {
    const { start_ms, end_ms, peaks, t } = trace;
    let count = 0;
    let last_ms = start_ms;
    for (const peak of peaks) {
      if (t[peak] < start_ms || t[peak] > end_ms) continue;
      count++;
      last_ms = t[peak];
    }
    return count === 0 ? "no spike in the stimulus" : [(1000 * count) / (last_ms - start_ms)];
  },
);

export const SPIKE_EVENTS: readonly Feature[] = [
  peakIndices,
  peakTime,
  timeToFirst,
  timeToSecond,
  timeToLast,
  inverseTimeToFirst,
  spikeCount,
  spikeCountInStimulus,
  initialSpikes,
  meanFrequency,
];
