import {
  type ChunkResult,
  type DrawRequest,
  drawInputs,
  type EvaluationTask,
  runEvaluation,
  runSearch,
  type SearchResult,
  type SearchTask,
  type TrainingCell,
} from "../cloning/index.ts";
import {
  compiledKernel,
  compiledSolvers,
  generatedKernel,
  type Kernel,
  type Model,
  type Run,
  type RunOptions,
} from "../engine/index.ts";
import type { Solver } from "../engine/model.ts";
import { runTrial, type Trial, type TrialRequest } from "../trials/index.ts";
import { loadRuntime } from "./runtime.ts";

/** Work that takes long: it runs on a worker thread, so that Ctrl-C and the page answer meanwhile. */
export type Job = SearchJob | TrialJob | SimulationJob | DrawJob | EvaluationJob;

export interface SearchJob {
  readonly kind: "search";
  readonly task: SearchTask;
}

export interface TrialJob {
  readonly kind: "trial";
  readonly request: TrialRequest;
}

export interface SimulationJob {
  readonly kind: "simulate";
  readonly model: Model;
  readonly dt_ms: number;
  /** One that integrates this model, see `solversOf`. */
  readonly solver: Solver;
  /** In the order of the model's parameters. */
  readonly params: Float64Array;
  readonly current: Float64Array;
  readonly options: RunOptions;
}

/** Simulated cells to train a network on. */
export interface DrawJob {
  readonly kind: "draw";
  readonly request: DrawRequest;
}

/** Test cells of a trained network; each chunk's result is told when it is there. */
export interface EvaluationJob {
  readonly kind: "evaluate";
  readonly task: EvaluationTask;
}

export interface SearchProgress {
  readonly simulations: number;
  readonly bestLoss: number;
}

/** What each kind of job gives. */
export interface JobResults {
  readonly search: SearchResult;
  readonly trial: Trial;
  readonly simulate: Run;
  readonly draw: readonly TrainingCell[];
  readonly evaluate: undefined;
}

/** What each kind of job says meanwhile; a trial: 0 to 1. */
export interface JobProgress {
  readonly search: SearchProgress;
  readonly trial: number;
  readonly simulate: never;
  readonly draw: never;
  readonly evaluate: ChunkResult;
}

/** Does a job here and now. */
export async function runJob(
  job: Job,
  progress: (now: JobProgress[Job["kind"]]) => void,
): Promise<JobResults[Job["kind"]]> {
  switch (job.kind) {
    case "search":
      return runSearch(job.task, (simulations, bestLoss) => progress({ simulations, bestLoss }));
    case "trial":
      return runTrial(job.request, progress);
    case "simulate":
      return simulationKernel(job).bind(job.params).run(job.current, job.options);
    case "draw":
      return drawInputs(job.request);
    case "evaluate":
      await runEvaluation(await loadRuntime(), job.task, () => performance.now(), progress);
      return undefined;
    default:
      return job satisfies never;
  }
}

function simulationKernel({ model, dt_ms, solver }: SimulationJob): Kernel {
  const solvers: readonly Solver[] = compiledSolvers(model);
  return solvers.includes(solver)
    ? compiledKernel(model, dt_ms, { solver })
    : generatedKernel(model, dt_ms, solver);
}
