/** The scalar measures of one sweep that a network gets beside the frames. NaN: could not be measured. */
import { meanOf } from "./frames.ts";
import { spikeAverage } from "./spikeAverage.ts";
import { type QuickShape, quickShape } from "./spikeShapes.ts";
import type { MainStretch } from "./stimulus.ts";

/** A sweep with what is known of it before any measure is taken. */
export interface MeasuredSweep {
  readonly v_mV: Float64Array;
  readonly i_pA: Float64Array;
  readonly dt_ms: number;
  readonly peaks: readonly number[];
  readonly noise_mV: number;
  readonly stretch: MainStretch;
}

/** Names in the order of the vector. Times and rates are logarithms, so that brief and long cells share a scale. */
export type SweepScalars = Readonly<Record<string, number>>;

const MIN_BASELINE_ms = 5;
const STEADY_SHARE = 0.3;
const SHAPES = 24;
const REBOUND_ms = 150;

export function sweepScalars(sweep: MeasuredSweep): SweepScalars {
  const baseline_mV = baselineOf(sweep);
  return {
    ...protocol(sweep),
    baseline_mV,
    noise: Math.log(sweep.noise_mV + 0.01),
    ...response(sweep, baseline_mV),
    ...onset(sweep, baseline_mV),
    ...afterwards(sweep, baseline_mV),
    ...train(sweep),
    ...shapes(sweep),
  };
}

/** What was injected, and how it was sampled. */
function protocol({ v_mV, dt_ms, stretch }: MeasuredSweep) {
  const scaled = (i_pA: number) => Math.asinh(i_pA / 50);
  return {
    length: Math.log(v_mV.length * dt_ms),
    interval: Math.log(dt_ms),
    before_pA: scaled(stretch.before_pA),
    step_pA: scaled(stretch.level_pA - stretch.before_pA),
    level_pA: scaled(stretch.level_pA),
    spread_pA: scaled(stretch.spread_pA),
    max_pA: scaled(stretch.max_pA),
    min_pA: scaled(stretch.min_pA),
    isStep: stretch.isStep ? 1 : 0,
    jumps: Math.log1p(stretch.jumps),
    start: Math.log1p(stretch.start * dt_ms),
    duration: Math.log1p((stretch.end - stretch.start) * dt_ms),
  };
}

/** Mean voltage before the current moves; NaN if that is too short or holds a spike. */
function baselineOf({ v_mV, dt_ms, peaks, stretch }: MeasuredSweep): number {
  const from = Math.max(0, stretch.start - Math.round(100 / dt_ms));
  const fires = peaks.some((peak) => peak < stretch.start + Math.round(1 / dt_ms));
  return fires || stretch.start * dt_ms < MIN_BASELINE_ms ? Number.NaN : meanOf(v_mV, from, stretch.start);
}

/** How the membrane answers the main stretch: charging at its onset, the extreme, the end. */
function response(sweep: MeasuredSweep, baseline_mV: number) {
  const { v_mV, stretch, peaks } = sweep;
  const { start, end } = stretch;
  const silent = !peaks.some((peak) => peak >= start && peak < end);
  const meanStretch_mV = meanOf(v_mV, start, end);
  const steadyFrom = Math.round(end - STEADY_SHARE * (end - start));
  const steady_mV = silent ? meanOf(v_mV, steadyFrom, end) : Number.NaN;
  const step_pA = stretch.level_pA - stretch.before_pA;
  const change_mV = steady_mV - baseline_mV;
  const ideal = stretch.isStep && Math.abs(step_pA) > 2;
  const extreme_mV = silent ? extremeOf(sweep, step_pA < 0 ? -1 : 1) : Number.NaN;
  return {
    silent: silent ? 1 : 0,
    meanStretch_mV,
    steady_mV,
    change_mV,
    extreme_mV,
    sag_mV: ideal ? extreme_mV - steady_mV : Number.NaN,
    resistance: ideal && change_mV / step_pA > 0 ? Math.log((1000 * change_mV) / step_pA) : Number.NaN,
    tau: ideal && silent && Math.abs(change_mV) > 1 ? logTau(sweep, baseline_mV, steady_mV) : Number.NaN,
    ...(ideal ? charging(sweep, baseline_mV, step_pA) : { capacitance: Number.NaN, slope5: Number.NaN }),
  };
}

