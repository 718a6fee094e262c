/** Simulated recordings with known parameters: docs/training-world.md. */
export { ARTEFACTS, type Artefact, withArtefact } from "./artefacts.ts";
export { cellBatches, drawCells } from "./drawCells.ts";
export type { DrawnCell, DrawnSweep } from "./drawnCell.ts";
export { fromUnit, type Prior, type PriorParameter, toUnit } from "./prior.ts";
export type { Rig, RigKind } from "./rig.ts";
export { drawTrainingCells, TRAINING_MIX } from "./trainingMix.ts";
export { admitted } from "./viability.ts";
export {
  engineParameters,
  type ProtocolKind,
  TRAINABLE,
  trainingWorld,
  type World,
  type WorldModel,
  type WorldOptions,
  worldModel,
} from "./world.ts";
