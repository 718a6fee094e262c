import type { Stimulus } from "./recording.ts";
export function describeStimulus(_i_pA: Float64Array, _dt_ms: number): Stimulus {
  return { kind: "none", amplitude_pA: 0, start_ms: 0, end_ms: 0, holding_pA: 0, segments: [] };
}
