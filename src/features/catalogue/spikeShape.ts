/** The shape of single spikes: begin, peak, amplitude, rise, fall and their changes along the train. */
import {
  changes,
  differences,
  efelFeature,
  type Feature,
  type Group,
  oneOf,
  type Values,
} from "./feature.ts";
import { firstAtLeast, indexOfMax, indexOfMin, nearestTo } from "./search.ts";
import type { Trace } from "./trace.ts";

const NO_SPIKE = "no spike";
const NO_BEGIN = "no spike whose begin is found in the stimulus";
const ONE_SPIKE = "fewer than two spikes";

const shape = (
  name: string,
  unit: string,
  definition: string,
  measure: Feature["measure"],
  group: Group = "spike",
) => efelFeature(group, name, unit, definition, measure);

/** A feature that is one element of a list. */
function element(list: Feature, name: string, position: number, definition: string): Feature {
  return shape(
    name,
    list.unit,
    definition,
    (trace) => oneOf(trace.valuesOf(list), position, ONE_SPIKE),
    list.group,
  );
}

function step(list: Feature, name: string, definition: string): Feature {
  return shape(name, list.unit, definition, (trace) => {
    const values = trace.valuesOf(list);
    if (typeof values === "string") return values;
    return values.length < 2 ? ONE_SPIKE : [values[1] - values[0]];
  });
}

function change(list: Feature, name: string, what: string): Feature {
  const definition = `Relative change of ${what} from the first spike to each later one.`;
  return shape(name, "1", definition, (trace) => changes(trace.valuesOf(list)));
}

function ofBegins(trace: Trace, value: (begin: number, peak: number) => number): Values {
  if (trace.begins.length === 0) return NO_BEGIN;
  return trace.begins.map(({ index, peak }) => value(index, peak));
}

const peakVoltage = shape("peak_voltage", "mV", "Voltages of the peaks.", ({ peaks, v }) =>
  peaks.length ? peaks.map((peak) => v[peak]) : NO_SPIKE,
);

const beginIndices = shape(
  "AP_begin_indices",
  "1",
  "Samples at which dV/dt, going back from the peak, first rises through 10 mV/ms and stays there for three samples.",
  (trace) => ofBegins(trace, (begin) => begin),
);

const beginTime = shape("AP_begin_time", "ms", "Times of the begins of the spikes.", (trace) =>
  ofBegins(trace, (begin) => trace.t[begin]),
);

export const beginVoltage = shape(
  "AP_begin_voltage",
  "mV",
  "Voltages at the begins of the spikes: the threshold by dV/dt.",
  (trace) => ofBegins(trace, (begin) => trace.v[begin]),
);

const amplitude = shape(
  "AP_amplitude",
  "mV",
  "Peak less the voltage at the begin, of the spikes that peak within the stimulus.",
  ({ begins, t, v, end_ms }) => {
    const inside = begins.filter(({ peak }) => t[peak] <= end_ms);
    return inside.length ? inside.map(({ index, peak }) => v[peak] - v[index]) : NO_BEGIN;
  },
);

const meanAmplitude = shape("mean_AP_amplitude", "mV", "Mean of AP_amplitude.", (trace) => {
  const values = trace.valuesOf(amplitude);
  return typeof values === "string"
    ? values
    : [values.reduce((sum, value) => sum + value, 0) / values.length];
});

const amplitudeDifference = shape(
  "AP_amplitude_diff",
  "mV",
  "AP_amplitude of each spike less that of the one before.",
  (trace) => {
    const values = trace.valuesOf(amplitude);
    if (typeof values === "string") return values;
    return values.length < 2 ? ONE_SPIKE : differences(values);
  },
);

function drop(name: string, from: number, to: number, definition: string): Feature {
  return shape(name, "mV", definition, (trace) => {
    const values = trace.valuesOf(peakVoltage);
    if (typeof values === "string") return values;
    const least = from === 1 ? 3 : 2;
    return values.length < least ? `fewer than ${least} spikes` : [values.at(from)! - values.at(to)!];
  });
}

const largestDrop = shape(
  "max_amp_difference",
  "mV",
  "Largest fall of the peak voltage from one spike to the next.",
  (trace) => {
    const values = trace.valuesOf(peakVoltage);
    if (typeof values === "string") return values;
    return values.length < 2 ? ONE_SPIKE : [-Math.min(...differences(values))];
  },
);

const endIndices = shape(
  "AP_end_indices",
  "1",
  "Samples at which dV/dt, after the steepest fall, first comes back to -12 mV/ms.",
  ({ ends }) => (ends.length ? ends.map(({ index }) => index) : NO_SPIKE),
);

/** Begin and end of the spikes that have both. */
function ofWhole(trace: Trace, value: (begin: number, end: number, peak: number) => number): Values {
  const values: number[] = [];
  let k = 0;
  for (const { index, peak, spike } of trace.begins) {
    while (k < trace.ends.length && trace.ends[k].spike < spike) k++;
    if (trace.ends[k]?.spike === spike) values.push(value(index, trace.ends[k].index, peak));
  }
  return values.length ? values : NO_BEGIN;
}

function ofEnds({ ends }: Trace, value: (peak: number, end: number) => number): Values {
  return ends.length ? ends.map(({ index, peak }) => value(peak, index)) : NO_SPIKE;
}

/** Half-way between begin and peak. */
const half = (v: Float64Array, begin: number, peak: number) => (v[begin] + v[peak]) / 2;

