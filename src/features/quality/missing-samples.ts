import { defineCheck, measured } from "./check.ts";

/** Samples of voltage or current that are no finite numbers. Sweeps with such samples are left out of all other checks. */
export const missingSamples = defineCheck({
  name: "missing samples",
  unit: "samples",
  limits: { maxMissing: 0 },
  why: "By definition: no measure is made of a sweep with gaps.",
  accepted: ({ maxMissing }) => ({ high: maxMissing }),
  look: () => null,
  conclude: (_, { missing, sweeps }) => measured(sweeps > 0 ? missing : null, "there is no sweep"),
});
