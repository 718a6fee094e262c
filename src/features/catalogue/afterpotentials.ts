/** What follows a spike: fast and slow afterhyperpolarisation, afterdepolarisation, the voltage between spikes. */
import { changes, differences, efelFeature, type Feature, oneOf, type Values } from "./feature.ts";
import { indexOfMax, indexOfMin, meanBetween } from "./search.ts";
import { voltageBase } from "./subthreshold.ts";
import type { Trace } from "./trace.ts";

const NO_SPIKE = "no spike";
const NO_TROUGH = "no spike with a trough after it";
const ONE_SPIKE = "fewer than two spikes";

const after = (name: string, unit: string, definition: string, measure: Feature["measure"]) =>
  efelFeature("afterpotential", name, unit, definition, measure);

function ofTroughs(trace: Trace, value: (trough: number, peak: number) => number): Values {
  const { troughs, peaks } = trace;
  if (troughs.length === 0) return peaks.length === 0 ? NO_SPIKE : NO_TROUGH;
  return troughs.map((trough, k) => value(trough, peaks[k]));
}

const troughIndices = after(
  "min_AHP_indices",
  "1",
  "Samples of the first trough after each peak: the two samples after it do not lie below.",
  (trace) => ofTroughs(trace, (trough) => trough),
);

const troughValues = after("min_AHP_values", "mV", "Voltages of min_AHP_indices.", (trace) =>
  ofTroughs(trace, (trough) => trace.v[trough]),
);

const ahpDepthAbs = after(
  "AHP_depth_abs",
  "mV",
  "Voltage of the first trough after each peak (fast AHP); the same as min_AHP_values.",
  (trace) => trace.valuesOf(troughValues),
);

/** A voltage less voltage_base. */
function fromBase(trace: Trace, voltages: Feature): Values {
  const values = trace.valuesOf(voltages);
  const base = trace.valuesOf(voltageBase);
  if (typeof values === "string") return values;
  return typeof base === "string" ? base : values.map((value) => value - base[0]);
}

const ahpDepth = after("AHP_depth", "mV", "AHP_depth_abs less voltage_base.", (trace) =>
  fromBase(trace, ahpDepthAbs),
);

const ahpDepthDifference = after(
  "AHP_depth_diff",
  "mV",
  "AHP_depth of each spike less that of the one before.",
  (trace) => {
    const values = trace.valuesOf(ahpDepth);
    if (typeof values === "string") return values;
    return values.length < 2 ? ONE_SPIKE : differences(values);
  },
);

const ahpFromPeak = after("AHP_depth_from_peak", "mV", "Peak less the first trough after it.", (trace) =>
  ofTroughs(trace, (trough, peak) => trace.v[peak] - trace.v[trough]),
);

function nth(name: string, position: number, which: string): Feature {
  return after(name, "mV", `AHP_depth_from_peak of the ${which} spike.`, (trace) =>
    oneOf(trace.valuesOf(ahpFromPeak), position, `no ${which} spike with a trough`),
  );
}

const ahpTime = after("AHP_time_from_peak", "ms", "From the peak to the first trough after it.", (trace) =>
  ofTroughs(trace, (trough, peak) => trace.t[trough] - trace.t[peak]),
);

/**
 * Lowest samples between peaks, from `slowAhpStart_ms` after the earlier one: the later peak itself if it comes sooner.
 * The first interval is left out.
 */
function slowTroughs({ peaks, t, v, settings }: Trace): number[] {
  const troughs: number[] = [];
  for (let k = 1; k + 1 < peaks.length; k++) {
    let from = peaks[k];
    while (from < peaks[k + 1] && t[from] < t[peaks[k]] + settings.slowAhpStart_ms) from++;
    troughs.push(from < peaks[k + 1] ? indexOfMin(v, from, peaks[k + 1]) : peaks[k + 1]);
  }
  return troughs;
}

const FEW = "fewer than three spikes";

const ahpSlow = after(
  "AHP_depth_abs_slow",
  "mV",
  "Lowest voltage between a peak and the next, from 5 ms after the earlier one on (slow AHP; the later peak itself if it comes sooner); not of the first interval.",
  (trace) => {
    const troughs = slowTroughs(trace);
    return troughs.length ? troughs.map((trough) => trace.v[trough]) : FEW;
  },
);

const ahpDepthSlow = after("AHP_depth_slow", "mV", "AHP_depth_abs_slow less voltage_base.", (trace) =>
  fromBase(trace, ahpSlow),
);

