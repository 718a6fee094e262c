/** A part of a loss: how far one thing that a user sees is from the recorded one, in tolerances. */
export interface Term {
  readonly weight: number;
  /** >= 0; what the loss grows with. */
  readonly size: number;
  /** Signed errors that make up the size: it is their root mean square, or more where they are means over stretches. */
  readonly errors: Float64Array;
}

/** A term grows in proportion up to about this and logarithmically beyond: hopeless terms keep a slope but drown nothing. */
const BEND = 4;

export const lossOf = (terms: readonly Term[]): number =>
  terms.reduce((sum, { weight, size }) => sum + weight * BEND * Math.log1p(size / BEND), 0);

/** Derivative of a term's loss by its size, for a weight of 1. */
export const lossSlope = (size: number): number => 1 / (1 + size / BEND);