/** The furthest mean of 2 ms within the stretch, in one direction. */
function extremeOf({ v_mV, dt_ms, stretch }: MeasuredSweep, sign: number): number {
  const block = Math.max(1, Math.round(2 / dt_ms));
  let extreme = Number.NaN;
  for (let k = stretch.start; k + block <= stretch.end; k += block) {
    const mean = meanOf(v_mV, k, k + block);
    if (!(sign * mean <= sign * extreme)) extreme = mean;
  }
  return extreme;
}

/** The area between response and steady voltage over the size of the response: tau of an exponential, and noise cancels. */
function logTau({ v_mV, dt_ms, stretch }: MeasuredSweep, baseline_mV: number, steady_mV: number): number {
  const end = Math.min(stretch.end, stretch.start + Math.round(200 / dt_ms));
  const area = (steady_mV - meanOf(v_mV, stretch.start, end)) * (end - stretch.start) * dt_ms;
  const tau_ms = area / (steady_mV - baseline_mV);
  return tau_ms > 0.1 ? Math.log(tau_ms) : Number.NaN;
}

/** Capacitance from the first 3 ms after a step, dV/dt = step / C; and the voltage change at 5 ms per current. */
function charging({ v_mV, dt_ms, stretch, peaks }: MeasuredSweep, baseline_mV: number, step_pA: number) {
  const at = (from_ms: number, to_ms: number) =>
    meanOf(v_mV, stretch.start + Math.round(from_ms / dt_ms), stretch.start + Math.round(to_ms / dt_ms));
  const first = peaks.find((peak) => peak >= stretch.start) ?? Number.POSITIVE_INFINITY;
  const free_ms = (Math.min(first, stretch.end) - stretch.start) * dt_ms;
  const slope_mV_per_ms = (at(2, 3) - at(0.3, 1.3)) / 1.7;
  const capacitance_pF = step_pA / slope_mV_per_ms;
  return {
    capacitance: free_ms > 5 && capacitance_pF > 1 ? Math.log(Math.min(capacitance_pF, 3000)) : Number.NaN,
    slope5: free_ms > 8 ? (1000 * (at(4.5, 5.5) - baseline_mV)) / step_pA / 100 : Number.NaN,
  };
}

/** Octaves of time after the onset of the stretch, ms. */
const OCTAVES = [0.5, 1, 2, 4, 8, 16, 32, 64, 128] as const;

/** Mean voltage in each octave after a step, above the baseline: fine where the membrane moves fast. NaN from the first spike on. */
function onset({ v_mV, dt_ms, peaks, stretch }: MeasuredSweep, baseline_mV: number) {
  const free = Math.min(stretch.end, peaks.find((peak) => peak >= stretch.start) ?? stretch.end);
  return Object.fromEntries(
    OCTAVES.map((octave_ms) => {
      const [from, to] = [octave_ms, 2 * octave_ms].map((ms) => stretch.start + Math.round(ms / dt_ms));
      const seen = stretch.isStep && to <= free - Math.round(1 / dt_ms);
      return [
        `onset${octave_ms}_mV`,
        seen ? meanOf(v_mV, from, Math.max(from + 1, to)) - baseline_mV : Number.NaN,
      ];
    }),
  );
}

/** What follows the main stretch: rebound, afterhyperpolarisation of the whole train, rebound spikes. */
function afterwards({ v_mV, dt_ms, peaks, stretch }: MeasuredSweep, baseline_mV: number) {
  const block = Math.max(1, Math.round(2 / dt_ms));
  const until = Math.min(v_mV.length, stretch.end + Math.round(REBOUND_ms / dt_ms));
  let [low, high] = [Number.NaN, Number.NaN];
  for (let k = stretch.end + block; k + block <= until; k += block) {
    const mean = meanOf(v_mV, k, k + block);
    if (!(mean >= low)) low = mean;
    if (!(mean <= high)) high = mean;
  }
  const after = (from_ms: number, to_ms: number) =>
    stretch.end + Math.round(to_ms / dt_ms) <= v_mV.length
      ? meanOf(v_mV, stretch.end + Math.round(from_ms / dt_ms), stretch.end + Math.round(to_ms / dt_ms)) -
        baseline_mV
      : Number.NaN;
  return {
    afterLow_mV: low - baseline_mV,
    afterHigh_mV: Math.min(high - baseline_mV, 40),
    after10_mV: after(8, 12),
    after40_mV: after(35, 45),
    after100_mV: after(90, 110),
    reboundSpikes: Math.log1p(peaks.filter((peak) => peak >= stretch.end && peak < until).length),
  };
}

