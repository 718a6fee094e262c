import type { Model } from "../engine/index.ts";
import type { Walk } from "./acceptableWalk.ts";
import type { Candidate } from "./candidate.ts";
import { continuation } from "./continuation.ts";
import { acceptableLoss, acceptablePopulation } from "./population.ts";
import type { RoledSweep } from "./roles.ts";
import type { SearchResult, SearchTask } from "./search.ts";
import type { BoxSide } from "./searchBox.ts";
import { buildTarget, type Target, type TargetOptions } from "./target.ts";

/** How much is simulated. Figures in docs/validation.md are made with `standard`. */
export const EFFORTS = {
  quick: {
    explorers: 2,
    explore: 20,
    refiners: 1,
    refine: 20,
    polishers: 1,
    polish: 10,
    walkers: 1,
    walk: 10,
  },
  standard: {
    explorers: 4,
    explore: 45,
    refiners: 2,
    refine: 75,
    polishers: 2,
    polish: 35,
    walkers: 2,
    walk: 30,
  },
  thorough: {
    explorers: 8,
    explore: 80,
    refiners: 4,
    refine: 150,
    polishers: 4,
    polish: 80,
    walkers: 4,
    walk: 80,
  },
} as const;
export type Effort = keyof typeof EFFORTS;

/** Runs independent searches side by side, in order; progress is the total of finished simulations. */
export type SearchRunner = (
  tasks: readonly SearchTask[],
  progress: (simulations: number, bestLoss: number) => void,
) => Promise<SearchResult[]>;

export interface StagedSearch {
  readonly model: Model;
  readonly box: readonly BoxSide[];
  readonly roled: readonly RoledSweep[];
  readonly options: Omit<TargetOptions, "window">;
  readonly seed: number;
  readonly effort: Effort;
  /** False: stop after exploring. */
  readonly refine: boolean;
  /** Coordinates that the exploration may begin at, shared out among the explorers. */
  readonly known: readonly Float64Array[];
}

export interface StageProgress {
  readonly stage: "explore" | "refine";
  /** 0 to 1 over the whole search. */
  readonly done: number;
  readonly simulations: number;
  readonly bestLoss: number;
}

export interface StagedResult {
  /** Ranked at the step that the clone will be used with. */
  readonly candidates: readonly Candidate[];
  readonly simulations: number;
}

/** The search steps twice as coarsely as the judgement; its best candidates are then ranked anew at the fine step. */
const SEARCH_DT_MS = 0.1;
const RANKED = 120;
const LAMBDA = 16;
const EXPLORE_SWEEPS = 4;
/** A family of thirty steps says little more than eight of them. */
const REFINE_SWEEPS = 8;
/** Shape of the spike tells the basins apart where counts do not: right counts with a wrong spike are a trap. */
const EXPLORE_SHAPE = 2;
const REFINE_SIGMA = 0.12;
const POLISH_SIGMA = 0.04;
/** A refined optimum is polished if its loss is at most this many times the best. */
const POLISHED_WITHIN = 1.3;

/**
 * Explores on a few sweeps from many random starts, refines the best of them on all trained sweeps, polishes the optima that are nearly
 * as good as the best, and walks from them over whatever else is acceptable. The number of simulations is fixed by the effort, so
 * that a result does not depend on how fast the machine is.
 */
export async function searchInStages(
  search: StagedSearch,
  runner: SearchRunner,
  progress: (now: StageProgress) => void,
): Promise<StagedResult> {
  const { model, box, options, seed, refine } = search;
  const effort = EFFORTS[search.effort];
  const trained = search.roled.filter(({ role }) => role === "trained");
  const target = (sweeps: readonly RoledSweep[], dt_ms: number): Target => {
    const recorded = buildTarget(fromBothEnds(sweeps), { ...options, dt_ms, window: "stimulus" });
    return { ...recorded, sweeps: [...recorded.sweeps, ...continuation(search.roled, recorded)] };
  };
  const work = new Work(progress, effort, refine);
  let stream = 0;
  const task = (
    more: Pick<SearchTask, "target" | "generations" | "start" | "candidates" | "walk">,
  ): SearchTask => ({
    model: model.id,
    box,
    seed,
    stream: stream++,
    lambda: LAMBDA,
    ...more,
  });

  const few = {
    ...target(spreadOver(trained, EXPLORE_SWEEPS), SEARCH_DT_MS),
    shapeFactor: EXPLORE_SHAPE,
  };
  const explorers = repeat(effort.explorers, (k) => {
    const candidates = search.known.filter((_, place) => place % effort.explorers === k);
    return task({ target: few, generations: effort.explore, candidates });
  });
  let found = await work.run("explore", explorers, runner);
  if (refine) {
    const several = target(spreadOver(trained, REFINE_SWEEPS), SEARCH_DT_MS);
    const all = target(trained, SEARCH_DT_MS);
    const starts = found.toSorted((a, b) => a.best.loss - b.best.loss).slice(0, effort.refiners);
    const refiners = starts.map(({ best, sigma }) => {
      const start = { unit: best.unit, sigma: Math.max(REFINE_SIGMA, sigma) };
      return task({ target: several, generations: effort.refine, start });
    });
    const refined = await work.run("refine", refiners, runner);
    const polishers = worthPolishing(refined, effort.polishers).map(({ unit }) => {
      const start = { unit, sigma: POLISH_SIGMA };
      return task({ target: all, generations: effort.polish, start });
    });
    // Losses of the refined are means over fewer sweeps and not to be compared with those that follow.
    found = await work.run("refine", polishers, runner);
    const walks = walksFrom(byLoss(found), effort.walkers, effort.walk);
    const walkers = walks.map((walk) =>
      task({ target: all, generations: 0, candidates: [walk.starts[0].unit], walk }),
    );
    found = [...found, ...(await work.run("refine", walkers, runner))];
  }

  const fine = target(trained, options.dt_ms);
  const chosen = worthRanking(byLoss(found));
  const shares = [0, 1].map((share) => chosen.filter((_, k) => k % 2 === share));
  const rankers = shares
    .filter((share) => share.length > 0)
    .map((share) => task({ target: fine, generations: 0, candidates: share.map(({ unit }) => unit) }));
  const ranked = await work.run("refine", rankers, runner);
  return { candidates: ranked.flatMap(({ archive }) => archive), simulations: work.simulations };
}

