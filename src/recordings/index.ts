/** Recordings: bytes of a file in, sweeps of voltage and injected current out. The only public entry of this room. */
export { lengthOf, sliceOf } from "./lazy-sweep.ts";
export type { ReadOptions } from "./options.ts";
export {
  inPieces,
  isLong,
  LONG_SAMPLES,
  PIECE_SAMPLES,
  type Piece,
  pieceAsSweep,
  piecesOf,
} from "./pieces.ts";
export {
  PREPARATION_OPTIONS,
  PREPARATION_STEPS,
  type PreparationOptions,
  type PreparationRequest,
  parsePreparation,
  prepareRecording,
} from "./prepare/index.ts";
export { groupSweeps, type SweepGroup } from "./protocols.ts";
export { readRecording } from "./read.ts";
export {
  type CurrentSource,
  FORMATS,
  type PreparationStep,
  type Recording,
  type RecordingFormat,
  type Stimulus,
  type StimulusSegment,
  type Sweep,
  type SweepSlice,
} from "./recording.ts";
export { type ByteSource, pagedSource, sourceOf } from "./source.ts";
export { describeStimulus } from "./stimulus.ts";
export type { SampledCurrent, SuppliedCurrent } from "./supplied.ts";
export { type CurrentOptions, readCurrent, readSuppliedCurrent } from "./supplied-file.ts";
export { writeAtf } from "./write/atf.ts";
export { writeCsv } from "./write/csv.ts";
export {
  type NwbAbout,
  type NwbSession,
  type NwbSubject,
  type SimulatedCondition,
  type SimulatedTrace,
  type Simulation,
  sessionFromRecording,
  sessionFromSimulation,
  writeNwb,
} from "./write/nwb/index.ts";
export type { Traces } from "./write/traces.ts";
