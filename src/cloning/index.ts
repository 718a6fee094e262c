export * from "./calibration/index.ts";
export { chooseModel, type ModelScore } from "./chooseModel.ts";
export { type CloneProgress, type CloneRequest, cloneCell } from "./clone.ts";
export { predictionDoubt } from "./doubt.ts";
export * from "./evaluation/index.ts";
export {
  type CountScore,
  type HoldOut,
  type HoldOutScore,
  heldOut,
  scoreHoldOut,
} from "./holdOut.ts";
export { isIdentifiable } from "./identifiable.ts";
export { runInProcess } from "./inProcess.ts";
export * from "./inputs/index.ts";
export { extremes } from "./judge.ts";
export * from "./matched/index.ts";
export type { AskNetwork } from "./network.ts";
export * from "./posterior/index.ts";
export { predictRecording } from "./predictRecording.ts";
export type { RecordingFile } from "./provenance.ts";
export { quantile } from "./quantile.ts";
export type { SweepChoice } from "./roles.ts";
export { runSearch, type SearchResult, type SearchTask } from "./search.ts";
export { EFFORTS, type Effort, type SearchRunner } from "./stages.ts";
export type * from "./twin.ts";
export * from "./world/index.ts";
