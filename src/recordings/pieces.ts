/** A long recording as many short ones, so that whatever looks at sweeps one by one stays within bounded memory. */
import { lazySweep, lengthOf, sliceOf } from "./lazy-sweep.ts";
import type { Recording, Sweep } from "./recording.ts";

/** 4 MiB a trace. */
export const PIECE_SAMPLES = 2 ** 19;
/** A sweep of more samples than this is looked at in pieces: 7 minutes at 20 kHz. */
export const LONG_SAMPLES = 2 ** 23;

/** Samples [from, to) of the sweep at `position` in the recording. */
export interface Piece {
  readonly position: number;
  readonly from: number;
  readonly to: number;
}

/** Consecutive pieces of equal length (the last of a sweep may be shorter) that cover every sweep. */
export function piecesOf(recording: Recording, longest = PIECE_SAMPLES): Piece[] {
  return recording.sweeps.flatMap((sweep, position) => {
    const samples = lengthOf(sweep);
    return Array.from({ length: Math.max(1, Math.ceil(samples / longest)) }, (_, n) => ({
      position,
      from: n * longest,
      to: Math.min(samples, (n + 1) * longest),
    }));
  });
}

/** Whether a sweep is too long to be looked at in one piece. */
export function isLong(recording: Recording): boolean {
  return recording.sweeps.some((sweep) => lengthOf(sweep) > LONG_SAMPLES);
}

/** A recording whose sweeps are the pieces of another one; each is decoded when it is looked at. */
export function inPieces(recording: Recording, pieces = piecesOf(recording)): Recording {
  const sweeps = pieces.map((piece, n) => pieceAsSweep(recording, piece, n + 1));
  return { ...recording, sweeps };
}

export function pieceAsSweep(recording: Recording, { position, from, to }: Piece, index: number): Sweep {
  const sweep = recording.sweeps[position];
  const part = (key: "v_mV" | "i_pA") => (a: number, b: number) => sliceOf(sweep, from + a, from + b)[key];
  return lazySweep({
    index,
    samples: to - from,
    dt_ms: recording.dt_ms,
    v_mV: part("v_mV"),
    i_pA: part("i_pA"),
    where: recording.name,
  });
}
