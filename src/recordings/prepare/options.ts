/** Preparation as the command line says it: `--bridge 12MOhm --ljp 14mV --low-pass 3kHz`. */
import { InputError } from "../../errors.ts";
import { parseCurrent, parseTime } from "../../units.ts";
import type { PreparationRequest } from "./prepare.ts";

/** Options of a command that prepares recordings: flags and description, in the order in which the steps are made. */
export const PREPARATION_OPTIONS = {
  sweeps: ["--sweeps <list>", "take these sweeps only, e.g. 1-5,8"],
  currentScale: [
    "--current-scale <factor>",
    "multiply the injected current, e.g. -1 if its sign is the other way round",
  ],
  currentOffset: ["--current-offset <current>", "add to the injected current, e.g. 5pA"],
  bridge: ["--bridge <resistance>", "take the drop over a series resistance off the voltage, e.g. 12MOhm"],
  bridgeTau: ["--bridge-tau <time>", "time constant of the electrode, with --bridge, e.g. 0.1ms"],
  ljp: ["--ljp <voltage>", "liquid junction potential, bath less pipette, e.g. 14mV"],
  lineNoise: ["--line-noise <frequency>", "take hum off the voltage: 50Hz or 60Hz"],
  lineHarmonics: [
    "--line-harmonics <count>",
    "frequencies taken off with --line-noise, the first included (3)",
  ],
  lowPass: ["--low-pass <frequency>", "filter the voltage, -3 dB at this frequency, e.g. 3kHz"],
  lowPassFilter: ["--low-pass-filter <family>", "bessel (default) or butterworth"],
  lowPassOrder: ["--low-pass-order <order>", "1 to 8 (4)"],
  lowPassDirection: ["--low-pass-direction <direction>", "zero-phase (default) or causal"],
  resample: ["--resample <rate>", "bring to this sampling rate, e.g. 20kHz"],
  crop: ["--crop <start,end>", "take this window of every sweep, e.g. 0ms,900ms"],
} as const satisfies Record<string, readonly [flags: string, description: string]>;

type OptionName = keyof typeof PREPARATION_OPTIONS;

/** The texts given on the command line; what is not given is left out. */
export type PreparationOptions = { readonly [Name in OptionName]?: string | undefined };

/**
 * Steps from command-line texts, in a fixed order: sweeps, current, bridge, junction potential, line noise, low-pass, resampling, crop
 * (the window last, so that filters see beyond it).
 *
 * @returns For `prepareRecording`, which checks the ranges; empty without options.
 * @throws InputError `bad-option` for a missing or unknown unit, and for an option that needs another one.
 */
export function parsePreparation(options: PreparationOptions): PreparationRequest[] {
  requireTogether(options, "bridgeTau", "bridge");
  requireTogether(options, "lineHarmonics", "lineNoise");
  for (const name of ["lowPassFilter", "lowPassOrder", "lowPassDirection"] as const)
    requireTogether(options, name, "lowPass");
  const { currentScale, currentOffset } = options;
  const hasCurrent = currentScale !== undefined || currentOffset !== undefined;
  return [
    ...ifGiven(options.sweeps, (text) => ({ step: "select", sweeps: sweepList(text) })),
    ...ifGiven(hasCurrent || undefined, () => ({
      step: "current",
      ...field("scale", currentScale, (text) => plainNumber("currentScale", text)),
      ...field("offset_pA", currentOffset, currentOf),
    })),
    ...ifGiven(options.bridge, (text) => ({
      step: "bridge",
      resistance_MOhm: quantity("bridge", text, { MOhm: 1, GOhm: 1e3, kOhm: 1e-3, MΩ: 1 }),
      ...field("electrodeTau_ms", options.bridgeTau, (tau) => timeOf("bridgeTau", tau)),
    })),
    ...ifGiven(options.ljp, (text) => ({
      step: "liquid-junction-potential",
      ljp_mV: quantity("ljp", text, { mV: 1, V: 1e3 }),
    })),
    ...ifGiven(options.lineNoise, (text) => ({
      step: "line-noise",
      frequency_Hz: quantity("lineNoise", text, HERTZ) as 50 | 60,
      ...field("harmonics", options.lineHarmonics, (count) => plainNumber("lineHarmonics", count)),
    })),
    ...ifGiven(options.lowPass, (text) => ({
      step: "low-pass",
      corner_kHz: quantity("lowPass", text, HERTZ) / 1000,
      ...field("filter", options.lowPassFilter, (family) => family as "bessel"),
      ...field("order", options.lowPassOrder, (order) => plainNumber("lowPassOrder", order)),
      ...field("direction", options.lowPassDirection, (direction) => direction as "causal"),
    })),
    ...ifGiven(options.resample, (text) => ({
      step: "resample",
      rate_kHz: quantity("resample", text, HERTZ) / 1000,
    })),
    ...ifGiven(options.crop, (text) => ({ step: "crop", ...windowOf(text) })),
  ];
}

