export { compile, compiledSolvers } from "./compile/compile.ts";
export { fastKernel } from "./compile/fast.ts";
export { javascriptKernel } from "./compile/javascript.ts";
export { referenceKernel } from "./compile/reference.ts";
export { allocateResults, joinParts } from "./compile/results.ts";
export { compiledKernel } from "./compile/singleCell.ts";
export { wasmKernel } from "./compile/wasm.ts";
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
  type Parameter,
  parameterIndex,
  type ResetModel,
  type Solver,
  toRecord,
} from "./model.ts";
export { findModel, MODELS } from "./models/index.ts";
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
export { commonParameters, packCells, runSweeps, type SweepRun } from "./sweeps.ts";
export * from "./synapses/index.ts";
