/** Groups of spikes: bursts by long intervals, bursts by contrast, and what the voltage does between them. */
import { differences, efelFeature, type Feature, oneOf, type Values } from "./feature.ts";
import { medianOfNumbers } from "./fits.ts";
import { allIsis } from "./intervals.ts";
import { indexOfMin, meanBetween } from "./search.ts";
import { peakTime } from "./spikeEvents.ts";
import { steadyStimulusEnd, voltageBase } from "./subthreshold.ts";
import type { Trace } from "./trace.ts";

const NO_BURST = "no burst";
const ONE_BURST = "fewer than two bursts";

const burst = (name: string, unit: string, definition: string, measure: Feature["measure"]) =>
  efelFeature("burst", name, unit, definition, measure);

/** Intervals from this position on count: the first one is left out by default. */
const firstInterval = ({ settings }: Trace) => (settings.ignoreFirstIsi ? 1 : 0);

/** Fewer intervals than this tell nothing of bursts. */
const MIN_INTERVALS = 4;

const burstIsis = burst(
  "burst_ISI_indices",
  "1",
  "Intervals that end a burst: longer than 1.5 times the median of those since the last such one (or the first), and longer than 1.5 times the next; five spikes at least after the first.",
  (trace) => {
    const intervals = trace.valuesOf(allIsis);
    if (typeof intervals === "string") return intervals;
    const first = firstInterval(trace);
    if (intervals.length - first < MIN_INTERVALS) return "fewer than four intervals";
    const { burstFactor } = trace.settings;
    const long: number[] = [];
    let since = first;
    for (let k = first + 1; k + 1 < intervals.length; k++) {
      const usual = medianOfNumbers(intervals.slice(since, k));
      if (intervals[k] <= burstFactor * usual || intervals[k + 1] >= intervals[k] / burstFactor) continue;
      long.push(k);
      since = k;
    }
    return long.length ? long : NO_BURST;
  },
);

const burstFrequency = burst(
  "burst_mean_freq",
  "Hz",
  "Spikes of each burst over its duration, bursts being what lies between burst_ISI_indices; single spikes are no burst.",
  (trace) => {
    const long = trace.valuesOf(burstIsis);
    const times = trace.valuesOf(peakTime);
    if (typeof long === "string") return long;
    if (typeof times === "string") return times;
    const rates: number[] = [];
    let first = 0;
    for (const last of [...long, times.length - 1]) {
      if (first === 0 || last > first) rates.push((1000 * (last - first + 1)) / (times[last] - times[first]));
      first = last + 1;
    }
    return rates;
  },
);

/** A count: silence has no bursts. */
function countOf(list: Feature, name: string, definition: string): Feature {
  return burst(name, "1", definition, (trace) => {
    const values = trace.valuesOf(list);
    return [typeof values === "string" ? 0 : values.length];
  });
}

/** Mean voltage from 5 ms after one peak to 5 ms before the next, the samples on either side included. */
function quietMean({ peaks, t, v }: Trace, from: number): number {
  let first = peaks[from];
  while (t[first + 1] < t[peaks[from]] + 5) first++;
  let last = peaks[from + 1];
  while (last > 0 && t[last - 1] > t[peaks[from + 1]] - 5) last--;
  return meanBetween(v, first, last + 1);
}

const interburstVoltage = burst(
  "interburst_voltage",
  "mV",
  "Mean voltage of each of burst_ISI_indices, from 5 ms after the peak to 5 ms before the next.",
  (trace) => {
    const long = trace.valuesOf(burstIsis);
    return typeof long === "string" ? long : long.map((k) => quietMean(trace, k));
  },
);

interface Bursts {
  readonly begins: readonly number[];
  readonly ends: readonly number[];
}

const known = new WeakMap<Trace, Bursts>();

/**
 * First and last spike of each burst, by contrast with the intervals around: a burst ends before an interval longer
 * than `strictBurstFactor` times the median of its own, and begins after one longer than that many times the next.
 */
function strictBursts(trace: Trace): Bursts {
  const before = known.get(trace);
  if (before) return before;
  const found = findBursts(trace);
  known.set(trace, found);
  return found;
}

