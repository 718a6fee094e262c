import { dose, doseUnit, isNumber } from "../format.ts";

/** A logarithmic concentration axis. */
export interface DoseAxis {
  /** µM, both above 0. */
  readonly domain_uM: [number, number];
  readonly ticks_uM: readonly number[];
  /** With the units of the ticks. */
  readonly label: string;
}

const STEPS = [1, 2, 5];

/**
 * Axis over the given concentrations in µM: a third of a decade of air on both sides (a full one for a single dose),
 * ticks at decades, at 1-2-5 where the range is short, and never more than `atMost` of them.
 */
export function doseAxis(doses_uM: readonly (number | null)[], atMost = 5): DoseAxis {
  const positive = doses_uM.filter(isNumber).filter((d) => d > 0);
  const low = positive.length > 0 ? Math.min(...positive) : 1;
  const high = positive.length > 0 ? Math.max(...positive) : 1;
  const air = high > low ? 10 ** 0.2 : 10;
  const domain_uM: [number, number] = [low / air, high * air];
  const ticks_uM = chooseTicks(domain_uM, atMost);
  const units = [...new Set(ticks_uM.map((t) => doseUnit(t)[0]))];
  return { domain_uM, ticks_uM, label: `Concentration (${units.join(", ")}; log scale)` };
}

/** The tick's number with its unit, so that nM and µM on one axis cannot be mixed up. */
export function doseTick(value_uM: number): string {
  return dose(value_uM);
}

function chooseTicks([low, high]: [number, number], atMost: number): number[] {
  const from = Math.floor(Math.log10(low));
  const decades = Array.from({ length: Math.ceil(Math.log10(high)) - from + 1 }, (_, k) => from + k);
  const inside = (value: number) => value >= low && value <= high;
  const tens = decades.map((e) => 10 ** e).filter(inside);
  const finer = decades.flatMap((e) => STEPS.map((s) => s * 10 ** e)).filter(inside);
  const ticks = tens.length >= 3 || finer.length > atMost + 2 ? tens : finer;
  const every = Math.ceil(ticks.length / atMost);
  return ticks.filter((_, k) => k % every === 0);
}
