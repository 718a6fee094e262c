export { addChannel, defineChannel } from "./channels/define.ts";
export { checkModel } from "./checkModel.ts";
export { compile, compiledSolvers } from "./compile/compile.ts";
export { referenceKernel } from "./compile/reference.ts";
export { allocateResults, joinParts } from "./compile/results.ts";
export { compiledKernel } from "./compile/singleCell.ts";
export {
  chirpCurrent,
  ornsteinUhlenbeckCurrent,
  pulseTrain,
  rampCurrent,
  type Sampling,
  sineCurrent,
  stepCurrent,
} from "./currents.ts";
export type { BoundCell, Kernel, NumericalFailure, Run, RunOptions } from "./kernel.ts";
export {
  type ConductanceModel,
  defaultParameters,
  defaultSolver,
  fromRecord,
  type Model,
  membraneOf,
  type Parameter,
  parameterIndex,
  type ResetModel,
  type Solver,
  toRecord,
} from "./model.ts";
export { findModel, MODELS } from "./models/index.ts";
export { PRESETS } from "./models/presets/index.ts";
export type { Preset } from "./models/presets/preset.ts";
export type {
  ArrivalRing,
  CellFailure,
  CompileOptions,
  Drive,
  PartRun,
  PopulationKernel,
  PopulationOptions,
  PopulationRun,
  Precision,
  ResultArrays,
  Stepper,
  StepperOptions,
} from "./population.ts";
export { restingVoltage } from "./resting.ts";
export { generatedKernel, SCHEMES, solversOf } from "./solvers/index.ts";
export { absentChannels, commonParameters, packCells, runSweeps, type SweepRun } from "./sweeps.ts";
export * from "./synapses/index.ts";
