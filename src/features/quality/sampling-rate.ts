import { defineCheck, measured } from "./check.ts";

/** 1 / sampling interval. */
export const samplingRate = defineCheck({
  name: "sampling rate",
  unit: "kHz",
  limits: { minSampling_kHz: 10 },
  why: "Our choice. A spike 1 ms wide has ten samples at 10 kHz; see also what is lost of its peak.",
  accepted: ({ minSampling_kHz }) => ({ low: minSampling_kHz }),
  look: () => null,
  conclude: (_, { dt_ms }) => measured(dt_ms > 0 ? 1 / dt_ms : null, "the sampling interval is not known"),
});
