/** Are a posterior's answers right as often as it says? Pure functions on arrays. */
export { type Auroc, auroc } from "./auroc.ts";
export { type Contraction, contraction } from "./contraction.ts";
export {
  type Coverage,
  CREDIBLE_LEVELS,
  centralCoverage,
  densityCoverage,
  densityLevel,
} from "./coverage.ts";
export type { CellDraws } from "./draws.ts";
export { type FamiliarEmbeddings, type Familiarity, familiarity, fitFamiliar } from "./familiar.ts";
export { holm } from "./holm.ts";
export {
  type RankCalibration,
  rankCalibration,
  rankFractions,
  type UniformityTest,
  uniformity,
} from "./ranks.ts";
export { type ParameterRecovery, type RecoveredParameter, type Recovery, recovery } from "./recovery.ts";
export { type ResidualTests, residualTests } from "./residuals.ts";
export { type TarpCurve, tarpCredibility, tarpCurve } from "./tarp.ts";
