import { solve } from "../symmetric.ts";
import { fromUnit, type Prior, toUnit } from "../world/index.ts";
import { closedFormOf } from "./closedForm.ts";
import { clampUnit, DIMENSIONS, noiseOf, PHYSICAL, toCoordinates, VPEAK, valuesOf } from "./coordinates.ts";
import { type Innovations, innovationsFor, type Noise, runFilter } from "./filter.ts";
import { gainsAt } from "./gains.ts";
import type { EstimatedNoise } from "./noisePosterior.ts";
import { peakMiddle } from "./peak.ts";
import { inUnits, type Polished, polish } from "./polish.ts";
import { describeSweeps, type MatchedSweep, type Prepared, prepare } from "./recording.ts";
import { type Expansion, expand, expansionFor } from "./sensitivity.ts";

export interface Refined {
  /** The nine parameters in the order of the prior. */
  readonly values: Float64Array;
  readonly noise: Noise;
  readonly negativeLogLikelihood: number;
  readonly converged: boolean;
  /** Why not, where `converged` is false. */
  readonly reason?: string;
  readonly iterations: number;
  /** Passes of the filter. */
  readonly evaluations: number;
}

/** Where the search stands, with what the sampler needs from it. */
export interface Mode extends Refined {
  readonly polished: Polished;
  readonly estimatedNoise: EstimatedNoise;
}

/** Where one search ended. */
interface Found extends Refined {
  /** Unit coordinates, [12]: eight parameters, four of the noise. */
  readonly x: Float64Array;
  /** Fisher information of the four. */
  readonly noiseInformation: Float64Array;
}

export interface RefineOptions {
  /** Default 40. */
  readonly mostIterations?: number;
}

const DIFFERENCE = 1e-5;
/** A unit prior has a variance of 1/12. */
const PRIOR_INFORMATION = 12;
const SMALLEST_GAIN = 0.05;
const LARGE_MOVE_MV = 1;

/**
 * Maximum of the innovations likelihood of an Izhikevich cell over its eight parameters and four of the noise, by
 * Levenberg and Marquardt with the expected (Fisher) information of a Gaussian innovations sequence, in the prior's box; vpeak from
 * the voltages beside the resets.
 *
 * Spike times are taken from the data. Process noise is estimated with the rest, so that a misfit shows as `process_mV` instead of
 * false certainty. Not to be trusted on real cells: they are not Izhikevich cells (docs/matched.md).
 *
 * @param sweeps mV and pA, each starting in equilibrium.
 * @param dt_ms sampling interval, 0.02 to 0.25.
 * @param prior the box.
 * @param start nine values; missing: {@link closedForm}.
 * @throws InputError for unusable sweeps. A search that does not converge is a result with a reason.
 */
export function refine(
  sweeps: readonly MatchedSweep[],
  dt_ms: number,
  prior: Prior,
  start?: ArrayLike<number>,
  options: RefineOptions = {},
): Refined {
  const {
    polished: _polished,
    estimatedNoise: _noise,
    ...result
  } = findMode(prepare(sweeps, dt_ms), prior, start, options);
  return result;
}

/** Beyond this process noise (mV per root ms) a search on the first sweeps is tried again from elsewhere. */
const MISFIT_MV = 0.08;
/** And beyond this slow noise (mV). */
const MISFIT_SLOW_MV = 0.9;
const SUBSET_SAMPLES = 60_000;

/** On every third sweep, from several starts if need be; then parameters and noise in turn on all sweeps. */
export function findMode(
  data: Prepared,
  prior: Prior,
  start?: ArrayLike<number>,
  { mostIterations = 40 }: RefineOptions = {},
): Mode {
  const values = start ?? closedFormOf(data, prior).values;
  const part = data.samples > SUBSET_SAMPLES ? everyThird(data) : data;
  let found = bestOf(part, prior, candidates(values, prior), mostIterations);
  if (part !== data) {
    const { x } = polish(data, prior, found.x, found.values[VPEAK]);
    const moved = Float64Array.of(...x, ...found.x.subarray(PHYSICAL));
    const settled = new Search(data, prior, found.values[VPEAK], moved, "noise").run(mostIterations);
    found = {
      ...settled,
      iterations: found.iterations,
      evaluations: found.evaluations + settled.evaluations,
    };
  }
  const polished = polish(data, prior, found.x, found.values[VPEAK]);
  const { x, noiseInformation, ...rest } = found;
  const estimatedNoise = { unit: x.subarray(PHYSICAL), information: noiseInformation };
  return { ...rest, values: valuesOf(prior, polished.x, found.values[VPEAK]), polished, estimatedNoise };
}

