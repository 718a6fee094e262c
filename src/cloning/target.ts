import { currentJumps, detectSpikes, type RecordingFeatures, spikeFloor } from "../features/index.ts";
import type { Sweep } from "../recordings/recording.ts";
import { addSpikeShapes, emptyShape, type MeanShape, meanShape } from "./shape.ts";

/** A sweep with what the family says of it: level and onset of the main step. */
export interface FamilySweep {
  readonly sweep: Sweep;
  /** Sampling interval of its recording. */
  readonly dt_ms: number;
  /** Place of its recording among those that are cloned together, from 1; missing: it is none of them. */
  readonly file?: number;
  readonly amplitude_pA: number;
  readonly onset_ms: number;
}

/** Spikes between two times: how a count is spread over a sweep. */
export interface Piece {
  readonly start_ms: number;
  readonly end_ms: number;
  readonly count: number;
}

/** One sweep as a fit sees it: plain arrays that can be sent to a worker. Times count from the start of the window. */
export interface TargetSweep {
  readonly index: number;
  readonly amplitude_pA: number;
  /** One value a simulation step, pA. */
  readonly current: Float64Array;
  readonly count: number;
  /** Times of the peaks. */
  readonly spikeTimes_ms: Float64Array;
  /** What a spike must reach in this sweep, and the jumps of the current that may look like one. */
  readonly floor_mV: number;
  readonly currentJumps_ms: readonly number[];
  readonly pieces: readonly Piece[];
  /** Start of the main stimulus and time to the first spike after it. */
  readonly onset_ms: number;
  readonly latency_ms: number | null;
  /** Steps a bin. */
  readonly binSteps: number;
  /** Mean voltage clipped at `Target.clip_mV`, one value a bin. */
  readonly bins_mV: Float64Array;
  /** Of a sweep that nobody recorded: the counts that it may have, and nothing else is asked of it. */
  readonly expected?: Expected;
}

export interface Expected {
  readonly low: number;
  readonly high: number;
  /** Weight of the sweep in the mean; a recorded one has 1. */
  readonly weight: number;
}

export interface Target {
  readonly dt_ms: number;
  readonly sweeps: readonly TargetSweep[];
  /** Voltage above this is not compared: spikes are judged by count, time and shape. */
  readonly clip_mV: number;
  readonly shape: MeanShape | null;
  /** What the shape of a spike weighs beside the usual weight; 1 where missing. */
  readonly shapeFactor?: number;
}

export interface TargetOptions {
  readonly dt_ms: number;
  readonly clip_mV: number;
  /** `stimulus`: from shortly before the current first changes to shortly after it last does. */
  readonly window: "stimulus" | "whole";
}

type Excitability = Pick<RecordingFeatures["cell"], "spikeThreshold_mV" | "restingPotential_mV">;

/**
 * The measured threshold, if it can be one: under a strong brief pulse the charging of the membrane is as steep as a spike,
 * and the threshold is then read at its foot, near or below rest.
 */
export function plausibleThreshold({ spikeThreshold_mV, restingPotential_mV }: Excitability): number | null {
  if (spikeThreshold_mV === null || restingPotential_mV === null) return spikeThreshold_mV;
  return spikeThreshold_mV > restingPotential_mV + 5 ? spikeThreshold_mV : null;
}

/** Where a fit stops comparing voltage and counts spikes: `Target.clip_mV` of a cell. */
export function clipVoltage(cell: Excitability): number {
  return (plausibleThreshold(cell) ?? (cell.restingPotential_mV ?? -65) + 20) - 2;
}

const SILENT_BIN_MS = 2;
const SPIKING_BIN_MS = 50;
const MARGIN_BEFORE_MS = 60;
const MARGIN_AFTER_MS = 120;

/** What a clone of the cell has to reproduce in the given sweeps, whatever the recording and sampling interval of each. */
export function buildTarget(sweeps: readonly FamilySweep[], options: TargetOptions): Target {
  const shape = emptyShape();
  const targets = sweeps.map((one) => {
    const { v_mV, i_pA } = one.sweep;
    const spikes = detectSpikes(v_mV, one.dt_ms, { currentJumps_ms: currentJumps(i_pA, one.dt_ms) });
    const peaks = spikes.map(({ peakIndex }) => peakIndex);
    addSpikeShapes(shape, v_mV, one.dt_ms, peaks);
    const peaks_ms = spikes.map(({ peak_ms }) => peak_ms);
    return buildSweep(one, peaks_ms, options);
  });
  const { dt_ms, clip_mV } = options;
  return { dt_ms, clip_mV, sweeps: targets, shape: meanShape(shape) };
}

