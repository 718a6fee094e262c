import { type PopulationKernel, runSweeps, type SweepRun } from "../engine/index.ts";
import { spikePeaks } from "../features/index.ts";
import { lossOf, type Term } from "./loss.ts";
import { addSpikeShapes, emptyShape, type MeanShape, meanShape } from "./shape.ts";
import { clippedBins, countBetween, type Target, type TargetSweep } from "./target.ts";

/**
 * How far a candidate is from the recorded cell, in units where 1 is "just not good enough": what a user sees (counts, where
 * in the sweep they fall, voltage (little of it above threshold), latency, the shape of a spike) rather than a likelihood of the voltage, which on
 * real cells prefers a cell that never fires. Weights are the same for every cell and model.
 */
const WEIGHTS = { count: 1.5, spread: 1.5, voltage: 0.7, latency: 0.3, shape: 1 } as const;

/** Tolerances: the loss is 1 at these. */
const VOLTAGE_mV = 1.5;
const LATENCY_MS = 5;
const LATENCY_FRACTION = 0.2;
const THRESHOLD_mV = 4;
const PEAK_mV = 6;
const TROUGH_mV = 3;
const WIDTH_LOG = 0.2;

/** Shape term of a candidate that never fires. */
const NO_SPIKE = 20;

/** Loss of a candidate whose simulation failed. */
const FAILED_LOSS = 1e6;

export interface Evaluation {
  readonly loss: number;
  /** What the loss is the sum of; none where it is a bound. The same ones in the same order for every candidate of a target. */
  readonly terms: readonly Term[];
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
  readonly #terms: Term[] = [];
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
    const terms = sweepTerms(times, run.v_mV, sweep, this.#target);
    this.#sum += weight * lossOf(terms);
    this.#terms.push(...terms.map((term) => ({ ...term, weight: (term.weight * weight) / this.#weight })));
    if (!sweep.expected) addSpikeShapes(this.#shape, run.v_mV, dt_ms, peaks);
  }

  giveUpAbove(limit: number): void {
    this.#givenUp = this.#done < this.#weight && this.#sum > limit * this.#weight;
  }

  evaluation(): Evaluation {
    const steps = this.#steps;
    if (this.#failed) return { loss: FAILED_LOSS, terms: [], complete: false, steps };
    if (this.#givenUp) return { loss: this.#sum / this.#done, terms: [], complete: false, steps };
    const terms = [...this.#terms, ...shapeTerms(meanShape(this.#shape), this.#target)];
    return { loss: lossOf(terms), terms, complete: true, steps };
  }
}

/** Count, spread over the sweep, clipped voltage and latency of one sweep. */
function sweepTerms(
  spikes: readonly number[],
  v_mV: Float64Array,
  sweep: TargetSweep,
  target: Target,
): Term[] {
  const { count, spread, latency, voltage } = WEIGHTS;
  if (sweep.expected) return [single(count, outside(spikes.length, sweep.expected))];
  return [
    single(count, countError(spikes.length, sweep.count)),
    ...sweep.pieces.map((piece) => {
      const cloned = countBetween(spikes, piece.start_ms, piece.end_ms);
      return single(spread / sweep.pieces.length, countError(cloned, piece.count));
    }),
    single(latency, latencyError(spikes, sweep)),
    voltageTerm(voltage, v_mV, sweep, target),
  ];
}

const single = (weight: number, error: number): Term => ({
  weight,
  size: Math.abs(error),
  errors: Float64Array.of(error),
});

function countError(cloned: number, recorded: number): number {
  return (cloned - recorded) / Math.max(1, 0.1 * recorded);
}

function outside(cloned: number, { low, high }: { low: number; high: number }): number {
  return countError(cloned, Math.min(high, Math.max(low, cloned)));
}

/** Stretches of a sweep whose mean voltage error is told; the loss itself looks at every bin. */
const STRETCHES = 12;

function voltageTerm(weight: number, v_mV: Float64Array, sweep: TargetSweep, { clip_mV }: Target): Term {
  const bins = clippedBins(v_mV, sweep.binSteps, clip_mV);
  const count = sweep.bins_mV.length;
  const stretches = Math.min(STRETCHES, count);
  const errors = new Float64Array(stretches);
  let squares = 0;
  for (let stretch = 0; stretch < stretches; stretch++) {
    const [first, end] = [stretch, stretch + 1].map((k) => Math.floor((k * count) / stretches));
    for (let bin = first; bin < end; bin++) {
      const error = (bins[bin] - sweep.bins_mV[bin]) / VOLTAGE_mV;
      squares += error * error;
      errors[stretch] += error / (end - first);
    }
  }
  return { weight, size: Math.sqrt(squares / Math.max(1, count)), errors };
}

/** RMSE of binned voltage clipped below threshold; `v_mV` holds one value a step from step 0. */
export function clippedRmse(v_mV: Float64Array, sweep: TargetSweep, target: Target): number {
  return VOLTAGE_mV * voltageTerm(1, v_mV, sweep, target).size;
}

function latencyError(spikes: readonly number[], sweep: TargetSweep): number {
  const first = spikes.find((time) => time >= sweep.onset_ms);
  if (first === undefined || sweep.latency_ms === null) return 0; // the count says it already
  const tolerance = Math.max(LATENCY_MS, LATENCY_FRACTION * sweep.latency_ms);
  return (first - sweep.onset_ms - sweep.latency_ms) / tolerance;
}

function shapeTerms(cloned: MeanShape | null, { shape: recorded, shapeFactor = 1 }: Target): Term[] {
  if (recorded === null) return [];
  const errors =
    cloned === null
      ? [NO_SPIKE, NO_SPIKE, NO_SPIKE, NO_SPIKE]
      : [
          (cloned.threshold_mV - recorded.threshold_mV) / THRESHOLD_mV,
          (cloned.peak_mV - recorded.peak_mV) / PEAK_mV,
          (cloned.trough_mV - recorded.trough_mV) / TROUGH_mV,
          Math.log(cloned.width_ms / recorded.width_ms) / WIDTH_LOG,
        ];
  return errors.map((error) => single((shapeFactor * WEIGHTS.shape) / errors.length, error));
}
