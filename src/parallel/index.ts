export { type PoolOptions, PopulationPool } from "./populationPool.ts";
