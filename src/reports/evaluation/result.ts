import type { Evaluation, EvaluationRequest, Points, Prior } from "../../cloning/index.ts";

/** What the table of `patchtwin evaluate` is written from. */
export interface EvaluationResult extends Evaluation {
  readonly prior: Prior;
  readonly request: EvaluationRequest;
  readonly seed: number;
  readonly samples: number;
  /** Recording of ten sweeps of 1 s to posterior of 1,000 samples, one thread, nothing else running. */
  readonly clone_ms: number;
  /** Of the row that is drawn; null where it was not evaluated. */
  readonly points: Points | null;
}

/** The parameter without its unit. */
export const symbol = (name: string): string => name.split("_")[0];
