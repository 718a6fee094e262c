import type { Rig } from "./rig.ts";

export interface DrawnSweep {
  readonly v_mV: Float64Array;
  /** The command, holding current included. */
  readonly i_pA: Float64Array;
}

/** A simulated cell as a laboratory would hand it over, and the truth about it. */
export interface DrawnCell {
  /** Which cell of the seed's sequence. */
  readonly index: number;
  /** In the order of the world's prior. */
  readonly parameters: Float64Array;
  readonly sweeps: readonly DrawnSweep[];
  readonly dt_ms: number;
  readonly protocol: string;
  readonly hold_pA: number;
  /** Smallest step of 0.4 s that was seen to fire, to a factor of 1.5. */
  readonly rheobase_pA: number;
  /** Draws from the prior that were sent away before this one. */
  readonly rejected: number;
  readonly rig: Rig;
}
