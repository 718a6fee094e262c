/** The sampling interval of the arrays of a MATLAB file: a vector of times, a rate or an interval. */
import { InputError } from "../../../errors.ts";
import type { ReadOptions } from "../../options.ts";
import { factorFor } from "../../units.ts";
import { storedNumbers } from "../numbers.ts";
import { short, timeFactor } from "../text/columns.ts";
import { clockOf, frequency, roleOfVariable, unitInName } from "./names.ts";
import { evenStep, nameIn, type Trace } from "./traces.ts";
import { type Numbers, pointsOf } from "./variables.ts";

export interface Interval {
  readonly dt_ms: number;
  /** Where it comes from, e.g. `Pars.sampleRate (20000 Hz)`. */
  readonly from: string;
  readonly notes: readonly string[];
}

interface Found {
  readonly scalars: readonly Numbers[];
  readonly traces: readonly Trace[];
}

/**
 * The interval that the user says (`options.dt_ms`), or the variable that the user names (`options.columns.time`), or
 * what is named as time, rate or interval and fits.
 *
 * A rate or interval without a unit in its name (`_Hz`, `_ms`) is proved: only one unit gives 0.004 to 1 ms. Vectors of
 * times must increase evenly and have as many samples as the voltage.
 *
 * @param samples Of the first sweep of the voltage.
 * @throws InputError `time-unit`, `columns` when there is none or when two disagree.
 */
export function findInterval(
  found: Found,
  samples: number,
  options: ReadOptions,
  fileName: string,
): Interval {
  if (options.columns?.time !== undefined) return namedByUser(found, options.columns.time, options, fileName);
  if (options.dt_ms !== undefined)
    return { dt_ms: options.dt_ms, from: `${short(options.dt_ms)} ms, as you said`, notes: [] };
  const vectors = found.traces
    .filter(({ name, lengths }) => roleOfVariable(name, undefined) === "time" && lengths[0] === samples)
    .flatMap((trace) => ofTimes(trace, options, fileName) ?? []);
  const tables = found.traces
    .filter(({ label, lengths }) => label.endsWith("(:,1)") && lengths.length === 1 && lengths[0] === samples)
    .flatMap((trace) => ofTimes(trace, options, fileName) ?? []);
  const scalars = found.scalars.flatMap((scalar) => ofScalar(scalar, clockOf(nameIn(scalar.path))) ?? []);
  const all = [...vectors, ...tables, ...scalars];
  if (all.length === 0) throw noInterval(found, fileName);
  const other = all.find(({ dt_ms }) => Math.abs(dt_ms / all[0].dt_ms - 1) > 1e-4);
  if (other) throw disagree(all[0], other, fileName);
  return all[0];
}

function namedByUser(
  { scalars, traces }: Found,
  path: string,
  options: ReadOptions,
  fileName: string,
): Interval {
  const scalar = scalars.find((one) => one.path === path);
  const name = nameIn(path);
  const interval =
    scalar && (ofScalar(scalar, clockOf(name)) ?? ofScalar(scalar, "rate") ?? ofScalar(scalar, "interval"));
  const trace = traces.find(({ label }) => label === path);
  const found = interval ?? (trace && ofTimes(trace, options, fileName));
  if (found) return found;
  throw new InputError({
    code: "columns",
    what: `"${path}" is neither a rate, nor an interval, nor times that increase evenly`,
    where: fileName,
    got: scalar ? `${scalarValue(scalar)}` : trace ? `an array of ${trace.shape}` : "no such variable",
    expected: `one of ${listed([...scalars.map((one) => one.path), ...traces.map(({ label }) => label)])}`,
    next: "Choose it with --time-column, or say the interval: --dt 0.05ms.",
  });
}

function ofTimes(trace: Trace, options: ReadOptions, fileName: string): Interval | undefined {
  const times = trace.samples(0, 0, trace.lengths[0]);
  const step = evenStep(times);
  if (step === undefined) return undefined;
  const { unit } = unitInName(trace.name);
  const label = `"${trace.label}"`;
  const column = { values: times, label, ...(unit && factorFor("time", unit) && { unit }) };
  const { factor, note } = timeFactor(column, step, step * (times.length - 1), options, fileName);
  return { dt_ms: tidy(step * factor), from: label, notes: note ? [note] : [] };
}

/** Single-precision times have seven digits. */
const tidy = (dt_ms: number): number => Number(dt_ms.toPrecision(6));

/** Sampling intervals by which a unit is proved, ms. */
const PROOF_RANGE_MS = [0.004, 1] as const;

function ofScalar(scalar: Numbers, clock: "rate" | "interval" | undefined): Interval | undefined {
  const value = scalarValue(scalar);
  if (!clock || !(value > 0) || !Number.isFinite(value)) return undefined;
  const { unit: inName = "" } = unitInName(nameIn(scalar.path));
  const possible = clock === "rate" ? ["Hz", "kHz"] : ["s", "ms", "us"];
  const toInterval = (unit: string): number =>
    clock === "rate" ? 1e3 / (value * frequency(unit)!) : value * factorFor("time", unit)!;
  const stated = possible.find((unit) => unit.toLowerCase() === inName.toLowerCase());
  const plausible = (stated ? [stated] : possible).filter((unit) => {
    const dt_ms = toInterval(unit);
    return dt_ms >= PROOF_RANGE_MS[0] * (1 - 1e-9) && dt_ms <= PROOF_RANGE_MS[1] * (1 + 1e-9);
  });
  if (plausible.length !== 1) return undefined;
  const [unit] = plausible;
  const dt_ms = Number(toInterval(unit).toPrecision(12));
  const proof = `"${scalar.path}" has no unit: took it as ${unit}, as only that makes a sensible interval (${short(dt_ms)} ms).`;
  return { dt_ms, from: `"${scalar.path}" (${short(value)} ${unit})`, notes: stated ? [] : [proof] };
}

function scalarValue({ stored }: Numbers): number {
  return storedNumbers(stored, 0, 1)[0];
}

export const isScalar = ({ sizes }: Numbers): boolean => pointsOf(sizes) === 1;

function noInterval({ scalars, traces }: Found, fileName: string): InputError {
  const got = [
    ...scalars.map(({ path }) => path),
    ...traces.map(({ label, shape }) => `${label} (${shape})`),
  ];
  return new InputError({
    code: "columns",
    what: "no variable can be told to be the time or the sampling rate",
    where: fileName,
    got: `variables ${listed(got)}`,
    expected: "a vector such as t_ms, or a number such as rate_Hz or dt_ms",
    next: "Say which it is: --time-column Pars.sampleRate, or --dt 0.05ms.",
  });
}

function disagree(a: Interval, b: Interval, fileName: string): InputError {
  return new InputError({
    code: "columns",
    what: "two variables say different sampling intervals",
    where: fileName,
    got: `${short(a.dt_ms)} ms by ${a.from}, ${short(b.dt_ms)} ms by ${b.from}`,
    expected: "one sampling interval",
    next: "Say which holds: --time-column with the name of that variable, or --dt 0.05ms.",
  });
}

export function listed(names: readonly string[]): string {
  return `${names.slice(0, 12).join(", ")}${names.length > 12 ? `, ... (${names.length})` : ""}` || "none";
}
