/** Widths of spikes by other levels than half the amplitude from the begin. */
import { efelFeature, type Feature, oneOf, type Values } from "./feature.ts";
import { firstAbove, firstBelow, indexOfMax } from "./search.ts";
import type { Trace } from "./trace.ts";

const NO_SPIKE = "no spike with a trough after it";
const ONE_SPIKE = "fewer than two spikes";

const width = (name: string, definition: string, measure: Feature["measure"]) =>
  efelFeature("spike", name, "ms", definition, measure);

/** Time at which the line through samples k - 1 and k passes a level. */
function crossing({ t, v }: Trace, k: number, level: number): number {
  return t[k] + ((level - v[k]) * (t[k] - t[k - 1])) / (v[k] - v[k - 1]);
}

/** From the first sample above a level to the next one below it; `open`: to the end of the stretch if none is below. */
function wholeWidth({ t, v }: Trace, level: number, from: number, last: number, open: boolean) {
  const up = firstAbove(v, level, from, last);
  const down = up < 0 ? -1 : firstBelow(v, level, up, last);
  if (up < 0 || (down < 0 && !open)) return undefined;
  return t[down < 0 ? last : down] - t[up];
}

/** Where the search for a spike begins: after the one before it, or with the stimulus, or with the sweep. */
function searchFrom(trace: Trace, bounds: readonly number[], k: number): number {
  if (k > 0) return bounds[k - 1];
  const onset = trace.indexAt(trace.start_ms);
  return onset < trace.peaks[0] ? onset : 0;
}

/** Spikes that do not come below the threshold before their bound: kept up to it, or left out. */
function atThreshold(trace: Trace, bounds: readonly number[], keepOpen: boolean): Values {
  const widths: number[] = [];
  bounds.forEach((bound, k) => {
    const from = keepOpen || k > 0 ? searchFrom(trace, bounds, k) : trace.indexAt(trace.start_ms);
    const one = wholeWidth(trace, trace.settings.threshold_mV, from, bound, keepOpen);
    if (one !== undefined) widths.push(one);
  });
  return widths.length ? widths : NO_SPIKE;
}

const apWidth = width(
  "AP_width",
  "Time above the threshold voltage (-20 mV), each spike up to the first trough after it.",
  (trace) => atThreshold(trace, trace.troughs, true),
);

const betweenThreshold = width(
  "AP_width_between_threshold",
  "Time above the threshold voltage (-20 mV), each spike up to the lowest voltage after it.",
  (trace) => atThreshold(trace, trace.minima, false),
);

const halfWidth = width(
  "spike_half_width",
  "Width half-way between the peak and the first trough after it, crossings interpolated.",
  (trace) => {
    const { peaks, troughs, v } = trace;
    const widths: number[] = [];
    troughs.forEach((trough, k) => {
      const level = (v[peaks[k]] + v[trough]) / 2;
      const up = firstAbove(v, level, searchFrom(trace, troughs, k), peaks[k] + 1);
      const down = firstBelow(v, level, peaks[k], trough + 1);
      if (up > 0 && down > 0) widths.push(crossing(trace, down, level) - crossing(trace, up, level));
    });
    return widths.length ? widths : NO_SPIKE;
  },
);

/** The sample of the largest second derivative: central differences taken twice, one-sided at the ends. */
function sharpestBend(v: Float64Array, from: number, to: number): number {
  if (to - from < 3) return -1;
  const twice = centralDifferences(centralDifferences(v.subarray(from, to)));
  return from + indexOfMax(twice, 0, to - from);
}

function centralDifferences(y: Float64Array): Float64Array {
  const last = y.length - 1;
  const slope = new Float64Array(y.length);
  slope[0] = y[1] - y[0];
  for (let k = 1; k < last; k++) slope[k] = (y[k + 1] - y[k - 1]) / 2;
  slope[last] = y[last] - y[last - 1];
  return slope;
}

const width2 = width(
  "spike_width2",
  "Width half-way between the peak and the sharpest bend (largest second derivative) since the trough before; not of the first spike.",
  (trace) => {
    const { peaks, troughs, v } = trace;
    const widths: number[] = [];
    for (let k = 1; k < peaks.length && k <= troughs.length; k++) {
      const onset = sharpestBend(v, troughs[k - 1], peaks[k]);
      if (onset < 0) continue;
      const level = (v[peaks[k]] + v[onset]) / 2;
      const up = firstAbove(v, level, onset, peaks[k] + 1);
      const down = firstBelow(v, level, peaks[k], v.length);
      if (up > 0 && down > 0) widths.push(crossing(trace, down, level) - crossing(trace, up, level));
    }
    return widths.length ? widths : ONE_SPIKE;
  },
);

const beginWidth = width(
  "AP_begin_width",
  "From the begin of the spike to the first sample below its voltage, or to the first trough if none is below.",
  (trace) => {
    const { begins, troughs, t, v } = trace;
    const widths: number[] = [];
    for (const { index, spike } of begins) {
      const last = troughs[spike];
      if (last === undefined) continue;
      const down = firstBelow(v, v[index], index + 1, last);
      widths.push(t[down < 0 ? last : down] - t[index]);
    }
    return widths.length ? widths : NO_SPIKE;
  },
);

const element = (list: Feature, name: string, position: number, which: string) =>
  width(name, `${list.name} of the ${which} spike.`, (trace) =>
    oneOf(trace.valuesOf(list), position, `no ${which} spike`),
  );

const beginWidthDifference = width(
  "AP2_AP1_begin_width_diff",
  "AP_begin_width of the second spike less that of the first.",
  (trace) => {
    const values = trace.valuesOf(beginWidth);
    if (typeof values === "string") return values;
    return values.length < 2 ? ONE_SPIKE : [values[1] - values[0]];
  },
);

export const WIDTHS: readonly Feature[] = [
  apWidth,
  betweenThreshold,
  halfWidth,
  element(halfWidth, "AP1_width", 0, "first"),
  element(halfWidth, "AP2_width", 1, "second"),
  element(halfWidth, "APlast_width", -1, "last"),
  width2,
  beginWidth,
  element(beginWidth, "AP1_begin_width", 0, "first"),
  element(beginWidth, "AP2_begin_width", 1, "second"),
  beginWidthDifference,
];
