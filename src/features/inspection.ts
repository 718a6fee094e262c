/** The document of `inspect`, made of the features of a recording. */
import { groupSweeps, isLong, type Recording } from "../recordings/index.ts";
import { findMainStep } from "./main-step.ts";
import { checkQuality, type QualityLimits } from "./quality/index.ts";
import { judgedPart, surveyRecording } from "./survey.ts";

/** What `patchtwin inspect` says of a recording; the same in the browser. Keys carry units. */
export type Inspection = ReturnType<typeof inspectRecording>;

/**
 * What is in a recording, how its current was recovered, and its quality.
 *
 * @param limits Other limits of quality than `QUALITY_LIMITS`, by name.
 * @returns One entry a sweep: amplitude and times are those of the main step that the sweeps share, where there is one.
 *   Of a recording with a sweep of more than 2^23 samples the protocols are not compared, and the quality is judged by a
 *   part (see `judgedPart`).
 */
export function inspectRecording(recording: Recording, limits: Partial<QualityLimits> = {}) {
  const { dt_ms } = recording;
  const { part, note } = judgedPart(recording);
  const long = isLong(recording);
  const mainStep = long ? null : findMainStep(recording);
  const surveys = surveyRecording(recording);
  return {
    file: recording.name,
    format: recording.format,
    protocol: recording.protocol ?? null,
    currentDescription: recording.currentDescription,
    protocols: long ? [] : groupSweeps(recording),
    sweeps: recording.sweeps.map(({ index }, position) => {
      const { samples, stimulus, vBaseline_mV, spikes } = surveys[position];
      const none = stimulus.kind === "none";
      return {
        index,
        dt_ms,
        samples,
        stimulus: {
          kind: stimulus.kind,
          amplitude_pA: mainStep?.level_pA[position] ?? stimulus.amplitude_pA,
          start_ms: mainStep?.start_ms ?? (none ? null : stimulus.start_ms),
          end_ms: mainStep?.end_ms ?? (none ? null : stimulus.end_ms),
          holding_pA: stimulus.holding_pA,
        },
        currentSource: recording.currentSource,
        vBaseline_mV,
        spikes,
      };
    }),
    tags: recording.tags,
    qc: checkQuality(part, limits),
    notes: note ? [...recording.notes, note] : recording.notes,
    preparation: recording.preparation ?? [],
  };
}
