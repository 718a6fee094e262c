import type { Precision } from "../../engine/index.ts";
import type { RandomStream } from "../../random.ts";
import type { PosteriorSamples } from "../posterior/index.ts";
import { fromUnit, type Prior, toUnit, worldModel } from "../world/index.ts";
import { chartsOf } from "./chart.ts";
import { type Around, around, type Drawn, drawsAround } from "./draws.ts";
import { continued, findMode, type Mode, type Space } from "./mode.ts";
import type { RecordingNoise } from "./noise.ts";
import { moved, movesOf, type RunIn, roundingOf } from "./rounding.ts";
import { systematic } from "./sampler.ts";
import { TrajectorySimulator, type TrajectorySweep } from "./simulator.ts";
import { type Trace, traceOf, withinBudget } from "./trace.ts";

export interface TrajectoryPosterior {
  readonly mode: {
    /** In the order of the prior. */
    readonly values: Float64Array;
    readonly noise: RecordingNoise;
    readonly negativeLogLikelihood: number;
    /** False where what is left is not noise or the search has not settled. */
    readonly converged: boolean;
    readonly reason?: string;
  };
  /** Draws of the parameters, equally weighted, in the order of the prior. */
  readonly samples: readonly Float64Array[];
  /** `amortised`: the recording does not match the model, or no draw lies in the support; the samples are those that were given. */
  readonly samplesFrom: "trajectory" | "amortised";
  /** Independent draws that the samples are worth. Below 30 widths are rough. */
  readonly effectiveSampleSize: number;
  /** Runs of the whole recording. */
  readonly simulations: number;
}

export interface TrajectoryOptions {
  /** Where searches start: the mean, then some draws. In the parameters' units. */
  readonly amortised: Pick<PosteriorSamples, "mean" | "samples">;
  /** Default 1000. */
  readonly samples?: number;
  /** What the recording was simulated in; `f32` by the training world. Default f64. */
  readonly precision?: Precision;
  /** Further support of the prior, such as the rule by which cells were let in; asked once, for all samples. */
  readonly accepts?: (values: readonly Float64Array[]) => readonly boolean[];
}

/** Draws from which a search that failed is tried again. */
const FURTHER_STARTS = 3;
/** Draws below the mode by this much in log density show that the search stopped early; it goes on from the lowest, so often. */
const [NOTEWORTHY, MOST_RESTARTS] = [0.5, 4];

/**
 * Posterior of a conductance-based cell under a flat prior in the prior's box, from the likelihood of the exact trajectory: white and
 * AR(1) noise on the voltage of the deterministic model. docs/trajectory.md
 *
 * For cells that the model's equations describe to the last spike. Real cells do not obey them: `mode.converged` is then false with a
 * reason, and the samples are those of the network (`samplesFrom`).
 *
 * @param sweeps mV and pA, each starting in equilibrium.
 * @param dt_ms sampling interval, above 0, at most 0.5.
 * @param stream decides the draws.
 * @throws InputError `trajectory-input` for unusable sweeps; Error where no start can be simulated.
 */
export function trajectoryPosterior(
  sweeps: readonly TrajectorySweep[],
  dt_ms: number,
  prior: Prior,
  stream: RandomStream,
  { amortised, samples: count = 1000, precision = "f64", accepts }: TrajectoryOptions,
): TrajectoryPosterior {
  const kept = withinBudget(sweeps);
  const trace = traceOf(kept, dt_ms);
  const simulator = new TrajectorySimulator(worldModel(prior), kept, dt_ms);
  const search = new PosteriorSearch(trace, simulator, prior, count);
  const starts = [amortised.mean, ...amortised.samples.slice(0, FURTHER_STARTS)];
  const mode = search.mode(starts.map((values) => toUnit(prior, values).map(inBox)));
  const found = mode.matches
    ? search.drawsAround(mode, precision, stream)
    : { mode, points: [], effective: 0 };
  const admitted = supported(found.points, prior, accepts);
  const samplesFrom = admitted.length > 0 ? "trajectory" : "amortised";
  const samples = admitted.length > 0 ? admitted : amortised.samples;
  const evenly = new Float64Array(samples.length).fill(1 / samples.length);
  return {
    mode: described(found.mode, prior, admitted.length > 0),
    samples: systematic(evenly, count, stream.split(3)).map((k) => samples[k]),
    samplesFrom,
    effectiveSampleSize: admitted.length > 0 ? found.effective : samples.length,
    simulations: simulator.simulations,
  };
}

