/** Public names of the features room. Everything else is internal. */
export { type MedianShape, medianShape, type SpikeShape, spikeShape, spikeShapes } from "./action.ts";
export {
  CATALOGUE,
  CATALOGUE_SETTINGS,
  type CatalogueSettings,
  type Description,
  EFEL_SETTINGS,
  type Measured,
  measureCatalogue,
  measureTrace,
  type RecordingCatalogue,
  type SweepCatalogue,
  TRACE_FEATURES,
  type TraceInput,
} from "./catalogue/index.ts";
export { coincidence, countCoincidences } from "./coincidence.ts";
export {
  type Features,
  measureRecording,
  type RateAtCurrent,
  type RecordingFeatures,
  type SweepFeatures,
} from "./family.ts";
export { type Inspection, inspectRecording } from "./inspection.ts";
export { findMainStep, type MainStep, stepOfSweep, windowBefore } from "./main-step.ts";
export {
  type CheckName,
  checkQuality,
  QUALITY_CHECKS,
  QUALITY_LIMITS,
  type QualityCheck,
  type QualityLimits,
} from "./quality/index.ts";
export {
  currentJumps,
  detectSpikes,
  SPIKE_SETTINGS,
  type Spike,
  type SpikeSettings,
  spikeFloor,
  spikePeaks,
  spikeTimes,
} from "./spikes.ts";
export { medianOf } from "./statistics.ts";
export {
  type CurrentStep,
  capacitance,
  inputResistance,
  passiveResponses,
  restingPotential,
  type StepResponse,
  sagRatio,
  spikesWithin,
  stepResponse,
  timeConstant,
  voltageNoise,
  type Window,
} from "./subthreshold.ts";
export { judgedPart, type SweepSurvey, surveyRecording } from "./survey.ts";
export {
  adaptationIndex,
  interspikeIntervals,
  isDepolarisationBlock,
  isiCv,
  type TrainFeatures,
  trainFeatures,
} from "./train.ts";