function buildSweep(one: FamilySweep, peaks_ms: readonly number[], options: TargetOptions): TargetSweep {
  const { sweep, amplitude_pA, dt_ms: recordedDt_ms } = one;
  const { dt_ms, clip_mV } = options;
  // Read once: of a recording they are decoded at every look.
  const { v_mV, i_pA } = sweep;
  const window = windowOf(sweep, recordedDt_ms, options.window);
  const steps = Math.floor((window.end_ms - window.start_ms) / dt_ms + 1e-9);
  const sampleAt = (step: number) =>
    Math.min(v_mV.length - 1, Math.floor((window.start_ms + step * dt_ms) / recordedDt_ms + 1e-6));
  const current = Float64Array.from({ length: steps }, (_, step) => i_pA[sampleAt(step)]);
  const spikeTimes_ms = Float64Array.from(
    peaks_ms.map((peak_ms) => peak_ms - window.start_ms).filter((time) => time >= 0 && time < steps * dt_ms),
  );
  const binSteps = Math.round((spikeTimes_ms.length > 0 ? SPIKING_BIN_MS : SILENT_BIN_MS) / dt_ms);
  const resampled = Float64Array.from({ length: steps }, (_, step) => v_mV[sampleAt(step)]);
  const bins_mV = clippedBins(resampled, binSteps, clip_mV);
  const onset_ms = Math.max(0, one.onset_ms - window.start_ms);
  const first = spikeTimes_ms.find((time) => time >= onset_ms);
  return {
    index: sweep.index,
    amplitude_pA,
    current,
    count: spikeTimes_ms.length,
    spikeTimes_ms,
    floor_mV: spikeFloor(v_mV),
    currentJumps_ms: currentJumps(current, dt_ms),
    pieces: piecesOf(sweep, window.start_ms, steps * dt_ms, spikeTimes_ms),
    onset_ms,
    latency_ms: first === undefined ? null : first - onset_ms,
    binSteps,
    bins_mV,
  };
}

function windowOf(
  sweep: Sweep,
  dt_ms: number,
  window: TargetOptions["window"],
): { start_ms: number; end_ms: number } {
  const whole = { start_ms: 0, end_ms: sweep.v_mV.length * dt_ms };
  const { segments } = sweep.stimulus;
  if (window === "whole" || segments.length < 2) return whole;
  return {
    start_ms: Math.max(0, segments[0].end_ms - MARGIN_BEFORE_MS),
    end_ms: Math.min(whole.end_ms, segments[segments.length - 1].start_ms + MARGIN_AFTER_MS),
  };
}

/** What voltage above the clip counts: a spike is too short to weigh, a plateau that a cell does not have is not. */
const ABOVE = 0.3;

/** Mean of the voltage, of which what is above the clip counts {@link ABOVE} of it, over bins of `binSteps` values; a last incomplete bin is dropped. */
export function clippedBins(v_mV: Float64Array, binSteps: number, clip_mV: number): Float64Array {
  const bins = new Float64Array(Math.floor(v_mV.length / binSteps));
  for (let bin = 0, step = 0; bin < bins.length; bin++) {
    let sum = 0;
    for (const end = step + binSteps; step < end; step++) {
      const above = v_mV[step] - clip_mV;
      sum += above > 0 ? clip_mV + ABOVE * above : v_mV[step];
    }
    bins[bin] = sum / binSteps;
  }
  return bins;
}

const LONG_SEGMENT_MS = 90;
const SHORTEST_SEGMENT_MS = 20;

/** Segments of the stimulus within the window; long ones in thirds, so that an early burst differs from steady firing. */
function piecesOf(sweep: Sweep, windowStart_ms: number, length_ms: number, spikes: Float64Array): Piece[] {
  const segments =
    sweep.stimulus.segments.length > 0
      ? sweep.stimulus.segments
      : [{ start_ms: 0, end_ms: Number.MAX_VALUE }];
  return segments.flatMap((segment) => {
    const start = Math.max(0, segment.start_ms - windowStart_ms);
    const end = Math.min(length_ms, segment.end_ms - windowStart_ms);
    if (end - start < SHORTEST_SEGMENT_MS) return [];
    const parts = end - start >= LONG_SEGMENT_MS ? 3 : 1;
    return Array.from({ length: parts }, (_, part) => {
      const start_ms = start + ((end - start) * part) / parts;
      const end_ms = start + ((end - start) * (part + 1)) / parts;
      return { start_ms, end_ms, count: countBetween(spikes, start_ms, end_ms) };
    });
  });
}

export function countBetween(spikes: ArrayLike<number>, start_ms: number, end_ms: number): number {
  let count = 0;
  for (let k = 0; k < spikes.length; k++) if (spikes[k] >= start_ms && spikes[k] < end_ms) count++;
  return count;
}
