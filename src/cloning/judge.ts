import { commonParameters, compile, type Model, runSweeps } from "../engine/index.ts";
import { coincidence, detectSpikes } from "../features/index.ts";
import { clippedRmse } from "./objective.ts";
import type { RoledSweep } from "./roles.ts";
import { interpolateCount, ofSameFile, withinRule } from "./score.ts";
import { buildTarget, type TargetOptions, type TargetSweep } from "./target.ts";
import type { SweepFit, TwinTrace } from "./twin.ts";

export interface Judgement {
  readonly sweeps: readonly SweepFit[];
  readonly traces: readonly TwinTrace[];
  /** Root mean square over trained sweeps. */
  readonly vRmse_mV: number;
  /** Mean over spiking trained sweeps. */
  readonly spikeTimeCoincidence: number | null;
  /** Root mean square over trained sweeps without spikes; null where there is none. */
  readonly silentRmse_mV: number | null;
  readonly simulations: number;
}

/**
 * Runs every clone over every whole sweep, held-out and beyond-range ones included, and compares it with the recording.
 * Spikes of recording and clone are found by the same detector.
 */
export function judgeClones(
  model: Model,
  clones: readonly Float64Array[],
  roled: readonly RoledSweep[],
  options: Omit<TargetOptions, "window">,
): Judgement {
  const target = buildTarget(roled, { ...options, window: "whole" });
  const fixed = commonParameters(model, clones);
  const kernel = compile(model, { dt_ms: options.dt_ms, precision: "f32", fixed });
  const trained = roled.filter((sweep) => sweep.role === "trained");
  const coincidences: number[] = [];
  const traces: TwinTrace[] = [];
  const drawn = new Set(sweepsToDraw(roled));
  const sweeps = target.sweeps.map((sweep, k): SweepFit => {
    const { role, amplitude_pA, recordedSpikes, file } = roled[k];
    const runs = runSweeps(kernel, clones, [sweep.current]).map(([run]) => run);
    const settings = { currentJumps_ms: sweep.currentJumps_ms, noise_mV: 0 };
    const spikes = runs.map((run) =>
      detectSpikes(run.v_mV.subarray(0, sweep.current.length), options.dt_ms, settings),
    );
    const counts = spikes.map((found) => found.length);
    const sorted = counts.toSorted((a, b) => a - b);
    if (role === "trained" && recordedSpikes > 0) {
      const times = spikes[0].map((spike) => spike.peak_ms);
      coincidences.push(
        coincidence([...sweep.spikeTimes_ms], times, sweep.current.length * options.dt_ms) ?? 0,
      );
    }
    if (drawn.has(k)) traces.push(traceOf(roled[k], sweep, runs[0].v_mV, options.dt_ms));
    return {
      index: sweep.index,
      ...(file !== undefined && { file }),
      role,
      amplitude_pA,
      recordedSpikes,
      clonedSpikes: counts[0],
      clonedSpikesLow: sorted[Math.floor(0.05 * (sorted.length - 1))],
      clonedSpikesHigh: sorted[Math.ceil(0.95 * (sorted.length - 1))],
      interpolatedSpikes:
        role === "held-out" ? interpolateCount(ofSameFile(trained, file), amplitude_pA) : null,
      withinRule: withinRule(counts[0], recordedSpikes),
      vRmse_mV: clippedRmse(runs[0].v_mV, sweep, target),
    };
  });
  const trainedFits = sweeps.filter((sweep) => sweep.role === "trained");
  return {
    sweeps,
    traces,
    vRmse_mV: rootMeanSquare(trainedFits.map((sweep) => sweep.vRmse_mV)) ?? Number.NaN,
    silentRmse_mV: rootMeanSquare(
      trainedFits.filter((sweep) => sweep.recordedSpikes === 0).map((sweep) => sweep.vRmse_mV),
    ),
    spikeTimeCoincidence: coincidences.length
      ? coincidences.reduce((a, b) => a + b, 0) / coincidences.length
      : null,
    simulations: clones.length * target.sweeps.length,
  };
}

function rootMeanSquare(values: readonly number[]): number | null {
  return values.length
    ? Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length)
    : null;
}

const TRACES = 8;

/** Positions of the sweeps worth a picture: of each recording some, spread evenly over current, with held-out ones among them. */
function sweepsToDraw(roled: readonly RoledSweep[]): number[] {
  const files = [...new Set(roled.map(({ file }) => file))];
  const share = Math.max(1, Math.floor(TRACES / files.length));
  return files.flatMap((file) => {
    const byCurrent = roled
      .map((sweep, position) => ({ ...sweep, position }))
      .filter((sweep) => sweep.file === file && sweep.role !== "beyond-range")
      .sort((a, b) => a.amplitude_pA - b.amplitude_pA);
    const wanted = Math.min(share, byCurrent.length);
    const even = Array.from({ length: wanted }, (_, k) =>
      Math.round(((wanted === 1 ? 1 : k) * (byCurrent.length - 1)) / Math.max(1, wanted - 1)),
    );
    return [...new Set(even)].map((k) => byCurrent[k].position);
  });
}

const BUCKETS = 900;

/** Both voltages, thinned so that every spike keeps its height: the lowest and the highest value of each bucket of time. */
function traceOf(
  { sweep, role, amplitude_pA, file, dt_ms: recordedDt_ms }: RoledSweep,
  target: TargetSweep,
  cloned: Float64Array,
  dt_ms: number,
): TwinTrace {
  const steps = target.current.length;
  const { v_mV } = sweep;
  const recorded = Float64Array.from({ length: steps }, (_, step) => {
    return v_mV[Math.min(v_mV.length - 1, Math.floor((step * dt_ms) / recordedDt_ms + 1e-6))];
  });
  const width = Math.max(2, Math.ceil(steps / BUCKETS));
  const t_ms: number[] = [];
  const i_pA: number[] = [];
  const recorded_mV: number[] = [];
  const cloned_mV: number[] = [];
  for (let start = 0; start < steps; start += width) {
    const end = Math.min(steps, start + width);
    t_ms.push(round(start * dt_ms), round((start + (end - start) / 2) * dt_ms));
    i_pA.push(round(target.current[start]), round(target.current[end - 1]));
    recorded_mV.push(...extremes(recorded, start, end));
    cloned_mV.push(...extremes(cloned, start, end));
  }
  const from = file === undefined ? {} : { file };
  return { index: sweep.index, ...from, role, amplitude_pA, t_ms, i_pA, recorded_mV, cloned_mV };
}

/** Lowest and highest value of a stretch, in the order in which they come. */
export function extremes(v: Float64Array, start: number, end: number): [number, number] {
  let low = start;
  let high = start;
  for (let k = start + 1; k < end; k++) {
    if (v[k] < v[low]) low = k;
    if (v[k] > v[high]) high = k;
  }
  return low < high ? [round(v[low]), round(v[high])] : [round(v[high]), round(v[low])];
}

const round = (value: number) => Math.round(value * 100) / 100;
