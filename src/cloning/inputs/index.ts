/** Recordings as networks see them. */

export { FRAME_CHANNELS, FRAMES } from "./frames.ts";
export { humAmplitude_mV } from "./hum.ts";
export {
  CELL_SCALARS,
  type InputSweep,
  MAX_SWEEPS,
  type NetworkInput,
  networkInput,
  SWEEP_SCALARS,
} from "./networkInput.ts";
export {
  ALL_SCALARS,
  emptyBatch,
  fillBatch,
  fitStandards,
  type NetworkBatch,
  type ScalarCounts,
  type ScalarStandards,
  type Standards,
} from "./standardise.ts";
