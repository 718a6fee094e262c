/**
 * One internal unit system: ms, mV, pA, nS, pF, MOhm, Hz, uM. Numbers are converted once, at the border
 * (a reader, an option, a schema); inside they are plain numbers whose unit stands in the name.
 */
declare const unit: unique symbol;

/** A number with an optional unit brand: literals stay easy, a millivolt is refused where a picoampere is wanted. */
export type Quantity<U extends string> = number & { readonly [unit]?: U };

const MICROMOLAR: Record<string, number> = { pM: 1e-6, nM: 1e-3, uM: 1, µM: 1, μM: 1, mM: 1e3, M: 1e6 };

/** A parsed concentration, or the reason why the text is none. */
export type ParsedQuantity<U extends string> =
  | { readonly kind: "ok"; readonly value: Quantity<U> }
  | { readonly kind: "no-number" | "no-unit" | "unknown-unit" | "negative" };

/** Reads `"10uM"`, `"3 nM"`, `"1e-2 mM"` as µM. A bare number is refused: nM and µM are a thousandfold apart. */
export function parseConcentration(text: string): ParsedQuantity<"uM"> {
  return parseWithUnit(text, MICROMOLAR);
}

/** Reads `"200pA"`, `"0.2 nA"` as pA. */
export function parseCurrent(text: string): ParsedQuantity<"pA"> {
  return parseWithUnit(text, { pA: 1, nA: 1e3 }, true);
}

/** Reads `"500ms"`, `"1.5 s"` as ms. */
export function parseTime(text: string): ParsedQuantity<"ms"> {
  return parseWithUnit(text, { us: 1e-3, µs: 1e-3, μs: 1e-3, ms: 1, s: 1e3 });
}

function parseWithUnit(text: string, factors: Record<string, number>, signed = false): ParsedQuantity<never> {
  const match = /^\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*([A-Za-zµμ]*)\s*$/.exec(text);
  if (!match) return { kind: "no-number" };
  const [, number, unitName] = match;
  if (unitName === "") return { kind: "no-unit" };
  const factor = Object.hasOwn(factors, unitName) ? factors[unitName] : undefined;
  if (factor === undefined) return { kind: "unknown-unit" };
  const value = Number(number) * factor;
  if (!Number.isFinite(value)) return { kind: "no-number" };
  if (value < 0 && !signed) return { kind: "negative" };
  return { kind: "ok", value: value as Quantity<never> };
}
