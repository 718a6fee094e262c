import { type PopulationKernel, runSweeps, type SweepRun } from "../engine/index.ts";
import { spikePeaks } from "../features/index.ts";
import { addSpikeShapes, emptyShape, type MeanShape, meanShape } from "./shape.ts";
import { clippedBins, countBetween, type Target, type TargetSweep } from "./target.ts";

/**
 * How far a candidate is from the recorded cell, in units where 1 is "just not good enough": what a user sees (counts, where
 * in the sweep they fall, clipped voltage, latency, the shape of a spike) rather than a likelihood of the voltage, which on
 * real cells prefers a cell that never fires. Weights are the same for every cell and model.
 */
const WEIGHTS = { count: 1.5, spread: 0.5, voltage: 0.7, latency: 0.3, shape: 0.6 } as const;

/** Tolerances: the loss is 1 at these. */
const VOLTAGE_mV = 1.5;
const LATENCY_MS = 5;
const LATENCY_FRACTION = 0.2;
const THRESHOLD_mV = 4;
const PEAK_mV = 6;
const TROUGH_mV = 3;
const WIDTH_LOG = 0.2;

/** A term grows in proportion up to about this and logarithmically beyond: hopeless terms keep a slope but drown nothing. */
const BEND = 4;
const bend = (term: number) => BEND * Math.log1p(Math.abs(term) / BEND);

/** Shape term of a candidate that never fires. */
const NO_SPIKE = 20;

/** Loss of a candidate whose simulation failed. */
const FAILED_LOSS = 1e6;

export interface Evaluation {
  readonly loss: number;
  /** False where the evaluation was given up or a simulation failed: the loss is a bound then. */
  readonly complete: boolean;
  /** Steps simulated. */
  readonly steps: number;
}

/** Sweeps that are simulated before a candidate may be given up. */
const AT_ONCE = 2;

/**
 * Simulates the target's sweeps for all candidates side by side and adds up each one's loss (mean over sweeps plus the shape
 * term). A candidate is given up as soon as its sweeps so far cost more than `giveUpAbove` in total; its loss is the mean so far
 * then, which is above that limit.
 */
export function evaluateCandidates(
  kernel: PopulationKernel,
  candidates: readonly Float64Array[],
  target: Target,
  giveUpAbove = Number.POSITIVE_INFINITY,
): Evaluation[] {
  const { sweeps } = target;
  const all = candidates.map((params) => new Tally(params, target));
  for (let k = 0; k < sweeps.length; k += AT_ONCE) {
    const now = sweeps.slice(k, k + AT_ONCE);
    const running = all.filter((tally) => !tally.ended);
    if (running.length === 0) break;
    const currents = now.map(({ current }) => current);
    const runs = runSweeps(
      kernel,
      running.map(({ params }) => params),
      currents,
    );
    for (const [c, tally] of running.entries()) {
      for (const [s, run] of runs[c].entries()) tally.add(run, now[s]);
      tally.giveUpAbove(giveUpAbove);
    }
  }
  return all.map((tally) => tally.evaluation());
}

const weightOf = ({ expected }: TargetSweep) => expected?.weight ?? 1;

/** What one candidate's sweeps have cost so far. */
class Tally {
  readonly params: Float64Array;
  readonly #target: Target;
  /** Of all sweeps. */
  readonly #weight: number;
  readonly #shape = emptyShape();
  #sum = 0;
  #steps = 0;
  /** Weight of the sweeps so far. */
  #done = 0;
  #failed = false;
  #givenUp = false;

  constructor(params: Float64Array, target: Target) {
    this.params = params;
    this.#target = target;
    this.#weight = target.sweeps.reduce((sum, sweep) => sum + weightOf(sweep), 0);
  }

  get ended(): boolean {
    return this.#failed || this.#givenUp;
  }