function described(mode: Mode, prior: Prior, supported: boolean) {
  const { x, fit, noise, whitener, matches } = mode;
  const converged = mode.converged && supported;
  const reason = matches && !supported ? "no draw lies in the support of the prior" : mode.reason;
  return {
    values: fromUnit(prior, x),
    noise,
    negativeLogLikelihood: fit.cost + whitener.logDeterminant,
    converged,
    ...(reason !== undefined && { reason }),
  };
}

/** Search and draws on one recording. */
class PosteriorSearch {
  readonly #trace: Trace;
  readonly #simulator: TrajectorySimulator;
  readonly #prior: Prior;
  readonly #count: number;
  readonly #holding: Space;
  readonly #straight: Space;

  constructor(trace: Trace, simulator: TrajectorySimulator, prior: Prior, count: number) {
    [this.#trace, this.#simulator, this.#prior, this.#count] = [trace, simulator, prior, count];
    const simulate: Space["simulate"] = (points) => simulator.run(points.map((x) => fromUnit(prior, x)));
    const model = worldModel(prior);
    this.#holding = { simulate, chartAt: chartsOf(model, { holds: true }) };
    this.#straight = { simulate, chartAt: chartsOf(model, { holds: false }) };
  }

  mode(starts: readonly Float64Array[]): Mode {
    const mode = findMode(this.#trace, this.#holding, starts);
    if (!mode) throw new Error("no start of the search can be simulated");
    return mode;
  }

  /** Unit coordinates of draws, outside the box too, and the mode, which they may have shown to lie elsewhere. */
  drawsAround(first: Mode, precision: Precision, stream: RandomStream) {
    const cellsAt = (points: readonly Float64Array[]) => points.map((x) => fromUnit(this.#prior, x));
    const run: RunIn = (points, within) => this.#simulator.run(cellsAt(points), within);
    const rounding = roundingOf(run, first.x, this.#trace.v_mV.length, precision, stream.split(1));
    const trace = { ...this.#trace, v_mV: this.#trace.v_mV.map((v, k) => v - rounding.mean_mV[k]) };
    let mode = this.#continued(trace, first.x, first);
    let here = around(mode, trace, this.#straight);
    let drawn = this.#draw(here, stream);
    for (let restart = 0; restart < MOST_RESTARTS && drawn.lower.by > NOTEWORTHY; restart++) {
      mode = this.#continued(trace, here.linear.chart.toUnit(drawn.lower.z).map(inBox), mode);
      here = around(mode, trace, this.#straight);
      drawn = this.#draw(here, stream);
    }
    const moves = movesOf(rounding, here);
    const jitter = stream.split(2);
    const points = drawn.points.map((z) => here.linear.chart.toUnit(moved(z, moves, jitter)));
    return { mode, points, effective: drawn.effective };
  }

  #continued(trace: Trace, start: Float64Array, mode: Mode): Mode {
    return continued(trace, this.#holding, start, mode.noise) ?? mode;
  }

  #draw(here: Around, stream: RandomStream): Drawn {
    return drawsAround(here, this.#straight.simulate, this.#count, stream.split(0));
  }
}

const inBox = (x: number) => Math.min(1, Math.max(0, x));

function supported(
  points: readonly Float64Array[],
  prior: Prior,
  accepts: TrajectoryOptions["accepts"],
): Float64Array[] {
  const inside = points.filter((x) => x.every((value) => value >= 0 && value <= 1));
  const values = inside.map((x) => fromUnit(prior, x));
  const accepted = accepts?.(values);
  return values.filter((_, k) => accepted?.[k] !== false);
}
