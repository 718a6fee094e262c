import { findModel } from "../../engine/index.ts";
import type { Prior } from "./prior.ts";

/** The seven parameters that the squid axon declares, in its declared ranges. */
export const hodgkinHuxleyPrior: Prior = {
  model: "hodgkin-huxley",
  parameters: findModel("hodgkin-huxley").parameters.map(({ name, unit, prior }) => ({
    name,
    unit,
    ...prior,
  })),
};
