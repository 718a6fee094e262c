/** A parameter set that was simulated to the end. */
export interface Candidate {
  /** Coordinates in the unit cube of the box. */
  readonly unit: Float64Array;
  readonly loss: number;
}
