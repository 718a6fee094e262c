export {
  type CloneProgress,
  type CloneRequest,
  cloneRecording,
  EFFORTS,
  type Effort,
  quantile,
  type SearchRunner,
} from "./clone.ts";
export { runInProcess } from "./inProcess.ts";
export { extremes } from "./judge.ts";
export { runSearch, type SearchResult, type SearchTask } from "./search.ts";
export type * from "./twin.ts";
