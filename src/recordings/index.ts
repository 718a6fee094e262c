/** Recordings: bytes of a file in, sweeps of voltage and injected current out. The only public entry of this room. */
export { lengthOf, sliceOf } from "./lazy-sweep.ts";
export type { ReadOptions } from "./options.ts";
export { inPieces, isLong, PIECE_SAMPLES, type Piece, pieceAsSweep, piecesOf } from "./pieces.ts";
export { groupSweeps, type SweepGroup } from "./protocols.ts";
export { openRecording, readRecording } from "./read.ts";
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
export { type CurrentOptions, openSuppliedCurrent, readSuppliedCurrent } from "./supplied-file.ts";