function bestOf(data: Prepared, prior: Prior, starts: Iterable<Float64Array>, mostIterations: number): Found {
  let best: Found | undefined;
  let evaluations = 0;
  for (const start of starts) {
    const found = search(data, prior, start, mostIterations);
    evaluations += found.evaluations;
    if (!best || found.negativeLogLikelihood < best.negativeLogLikelihood) best = found;
    if (fits(best)) break;
  }
  if (!best) throw new Error("internal: no start");
  if (fits(best)) return { ...best, evaluations };
  const again = search(data, prior, best.values, mostIterations, WITHOUT_PROCESS);
  evaluations += again.evaluations;
  const better = again.negativeLogLikelihood < best.negativeLogLikelihood ? again : best;
  return { ...better, evaluations };
}

const fits = ({ converged, noise }: Found) =>
  converged && noise.process_mV < MISFIT_MV && noise.slow_mV < MISFIT_SLOW_MV;

function everyThird(data: Prepared): Prepared {
  const sweeps = data.sweeps.filter((_, k) => (data.sweeps.length - 1 - k) % 3 === 0);
  return describeSweeps(sweeps, data);
}

/** The start, then slower and faster recovery without coupling: what a wrong closed form gets wrong. */
function* candidates(values: ArrayLike<number>, prior: Prior): Generator<Float64Array> {
  yield Float64Array.from(values);
  for (const [a, b, d] of [
    [0.03, 0, 60],
    [0.008, 2, 20],
    [0.12, -3, 120],
  ]) {
    const other = toUnit(prior, [...Array.from(values).slice(0, 5), a, b, values[7], d]);
    yield fromUnit(prior, other.map(clampUnit));
  }
}

/** Slow noise from the start: else process noise may stand in for it, which is another optimum. */
const WITHOUT_PROCESS = { slow_mV: 0.5, slowTau_ms: 6, process_mV: 0.04 };

function search(
  data: Prepared,
  prior: Prior,
  values: ArrayLike<number>,
  mostIterations: number,
  noiseThere?: Omit<Noise, "white_mV">,
): Found {
  const white_mV = Math.max(data.whiteNoise_mV, 2e-3);
  const tentative = { slow_mV: Math.max(0.01, 0.5 * white_mV), slowTau_ms: 6, process_mV: 0.3 };
  const noise = { white_mV, ...(noiseThere ?? tentative) };
  const x = toCoordinates(prior, values, noise);
  return new Search(data, prior, values[VPEAK], x, "all").run(mostIterations);
}

/** Levenberg and Marquardt with all its state. */
class Search {
  readonly #data: Prepared;
  readonly #prior: Prior;
  #x: Float64Array;
  #vpeak: number;
  #here: Innovations;
  #there: Innovations;
  #cost: number;
  #damping = 1;
  #evaluations = 0;
  readonly #expansion: Expansion;
  readonly #moves: "all" | "noise";
  readonly #slopes: { error: Float32Array; variance: Float32Array }[];