/** When the spikes of the main stretch come. */
function train({ peaks, dt_ms, stretch, i_pA }: MeasuredSweep) {
  const times = peaks.filter((k) => k >= stretch.start && k < stretch.end).map((k) => k * dt_ms);
  const isis = times.slice(1).map((time, k) => time - times[k]);
  const log = (value: number | undefined) => (value === undefined ? Number.NaN : Math.log(value + 0.1));
  const mean = isis.reduce((sum, isi) => sum + isi, 0) / isis.length;
  const spread = Math.sqrt(isis.reduce((sum, isi) => sum + (isi - mean) ** 2, 0) / isis.length);
  const length_ms = (stretch.end - stretch.start) * dt_ms;
  const first = peaks[0];
  return {
    count: Math.log1p(times.length),
    allSpikes: Math.log1p(peaks.length),
    rate: Math.asinh((100 * times.length) / length_ms),
    latency: log(times.length ? times[0] - stretch.start * dt_ms : undefined),
    isi1: log(isis[0]),
    isi2: log(isis[1]),
    isi3: log(isis[2]),
    isi5: log(isis[4]),
    isi8: log(isis[7]),
    isiLast: log(isis.at(-1)),
    isiMean: isis.length ? Math.log(mean) : Number.NaN,
    isiCv: isis.length > 1 ? spread / mean : Number.NaN,
    adaptation: isis.length > 1 ? Math.log(isis[isis.length - 1] / isis[0]) : Number.NaN,
    silence: times.length
      ? (length_ms + stretch.start * dt_ms - times[times.length - 1]) / length_ms
      : Number.NaN,
    firstSpike_pA:
      first === undefined ? Number.NaN : Math.asinh(meanOf(i_pA, first - Math.round(2 / dt_ms), first) / 50),
  };
}

const SHAPE_NAMES = [
  "threshold_mV",
  "peak_mV",
  "upstroke_mV_per_ms",
  "rise_ms",
  "halfWidth_ms",
  "reset_mV",
  "trough_mV",
  "troughTime_ms",
  "before1_mV",
  "before2_mV",
  "before5_mV",
  "before10_mV",
  "before20_mV",
  "after2_mV",
  "after5_mV",
  "after15_mV",
  "after30_mV",
  "after60_mV",
] as const satisfies readonly (keyof QuickShape)[];

const LOGARITHMIC: ReadonlySet<string> = new Set([
  "upstroke_mV_per_ms",
  "rise_ms",
  "halfWidth_ms",
  "troughTime_ms",
]);

/** Median of each measure over the spikes (at most 24, spread over the sweep), and first and last of those that adapt. */
function shapes({ v_mV, dt_ms, peaks }: MeasuredSweep): Record<string, number> {
  const count = Math.min(SHAPES, peaks.length);
  const chosen = Array.from({ length: count }, (_, n) =>
    count === 1 ? 0 : Math.round((n * (peaks.length - 1)) / (count - 1)),
  );
  const measured = chosen.map((k) => {
    return quickShape(v_mV, dt_ms, peaks[k - 1] ?? 0, peaks[k], peaks[k + 1] ?? v_mV.length);
  });
  const result: Record<string, number> = {};
  for (const name of SHAPE_NAMES) {
    const scale = LOGARITHMIC.has(name) ? (x: number) => Math.log(Math.max(x, 0.01)) : (x: number) => x;
    const values = measured.map((shape) => scale(shape[name]));
    result[name] = medianOfPresent(values);
    result[`${name}/first`] = values[0] ?? Number.NaN;
    result[`${name}/last`] = values.at(-1) ?? Number.NaN;
  }
  const peaks_mV = measured.map(({ peak_mV }) => peak_mV);
  result.peakHighest_mV = peaks_mV.length ? Math.max(...peaks_mV) : Number.NaN;
  result.peakLowest_mV = peaks_mV.length ? Math.min(...peaks_mV) : Number.NaN;
  return { ...result, ...spikeAverage(v_mV, dt_ms, peaks, chosen) };
}

/** Median of the values that are not NaN; NaN for none. */
export function medianOfPresent(values: readonly number[]): number {
  const sorted = Float64Array.from(values.filter((value) => !Number.isNaN(value))).sort();
  const half = sorted.length >> 1;
  if (sorted.length === 0) return Number.NaN;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}
