/** The catalogue of features: what is declared, and how a trace is measured by it. */
import { AFTERPOTENTIALS } from "./afterpotentials.ts";
import { BURSTS } from "./bursts.ts";
import { DECAYS } from "./decay.ts";
import { type Feature, type Measured, toMeasured } from "./feature.ts";
import { INTERVALS } from "./intervals.ts";
import { CATALOGUE_SETTINGS, type CatalogueSettings } from "./settings.ts";
import { SPIKE_EVENTS } from "./spikeEvents.ts";
import { SPIKE_SHAPE } from "./spikeShape.ts";
import { SUBTHRESHOLD } from "./subthreshold.ts";
import { Trace, type TraceInput } from "./trace.ts";
import { WIDTHS } from "./widths.ts";

export type { Description, Feature, Group, Measured } from "./feature.ts";
export { CATALOGUE_SETTINGS, type CatalogueSettings, EFEL_SETTINGS } from "./settings.ts";
export type { TraceInput } from "./trace.ts";

/** All features of a single trace. */
export const TRACE_FEATURES: readonly Feature[] = [
  ...SUBTHRESHOLD,
  ...SPIKE_SHAPE,
  ...WIDTHS,
  ...AFTERPOTENTIALS,
  ...SPIKE_EVENTS,
  ...INTERVALS,
  ...BURSTS,
  ...DECAYS,
];

/** Measures one trace. */
export function measureTrace(
  input: TraceInput,
  settings: Partial<CatalogueSettings> = {},
  features: readonly Feature[] = TRACE_FEATURES,
): Record<string, Measured> {
  const trace = new Trace(input, { ...CATALOGUE_SETTINGS, ...settings });
  const measured: Record<string, Measured> = {};
  for (const feature of features) measured[feature.name] = toMeasured(trace.valuesOf(feature), feature.unit);
  return measured;
}
