import { median } from "../statistics.ts";
import { defineCheck, measured } from "./check.ts";

/** Current before the stimulus, median over the sweeps: what was needed to hold the cell where it rests. */
export const holdingCurrent = defineCheck({
  name: "holding current",
  unit: "pA",
  limits: { maxHolding_pA: 100 },
  why: "The bias current of +-100 pA that the Allen Institute accepts (Ephys QC criteria v1.1). A healthy cell behind a tight seal needs little.",
  accepted: ({ maxHolding_pA }) => ({ low: -maxHolding_pA, high: maxHolding_pA }),
  look: ({ stimulus }) => stimulus.holding_pA,
  conclude: (seen) => measured(median(seen), "there is no sweep"),
});