function findBursts(trace: Trace): Bursts {
  const intervals = trace.valuesOf(allIsis);
  const begins: number[] = [];
  const ends: number[] = [];
  const first = firstInterval(trace);
  if (typeof intervals === "string" || intervals.length <= first) return { begins, ends };
  const factor = trace.settings.strictBurstFactor;
  let begin = first;
  let inside = true;
  for (let k = first + 1; k < intervals.length; k++) {
    if (inside && k > begin && intervals[k] > factor * medianOfNumbers(intervals.slice(begin, k))) {
      begins.push(begin);
      ends.push(k);
      inside = false;
    } else if (intervals[k] < intervals[k - 1] / factor) {
      begin = k;
      inside = true;
    }
  }
  if (inside) {
    begins.push(begin);
    ends.push(intervals.length);
  }
  return { begins, ends };
}

function ofBursts(trace: Trace, value: (begin: number, end: number) => number): Values {
  const { begins, ends } = strictBursts(trace);
  return begins.length ? begins.map((begin, k) => value(begin, ends[k])) : NO_BURST;
}

const burstBegins = burst(
  "burst_begin_indices",
  "1",
  "Position of the first spike of each burst by contrast: the interval before it is more than twice as long as its first.",
  (trace) => ofBursts(trace, (begin) => begin),
);

const burstEnds = burst(
  "burst_end_indices",
  "1",
  "Position of the last spike of each burst by contrast: the interval after it is more than twice the median of the burst's.",
  (trace) => ofBursts(trace, (_, end) => end),
);

const strictFrequency = burst(
  "strict_burst_mean_freq",
  "Hz",
  "Spikes of each burst by contrast over its duration.",
  (trace) =>
    ofBursts(
      trace,
      (begin, end) => (1000 * (end - begin + 1)) / (trace.t[trace.peaks[end]] - trace.t[trace.peaks[begin]]),
    ),
);

const strictInterburst = burst(
  "strict_interburst_voltage",
  "mV",
  "Mean voltage before each burst by contrast but the first, from 5 ms after the peak before it to 5 ms before its first.",
  (trace) => {
    const later = strictBursts(trace).begins.slice(1);
    return later.length ? later.map((begin) => quietMean(trace, begin - 1)) : ONE_BURST;
  },
);

/** Lowest sample between the last spike of each burst and the next spike; a burst that nothing follows has none. */
function interburstMinima(trace: Trace): { readonly spike: number; readonly sample: number }[] {
  const { peaks, v } = trace;
  return strictBursts(trace)
    .ends.filter((end) => end + 1 < peaks.length)
    .map((spike) => ({ spike, sample: indexOfMin(v, peaks[spike], peaks[spike + 1]) }));
}

function ofMinima(trace: Trace, value: (sample: number, spike: number) => number): Values {
  const minima = interburstMinima(trace);
  return minima.length ? minima.map(({ sample, spike }) => value(sample, spike)) : "no spike after a burst";
}

const interburstMin = burst(
  "interburst_min_values",
  "mV",
  "Lowest voltage between the last spike of each burst and the next spike.",
  (trace) => ofMinima(trace, (sample) => trace.v[sample]),
);

const interburstMinIndices = burst(
  "interburst_min_indices",
  "1",
  "Samples of interburst_min_values.",
  (trace) => ofMinima(trace, (sample) => sample),
);

const timeToMinimum = burst(
  "time_to_interburst_min",
  "ms",
  "From the last spike of each burst to the lowest voltage before the next spike.",
  (trace) => ofMinima(trace, (sample, spike) => trace.t[sample] - trace.t[trace.peaks[spike]]),
);

const interburstDuration = burst(
  "interburst_duration",
  "ms",
  "From the last spike of each burst to the next spike.",
  (trace) => ofMinima(trace, (_, spike) => trace.t[trace.peaks[spike + 1]] - trace.t[trace.peaks[spike]]),
);

/** As between bursts; after a burst that nothing follows, up to the end of the stimulus, or of the sweep. */
function postburstMinima(trace: Trace): number[] {
  const { peaks, t, v, end_ms } = trace;
  const samples = interburstMinima(trace).map(({ sample }) => sample);
  const { ends } = strictBursts(trace);
  if (samples.length === ends.length) return samples;
  const last = peaks[ends.at(-1)!];
  const until = t[last] < end_ms ? Math.min(v.length, trace.indexAt(end_ms)) : v.length;
  return [...samples, indexOfMin(v, last, until)];
}