const ahpSlowTime = after(
  "AHP_slow_time",
  "1",
  "From the peak to AHP_depth_abs_slow, as a part of the interval to the next peak.",
  (trace) => {
    const troughs = slowTroughs(trace);
    const { peaks, t } = trace;
    if (troughs.length === 0) return FEW;
    return troughs.map((trough, k) => (t[trough] - t[peaks[k + 1]]) / (t[peaks[k + 2]] - t[peaks[k + 1]]));
  },
);

const fastAhp = after(
  "fast_AHP",
  "mV",
  "Voltage at the begin less that of the first trough after the peak; not of the last spike.",
  (trace) => {
    const { begins, troughs, v } = trace;
    const whole = begins.filter(({ spike }) => spike < troughs.length);
    if (whole.length < 2) return ONE_SPIKE;
    return whole.slice(0, -1).map(({ index, spike }) => v[index] - v[troughs[spike]]);
  },
);

const fastAhpChange = after(
  "fast_AHP_change",
  "1",
  "Relative change of fast_AHP from the first spike to each later one.",
  (trace) => changes(trace.valuesOf(fastAhp)),
);

const minima = after(
  "min_between_peaks_indices",
  "1",
  "Samples of the lowest voltage between each peak and the next, or the end.",
  (trace) => (trace.peaks.length ? trace.minima : NO_SPIKE),
);

const minimaValues = after(
  "min_between_peaks_values",
  "mV",
  "Voltages of min_between_peaks_indices.",
  (trace) => (trace.peaks.length ? trace.minima.map((k) => trace.v[k]) : NO_SPIKE),
);

const minBetween = after(
  "min_voltage_between_spikes",
  "mV",
  "Lowest voltage between each peak and the next.",
  ({ peaks, minima: lowest, v }) => (peaks.length < 2 ? ONE_SPIKE : lowest.slice(0, -1).map((k) => v[k])),
);

function adpPeaks({ troughs, minima: lowest, v }: Trace): number[] {
  return troughs.map((trough, k) => indexOfMax(v, trough, lowest[k] + 1));
}

const adpIndices = after(
  "ADP_peak_indices",
  "1",
  "Samples of the highest voltage between the first trough and the lowest one (afterdepolarisation).",
  (trace) => (trace.troughs.length ? adpPeaks(trace) : NO_TROUGH),
);

const adpValues = after("ADP_peak_values", "mV", "Voltages of ADP_peak_indices.", (trace) =>
  trace.troughs.length ? adpPeaks(trace).map((k) => trace.v[k]) : NO_TROUGH,
);

const adpAmplitude = after(
  "ADP_peak_amplitude",
  "mV",
  "ADP_peak_values less the voltage of the first trough; 0 if the first trough is the lowest.",
  (trace) =>
    trace.troughs.length ? adpPeaks(trace).map((k, n) => trace.v[k] - trace.v[trace.troughs[n]]) : NO_TROUGH,
);

const depolarizedBase = after(
  "depolarized_base",
  "mV",
  "Mean voltage from the end of each spike to the begin of the next; three spikes at least.",
  ({ begins, ends, v }) => {
    if (begins.length < 3) return FEW;
    const means: number[] = [];
    let k = 0;
    for (const { index } of begins.slice(1)) {
      while (k + 1 < ends.length && ends[k + 1].index < index) k++;
      if (ends[k]?.index < index) means.push(meanBetween(v, ends[k].index, index));
    }
    return means.length ? means : FEW;
  },
);

const fromVoltageBase = efelFeature(
  "spike",
  "AP_amplitude_from_voltagebase",
  "mV",
  "Peak voltages less voltage_base.",
  (trace) => {
    const base = trace.valuesOf(voltageBase);
    if (typeof base === "string") return base;
    return trace.peaks.length ? trace.peaks.map((peak) => trace.v[peak] - base[0]) : NO_SPIKE;
  },
);

export const AFTERPOTENTIALS: readonly Feature[] = [
  troughIndices,
  troughValues,
  ahpDepthAbs,
  ahpDepth,
  ahpDepthDifference,
  ahpFromPeak,
  nth("AHP1_depth_from_peak", 0, "first"),
  nth("AHP2_depth_from_peak", 1, "second"),
  ahpTime,
  ahpSlow,
  ahpDepthSlow,
  ahpSlowTime,
  fastAhp,
  fastAhpChange,
  minima,
  minimaValues,
  minBetween,
  adpIndices,
  adpValues,
  adpAmplitude,
  depolarizedBase,
  fromVoltageBase,
];
