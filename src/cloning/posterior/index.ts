/** From a recording to a posterior in milliseconds, and the training of what does it. */
export {
  amortisedPosterior,
  openSampler,
  type Posterior,
  type PosteriorSamples,
  posteriorOfInput,
  SAMPLES_PER_RUN,
  samplerBytes,
} from "./amortised.ts";
export { inputDescription, openPosterior, type PosteriorCard } from "./card.ts";
export { type Checkpoint, readCheckpoint, writeCheckpoint } from "./checkpoint.ts";
export { type DrawRequest, drawInputs, type TrainingCell } from "./drawInputs.ts";
export { type FamiliarText, familiarText } from "./familiarText.ts";
export { type HeldOut, judgeHeldOut } from "./heldOut.ts";
export { networkSize } from "./network.ts";
export { type TrainingPlan, trainingPlan } from "./plan.ts";
export { type Strangeness, strangenessOf } from "./strangeness.ts";
export { Trainer, type TrainingState } from "./trainer.ts";
export { CellWindow } from "./window.ts";
