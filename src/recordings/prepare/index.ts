/** Preparation of a recording before anything is measured; see docs/preparation.md. */
export { PREPARATION_OPTIONS, type PreparationOptions, parsePreparation } from "./options.ts";
export { PREPARATION_STEPS, type PreparationRequest, prepareRecording } from "./prepare.ts";
