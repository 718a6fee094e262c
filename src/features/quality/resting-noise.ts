import { medianOf } from "../statistics.ts";
import { voltageNoise } from "../subthreshold.ts";
import { defineCheck, measured, NO_REST } from "./check.ts";

/** Standard deviation before the stimulus, its line removed; median over the sweeps. */
export const restingNoise = defineCheck({
  name: "resting noise",
  unit: "mV",
  limits: { maxNoise_mV: 1 },
  why: "Our choice. A spike must rise by 10 mV or 10 standard deviations of the noise: at 1 mV both are the same.",
  accepted: ({ maxNoise_mV }) => ({ high: maxNoise_mV }),
  look: ({ v_mV, dt_ms, before, spikes }) => voltageNoise(v_mV, dt_ms, before, spikes),
  conclude: (noises) => measured(medianOf(noises), NO_REST),
});