const HERTZ = { Hz: 1, kHz: 1e3 };

function ifGiven<T>(given: T | undefined, make: (given: T) => PreparationRequest): PreparationRequest[] {
  return given === undefined ? [] : [make(given)];
}

function field<Name extends string, Value>(
  name: Name,
  text: string | undefined,
  read: (text: string) => Value,
): { readonly [N in Name]?: Value } {
  return text === undefined ? {} : ({ [name]: read(text) } as { readonly [N in Name]: Value });
}

function requireTogether(options: PreparationOptions, name: OptionName, other: OptionName): void {
  if (options[name] === undefined || options[other] !== undefined) return;
  throw refused(name, options[name], `it needs ${flag(other)}`, PREPARATION_OPTIONS[other][1]);
}

const NUMBER = /^\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*(\p{L}*)\s*$/u;

function quantity(name: OptionName, text: string, factors: Readonly<Record<string, number>>): number {
  const [, number, unit] = NUMBER.exec(text.replace("\u2126", "\u03a9")) ?? [];
  const units = Object.keys(factors).filter((one) => /^\w+$/.test(one));
  if (number === undefined || !Object.hasOwn(factors, unit))
    throw refused(name, text, "this is no number with a unit", `a number with ${units.join(" or ")}`);
  return Number(number) * factors[unit];
}

function plainNumber(name: OptionName, text: string): number {
  const [, number, unit] = NUMBER.exec(text) ?? [];
  if (number === undefined || unit !== "") throw refused(name, text, "this is no number", "a number");
  return Number(number);
}

function currentOf(text: string): number {
  const parsed = parseCurrent(text);
  if (parsed.kind === "ok") return parsed.value;
  throw refused("currentOffset", text, "this is no current", "a number with pA or nA");
}

function timeOf(name: OptionName, text: string): number {
  const parsed = parseTime(text);
  if (parsed.kind === "ok") return parsed.value;
  throw refused(name, text, "this is no time", "a number with us, ms or s");
}

function windowOf(text: string): { readonly start_ms: number; readonly end_ms: number } {
  const parts = text.split(",");
  if (parts.length !== 2) throw refused("crop", text, "this is no window", "two times, e.g. 0ms,900ms");
  return { start_ms: timeOf("crop", parts[0]), end_ms: timeOf("crop", parts[1]) };
}

/** More than any recording has: a slip of the finger in a range must not fill the memory. */
const MOST_SWEEPS = 100_000;

function sweepList(text: string): number[] {
  return text.split(",").flatMap((part) => {
    const [, from, to = from] = /^\s*(\d+)(?:\s*-\s*(\d+))?\s*$/.exec(part) ?? [];
    const [first, last] = [Number(from), Number(to)];
    if (from === undefined || first < 1 || last < first || last > MOST_SWEEPS)
      throw refused("sweeps", text, "this is no list of sweeps", "numbers and ranges, e.g. 1-5,8");
    return Array.from({ length: last - first + 1 }, (_, k) => first + k);
  });
}

function flag(name: OptionName): string {
  return PREPARATION_OPTIONS[name][0].split(" ")[0];
}

function refused(name: OptionName, got: string, what: string, expected: string): InputError {
  return new InputError({
    code: "bad-option",
    where: flag(name),
    what,
    got: JSON.stringify(got),
    expected,
    next: `${flag(name)}: ${PREPARATION_OPTIONS[name][1]}.`,
  });
}
