/** Time constants: of the onset of a hyperpolarising step, of the return after it, and of the sag. */
import { efelFeature, type Feature } from "./feature.ts";
import { lineThrough } from "./fits.ts";
import { derivative } from "./interpolate.ts";
import { firstAtLeast, indexOfMin } from "./search.ts";
import { sagAmplitude, steadyStimulusEnd, stimulusRange } from "./subthreshold.ts";
import type { Trace } from "./trace.ts";

const sub = (name: string, definition: string, measure: Feature["measure"]) =>
  efelFeature("subthreshold", name, "ms", definition, measure);

const decayAfter = sub(
  "decay_time_constant_after_stim",
  "Time constant of the voltage from 1 to 10 ms after the stimulus: line through ln |V - V at the start of the stimulus|.",
  (trace) => {
    const { start_ms, end_ms, settings, t, v } = trace;
    const base = trace.indexAt(start_ms);
    const from = trace.indexAt(end_ms + settings.decayStart_ms);
    const to = Math.min(v.length, trace.indexAt(end_ms + settings.decayEnd_ms));
    if (to - from < 3) return "the sweep ends with the stimulus";
    const x: number[] = [];
    const y: number[] = [];
    for (let k = from; k < to; k++) {
      if (v[k] === v[base]) continue;
      x.push(t[k] - end_ms);
      y.push(Math.log(Math.abs(v[k] - v[base])));
    }
    return [Math.abs(1 / lineThrough(x, y).slope)];
  },
);

const sagTime = sub(
  "sag_time_constant",
  "Time constant from the bottom of the sag to 90 % of its return: line through ln |V - V at the end|.",
  (trace) => {
    const amplitude = trace.valuesOf(sagAmplitude);
    const steady = trace.valuesOf(steadyStimulusEnd);
    if (typeof amplitude === "string") return amplitude;
    if (typeof steady === "string") return steady;
    const { t, v } = trace;
    const [first, last] = stimulusRange(trace);
    const bottom = indexOfMin(v, first, last);
    const end = firstAtLeast(v, steady[0] - 0.1 * amplitude[0], bottom + 1, last);
    if (end < 0 || end - bottom < 10) return "the sag is too short";
    const x: number[] = [];
    const y: number[] = [];
    for (let k = bottom; k < end; k++) {
      if (v[k] === v[end]) continue;
      x.push(t[k]);
      y.push(Math.log(Math.abs(v[k] - v[end])));
    }
    return [Math.abs(1 / lineThrough(x, y).slope)];
  },
);

const MIN_SLOPE_mV_per_ms = 5e-3;
const SKIP_SAMPLES = 10;
const MIN_RUN = 5;
const MIN_DECAY = 10;
const FLAT_ms = 70;

const timeConstant = sub(
  "time_constant",
  "Membrane time constant of a hyperpolarising step: exponential through the decay from 1 ms after the onset to where the voltage stays flat.",
  (trace) => {
    const decay = findDecay(trace);
    if (typeof decay === "string") return decay;
    const tau_ms = fitDecay(trace, decay);
    return tau_ms > 0 ? [tau_ms] : "the voltage does not approach a steady state";
  },
);

interface Decay {
  readonly from: number;
  /** First sample of the flat after it. */
  readonly flat: number;
}

function findDecay(trace: Trace): Decay | string {
  const { t, v, start_ms, end_ms } = trace;
  const first = trace.indexAt(start_ms) + SKIP_SAMPLES;
  const middle = Math.min(v.length, trace.indexAt((start_ms + end_ms) / 2));
  if (middle - first < MIN_RUN) return "the step is too short";
  const slope = fivePointSlope(t.subarray(first, middle), v.subarray(first, middle));
  const start = runBelow(slope, -MIN_SLOPE_mV_per_ms, MIN_RUN);
  if (start < 0) return "the voltage does not decay after the onset";
  const flat = flatAfter(slope, t.subarray(first, middle), start);
  if (flat < 0) return "the voltage does not become flat in the first half of the step";
  if (flat - start < MIN_DECAY) return "the decay has fewer than ten samples";
  return { from: first + start, flat: first + flat };
}

