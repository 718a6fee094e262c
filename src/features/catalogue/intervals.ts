/** Intervals between spikes: regularity, adaptation, trend. */
import { differences, efelFeature, type Feature, ipfxFeature, oneOf, type Values } from "./feature.ts";
import { lineThrough, mean } from "./fits.ts";
import { peakTime } from "./spikeEvents.ts";
import type { Trace } from "./trace.ts";

const FEW = "fewer than two spikes";

const allIsis = efelFeature(
  "train",
  "all_ISI_values",
  "ms",
  "Intervals between neighbouring peaks.",
  (trace) => {
    const times = trace.valuesOf(peakTime);
    if (typeof times === "string") return times;
    return times.length < 2 ? FEW : differences(times);
  },
);

const isis = efelFeature(
  "train",
  "ISI_values",
  "ms",
  "Intervals between neighbouring peaks without the first one, which the onset of the stimulus shortens.",
  (trace) => {
    const all = trace.valuesOf(allIsis);
    if (typeof all === "string" || !trace.settings.ignoreFirstIsi) return all;
    return all.length < 2 ? "fewer than three spikes" : all.slice(1);
  },
);

const doublet = efelFeature("train", "doublet_ISI", "ms", "Interval between the first two peaks.", (trace) =>
  oneOf(trace.valuesOf(allIsis), 0, FEW),
);

function inverse(name: string, position: number, which: string): Feature {
  return efelFeature("train", name, "Hz", `1000 over the ${which} interval.`, (trace) => {
    const one = oneOf(trace.valuesOf(allIsis), position, `there is no ${which} interval`);
    return typeof one === "string" ? one : [1000 / one[0]];
  });
}

const inverseIsis = efelFeature(
  "train",
  "inv_ISI_values",
  "Hz",
  "1000 over each of all intervals.",
  (trace) => {
    const all = trace.valuesOf(allIsis);
    return typeof all === "string" ? all : all.map((isi) => 1000 / isi);
  },
);

const isiCv = efelFeature(
  "train",
  "ISI_CV",
  "1",
  "Coefficient of variation of ISI_values: sample standard deviation over mean.",
  (trace) => {
    const values = trace.valuesOf(isis);
    return typeof values === "string" ? values : variation(values);
  },
);

function variation(values: readonly number[]): Values {
  if (values.length < 2) return "fewer than two intervals";
  const middle = mean(values);
  let square = 0;
  for (const value of values) square += (value - middle) ** 2;
  return [Math.sqrt(square / (values.length - 1)) / middle];
}

const irregularity = efelFeature(
  "train",
  "irregularity_index",
  "ms",
  "Mean absolute difference of neighbouring ISI_values.",
  (trace) => {
    const values = trace.valuesOf(isis);
    if (typeof values === "string") return values;
    return values.length < 2 ? "fewer than two intervals" : [mean(differences(values).map(Math.abs))];
  },
);

const singleBurst = efelFeature(
  "burst",
  "single_burst_ratio",
  "1",
  "First of ISI_values over the mean of them: small if the cell begins with a burst.",
  (trace) => {
    const values = trace.valuesOf(isis);
    if (typeof values === "string") return values;
    return values.length < 2 ? "fewer than two intervals" : [values[0] / mean(values)];
  },
);

/** Spikes within the stimulus, ends included. */
function stimulusTimes(trace: Trace): number[] {
  const times = trace.valuesOf(peakTime);
  if (typeof times === "string") return [];
  return times.filter((time) => time >= trace.start_ms && time <= trace.end_ms);
}

/** Mean of (ISI[k+1] - ISI[k]) / (ISI[k+1] + ISI[k]). */
function adaptation(times: readonly number[]): Values {
  const intervals = differences(times);
  if (intervals.length < 2) return "fewer than two intervals are left";
  let sum = 0;
  for (let k = 1; k < intervals.length; k++)
    sum += (intervals[k] - intervals[k - 1]) / (intervals[k] + intervals[k - 1]);
  return [sum / (intervals.length - 1)];
}