  add(run: SweepRun, sweep: TargetSweep): void {
    const { dt_ms } = this.#target;
    this.#steps += sweep.current.length;
    if (run.failure) this.#failed = true;
    if (this.#failed) return;
    const peaks = spikePeaks(run.v_mV, dt_ms, sweep.floor_mV, sweep.currentJumps_ms);
    const times = peaks.map((peak) => peak * dt_ms);
    const weight = weightOf(sweep);
    this.#done += weight;
    this.#sum += weight * sweepLoss(times, run.v_mV, sweep, this.#target);
    if (!sweep.expected) addSpikeShapes(this.#shape, run.v_mV, dt_ms, peaks);
  }

  giveUpAbove(limit: number): void {
    this.#givenUp = this.#done < this.#weight && this.#sum > limit * this.#weight;
  }

  evaluation(): Evaluation {
    const steps = this.#steps;
    if (this.#failed) return { loss: FAILED_LOSS, complete: false, steps };
    const mean = this.#sum / this.#done;
    if (this.#givenUp) return { loss: mean, complete: false, steps };
    return { loss: mean + shapeLoss(meanShape(this.#shape), this.#target.shape), complete: true, steps };
  }
}

/** Count, spread over the sweep, clipped voltage and latency of one sweep. */
function sweepLoss(
  spikes: readonly number[],
  v_mV: Float64Array,
  sweep: TargetSweep,
  target: Target,
): number {
  if (sweep.expected) return WEIGHTS.count * outsideLoss(spikes.length, sweep.expected);
  return (
    WEIGHTS.count * countLoss(spikes.length, sweep.count) +
    WEIGHTS.spread * spreadLoss(spikes, sweep) +
    WEIGHTS.voltage * bend(clippedRmse(v_mV, sweep, target) / VOLTAGE_mV) +
    WEIGHTS.latency * latencyLoss(spikes, sweep)
  );
}

function countLoss(cloned: number, recorded: number): number {
  return bend((cloned - recorded) / Math.max(1, 0.1 * recorded));
}

function outsideLoss(cloned: number, { low, high }: { low: number; high: number }): number {
  const nearest = Math.min(high, Math.max(low, cloned));
  return countLoss(cloned, nearest);
}

function spreadLoss(spikes: readonly number[], sweep: TargetSweep): number {
  if (sweep.pieces.length === 0) return 0;
  let sum = 0;
  for (const piece of sweep.pieces) {
    sum += countLoss(countBetween(spikes, piece.start_ms, piece.end_ms), piece.count);
  }
  return sum / sweep.pieces.length;
}

/** RMSE of binned voltage clipped below threshold; `v_mV` holds one value a step from step 0. */
export function clippedRmse(v_mV: Float64Array, sweep: TargetSweep, target: Target): number {
  const bins = clippedBins(v_mV, sweep.binSteps, target.clip_mV);
  let sum = 0;
  for (let bin = 0; bin < sweep.bins_mV.length; bin++) sum += (bins[bin] - sweep.bins_mV[bin]) ** 2;
  return Math.sqrt(sum / Math.max(1, sweep.bins_mV.length));
}

function latencyLoss(spikes: readonly number[], sweep: TargetSweep): number {
  const first = spikes.find((time) => time >= sweep.onset_ms);
  if (first === undefined || sweep.latency_ms === null) return 0; // the count says it already
  const tolerance = Math.max(LATENCY_MS, LATENCY_FRACTION * sweep.latency_ms);
  return bend((first - sweep.onset_ms - sweep.latency_ms) / tolerance);
}

function shapeLoss(cloned: MeanShape | null, recorded: MeanShape | null): number {
  if (recorded === null) return 0;
  if (cloned === null) return WEIGHTS.shape * bend(NO_SPIKE);
  const terms = [
    (cloned.threshold_mV - recorded.threshold_mV) / THRESHOLD_mV,
    (cloned.peak_mV - recorded.peak_mV) / PEAK_mV,
    (cloned.trough_mV - recorded.trough_mV) / TROUGH_mV,
    Math.log(cloned.width_ms / recorded.width_ms) / WIDTH_LOG,
  ];
  const sum = terms.reduce((total, term) => total + bend(term), 0);
  return (WEIGHTS.shape * sum) / terms.length;
}