/**
 * One start a polisher: each refined optimum that is nearly as good as the best, since the recording may not tell them
 * apart and the population should then hold both; the best again where there are too few.
 */
function worthPolishing(refined: readonly SearchResult[], count: number): Candidate[] {
  const optima = refined.map(({ best }) => best).sort((a, b) => a.loss - b.loss);
  const near = optima.filter(({ loss }) => loss <= POLISHED_WITHIN * optima[0].loss);
  return repeat(count, (k) => near[k] ?? optima[0]);
}

const byLoss = (found: readonly SearchResult[]): Candidate[] =>
  found.flatMap(({ archive }) => archive).sort((a, b) => a.loss - b.loss);

/** Each walk starts from acceptable candidates far apart, so that it can tell along which directions they differ. */
function walksFrom(candidates: readonly Candidate[], count: number, generations: number): Walk[] {
  const limit = acceptableLoss(candidates[0].loss);
  const population = acceptablePopulation(candidates, count * LAMBDA);
  return repeat(count, (walk) => ({
    limit,
    generations,
    starts: repeat(LAMBDA, (k) => population[(k * count + walk) % population.length]),
  }));
}

/** Half of them the best, half acceptable ones far apart: the fine step may rank them otherwise. */
function worthRanking(candidates: readonly Candidate[]): Candidate[] {
  const best = candidates.slice(0, RANKED / 2);
  return [...new Set([...best, ...acceptablePopulation(candidates, RANKED / 2)])];
}

/** Runs stages and adds up what they simulate. */
class Work {
  simulations = 0;
  readonly #progress: (now: StageProgress) => void;
  readonly #expected: number;

  constructor(progress: (now: StageProgress) => void, effort: (typeof EFFORTS)[Effort], refine: boolean) {
    this.#progress = progress;
    // A simulation of all sweeps takes a few times as long as one of the exploration's few.
    const refined =
      effort.refiners * effort.refine + effort.polishers * effort.polish + effort.walkers * effort.walk;
    this.#expected = LAMBDA * (effort.explorers * effort.explore + (refine ? refined : 0)) + RANKED;
  }

  async run(
    stage: StageProgress["stage"],
    tasks: readonly SearchTask[],
    runner: SearchRunner,
  ): Promise<SearchResult[]> {
    const results = await runner(tasks, (simulations, bestLoss) => {
      const total = this.simulations + simulations;
      this.#progress({ stage, done: Math.min(1, total / this.#expected), simulations: total, bestLoss });
    });
    this.simulations += results.reduce((sum, result) => sum + result.simulations, 0);
    return results;
  }
}

function repeat<T>(count: number, make: (k: number) => T): T[] {
  return Array.from({ length: count }, (_, k) => make(k));
}

/** From both ends of the current inward, so that a hopeless candidate shows within the first pair and is given up. */
function fromBothEnds(sweeps: readonly RoledSweep[]): RoledSweep[] {
  const sorted = sweeps.toSorted((a, b) => b.amplitude_pA - a.amplitude_pA);
  return sorted.map((_, k) => sorted[k % 2 === 0 ? k / 2 : sorted.length - (k + 1) / 2]);
}

/** At most `count` sweeps, evenly spread over their currents, the strongest always among them. */
function spreadOver(sweeps: readonly RoledSweep[], count: number): RoledSweep[] {
  const sorted = sweeps.toSorted((a, b) => b.amplitude_pA - a.amplitude_pA);
  if (sorted.length <= count) return sorted;
  return Array.from({ length: count }, (_, k) => sorted[Math.round((k * (sorted.length - 1)) / (count - 1))]);
}
