export { type StepProtocol, standardProtocol, stepCurrent } from "./protocol.ts";
export { requireChannels, runTrial, type TrialRequest } from "./runTrial.ts";
export type * from "./trial.ts";
export { VERDICT_LABELS } from "./trial.ts";
export { VERDICT_LIMITS } from "./verdict.ts";
