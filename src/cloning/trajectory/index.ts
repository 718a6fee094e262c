/** Refinement of conductance models by the likelihood of the exact trajectory. docs/trajectory.md */
export { trajectoryPosterior } from "./posterior.ts";
