/** The spike and train measures of the Allen Cell Types Database, on the catalogue's time grid. */
import { type Feature, type Group, ipfxFeature, type Values } from "./feature.ts";
import { firstBelow, indexOfMax, indexOfMin } from "./search.ts";
import type { Trace } from "./trace.ts";

const NO_SPIKE = "no spike in the stimulus";

/** One spike, all as samples. */
interface AllenSpike {
  readonly threshold: number;
  readonly upstroke: number;
  readonly peak: number;
  /** Lowest sample until the next threshold or the end of the stimulus; -1 if nothing follows the peak. */
  readonly trough: number;
  readonly downstroke: number;
  /** First sample of the next spike, or the end of the stimulus. */
  readonly next: number;
}

const THRESHOLD_FRACTION = 0.05;
const known = new WeakMap<Trace, readonly AllenSpike[]>();

function allenSpikes(trace: Trace): readonly AllenSpike[] {
  const before = known.get(trace);
  if (before) return before;
  const found = findSpikes(trace);
  known.set(trace, found);
  return found;
}

function findSpikes(trace: Trace): AllenSpike[] {
  const { t, v, dvdt, start_ms, end_ms } = trace;
  const onset = trace.indexAt(start_ms);
  const end = Math.min(v.length, trace.indexAt(end_ms));
  const peaks = trace.peaks.filter((peak) => t[peak] > start_ms && peak < end);
  const upstrokes = peaks.map((peak, k) =>
    indexOfMax(
      dvdt,
      Math.max(k > 0 ? peaks[k - 1] : onset, trace.indexAt(t[peak] - UPSTROKE_SEARCH_ms)),
      peak,
    ),
  );
  let sum = 0;
  for (const upstroke of upstrokes) sum += dvdt[upstroke];
  const target = (THRESHOLD_FRACTION * sum) / upstrokes.length;
  const thresholds = upstrokes.map((upstroke, k) =>
    lastAtMost(dvdt, target, k > 0 ? peaks[k - 1] : onset, upstroke),
  );
  return peaks.map((peak, k) => {
    const next = thresholds[k + 1] ?? end;
    const trough = indexOfMin(v, peak + 1, next);
    const downstroke = trough < 0 ? -1 : indexOfMin(dvdt, peak, trough + 1);
    return { threshold: thresholds[k], upstroke: upstrokes[k], peak, trough, downstroke, next };
  });
}

/** The steepest rise of a spike lies within this time before its peak. */
const UPSTROKE_SEARCH_ms = 5;

/** The last sample before `to` at which `y` is no more than `level`; `from` if there is none. */
function lastAtMost(y: Float64Array, level: number, from: number, to: number): number {
  for (let k = to; k > from; k--) if (y[k] <= level) return k;
  return from;
}

function ofSpikes(trace: Trace, value: (spike: AllenSpike) => number): Values {
  const spikes = allenSpikes(trace);
  return spikes.length ? spikes.map(value) : NO_SPIKE;
}

/** Of the spikes after which something was recorded before the next one. */
function ofTroughs(trace: Trace, value: (spike: AllenSpike) => number): Values {
  const spikes = allenSpikes(trace).filter(({ trough }) => trough >= 0);
  return spikes.length ? spikes.map(value) : NO_SPIKE;
}

const shape = (
  name: string,
  unit: string,
  definition: string,
  measure: Feature["measure"],
  group: Group = "spike",
) => ipfxFeature(group, name, name, unit, definition, measure);

const thresholdVoltage = shape(
  "threshold_v",
  "mV",
  "Voltage at which dV/dt, going back from the steepest rise, first falls to 5 % of the mean largest dV/dt of the sweep's spikes.",
  (trace) => ofSpikes(trace, ({ threshold }) => trace.v[threshold]),
);

const thresholdTime = shape("threshold_t", "ms", "Times of threshold_v.", (trace) =>
  ofSpikes(trace, ({ threshold }) => trace.t[threshold]),
);

const upstroke = shape("upstroke", "mV/ms", "Largest dV/dt before the peak.", (trace) =>
  ofSpikes(trace, (spike) => trace.dvdt[spike.upstroke]),
);

