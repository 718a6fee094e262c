/** What `inspect` says of a sweep of any length: looked at in pieces, so that a recording of hours needs little memory. */
import {
  describeStimulus,
  inPieces,
  isLong,
  LONG_SAMPLES,
  lengthOf,
  PIECE_SAMPLES,
  type Piece,
  pieceAsSweep,
  piecesOf,
  type Recording,
  type Stimulus,
  sliceOf,
} from "../recordings/index.ts";
import { currentJumps, detectSpikes } from "./spikes.ts";
import { median } from "./statistics.ts";

export interface SweepSurvey {
  readonly samples: number;
  /** Of a sweep longer than 2^23 samples: without segments, see `longStimulus`. */
  readonly stimulus: Stimulus;
  /** Median voltage before the stimulus, or of the whole sweep where none comes before it; null without samples. */
  readonly vBaseline_mV: number | null;
  readonly spikes: number;
}

/** Spikes whose rise or fall lies in the next piece are seen in this overlap, ms. */
const OVERLAP_MS = 200;

/** Surveys every sweep of a recording; memory: of a sweep longer than 2^23 samples a piece of 2^19 at a time. */
export function surveyRecording(recording: Recording): SweepSurvey[] {
  return recording.sweeps.map((sweep, position) => {
    const samples = lengthOf(sweep);
    const long = samples > LONG_SAMPLES;
    const pieces = piecesOf({ ...recording, sweeps: [sweep] }, long ? PIECE_SAMPLES : LONG_SAMPLES).map(
      (piece) => ({ ...piece, position }),
    );
    const stimulus = long ? longStimulus(recording, pieces) : sweep.stimulus;
    return {
      samples,
      stimulus,
      vBaseline_mV: baseline(recording, position, Math.floor(stimulus.start_ms / recording.dt_ms)),
      spikes: pieces.reduce((sum, piece) => sum + spikesIn(recording, piece), 0),
    };
  });
}

/** Spikes whose peaks lie in the piece; the detector sees a little more on both sides. */
function spikesIn(recording: Recording, { position, from, to }: Piece): number {
  const { dt_ms } = recording;
  const margin = Math.round(OVERLAP_MS / dt_ms);
  const first = Math.max(0, from - margin);
  const last = Math.min(lengthOf(recording.sweeps[position]), to + margin);
  const { v_mV, i_pA } = sliceOf(recording.sweeps[position], first, last);
  const spikes = detectSpikes(v_mV, dt_ms, { currentJumps_ms: currentJumps(i_pA, dt_ms) });
  return spikes.filter(({ peakIndex }) => peakIndex + first >= from && peakIndex + first < to).length;
}

/** Median before the stimulus; of a long stretch the median of the medians of its pieces. */
function baseline(recording: Recording, position: number, onset: number): number | null {
  const sweep = recording.sweeps[position];
  const end = onset > 0 ? Math.min(onset, lengthOf(sweep)) : lengthOf(sweep);
  const medians: number[] = [];
  const piece = end > LONG_SAMPLES ? PIECE_SAMPLES : LONG_SAMPLES;
  for (let from = 0; from < end; from += piece) {
    const { v_mV } = sliceOf(sweep, from, Math.min(end, from + piece));
    medians.push(median(v_mV)!);
  }
  return median(medians);
}

/** A difference of levels below this is the noise of a recorded current, pA. */
const SAME_LEVEL_PA = 2;

/**
 * The current of a long sweep from those of its pieces: `none` when all of them rest at one level, otherwise
 * `arbitrary` with the level farthest from holding. It has no segments: they would be those of hours.
 */
function longStimulus(recording: Recording, pieces: readonly Piece[]): Stimulus {
  const parts = pieces.map((piece) => {
    const { i_pA } = pieceAsSweep(recording, piece, 1);
    return { piece, stimulus: describeStimulus(i_pA, recording.dt_ms) };
  });
  const { holding_pA } = parts[0].stimulus;
  const active = parts.filter(
    ({ stimulus }) => stimulus.kind !== "none" || Math.abs(stimulus.holding_pA - holding_pA) > SAME_LEVEL_PA,
  );
  if (active.length === 0)
    return { kind: "none", amplitude_pA: 0, start_ms: 0, end_ms: 0, holding_pA, segments: [] };
  const levels = active.map(({ stimulus }) =>
    stimulus.kind === "none" ? stimulus.holding_pA : stimulus.amplitude_pA,
  );
  const starts = active.map(({ piece, stimulus }) => piece.from * recording.dt_ms + stimulus.start_ms);
  const last = active.at(-1)!;
  const { kind, end_ms } = last.stimulus;
  return {
    kind: "arbitrary",
    amplitude_pA: levels.reduce((a, b) => (Math.abs(b - holding_pA) > Math.abs(a - holding_pA) ? b : a)),
    start_ms: starts[0],
    end_ms: kind === "none" ? last.piece.to * recording.dt_ms : last.piece.from * recording.dt_ms + end_ms,
    holding_pA,
    segments: [],
  };
}

/** Pieces of a long recording that its quality is judged by: enough to see drift, few enough to be quick. */
const JUDGED_PIECES = 40;
const JUDGED_SAMPLES = 2 ** 17;

/**
 * The recording whose quality is to be checked: itself, or 40 pieces of 2^17 samples spread evenly over a long one.
 *
 * @returns With a note on what was looked at.
 */
export function judgedPart(recording: Recording): { readonly part: Recording; readonly note?: string } {
  if (!isLong(recording)) return { part: recording };
  const all = piecesOf(recording, JUDGED_SAMPLES);
  const chosen = Array.from(
    { length: Math.min(JUDGED_PIECES, all.length) },
    (_, n) => all[Math.floor((n * all.length) / Math.min(JUDGED_PIECES, all.length))],
  );
  const seconds = ((JUDGED_SAMPLES * recording.dt_ms) / 1000).toFixed(1);
  return {
    part: inPieces(recording, chosen),
    note: `The recording is long: its quality was judged by ${chosen.length} pieces of ${seconds} s, spread evenly.`,
  };
}
