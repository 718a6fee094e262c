/** One sweep as the features see it: the parts that several of them need, each found once, when first asked for. */
import { detectSpikes, type Spike } from "../spikes.ts";
import { movedPeaks, thresholdPeaks } from "./detect.ts";
import { derivative, type Grid, interpolate } from "./interpolate.ts";
import { firstAtLeast, indexOfMin, lowerBound, meanBetween, upperBound } from "./search.ts";
import type { CatalogueSettings } from "./settings.ts";

/** What is measured: a sweep, its stimulus and its current. */
export interface TraceInput {
  /** Recorded voltage, [nSamples], finite. */
  readonly v_mV: Float64Array;
  readonly dt_ms: number;
  /** The stimulus, from the start of the sweep. */
  readonly start_ms: number;
  readonly end_ms: number;
  /** Height of the stimulus over the current before it; 0 or undefined: unknown, and no resistance is measured. */
  readonly delta_pA?: number;
  /** Times at which the current jumps, for the detector by prominence. */
  readonly currentJumps_ms?: readonly number[];
}

/** A result inside the catalogue: a string is the reason why there is no value. */
export type Values = readonly number[] | string;

/** Something that is measured on a trace: a feature. */
export interface Measurable {
  readonly measure: (trace: Trace) => Values;
}

export class Trace {
  readonly input: TraceInput;
  readonly settings: CatalogueSettings;
  readonly #known = new Map<Measurable, Values>();
  #grid?: Grid;
  #dvdt?: Float64Array;
  #spikes?: readonly Spike[];
  #peaks?: readonly number[];
  #troughs?: readonly number[];
  #minima?: readonly number[];
  #begins?: readonly Begin[];
  #ends?: readonly End[];

  constructor(input: TraceInput, settings: CatalogueSettings) {
    this.input = input;
    this.settings = settings;
  }

  /** A feature's values, measured once a trace. */
  valuesOf(feature: Measurable): Values {
    const known = this.#known.get(feature);
    if (known !== undefined) return known;
    const values = feature.measure(this);
    this.#known.set(feature, values);
    return values;
  }

  get grid(): Grid {
    const { v_mV, dt_ms } = this.input;
    this.#grid ??= interpolate(v_mV, dt_ms, this.settings.interpolationStep_ms);
    return this.#grid;
  }

  /** Interpolated times and voltages. */
  get t(): Float64Array {
    return this.grid.t_ms;
  }

  get v(): Float64Array {
    return this.grid.v_mV;
  }

  get dvdt(): Float64Array {
    this.#dvdt ??= derivative(this.grid);
    return this.#dvdt;
  }

  get start_ms(): number {
    return this.input.start_ms;
  }

  get end_ms(): number {
    return this.input.end_ms;
  }

  /** First sample at or after a time. */
  indexAt(time_ms: number): number {
    return lowerBound(this.t, time_ms);
  }

  /** First sample after a time. */
  indexAfter(time_ms: number): number {
    return upperBound(this.t, time_ms);
  }

  /** Samples [from, to) with `from_ms` <= t < `to_ms`; NaN if there is none. */
  meanOver(from_ms: number, to_ms: number): number {
    return meanBetween(this.v, this.indexAt(from_ms), this.indexAt(to_ms));
  }

  /** Where a spike's afterpotential is searched to: the end of the stimulus, if only the stimulus counts. */
  get until(): number {
    return this.settings.strictStimulusInterval
      ? Math.min(this.v.length, this.indexAt(this.end_ms))
      : this.v.length;
  }

  /** Peaks, as samples of the interpolated trace. */
  get peaks(): readonly number[] {
    this.#peaks ??= this.settings.strictStimulusInterval ? this.#inside(this.#detected()) : this.#detected();
    return this.#peaks;
  }

