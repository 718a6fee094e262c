/** The catalogue of features: what is declared, and how a trace and a recording are measured by it. */
import { InputError } from "../../errors.ts";
import type { Recording, Sweep } from "../../recordings/recording.ts";
import { findMainStep, type MainStep, stepOfSweep } from "../main-step.ts";
import { currentJumps } from "../spikes.ts";
import { AFTERPOTENTIALS } from "./afterpotentials.ts";
import { ALLEN } from "./allen.ts";
import { BLOCK } from "./block.ts";
import { BURSTS } from "./bursts.ts";
import { DECAYS } from "./decay.ts";
import { FAMILY_FEATURES, measureFamily } from "./family.ts";
import { type Description, type Feature, type Measured, toMeasured } from "./feature.ts";
import { INTERVALS } from "./intervals.ts";
import { MEMBRANE } from "./membrane.ts";
import { CATALOGUE_SETTINGS, type CatalogueSettings } from "./settings.ts";
import { SPIKE_EVENTS } from "./spikeEvents.ts";
import { SPIKE_SHAPE } from "./spikeShape.ts";
import { SUBTHRESHOLD } from "./subthreshold.ts";
import { Trace, type TraceInput } from "./trace.ts";
import { WIDTHS } from "./widths.ts";

export { FAMILY_FEATURES } from "./family.ts";
export type { Description, Feature, Group, Measured } from "./feature.ts";
export { CATALOGUE_SETTINGS, type CatalogueSettings, EFEL_SETTINGS } from "./settings.ts";
export type { TraceInput } from "./trace.ts";

/** All features of a single trace. */
export const TRACE_FEATURES: readonly Feature[] = [
  ...SUBTHRESHOLD,
  ...DECAYS,
  ...MEMBRANE,
  ...SPIKE_SHAPE,
  ...WIDTHS,
  ...AFTERPOTENTIALS,
  ...SPIKE_EVENTS,
  ...INTERVALS,
  ...BURSTS,
  ...BLOCK,
  ...ALLEN,
];

/** Every feature with its name, unit, definition and source. */
export const CATALOGUE: readonly Description[] = [...TRACE_FEATURES, ...FAMILY_FEATURES];

/**
 * Measures one trace by the catalogue; each definition stands with its feature (docs/features-catalogue.md).
 *
 * @param input voltage [nSamples] in mV, finite, at least three samples; the stimulus in ms from the start of the sweep.
 * @param settings what differs from `CATALOGUE_SETTINGS`; `EFEL_SETTINGS` gives the values of eFEL.
 * @param features which ones, all by default.
 * @returns by name: values with their unit, or null with the reason in words.
 * @throws InputError `empty`, `not-a-number` or `bad-stimulus`.
 */
export function measureTrace(
  input: TraceInput,
  settings: Partial<CatalogueSettings> = {},
  features: readonly Feature[] = TRACE_FEATURES,
): Record<string, Measured> {
  checkInput(input);
  const trace = new Trace(input, { ...CATALOGUE_SETTINGS, ...settings });
  const measured: Record<string, Measured> = {};
  for (const feature of features) measured[feature.name] = toMeasured(trace.valuesOf(feature), feature.unit);
  return measured;
}

function checkInput({ v_mV, dt_ms, start_ms, end_ms }: TraceInput): void {
  if (v_mV.length < 3 || !(dt_ms > 0))
    throw new InputError({
      code: "empty",
      what: "a trace to be measured needs three samples and a sampling interval",
      got: `${v_mV.length} samples every ${dt_ms} ms`,
    });
  for (let k = 0; k < v_mV.length; k++) if (!Number.isFinite(v_mV[k])) throw notFinite(k, dt_ms);
  if (!(end_ms > start_ms) || !(start_ms >= 0))
    throw new InputError({
      code: "bad-stimulus",
      what: "the stimulus must end after it starts, and not start before the sweep",
      got: `${start_ms} to ${end_ms} ms`,
    });
}

function notFinite(sample: number, dt_ms: number): InputError {
  return new InputError({
    code: "not-a-number",
    what: "the voltage is not finite",
    where: `sample ${sample + 1} (${(sample * dt_ms).toFixed(3)} ms)`,
    next: "Repair or cut the trace before it is measured.",
  });
}

export interface SweepCatalogue {
  /** The sweep's own number, 1-based. */
  readonly index: number;
  /** The stimulus that the features refer to. */
  readonly start_ms: number;
  readonly end_ms: number;
  /** Height of the main step over the current before it; null without a main step. */
  readonly delta_pA: number | null;
  readonly features: Record<string, Measured>;
}

export interface RecordingCatalogue {
  readonly settings: CatalogueSettings;
  readonly sweeps: readonly SweepCatalogue[];
  /** Features of all sweeps together. */
  readonly family: Record<string, Measured>;
}

/**
 * Measures every sweep of a recording, and the family of sweeps, by the catalogue.
 *
 * The stimulus of a sweep is the main step of the recording (`findMainStep`); without one, the sweep's own stimulus; for
 * a sweep without current, the whole of it.
 *
 * @param settings what differs from `CATALOGUE_SETTINGS`. The family features always use our own detector.
 * @param features which trace features, all by default.
 */
export function measureCatalogue(
  recording: Recording,
  settings: Partial<CatalogueSettings> = {},
  features: readonly Feature[] = TRACE_FEATURES,
): RecordingCatalogue {
  const used = { ...CATALOGUE_SETTINGS, ...settings };
  const mainStep = findMainStep(recording);
  const sweeps = recording.sweeps.map((sweep, position): SweepCatalogue => {
    const input = inputOfSweep(sweep, recording.dt_ms, mainStep, position);
    const { start_ms, end_ms, delta_pA = null } = input;
    return { index: sweep.index, start_ms, end_ms, delta_pA, features: measureTrace(input, used, features) };
  });
  const family = measureFamily(recording);
  return {
    settings: used,
    sweeps,
    family: Object.fromEntries(
      FAMILY_FEATURES.map(({ name, unit, measure }) => [name, toMeasured(measure(family), unit)]),
    ),
  };
}

/** A sweep with the stimulus that its features refer to. */
export function inputOfSweep(
  sweep: Sweep,
  dt_ms: number,
  mainStep: MainStep | null,
  position: number,
): TraceInput {
  const { v_mV, i_pA, stimulus } = sweep;
  const common = { v_mV, dt_ms, currentJumps_ms: currentJumps(i_pA, dt_ms) };
  if (mainStep) return { ...common, ...stepOfSweep(mainStep, position) };
  const { kind, start_ms, end_ms } = stimulus;
  return kind === "none" || !(end_ms > start_ms)
    ? { ...common, start_ms: 0, end_ms: v_mV.length * dt_ms }
    : { ...common, start_ms, end_ms };
}
