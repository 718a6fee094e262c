/**
 * How much of an effect a concentration has. Equilibrium only: wash-in, use dependence and competition with an
 * agonist are not described here, and the answer is not to be trusted for a drug that binds during activity.
 */

/** Half-effect concentration and steepness of one effect. */
export interface ConcentrationResponse {
  /** IC50, EC50 or Kd, uM, above 0. */
  readonly halfEffect_uM: number;
  /** Hill coefficient, above 0; 1 is Langmuir's isotherm of one independent site. */
  readonly hill: number;
}

/**
 * Fraction of the largest effect: c^h / (c^h + K^h).
 * Hill 1910, J Physiol 40:iv-vii; for h = 1 Langmuir 1918, J Am Chem Soc 40:1361.
 *
 * @param dose_uM concentration c at the target, uM, 0 or more
 * @param response K = `halfEffect_uM` and h = `hill`
 * @returns 0 at dose 0, 1/2 at K, towards 1 above it; exact at both limits without overflow
 * @throws RangeError when the dose is negative or not finite, or K or h is not above 0
 */
export function fractionOfMaximum(dose_uM: number, { halfEffect_uM, hill }: ConcentrationResponse): number {
  if (!(dose_uM >= 0 && dose_uM < Infinity)) throw new RangeError(`internal: dose of ${dose_uM} uM`);
  if (!(halfEffect_uM > 0 && hill > 0))
    throw new RangeError(`internal: half effect ${halfEffect_uM} uM, Hill ${hill}`);
  // As 1 / (1 + (K/c)^h): the powers of large and small concentrations overflow, their ratio does not matter then.
  return dose_uM === 0 ? 0 : 1 / (1 + (halfEffect_uM / dose_uM) ** hill);
}

export interface ScaleResponse extends ConcentrationResponse {
  readonly direction: "decrease" | "increase";
  /** Fraction of the conductance removed at saturation (0 to 1), or added (1 doubles it). */
  readonly maxEffect: number;
}

/**
 * Factor on a conductance: 1 - maxEffect c^h/(c^h + K^h) for a block, 1 + maxEffect c^h/(c^h + K^h) for an increase.
 *
 * @returns dimensionless, 1 at dose 0 and never below 0
 * @throws RangeError when maxEffect is negative, or above 1 for a decrease; as `fractionOfMaximum`
 */
export function conductanceScale(dose_uM: number, response: ScaleResponse): number {
  const { direction, maxEffect } = response;
  if (!(maxEffect >= 0 && maxEffect < Infinity) || (direction === "decrease" && maxEffect > 1))
    throw new RangeError(`internal: ${direction} by a fraction of ${maxEffect}`);
  const effect = maxEffect * fractionOfMaximum(dose_uM, response);
  return direction === "decrease" ? 1 - effect : 1 + effect;
}

export interface ShiftResponse extends ConcentrationResponse {
  /** The measured shift of the half-voltage, mV, negative towards hyperpolarised. */
  readonly shift_mV: number;
  /** Concentration at which it was measured, uM, above 0; the shift at saturation is larger. */
  readonly at_uM: number;
}

/**
 * Shift of a half-voltage, mV: s(c) = sMax c^h/(c^h + K^h), where sMax is fixed by one measured point.
 *
 * Written as `shift_mV` times the ratio of the two fractions, so that the measured point comes back exactly.
 * Far above `at_uM` the shift is an extrapolation.
 */
export function halfVoltageShift_mV(dose_uM: number, response: ShiftResponse): number {
  const { shift_mV, at_uM } = response;
  if (!(at_uM > 0)) throw new RangeError(`internal: shift measured at ${at_uM} uM`);
  const ratio = fractionOfMaximum(dose_uM, response) / fractionOfMaximum(at_uM, response);
  return ratio === 0 ? 0 : shift_mV * ratio;
}
