const UNITS = [
  { name: "mM", inMicromolar: 1e3 },
  { name: "µM", inMicromolar: 1 },
  { name: "nM", inMicromolar: 1e-3 },
  { name: "pM", inMicromolar: 1e-6 },
];

/** mol/L of the library as uM, without the binary noise of the factor (1e-5 M is 10 uM and not 10.000000000000002). */
export const micromolar = (concentration_M: number): number =>
  Number((concentration_M * 1e6).toPrecision(12));

const threeDigits = (value: number) => Number(value.toPrecision(3));

/** A concentration to three digits in the unit that keeps the number between 1 and 1000: `4.64 nM`, `1.6 µM`, `2 mM`. */
export function concentrationText(concentration_uM: number): string {
  const rounded = threeDigits(concentration_uM);
  if (rounded === 0) return "0 µM";
  const unit = UNITS.find(({ inMicromolar }) => rounded >= inMicromolar) ?? UNITS[UNITS.length - 1];
  return `${threeDigits(rounded / unit.inMicromolar)} ${unit.name}`;
}
