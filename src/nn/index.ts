export { GraphBuilder } from "./graph/builder.ts";
export type { Node, OperatorSpec, Shape, Vjp } from "./graph/node.ts";
export {
  type CouplingFlowOptions,
  couplingFlow,
  type Flow,
  type FlowTransform,
} from "./heads/couplingFlow.ts";
export { type Mixture, type MixtureOptions, mixtureOfGaussians } from "./heads/mixture.ts";
export { type Conv1dOptions, conv1d } from "./layers/conv1d.ts";
export { type Activation, type DenseOptions, dense } from "./layers/dense.ts";
export { layerNorm } from "./layers/layerNorm.ts";
export { type LstmOptions, lstm } from "./layers/lstm.ts";
export { maskedPool } from "./layers/maskedPool.ts";
export {
  gradientName,
  type InferenceModel,
  inferenceModel,
  type TrainingModel,
  trainingModel,
} from "./models.ts";
export type { Initialiser } from "./parameters/initialiser.ts";
export { initialWeights, type ParameterPlace, type Weights, weightOf } from "./parameters/weights.ts";
export {
  type Batch,
  type LoadedModel,
  loadModel,
  type OrtRuntime,
  type OrtSessionOptions,
  type RunnableModel,
} from "./runtime.ts";
export { type AdamOptions, type AdamState, adam, adamState } from "./training/adam.ts";
export { type Schedule, type WarmupCosine, warmupCosine } from "./training/schedule.ts";
export { type GradientEngine, localEngine, type ShardResult } from "./training/shards.ts";
export { type StepReport, Trainer, type TrainerOptions } from "./training/trainer.ts";
export { packWeights, unpackWeights } from "./training/weightsFile.ts";
