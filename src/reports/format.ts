/** Numbers and units as text. A number that is missing or not finite is a dash, never "NaN", "null" or 0. */

/** Stands for a number that was not measured or does not exist (the threshold of a cell that never spiked). */
export const MISSING = "–";

type Maybe = number | null | undefined;

/** Narrows to a number that can be drawn or printed; a NaN that went through JSON comes back as null. */
export function isNumber(value: Maybe): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

/** Rounded to `digits` significant digits without an exponent between 1e-4 and 1e6; U+2212 for minus. */
export function significant(value: Maybe, digits = 3): string {
  if (!isNumber(value)) return MISSING;
  if (value === 0) return "0";
  const rounded = Number(value.toPrecision(digits));
  const magnitude = Math.floor(Math.log10(Math.abs(rounded)));
  if (magnitude < -4 || magnitude >= 6) return scientific(rounded, digits);
  return tidy(rounded.toFixed(Math.max(0, digits - 1 - magnitude)));
}

function scientific(value: number, digits: number): string {
  const [mantissa, exponent] = value.toExponential(digits - 1).split("e");
  const raised = [...String(Number(exponent))].map((c) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(c)]).join("");
  return `${tidy(mantissa)} × 10${raised}`;
}

/** Fixed decimals, no "-0.0". */
export function fixed(value: Maybe, decimals: number): string {
  return isNumber(value) ? tidy(value.toFixed(decimals)) : MISSING;
}

/** A value in its unit's customary precision: potentials to 0.1 mV, times to 0.01 ms below 10 ms, the rest three digits. */
export function inUnit(value: Maybe, unit: string): string {
  if (unit === "mV") return fixed(value, 1);
  if (unit === "pA") return current(value);
  if (unit === "ms") return fixed(value, isNumber(value) && Math.abs(value) < 10 ? 2 : 1);
  if (unit === "Hz") return fixed(value, isNumber(value) && Math.abs(value) >= 100 ? 0 : 1);
  return significant(value, 3);
}

/** A current in pA: whole from 100 pA up or where it is whole, else to 0.1 pA. */
export function current(value_pA: Maybe): string {
  const isWhole = isNumber(value_pA) && (Math.abs(value_pA) >= 100 || Math.abs(value_pA % 1) < 0.05);
  return fixed(value_pA, isWhole ? 0 : 1);
}

/** A spike count; means and percentiles keep one decimal. */
export function count(value: Maybe): string {
  return isNumber(value) && Number.isInteger(value) ? grouped(value) : fixed(value, 1);
}

/** A fraction 0 to 1 as whole per cent. */
export function percent(fraction: Maybe): string {
  return isNumber(fraction) ? `${tidy((100 * fraction).toFixed(0))} %` : MISSING;
}

/** A whole number with thin spaces between thousands. */
export function grouped(value: Maybe): string {
  return isNumber(value) ? tidy(value.toFixed(0)).replace(/\B(?=(\d{3})+(?!\d))/g, "\u202f") : MISSING;
}

const DOSE_UNITS = [
  ["mM", 1e3],
  ["µM", 1],
  ["nM", 1e-3],
  ["pM", 1e-6],
] as const;

/** A concentration in µM as `30 nM`, `1 µM`, `2 mM`: the unit that keeps the number at 1 or above. */
export function dose(value_uM: Maybe): string {
  if (!isNumber(value_uM)) return MISSING;
  if (value_uM <= 0) return "0 µM";
  const [unit, factor] = doseUnit(value_uM);
  return `${tidy(String(Number((value_uM / factor).toPrecision(3))))} ${unit}`;
}

/** The unit that `dose` picks for a concentration in µM, and its size in µM. */
export function doseUnit(value_uM: number): (typeof DOSE_UNITS)[number] {
  // Slightly below 1 still counts as 1: 0.1 * 10 must be 1 µM, not 1000 nM.
  return DOSE_UNITS.find(([, factor]) => value_uM >= factor * (1 - 1e-9)) ?? DOSE_UNITS[3];
}

/** `nS_per_mV` as `nS/mV`, `MOhm` as `MΩ`, `uM` as `µM`. */
export function prettyUnit(unit: string): string {
  return unit
    .replace(/^per_/, "1/")
    .replace(/_per_/g, "/")
    .replace(/Ohm/, "Ω")
    .replace(/\bu(?=[A-Z])/, "µ")
    .replace(/2$/, "²");
}

/** Minus sign, and no minus before zero. */
function tidy(text: string): string {
  const positive = text.replace(/^-(?=0(\.0*)?$)/, "");
  return positive.replace(/^-/, "−");
}
