/** How well recordings of cells with known parameters are answered: the table of `patchtwin evaluate`. */
export { type Chunk, type ChunkResult, type Method, REFINABLE } from "./chunk.ts";
export {
  type Evaluation,
  type EvaluationTask,
  evaluationOf,
  type Points,
  pointsOf,
  runEvaluation,
} from "./evaluation.ts";
export { type OutOfRange, outOfRange, strangeKinds } from "./outOfRange.ts";
export { chunksOf, type EvaluationRequest, storedResult, workOf } from "./plan.ts";
export { PUBLISHED_MEAN_R2, PUBLISHED_R2 } from "./published.ts";
export { EVALUATION_ROWS, type EvaluationRow, evaluationWorld, FIGURE_ROW, WORLD_ROW } from "./rows.ts";
export { headerLine, readState, resultLine, type StateHeader } from "./stateFile.ts";
export type { RowSummary } from "./summary.ts";
