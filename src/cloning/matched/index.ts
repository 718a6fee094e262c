/** The matched objective: cells that the Izhikevich equations describe. docs/matched.md */
export { type ClosedForm, closedForm } from "./closedForm.ts";
export type { MatchedSweep } from "./recording.ts";