/** (y[k-2] - 8 y[k-1] + 8 y[k+1] - y[k+2]) / 12 of voltage over that of time; two- and three-point at the ends. */
function fivePointSlope(t: Float64Array, v: Float64Array): Float64Array {
  const slope = derivative({ t_ms: t, v_mV: v });
  const stencil = (y: Float64Array, k: number) => y[k - 2] - 8 * y[k - 1] + 8 * y[k + 1] - y[k + 2];
  for (let k = 2; k + 2 < v.length; k++) slope[k] = stencil(v, k) / stencil(t, k);
  return slope;
}

/** Start of the first `length` samples in a row below a level. */
function runBelow(y: Float64Array, level: number, length: number): number {
  let run = 0;
  for (let k = 0; k < y.length; k++) {
    run = y[k] <= level ? run + 1 : 0;
    if (run === length) return k - length + 1;
  }
  return -1;
}

/** First sample that is not falling, if the mean slope of the 70 ms from it on (or of what is left) is not either. */
function flatAfter(slope: Float64Array, t: Float64Array, start: number): number {
  const n = slope.length;
  // Sums up to each sample: the windows overlap nearly completely.
  const sums = new Float64Array(n + 1);
  for (let k = 0; k < n; k++) sums[k + 1] = sums[k] + slope[k];
  let until = start;
  for (let k = start; k < n; k++) {
    if (slope[k] <= -MIN_SLOPE_mV_per_ms) continue;
    while (until < n && t[until] < t[k] + FLAT_ms) until++;
    if ((sums[until] - sums[k]) / (until - k) > -MIN_SLOPE_mV_per_ms) return k;
  }
  return -1;
}

/** Line through ln(|V - V at the end| + offset), with the offset for which it fits best relative to its range. */
function fitDecay({ t, v }: Trace, { from, flat }: Decay): number {
  const n = flat - from;
  const centre = (t[from] + t[flat - 1]) / 2;
  const x = new Float64Array(n);
  const distance = new Float64Array(n);
  let xx = 0;
  for (let k = 0; k < n; k++) {
    x[k] = t[from + k] - centre;
    xx += x[k] * x[k];
    distance[k] = Math.abs(v[from + k] - v[flat - 1]);
  }
  const offset = goldenMinimum(
    (value) => logLine(x, distance, value, xx).error,
    0,
    1000 * MIN_SLOPE_mV_per_ms,
  );
  return -1 / logLine(x, distance, offset, xx).slope;
}

/** Least squares in one pass; `x` is centred, and `xx` its sum of squares. */
function logLine(x: Float64Array, distance: Float64Array, offset: number, xx: number) {
  let [sum, xy, yy] = [0, 0, 0];
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let k = 0; k < x.length; k++) {
    const y = Math.log(distance[k] + offset);
    sum += y;
    xy += x[k] * y;
    yy += y * y;
    if (y < low) low = y;
    if (y > high) high = y;
  }
  const slope = xy / xx;
  const residual = yy - (sum * sum) / x.length - slope * xy;
  return { slope, error: residual / ((high - low) * (high - low)) };
}

/** Golden-section search to a ten-thousandth of the interval; each step asks for one new value. */
function goldenMinimum(error: (x: number) => number, low: number, high: number): number {
  const golden = (Math.sqrt(5) - 1) / 2;
  let [a, b] = [low, high];
  let [c, d] = [b - golden * (b - a), a + golden * (b - a)];
  let [atC, atD] = [error(c), error(d)];
  while (b - a > 1e-4 * (high - low)) {
    if (atC < atD) {
      [b, d, atD] = [d, c, atC];
      c = b - golden * (b - a);
      atC = error(c);
    } else {
      [a, c, atC] = [c, d, atD];
      d = a + golden * (b - a);
      atD = error(d);
    }
  }
  return (a + b) / 2;
}

export const DECAYS: readonly Feature[] = [decayAfter, sagTime, timeConstant];
