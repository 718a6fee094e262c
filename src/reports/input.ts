import type { Twin } from "../cloning/twin.ts";
import type { Trial } from "../trials/trial.ts";

/** What every report is made of: a twin, and the trial that was run on it, if any. */
export interface ReportInput {
  readonly twin: Twin;
  readonly trial?: Trial | undefined;
}