  /** @param moves `noise`: the parameters stay where they are. */
  constructor(data: Prepared, prior: Prior, vpeak_mV: number, x: Float64Array, moves: "all" | "noise") {
    [this.#data, this.#prior, this.#x, this.#vpeak, this.#moves] = [data, prior, x, vpeak_mV, moves];
    [this.#here, this.#there] = [innovationsFor(data), innovationsFor(data)];
    this.#expansion = expansionFor(data);
    this.#slopes = Array.from({ length: DIMENSIONS - PHYSICAL }, () => ({
      error: new Float32Array(data.samples),
      variance: new Float32Array(data.samples),
    }));
    this.#cost = this.#evaluate(x, this.#here);
  }

  run(mostIterations: number): Found {
    let quiet = 0;
    let iteration = 0;
    let system = this.#linearise();
    let reason: string | undefined = `not settled after ${mostIterations} iterations`;
    for (; iteration < mostIterations; iteration++) {
      const gain = this.#step(system);
      if (gain === null) {
        reason = undefined;
        break;
      }
      quiet = gain < SMALLEST_GAIN ? quiet + 1 : 0;
      system = this.#linearise();
      if (quiet < 2) continue;
      reason = undefined;
      break;
    }
    return this.#result(iteration, reason, system);
  }

  #result(iterations: number, reason: string | undefined, { information }: LinearSystem): Found {
    if (!Number.isFinite(this.#cost)) reason = "the filter diverged at the start";
    return {
      values: valuesOf(this.#prior, this.#x, this.#vpeak),
      noise: noiseOf(this.#x),
      negativeLogLikelihood: this.#cost,
      converged: reason === undefined,
      ...(reason !== undefined && { reason }),
      iterations,
      evaluations: this.#evaluations,
      x: this.#x,
      noiseInformation: noiseBlock(information),
    };
  }

  #evaluate(x: Float64Array, out: Innovations): number {
    this.#evaluations++;
    return runFilter(this.#data, valuesOf(this.#prior, x, this.#vpeak), noiseOf(x), out);
  }

  /** Tries steps until one lowers the cost; null when none does. */
  #step({ information, gradient }: LinearSystem): number | null {
    for (let attempt = 0; attempt < 12; attempt++) {
      const x = this.#proposal(information, gradient);
      const cost = x ? this.#evaluate(x, this.#there) : Infinity;
      if (x && cost < this.#cost) {
        const gain = this.#cost - cost;
        [this.#x, this.#cost] = [x, cost];
        [this.#here, this.#there] = [this.#there, this.#here];
        this.#damping = Math.max(1e-6, this.#damping * 0.2);
        this.#placePeak();
        return gain;
      }
      this.#damping *= 5;
    }
    return null;
  }

  /** vpeak between the voltages before and after the crossing. It bounds the filter: a large move changes the cost. */
  #placePeak(): void {
    if (this.#data.spikes === 0) return;
    const { low, high } = this.#prior.parameters[VPEAK];
    const vpeak = peakMiddle(this.#here, low, high);
    if (!Number.isFinite(vpeak)) return;
    const moved = Math.abs(vpeak - this.#vpeak);
    this.#vpeak = vpeak;
    if (moved > LARGE_MOVE_MV) this.#cost = this.#evaluate(this.#x, this.#here);
  }

  /** A damped step, cut at the box; coordinates that press against it are held. */
  #proposal(information: Float64Array, gradient: Float64Array): Float64Array | null {
    const n = DIMENSIONS;
    const held = gradient.map((g, i) => ((this.#x[i] <= 0 && g > 0) || (this.#x[i] >= 1 && g < 0) ? 1 : 0));
    const matrix = information.slice();
    for (let i = 0; i < n; i++) {
      matrix[i * n + i] += this.#damping * (information[i * n + i] + PRIOR_INFORMATION) + 1e-3;
      if (!held[i]) continue;
      for (let j = 0; j < n; j++) {
        matrix[i * n + j] = i === j ? 1 : 0;
        if (i !== j) matrix[j * n + i] = 0;
      }
    }
    const step = solve(
      matrix,
      n,
      gradient.map((g, i) => (held[i] ? 0 : -g)),
    );
    if (!step) return null;
    const longest = step.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
    const factor = Math.min(1, 0.3 / longest);
    return this.#x.map((x, i) => clampUnit(x + factor * step[i]));
  }

  /**
   * Gradient and Fisher information: of the parameters from sensitivities at fixed gains, of the noise by differences of the whole
   * innovations sequence. Between the two there is none in a Gaussian sequence.
   */
  #linearise(): LinearSystem {
    const n = DIMENSIONS;
    const information = new Float64Array(n * n);
    const gradient = new Float64Array(n);
    const put = (part: LinearSystem, at: number) => {
      const size = part.gradient.length;
      gradient.set(part.gradient, at);
      for (let i = 0; i < size; i++)
        information.set(part.information.subarray(i * size, (i + 1) * size), (at + i) * n + at);
    };
    if (this.#moves === "all") put(this.#ofParameters(), 0);
    else for (let i = 0; i < PHYSICAL; i++) information[i * (n + 1)] = 1;
    put(this.#ofNoise(), PHYSICAL);
    return { information, gradient };
  }

  #ofParameters(): LinearSystem {
    const values = valuesOf(this.#prior, this.#x, this.#vpeak);
    const gains = gainsAt(this.#data, values, noiseOf(this.#x));
    return inUnits(expand(this.#data, values, gains, gains.assumed, this.#expansion), this.#prior, values);
  }

  #ofNoise(): LinearSystem {
    const { error, variance } = this.#here;
    this.#slopes.forEach((slope, k) => {
      const i = PHYSICAL + k;
      const step = this.#x[i] > 0.5 ? -DIFFERENCE : DIFFERENCE;
      const moved = this.#x.slice();
      moved[i] += step;
      this.#evaluate(moved, this.#there);
      for (let s = 0; s < error.length; s++) {
        slope.error[s] = (this.#there.error[s] - error[s]) / (step * Math.sqrt(variance[s]));
        slope.variance[s] = (this.#there.variance[s] - variance[s]) / (step * variance[s]);
      }
    });
    return accumulate(this.#here, this.#slopes);
  }
}

const noiseBlock = (information: Float64Array) =>
  information.filter((_, k) => k % DIMENSIONS >= PHYSICAL && k >= PHYSICAL * DIMENSIONS);

interface LinearSystem {
  readonly information: Float64Array;
  readonly gradient: Float64Array;
}

function accumulate(
  { error, variance }: Innovations,
  slopes: readonly { error: Float32Array; variance: Float32Array }[],
): LinearSystem {
  const n = slopes.length;
  const information = new Float64Array(n * n);
  const gradient = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const { error: ei, variance: vi } = slopes[i];
    let g = 0;
    for (let s = 0; s < error.length; s++) {
      const z = error[s] / Math.sqrt(variance[s]);
      g += ei[s] * z + 0.5 * vi[s] * (1 - z * z);
    }
    gradient[i] = g;
    for (let j = 0; j <= i; j++) {
      const { error: ej, variance: vj } = slopes[j];
      let sum = 0;
      for (let s = 0; s < error.length; s++) sum += ei[s] * ej[s] + 0.5 * vi[s] * vj[s];
      information[i * n + j] = sum;
      information[j * n + i] = sum;
    }
  }
  return { information, gradient };
}
