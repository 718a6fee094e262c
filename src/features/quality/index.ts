/** Quality control of a recording; see docs/quality.md. */
export {
  type CheckName,
  checkQuality,
  QUALITY_CHECKS,
  QUALITY_LIMITS,
  type QualityCheck,
  type QualityLimits,
} from "./check-quality.ts";
