export {
  allToAll,
  type Connectivity,
  eachSynapse,
  fixedInDegree,
  fixedOutDegree,
  fixedProbability,
  fromPairs,
  oneToOne,
} from "./connectivity.ts";
export type {
  CellPopulation,
  Network,
  NetworkFailure,
  NetworkOptions,
  NetworkRun,
  PoissonInput,
  Population,
  PopulationResult,
  Projection,
  SpikePopulation,
} from "./network.ts";
export { PlasticityState, type ShortTermPlasticity } from "./plasticity.ts";
export { RunningNetwork, runNetwork } from "./runNetwork.ts";