  #inside(peaks: readonly number[]): number[] {
    return peaks.filter((peak) => this.t[peak] >= this.start_ms && this.t[peak] < this.end_ms);
  }

  /** Spikes of the recorded samples by `detectSpikes`, whichever detector the settings name. */
  get spikes(): readonly Spike[] {
    const { v_mV, dt_ms, currentJumps_ms = [] } = this.input;
    this.#spikes ??= detectSpikes(v_mV, dt_ms, { currentJumps_ms });
    return this.#spikes;
  }

  #detected(): readonly number[] {
    const { spikeDetection, threshold_mV, interpolationStep_ms: step_ms } = this.settings;
    if (spikeDetection === "voltage-threshold") return thresholdPeaks(this.v, threshold_mV);
    return movedPeaks(this.spikes, this.v, step_ms, Math.ceil(this.input.dt_ms / step_ms));
  }

  /** Lowest sample between each peak and the next, and after the last one. */
  get minima(): readonly number[] {
    // A peak that the voltage threshold finds twice has nothing between: it is its own minimum.
    this.#minima ??= this.peaks.map((peak, k) =>
      indexOfMin(this.v, peak, Math.max(peak + 1, this.peaks[k + 1] ?? this.until)),
    );
    return this.#minima;
  }

  /**
   * The first trough after each peak: the first sample that the two after it do not go below. The list is one shorter
   * if the trace falls to its end after the last peak.
   */
  get troughs(): readonly number[] {
    this.#troughs ??= this.peaks
      .map((peak, k) => firstTrough(this.v, peak, this.peaks[k + 1] ?? this.until - 1))
      .filter((trough) => trough >= 0);
    return this.#troughs;
  }

  /**
   * Begins of the spikes whose peaks come after the start of the stimulus: going back from the peak, the first place
   * where dV/dt rises through the derivative threshold and stays at or above it for the derivative window. A spike
   * without such a place since the trough before it has no begin and is left out.
   */
  get begins(): readonly Begin[] {
    this.#begins ??= findBegins(this);
    return this.#begins;
  }

  /** Ends of the spikes after the start of the stimulus: where dV/dt comes back above the down threshold after the steepest fall. */
  get ends(): readonly End[] {
    this.#ends ??= findEnds(this);
    return this.#ends;
  }
}

export interface Begin {
  /** Sample of the begin and of the peak. */
  readonly index: number;
  readonly peak: number;
  /** Position of the spike among all peaks. */
  readonly spike: number;
}

export interface End {
  readonly index: number;
  readonly peak: number;
  /** Position of the spike among all peaks. */
  readonly spike: number;
}

/** Looks no further than `last`, the next peak or the last sample. */
function firstTrough(v: Float64Array, from: number, last: number): number {
  for (let k = from; k < last; k++) if (v[k + 1] >= v[k] && (k + 2 > last || v[k + 2] >= v[k])) return k;
  return -1;
}

function findBegins(trace: Trace): Begin[] {
  const { peaks, troughs, dvdt } = trace;
  const { derivativeThreshold_mV_per_ms: threshold, derivativeWindow_samples: window } = trace.settings;
  const onset = trace.indexAt(trace.start_ms) - 1;
  const begins: Begin[] = [];
  for (let k = 0; k < peaks.length; k++) {
    if (peaks[k] <= onset + 1) continue;
    const lowest = Math.max(onset, k > 0 ? troughs[k - 1] : onset);
    const index = beginBefore(dvdt, peaks[k], lowest, threshold, window);
    if (index >= 0) begins.push({ index, peak: peaks[k], spike: k });
  }
  return begins;
}

function beginBefore(
  dvdt: Float64Array,
  peak: number,
  lowest: number,
  threshold: number,
  window: number,
): number {
  let run = 0;
  let k = peak - 1;
  // The run may go on past the peak, where central differences lag by one sample.
  for (let after = peak; after < dvdt.length && dvdt[after] >= threshold; after++) run++;
  for (; k >= lowest; k--) {
    if (dvdt[k] >= threshold) run++;
    else {
      if (run >= window && k < peak - 1) return k + 1;
      run = 0;
    }
  }
  return run >= window && (k < 0 || dvdt[k] < threshold) && k < peak - 1 ? k + 1 : -1;
}

function findEnds(trace: Trace): End[] {
  const { peaks, dvdt } = trace;
  const threshold = trace.settings.downDerivativeThreshold_mV_per_ms;
  const onset = trace.indexAt(trace.start_ms);
  const ends: End[] = [];
  peaks.forEach((peak, k) => {
    if (peak <= onset) return;
    const to = peaks[k + 1] ?? Math.max(peak + 2, trace.until);
    const steepest = indexOfMin(dvdt, peak + 1, to);
    if (steepest < 0) return;
    const end = firstAtLeast(dvdt, threshold, steepest, to);
    if (end >= 0) ends.push({ index: end, peak, spike: k });
  });
  return ends;
}
