import { InputError } from "../errors.ts";
import { type ParsedQuantity, parseCurrent, parseTime } from "../units.ts";

/** Values of options, checked: each throws InputError `bad-option` that names the option. */
function refuse(option: string, got: string, expected: string): never {
  throw new InputError({
    code: "bad-option",
    where: option,
    what: "this value cannot be used",
    got: `"${got}"`,
    expected,
    next: "Run the command with --help to see its options.",
  });
}

export function wholeNumber(
  option: string,
  text: string,
  low: number,
  high = Number.MAX_SAFE_INTEGER,
): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isInteger(value) || value < low || value > high) {
    refuse(
      option,
      text,
      high === Number.MAX_SAFE_INTEGER
        ? `a whole number, at least ${low}`
        : `a whole number, ${low} to ${high}`,
    );
  }
  return value;
}

export function positiveNumber(option: string, text: string, unit: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value) || value <= 0)
    refuse(option, text, `a number above 0 in ${unit}`);
  return value;
}

/** `name=value,...` with names out of `known`, whose values are the usual ones; null: measured. */
export function namedNumbers<K extends string>(
  option: string,
  text: string,
  known: Readonly<Record<K, number | null>>,
  next: string,
): Partial<Record<K, number>> {
  const entries = text.split(",").map((part): [string, number] => {
    const [name, value = ""] = part.split("=").map((word) => word.trim());
    if (Object.hasOwn(known, name) && value !== "" && Number.isFinite(Number(value)))
      return [name, Number(value)];
    const names = Object.entries<number | null>(known).map(
      ([key, usual]) => `${key} (${usual ?? "measured"})`,
    );
    throw new InputError({
      code: "bad-option",
      where: option,
      what: "this is none of the settings, or no number",
      got: `"${part}"`,
      expected: `name=value of ${names.join(", ")}`,
      next,
    });
  });
  return Object.fromEntries(entries) as Partial<Record<K, number>>;
}

export function finiteNumber(option: string, text: string, unit: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value)) refuse(option, text, `a number in ${unit}`);
  return value;
}

export function oneOf<T extends string>(option: string, text: string, allowed: readonly T[]): T {
  const found = allowed.find((one) => one === text);
  return found ?? refuse(option, text, allowed.join(", "));
}

export interface Step {
  readonly amplitude: number;
  readonly start_ms: number;
  readonly end_ms: number;
}

/** `A,START,END`: a bare amplitude is in the model's own unit, bare times are ms; `200pA,100ms,0.6s` says so. */
export function currentStep(option: string, text: string, unit: string): Step {
  const expected = `AMPLITUDE,START,END in ${unit} and ms, e.g. 200${unit === "pA" ? "pA" : ""},100ms,600ms`;
  const parts = text.split(",");
  if (parts.length !== 3) refuse(option, text, expected);
  const amplitude = quantity(parts[0], unit === "pA" ? parseCurrent : undefined);
  const start_ms = quantity(parts[1], parseTime);
  const end_ms = quantity(parts[2], parseTime);
  if (amplitude === null || start_ms === null || end_ms === null) return refuse(option, text, expected);
  if (start_ms < 0 || end_ms <= start_ms)
    refuse(option, text, "a start of at least 0 ms and an end after it");
  return { amplitude, start_ms, end_ms };
}

/** A time with its unit, above 0, in ms. */
export function timeOption(option: string, text: string): number {
  const parsed = parseTime(text);
  if (parsed.kind === "ok" && parsed.value > 0) return parsed.value;
  return refuse(option, text, "a time with its unit, above 0, e.g. 0.1ms");
}

/** `FROM,TO`, both with their units, in ms. */
export function timeWindow(option: string, text: string): [number, number] {
  const [from, to, ...more] = text.split(",").map(parseTime);
  if (from?.kind === "ok" && to?.kind === "ok" && more.length === 0 && from.value < to.value)
    return [from.value, to.value];
  return refuse(option, text, "two times with their units, the first below the second, e.g. 0s,60s");
}

function quantity<U extends string>(
  text: string,
  parse: ((text: string) => ParsedQuantity<U>) | undefined,
): number | null {
  const bare = Number(text);
  if (text.trim() !== "" && Number.isFinite(bare)) return bare;
  const parsed = parse?.(text);
  return parsed?.kind === "ok" ? parsed.value : null;
}