/** As many of the first spikes as the adaptation index leaves out. */
function skipped(count: number, { settings }: Trace): number {
  return Math.min(settings.maxSpikeSkip, Math.round(count * settings.spikeSkipFraction));
}

const adaptationIndex = efelFeature(
  "train",
  "adaptation_index",
  "1",
  "Mean of (ISI[k+1] - ISI[k]) / (ISI[k+1] + ISI[k]) within the stimulus, without the first tenth of the spikes (two at most); positive: firing slows down.",
  (trace) => {
    const times = stimulusTimes(trace);
    if (times.length < 4) return "fewer than four spikes in the stimulus";
    return adaptation(times.slice(skipped(times.length, trace)));
  },
);

const adaptationIndex2 = efelFeature(
  "train",
  "adaptation_index2",
  "1",
  "As adaptation_index, without the first spike.",
  (trace) => adaptation(stimulusTimes(trace).slice(1)),
);

function trend(
  name: string,
  definition: string,
  unit: string,
  points: (isi: readonly number[], trace: Trace) => readonly number[],
  logarithmic: boolean,
): Feature {
  return efelFeature("train", name, unit, definition, (trace) => {
    const values = trace.valuesOf(isis);
    if (typeof values === "string") return values;
    const kept = points(values, trace);
    if (kept.length < 2) return "fewer than two intervals";
    const x = kept.map((_, k) => (logarithmic ? Math.log(k + 1) : k + 1));
    return [lineThrough(x, kept.map(Math.log)).slope];
  });
}

const logSlope = trend(
  "ISI_log_slope",
  "Slope of ln ISI against ln of its number, least squares.",
  "1",
  (values) => values,
  true,
);

const semilogSlope = trend(
  "ISI_semilog_slope",
  "Slope of ln ISI against its number, least squares.",
  "1",
  (values) => values,
  false,
);

const logSlopeSkip = trend(
  "ISI_log_slope_skip",
  "As ISI_log_slope, without the first tenth of the intervals (two at most).",
  "1",
  (values, trace) => values.slice(skipped(values.length + 1, trace)),
  true,
);

const meanIsi = ipfxFeature("train", "mean_isi", "mean_isi", "ms", "Mean of all intervals.", (trace) => {
  const all = trace.valuesOf(allIsis);
  return typeof all === "string" ? all : [mean(all)];
});

const adapt = ipfxFeature(
  "train",
  "adapt",
  "adapt",
  "1",
  "Mean of (ISI[k+1] - ISI[k]) / (ISI[k+1] + ISI[k]) over all spikes, the first included.",
  (trace) => {
    const times = trace.valuesOf(peakTime);
    return typeof times === "string" ? times : adaptation(times);
  },
);

const isiCvAll = ipfxFeature(
  "train",
  "isi_cv",
  "isi_cv",
  "1",
  "Coefficient of variation of all intervals: population standard deviation over mean.",
  (trace) => {
    const all = trace.valuesOf(allIsis);
    if (typeof all === "string") return all;
    const sample = variation(all);
    return typeof sample === "string" ? sample : [sample[0] * Math.sqrt(1 - 1 / all.length)];
  },
);

export { allIsis };

export const INTERVALS: readonly Feature[] = [
  allIsis,
  isis,
  doublet,
  inverse("inv_first_ISI", 0, "first"),
  inverse("inv_second_ISI", 1, "second"),
  inverse("inv_third_ISI", 2, "third"),
  inverse("inv_fourth_ISI", 3, "fourth"),
  inverse("inv_fifth_ISI", 4, "fifth"),
  inverse("inv_last_ISI", -1, "last"),
  inverseIsis,
  isiCv,
  irregularity,
  singleBurst,
  adaptationIndex,
  adaptationIndex2,
  logSlope,
  semilogSlope,
  logSlopeSkip,
  meanIsi,
  adapt,
  isiCvAll,
];
