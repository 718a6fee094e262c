import {
  compile,
  defaultParameters,
  findModel,
  type Model,
  type PopulationKernel,
  toRecord,
} from "../engine/index.ts";
import { RandomStream } from "../random.ts";
import { type Walk, walkAcceptable } from "./acceptableWalk.ts";
import type { Candidate } from "./candidate.ts";
import { CmaEs } from "./cmaes.ts";
import { guessBetter } from "./gaussNewton.ts";
import type { Term } from "./loss.ts";
import { evaluateCandidates } from "./objective.ts";
import { type BoxSide, fromUnit, parsimony } from "./searchBox.ts";
import type { Target } from "./target.ts";

/** One search, complete in itself: plain data that a worker can be sent. */
export interface SearchTask {
  readonly model: string;
  readonly box: readonly BoxSide[];
  readonly target: Target;
  readonly seed: number;
  /** Which of the independent searches of this seed. */
  readonly stream: number;
  /** Centre and step size to start from; without a start the best of some random candidates is taken. */
  readonly start?: { readonly unit: Float64Array; readonly sigma: number };
  /** Coordinates that are simulated to the end before the search; without a start it may begin at the best of them. */
  readonly candidates?: readonly Float64Array[];
  /** Instead of a search: a walk over acceptable candidates. */
  readonly walk?: Walk;
  readonly lambda: number;
  /** 0: no search, only the candidates. */
  readonly generations: number;
}

export interface SearchResult {
  readonly best: Candidate;
  /** Step size at the end: where a next stage may go on. */
  readonly sigma: number;
  /** The best candidates, ascending by loss. */
  readonly archive: readonly Candidate[];
  readonly simulations: number;
  readonly steps: number;
}

/** Finished simulations that a guess is made from: those of some generations. */
const RECENT = 96;
/** Longest steps of the guesses of a generation, in usual ones of the search. */
const GUESSES = [1, 2.5] as const;
const RANDOM_STARTS = 48;
const RANDOM_AT_ONCE = 12;
const START_SIGMA = 0.22;
const ARCHIVE_SIZE = 400;
/** Weight of the price of optional currents: well below one sweep's miscounted spike. */
const PARSIMONY = 0.5;
/** A candidate that is this much worse than the worst parent of the last generation is given up half-way. */
const GIVE_UP_FACTOR = 1.15;

/** Runs one search. Pure: same task, same result, on any thread. */
export function runSearch(
  task: SearchTask,
  progress: (simulations: number, bestLoss: number) => void = () => {},
): SearchResult {
  const model = findModel(task.model);
  const base = defaultParameters(model);
  const kernel = searchKernel(model, task, base);
  const random = RandomStream.fromSeed(task.seed).split(task.stream);
  const archive = new Archive();
  const recent: Recent[] = [];
  let simulations = 0;
  let steps = 0;

  const evaluate: Evaluate = (units, giveUpAbove) => {
    const cells = units.map((unit) => fromUnit(task.box, unit, base));
    return evaluateCandidates(kernel, cells, task.target, giveUpAbove).map((result, k) => {
      const unit = units[k];
      const loss = result.loss + PARSIMONY * parsimony(task.box, unit);
      simulations++;
      steps += result.steps;
      if (result.complete) {
        archive.add({ unit, loss });
        recent.push({ unit, loss, terms: result.terms });
        if (recent.length > RECENT) recent.shift();
      }
      return loss;
    });
  };

  if (task.candidates?.length) evaluate(task.candidates);
  const search = task.generations > 0 ? startSearch(task, random, evaluate, archive.best) : undefined;
  if (task.walk) {
    walkAcceptable(task.walk, random, (units, giveUpAbove) => {
      const losses = evaluate(units, giveUpAbove);
      progress(simulations, archive.best?.loss ?? Number.NaN);
      return losses;
    });
  }
  let limit = Number.POSITIVE_INFINITY;
  for (let generation = 0; search && generation < task.generations; generation++) {
    const losses = evaluate(withGuesses(search, recent), limit);
    search.tell(losses);
    limit = GIVE_UP_FACTOR * losses.toSorted((a, b) => a - b)[Math.floor(task.lambda / 2)];
    progress(simulations, archive.best?.loss ?? Number.NaN);
  }
  if (!archive.best) throw new Error("internal: a search ended without one finished simulation");
  return { best: archive.best, sigma: search?.sigma ?? 0, archive: archive.sorted(), simulations, steps };
}

interface Recent extends Candidate {
  readonly terms: readonly Term[];
}

/** The next generation, with a few of its candidates replaced by guesses from what was simulated last. */
function withGuesses(search: CmaEs, recent: readonly Recent[]): Float64Array[] {
  const asked = search.ask();
  const tried = recent.map(({ unit, loss, terms }) => ({ x: search.whiten(unit), loss, terms }));
  if (tried.length === 0) return asked;
  const radii = GUESSES.map((radius) => radius * Math.sqrt(search.n));
  guessBetter(tried, radii).forEach((guess, k) => {
    asked[k] = search.inject(k, guess);
  });
  return asked;
}

/** Single precision: twice the cells at once, and spikes shifted by microseconds. What is not searched is compiled in. */
function searchKernel(model: Model, task: SearchTask, base: Float64Array): PopulationKernel {
  const searched = new Set(task.box.map(({ index }) => index));
  const fixed = Object.entries(toRecord(model, base)).filter((_, index) => !searched.has(index));
  return compile(model, {
    dt_ms: task.target.dt_ms,
    precision: "f32",
    fixed: Object.fromEntries(fixed),
  });
}

type Evaluate = (units: readonly Float64Array[], giveUpAbove?: number) => number[];

function startSearch(
  task: SearchTask,
  random: RandomStream,
  evaluate: Evaluate,
  known: Candidate | undefined,
): CmaEs {
  const start = task.start ?? { unit: bestStart(task, random.split(0), evaluate, known), sigma: START_SIGMA };
  if (task.start) evaluate([start.unit]);
  return new CmaEs({ mean: start.unit, sigma: start.sigma, lambda: task.lambda }, random.split(1));
}

/** The best of what is known, the centre, and random points that keep off the walls of the box. */
function bestStart(
  task: SearchTask,
  random: RandomStream,
  evaluate: Evaluate,
  known: Candidate | undefined,
): Float64Array {
  const centre = new Float64Array(task.box.length).fill(0.5);
  const [atCentre] = evaluate([centre]);
  let { unit: best, loss: lowest } =
    known && known.loss < atCentre ? known : { unit: centre, loss: atCentre };
  for (let k = 0; k < RANDOM_STARTS; k += RANDOM_AT_ONCE) {
    const units = Array.from({ length: RANDOM_AT_ONCE }, () =>
      Float64Array.from(task.box, () => 0.1 + 0.8 * random.uniform()),
    );
    for (const [i, loss] of evaluate(units, lowest).entries()) {
      if (loss >= lowest) continue;
      lowest = loss;
      best = units[i];
    }
  }
  return best;
}

/** Keeps the best `ARCHIVE_SIZE` candidates. */
class Archive {
  #candidates: Candidate[] = [];
  best: Candidate | undefined;

  add(candidate: Candidate): void {
    this.#candidates.push(candidate);
    if (!this.best || candidate.loss < this.best.loss) this.best = candidate;
    if (this.#candidates.length >= 2 * ARCHIVE_SIZE) this.#candidates = this.sorted();
  }

  sorted(): Candidate[] {
    return this.#candidates.toSorted((a, b) => a.loss - b.loss).slice(0, ARCHIVE_SIZE);
  }
}
