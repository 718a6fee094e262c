/** What `patchtwin evaluate` found, as tables and as a page with figures. */
export { goalsOf } from "./goals.ts";
export { type Circumstances, evaluationPart, withEvaluationPart } from "./page.ts";
export type { EvaluationResult } from "./result.ts";
export { resultTables } from "./tables.ts";
