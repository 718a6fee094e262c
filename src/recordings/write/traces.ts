/** What a text file of sweeps is made of: a recording, or a simulation, whose current may not be known. */
export interface Traces {
  readonly name: string;
  readonly dt_ms: number;
  readonly sweeps: readonly TraceSweep[];
}

export interface TraceSweep {
  readonly index: number;
  readonly v_mV: ArrayLike<number>;
  readonly i_pA?: ArrayLike<number>;
}

/** What is written of each sweep: the current only where every sweep has one. */
export function columnsOf({ sweeps }: Traces): readonly ("v_mV" | "i_pA")[] {
  return sweeps.every((sweep) => "i_pA" in sweep) ? ["v_mV", "i_pA"] : ["v_mV"];
}
