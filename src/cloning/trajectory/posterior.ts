import type { RandomStream } from "../../random.ts";
import type { PosteriorSamples } from "../posterior/index.ts";
import { solve } from "../symmetric.ts";
import { fromUnit, type Prior, toUnit, worldModel } from "../world/index.ts";
import { chartsOf } from "./chart.ts";
import { type Linear, linearised } from "./levenberg.ts";
import { continued, findMode, type Mode, type Space } from "./mode.ts";
import type { RecordingNoise } from "./noise.ts";
import { effective, sample, systematic } from "./sampler.ts";
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
  /** Further support of the prior, such as the rule by which cells were let in; asked once, for all samples. */
  readonly accepts?: (values: readonly Float64Array[]) => readonly boolean[];
}

/** Draws from which a search that failed is tried again. */
const FURTHER_STARTS = 3;
/** Information of a flat prior of width 1, so that unseen directions get its spread. */
const FLAT_INFORMATION = 12;
/** Of draws times samples. Each takes about twelve simulations. */
const BUDGET_SAMPLES = 4_000_000;
const [FEWEST_DRAWS, MOST_DRAWS] = [50, 400];
/** Draws below the mode by this much in log density show that the search stopped early; it goes on from the lowest, so often. */
const [NOTEWORTHY, MOST_RESTARTS] = [0.5, 4];
const ROUNDING_RUNS = 12;
const ROUNDING_MOVE = 1e-6;

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
  { amortised, samples: count = 1000, accepts }: TrajectoryOptions,
): TrajectoryPosterior {
  const kept = withinBudget(sweeps);
  const trace = traceOf(kept, dt_ms);
  const simulator = new TrajectorySimulator(worldModel(prior), kept, dt_ms);
  const search = new PosteriorSearch(trace, simulator, prior, count);
  const starts = [amortised.mean, ...amortised.samples.slice(0, FURTHER_STARTS)];
  const mode = search.mode(starts.map((values) => toUnit(prior, values).map(inBox)));
  const found = mode.matches ? search.drawsAround(mode, stream) : { mode, points: [], effective: 0 };
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
  drawsAround(first: Mode, stream: RandomStream) {
    let mode = first;
    let here = around(mode, this.#trace, this.#straight);
    let drawn = this.#draw(here, stream);
    for (let restart = 0; restart < MOST_RESTARTS && drawn.lowest.cost < here.cost - NOTEWORTHY; restart++) {
      const lower = here.chart.toUnit(drawn.lowest.z).map(inBox);
      mode = continued(this.#trace, this.#holding, lower, mode.noise) ?? mode;
      here = around(mode, this.#trace, this.#straight);
      drawn = this.#draw(here, stream);
    }
    const errors = roundingErrors(mode, here, this.#simulator, this.#prior, stream.split(1));
    const jitter = stream.split(2);
    const points = drawn.points.map((z) => here.chart.toUnit(perturbed(z, errors, jitter)));
    return { mode, points, effective: drawn.effective };
  }

  #draw(here: Linear, stream: RandomStream): Drawn {
    return drawsAround(here, this.#straight.simulate, this.#count, stream.split(0));
  }
}

const inBox = (x: number) => Math.min(1, Math.max(0, x));

/** Likelihood and residuals around the mode. */
function around({ x, fit, whitener }: Mode, trace: Trace, space: Space): Linear {
  const residuals = (v_mV: Float64Array) => whitener.whiten(trace.v_mV.map((value, k) => value - v_mV[k]));
  const problem = { ...space, residualsAt: () => residuals };
  const rough = linearised(problem, x, fit.trace, new Float64Array(x.length).fill(1e-3));
  const n = x.length;
  const spreads = x.map((_, i) => 1 / Math.sqrt(rough.information[i * n + i] + FLAT_INFORMATION));
  return linearised(problem, x, fit.trace, spreads, true);
}

interface Drawn {
  readonly points: readonly Float64Array[];
  readonly effective: number;
  /** The draw of highest likelihood. */
  readonly lowest: { readonly z: Float64Array; readonly cost: number };
}

/** Equally weighted draws of the posterior in the mode's chart. */
function drawsAround(
  { chart, residualsOf, residuals, jacobian }: Linear,
  simulate: Space["simulate"],
  count: number,
  stream: RandomStream,
): Drawn {
  const inside = (z: Float64Array) => chart.toUnit(z).every((value) => value >= 0 && value <= 1);
  const target = {
    residuals: (points: readonly Float64Array[]) =>
      simulate(points.map(chart.toUnit)).map((v_mV) => v_mV && residualsOf(v_mV)),
    logPrior: (z: Float64Array) => (inside(z) ? chart.logPrior(z) : Number.NEGATIVE_INFINITY),
    jacobian,
    atMode: residuals,
  };
  const most = Math.min(
    MOST_DRAWS,
    count,
    Math.max(FEWEST_DRAWS, Math.round(BUDGET_SAMPLES / residuals.length)),
  );
  const { points, weights, lowest } = sample(target, { most, count }, stream.split(0));
  if (points.length === 0) return { points, effective: 0, lowest };
  const chosen = systematic(weights, count, stream.split(1));
  return { points: chosen.map((k) => points[k]), effective: effective(weights), lowest };
}

const withFlat = (matrix: Float64Array, n: number) =>
  matrix.map((value, k) => value + (k % (n + 1) === 0 ? FLAT_INFORMATION : 0));

/**
 * How far rounding moves the mode. A recording that was simulated in single precision follows another trajectory than the same cell
 * here, by microseconds in most cells and by far more where spikes hang on a threshold. Single-precision runs of slightly different
 * cells show by how much: each difference d gives a move H^-1 J' d.
 */
function roundingErrors(
  { x, whitener }: Mode,
  { jacobian, information }: Linear,
  simulator: TrajectorySimulator,
  prior: Prior,
  stream: RandomStream,
): Float64Array[] {
  const n = x.length;
  const cells = Array.from({ length: ROUNDING_RUNS }, () =>
    fromUnit(
      prior,
      x.map((value) => value + ROUNDING_MOVE * stream.normal()),
    ),
  );
  const exact = simulator.run(cells);
  const rounded = simulator.run(cells, "f32");
  const held = withFlat(information, n);
  return exact.flatMap((v_mV, k) => {
    const other = rounded[k];
    if (!v_mV || !other) return [];
    const difference = whitener.whiten(v_mV.map((value, s) => other[s] - value));
    const score = Float64Array.from(jacobian, (column) =>
      column.reduce((sum, value, s) => sum + value * difference[s], 0),
    );
    const move = solve(held, n, score);
    return move ? [move] : [];
  });
}

function perturbed(x: Float64Array, errors: readonly Float64Array[], stream: RandomStream): Float64Array {
  const moved = x.slice();
  for (const error of errors) {
    const z = stream.normal() / Math.sqrt(errors.length);
    for (let i = 0; i < moved.length; i++) moved[i] += z * error[i];
  }
  return moved;
}

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
