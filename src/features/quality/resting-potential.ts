import { medianOf } from "../statistics.ts";
import { restingPotential } from "../subthreshold.ts";
import { defineCheck, measured, NO_REST } from "./check.ts";

/** Median over the sweeps of the potential before the stimulus, at the holding current, no junction potential. */
export const restingPotentialCheck = defineCheck({
  name: "resting potential",
  unit: "mV",
  limits: { lowestRest_mV: -100, highestRest_mV: -30 },
  why: "Our choice. Below -100 mV lies no potassium equilibrium of a usual bath, above -30 mV sodium channels stay inactivated: an offset, a dead cell or a model cell.",
  accepted: ({ lowestRest_mV, highestRest_mV }) => ({ low: lowestRest_mV, high: highestRest_mV }),
  look: ({ v_mV, dt_ms, before, spikes }) => restingPotential(v_mV, dt_ms, before, spikes),
  conclude: (rests) => measured(medianOf(rests), NO_REST),
});