const riseIndices = shape(
  "AP_rise_indices",
  "1",
  "Samples between begin and peak whose voltage is nearest to half the amplitude.",
  (trace) =>
    ofBegins(trace, (begin, peak) => nearestTo(trace.v, half(trace.v, begin, peak), begin, peak + 1)),
);

const fallIndices = shape(
  "AP_fall_indices",
  "1",
  "Samples from the peak to before the end whose voltage is nearest to half the amplitude.",
  (trace) => ofWhole(trace, (begin, end, peak) => nearestTo(trace.v, half(trace.v, begin, peak), peak, end)),
);

const halfWidth = shape(
  "AP_duration_half_width",
  "ms",
  "Time from AP_rise_indices to AP_fall_indices: the width at half the amplitude from the begin.",
  (trace) => {
    const rise = trace.valuesOf(riseIndices);
    const fall = trace.valuesOf(fallIndices);
    if (typeof rise === "string") return rise;
    if (typeof fall === "string") return fall;
    return fall.map((index, k) => trace.t[index] - trace.t[rise[k]]);
  },
);

const duration = shape("AP_duration", "ms", "From the begin of the spike to its end.", (trace) =>
  ofWhole(trace, (begin, end) => trace.t[end] - trace.t[begin]),
);

const riseTime = shape("AP_rise_time", "ms", "From the begin of the spike to its peak.", (trace) =>
  ofBegins(trace, (begin, peak) => {
    const { riseStartFraction, riseEndFraction } = trace.settings;
    const height = trace.v[peak] - trace.v[begin];
    const from = firstAtLeast(trace.v, trace.v[begin] + riseStartFraction * height, begin, peak + 1);
    let to = peak;
    while (to > from && trace.v[to] > trace.v[begin] + riseEndFraction * height) to--;
    return trace.t[to] - trace.t[from];
  }),
);

const fallTime = shape("AP_fall_time", "ms", "From the peak of the spike to its end.", (trace) =>
  ofEnds(trace, (peak, end) => trace.t[end] - trace.t[peak]),
);

const riseRate = shape("AP_rise_rate", "mV/ms", "Mean dV/dt from the begin to the peak.", (trace) =>
  ofBegins(trace, (begin, peak) => (trace.v[peak] - trace.v[begin]) / (trace.t[peak] - trace.t[begin])),
);

const fallRate = shape("AP_fall_rate", "mV/ms", "Mean dV/dt from the peak to the end.", (trace) =>
  ofEnds(trace, (peak, end) => (trace.v[end] - trace.v[peak]) / (trace.t[end] - trace.t[peak])),
);

const peakUpstroke = shape("AP_peak_upstroke", "mV/ms", "Largest dV/dt between begin and peak.", (trace) =>
  ofBegins(trace, (begin, peak) => trace.dvdt[indexOfMax(trace.dvdt, begin, peak)]),
);

const peakDownstroke = shape(
  "AP_peak_downstroke",
  "mV/ms",
  "Most negative dV/dt between the peak and the first trough.",
  ({ peaks, troughs, dvdt }) => {
    if (troughs.length === 0) return NO_SPIKE;
    return troughs.map((trough, k) => dvdt[indexOfMin(dvdt, peaks[k], Math.max(trough, peaks[k] + 1))]);
  },
);

const phaseSlope = shape(
  "AP_phaseslope",
  "1/ms",
  "Slope of dV/dt against V over two samples on either side of the begin.",
  (trace) => {
    const range = trace.settings.phaseSlopeRange_samples;
    const { v, dvdt } = trace;
    return ofBegins(trace, (k) => (dvdt[k + range] - dvdt[k - range]) / (v[k + range] - v[k - range]));
  },
  "phase",
);

export const SPIKE_SHAPE: readonly Feature[] = [
  peakVoltage,
  element(peakVoltage, "AP1_peak", 0, "Peak voltage of the first spike."),
  element(peakVoltage, "AP2_peak", 1, "Peak voltage of the second spike."),
  step(peakVoltage, "AP2_AP1_peak_diff", "Peak voltage of the second spike less that of the first."),
  beginIndices,
  beginTime,
  beginVoltage,
  element(beginVoltage, "AP1_begin_voltage", 0, "Voltage at the begin of the first spike."),
  element(beginVoltage, "AP2_begin_voltage", 1, "Voltage at the begin of the second spike."),
  amplitude,
  element(amplitude, "AP1_amp", 0, "Amplitude of the first spike."),
  element(amplitude, "AP2_amp", 1, "Amplitude of the second spike."),
  element(amplitude, "APlast_amp", -1, "Amplitude of the last spike."),
  step(amplitude, "AP2_AP1_diff", "Amplitude of the second spike less that of the first."),
  meanAmplitude,
  amplitudeDifference,
  change(amplitude, "AP_amplitude_change", "the amplitude"),
  drop("amp_drop_first_second", 0, 1, "Peak voltage of the first spike less that of the second."),
  drop("amp_drop_first_last", 0, -1, "Peak voltage of the first spike less that of the last."),
  drop("amp_drop_second_last", 1, -1, "Peak voltage of the second spike less that of the last."),
  largestDrop,
  endIndices,
  riseIndices,
  fallIndices,
  halfWidth,
  change(halfWidth, "AP_duration_half_width_change", "the half-width"),
  duration,
  change(duration, "AP_duration_change", "the duration"),
  riseTime,
  fallTime,
  riseRate,
  change(riseRate, "AP_rise_rate_change", "the rise rate"),
  fallRate,
  change(fallRate, "AP_fall_rate_change", "the fall rate"),
  peakUpstroke,
  peakDownstroke,
  phaseSlope,
];
