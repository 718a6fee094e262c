export { concentrationText } from "./concentrationText.ts";
export { type DrugDescription, describeDrug, type TherapeuticRange, timesFreeCmax } from "./describe.ts";
export { parseDoses } from "./dose.ts";
export {
  applyChanges,
  type ModelParameter,
  type ParameterChange,
  parameterChanges,
  presentParameters,
  type ResolvedDrug,
  resolveDrug,
} from "./effect.ts";
export { findDrug } from "./library.ts";
export { type Drug, type DrugLibrary, parseLibrary } from "./schema.ts";
