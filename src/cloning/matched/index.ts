/** The matched objective: cells that the Izhikevich equations describe. docs/matched.md */
export { type ClosedForm, closedForm } from "./closedForm.ts";
export type { Noise } from "./filter.ts";
export { type Identifiability, identifiability } from "./identifiability.ts";
export { type MatchedPosterior, matchedPosterior, type PosteriorOptions } from "./posterior.ts";
export type { MatchedSweep } from "./recording.ts";
export { type Refined, type RefineOptions, refine } from "./refine.ts";