const postburstIndices = burst("postburst_min_indices", "1", "Samples of postburst_min_values.", (trace) => {
  const minima = postburstMinima(trace);
  return minima.length ? minima : NO_BURST;
});

const postburstMin = burst(
  "postburst_min_values",
  "mV",
  "Lowest voltage after each burst up to the next spike, or to the end of the stimulus.",
  (trace) => {
    const minima = postburstMinima(trace);
    return minima.length ? minima.map((sample) => trace.v[sample]) : NO_BURST;
  },
);

const spikesPerBurst = burst(
  "spikes_per_burst",
  "1",
  "Number of spikes of each burst by contrast.",
  (trace) => ofBursts(trace, (begin, end) => end - begin + 1),
);

const spikesDifference = burst(
  "spikes_per_burst_diff",
  "1",
  "Spikes of each burst less those of the next.",
  (trace) => {
    const counts = trace.valuesOf(spikesPerBurst);
    if (typeof counts === "string") return counts;
    return counts.length < 2 ? ONE_BURST : differences(counts).map((more) => -more);
  },
);

const firstDifference = burst(
  "spikes_in_burst1_burst2_diff",
  "1",
  "Spikes of the first burst less those of the second.",
  (trace) => oneOf(trace.valuesOf(spikesDifference), 0, ONE_BURST),
);

const lastDifference = burst(
  "spikes_in_burst1_burstlast_diff",
  "1",
  "Spikes of the first burst less those of the last.",
  (trace) => {
    const counts = trace.valuesOf(spikesPerBurst);
    if (typeof counts === "string") return counts;
    return counts.length < 2 ? ONE_BURST : [counts[0] - counts.at(-1)!];
  },
);

const initialAhp = burst(
  "initburst_sahp",
  "mV",
  "Lowest voltage from 5 to 100 ms after the last spike of an initial burst (intervals of more than 50 Hz), no further than the next spike or the end of the stimulus.",
  (trace) => {
    const { peaks, t, v, settings, start_ms, end_ms } = trace;
    const times = peaks.map((peak) => t[peak]).filter((time) => time >= start_ms && time < end_ms);
    let last = 0;
    while (last + 1 < times.length && 1000 / (times[last + 1] - times[last]) >= settings.initialBurstRate_Hz)
      last++;
    if (last === 0) return "no initial burst";
    const until_ms = Math.min(times[last] + settings.initialBurstAhpEnd_ms, times[last + 1] ?? end_ms);
    const from = trace.indexAt(times[last] + settings.initialBurstAhpStart_ms);
    const k = indexOfMin(v, from, Math.min(v.length, trace.indexAt(until_ms)));
    return k < 0 ? "the next spike or the end of the stimulus comes too soon after the burst" : [v[k]];
  },
);

function initialAhpLess(name: string, level: Feature): Feature {
  return burst(name, "mV", `initburst_sahp less ${level.name}.`, (trace) => {
    const ahp = trace.valuesOf(initialAhp);
    const base = trace.valuesOf(level);
    if (typeof ahp === "string") return ahp;
    return typeof base === "string" ? base : [ahp[0] - base[0]];
  });
}

export const BURSTS: readonly Feature[] = [
  burstIsis,
  burstFrequency,
  countOf(burstFrequency, "burst_number", "Number of bursts by burst_mean_freq; 0: none was found."),
  interburstVoltage,
  burstBegins,
  burstEnds,
  strictFrequency,
  countOf(strictFrequency, "strict_burst_number", "Number of bursts by contrast; 0: none was found."),
  strictInterburst,
  interburstMin,
  interburstMinIndices,
  timeToMinimum,
  interburstDuration,
  postburstMin,
  postburstIndices,
  spikesPerBurst,
  spikesDifference,
  firstDifference,
  lastDifference,
  initialAhp,
  initialAhpLess("initburst_sahp_vb", voltageBase),
  initialAhpLess("initburst_sahp_ssse", steadyStimulusEnd),
];