const downstroke = shape("downstroke", "mV/ms", "Most negative dV/dt between peak and trough.", (trace) =>
  ofTroughs(trace, (spike) => trace.dvdt[spike.downstroke]),
);

const ratio = shape(
  "upstroke_downstroke_ratio",
  "1",
  "Largest dV/dt over the size of the most negative one.",
  (trace) => ofTroughs(trace, (spike) => -trace.dvdt[spike.upstroke] / trace.dvdt[spike.downstroke]),
);

const upstrokeVoltage = shape(
  "upstroke_v",
  "mV",
  "Voltage at the largest dV/dt: the top of the phase plot.",
  (trace) => ofSpikes(trace, (spike) => trace.v[spike.upstroke]),
  "phase",
);

const downstrokeVoltage = shape(
  "downstroke_v",
  "mV",
  "Voltage at the most negative dV/dt: the bottom of the phase plot.",
  (trace) => ofTroughs(trace, (spike) => trace.v[spike.downstroke]),
  "phase",
);

const trough = shape(
  "trough_v",
  "mV",
  "Lowest voltage between the peak and the next threshold, or the end of the stimulus.",
  (trace) => ofTroughs(trace, (spike) => trace.v[spike.trough]),
  "afterpotential",
);

const FAST_ms = 5;

const fastTrough = shape(
  "fast_trough_v",
  "mV",
  "Lowest voltage of the 5 ms after the peak, no further than the next threshold.",
  (trace) =>
    ofTroughs(trace, ({ peak, next }) => {
      const until = Math.min(next, trace.indexAfter(trace.t[peak] + FAST_ms));
      return trace.v[indexOfMin(trace.v, peak + 1, until)];
    }),
  "afterpotential",
);

const slowTrough = shape(
  "slow_trough_v",
  "mV",
  "Lowest voltage from 5 ms after the peak to the next threshold; of the spikes that are so far apart.",
  (trace) => {
    const values: number[] = [];
    for (const { peak, next } of allenSpikes(trace)) {
      const k = indexOfMin(trace.v, trace.indexAfter(trace.t[peak] + FAST_ms), next);
      if (k >= 0) values.push(trace.v[k]);
    }
    return values.length ? values : "no spike with 5 ms after it before the next";
  },
  "afterpotential",
);

const width = shape(
  "width",
  "ms",
  "Width half-way between peak and trough, crossings interpolated.",
  (trace) => {
    const widths: number[] = [];
    for (const spike of allenSpikes(trace)) {
      if (spike.trough < 0) continue;
      const one = widthAt(trace, spike, (trace.v[spike.peak] + trace.v[spike.trough]) / 2);
      if (one !== undefined) widths.push(one);
    }
    return widths.length ? widths : "no spike that rises and falls through half its height";
  },
);

function widthAt({ t, v }: Trace, { peak, trough: low }: AllenSpike, level: number): number | undefined {
  let up = peak;
  while (up > 0 && v[up] > level) up--;
  const down = firstBelow(v, level, peak, low + 1);
  if (down < 0 || v[up] > level) return undefined;
  const rise = t[up] + ((level - v[up]) * (t[up + 1] - t[up])) / (v[up + 1] - v[up]);
  const fall = t[down] + ((level - v[down]) * (t[down] - t[down - 1])) / (v[down] - v[down - 1]);
  return fall - rise;
}

const latency = shape(
  "latency",
  "ms",
  "From the start of the stimulus to the first threshold (5 %).",
  (trace) => {
    const [first] = allenSpikes(trace);
    return first ? [trace.t[first.threshold] - trace.start_ms] : NO_SPIKE;
  },
  "train",
);

const rate = shape(
  "avg_rate",
  "Hz",
  "Spikes within the stimulus over its length; 0 is a measured silence.",
  (trace) => [(1000 * allenSpikes(trace).length) / (trace.end_ms - trace.start_ms)],
  "train",
);

export const ALLEN: readonly Feature[] = [
  thresholdVoltage,
  thresholdTime,
  upstroke,
  downstroke,
  ratio,
  upstrokeVoltage,
  downstrokeVoltage,
  trough,
  fastTrough,
  slowTrough,
  width,
  latency,
  rate,
];
