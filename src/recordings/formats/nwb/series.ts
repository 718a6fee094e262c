/** Time series of an NWB file: samples with a unit, a scale and a time base. */
import { InputError } from "../../../errors.ts";
import { damaged } from "../../bytes.ts";
import type { Dataset } from "../../hdf5/dataset.ts";
import type { Hdf5Object } from "../../hdf5/file.ts";
import type { Value } from "../../hdf5/values.ts";
import { roleOfUnit } from "../../units.ts";

export interface Series {
  readonly name: string;
  readonly object: Hdf5Object;
  /** `CurrentClampSeries`, `TimeSeries`, ... */
  readonly type: string;
  readonly clamp?: "current" | "voltage";
  readonly unit: string;
  /** What the unit measures. */
  readonly role: "voltage" | "current";
  /** Samples up to the last one that is a number. */
  readonly length: number;
  /** Samples after it: some programs fill a sweep that was stopped with NaN. */
  readonly padding: number;
  readonly start_s: number;
  readonly dt_ms: number;
  /** Path of the electrode; absent: the file names none. */
  readonly electrode?: string;
  readonly sweepNumber?: number;
  /** Whether no sample can be NaN. */
  readonly alwaysFinite: boolean;
  /** Samples [from, to) in `unit`. */
  readonly samples: (from: number, to: number) => Float64Array;
}

/** Clamp mode and unit by type; the schema fixes both. */
const TYPES: Record<string, { readonly clamp?: "current" | "voltage"; readonly unit: string }> = {
  CurrentClampSeries: { clamp: "current", unit: "volts" },
  IZeroClampSeries: { clamp: "current", unit: "volts" },
  VoltageClampSeries: { clamp: "voltage", unit: "amperes" },
  CurrentClampStimulusSeries: { unit: "amperes" },
  VoltageClampStimulusSeries: { unit: "volts" },
};

/**
 * The series in a group, when it is one of voltage or current.
 *
 * @returns `undefined` for anything else (a temperature, a picture, a container, a series without any number).
 * @throws InputError for damaged samples, `irregular-time` for timestamps that no sampling rate describes, `unsupported`
 *   for several columns or an unknown compression, `external-link`.
 */
export function readSeries(fileName: string, name: string, object: Hdf5Object): Series | undefined {
  const type = textOf(object.attributes.get("neurodata_type")) ?? "TimeSeries";
  const data = object.get("data");
  const dataset = data?.dataset;
  if (!dataset || !(type === "TimeSeries" || type.endsWith("Series"))) return undefined;
  const unit = unitOf(type, textOf(data.attributes.get("unit")));
  if (unit === undefined) return undefined;
  dataset.requireWritten();
  const scale = numberOf(data.attributes.get("conversion")) ?? 1;
  const offset = numberOf(data.attributes.get("offset")) ?? 0;
  if (!Number.isFinite(scale) || !Number.isFinite(offset))
    throw damaged(fileName, `${object.path}/data (conversion)`, `${scale}, ${offset}`, "finite numbers");
  const length = unpaddedLength(dataset);
  if (length === 0) return undefined;
  const clamp = TYPES[type]?.clamp;
  const electrode = object.get("electrode")?.path;
  const sweepNumber = numberOf(object.attributes.get("sweep_number"));
  return {
    name,
    object,
    type,
    ...(clamp && { clamp }),
    unit,
    role: roleOfUnit(unit) === "voltage" ? "voltage" : "current",
    length,
    padding: dataset.length - length,
    ...timeBase(fileName, object, dataset.length),
    ...(electrode !== undefined && { electrode }),
    ...(sweepNumber !== undefined && { sweepNumber }),
    alwaysFinite: dataset.type.kind === "integer",
    samples: (from, to) => {
      const values = dataset.numbers(from, to);
      for (let k = 0; k < values.length; k++) values[k] = values[k] * scale + offset;
      return values;
    },
  };
}

const BLOCK_SAMPLES = 1 << 16;

/** Read from the end, and only as far as the samples are NaN. */
function unpaddedLength({ type, length, numbers }: Dataset): number {
  if (type.kind !== "float" || length === 0) return length;
  if (!Number.isNaN(numbers(length - 1, length)[0])) return length;
  for (let to = length; to > 0; to -= BLOCK_SAMPLES) {
    const from = Math.max(0, to - BLOCK_SAMPLES);
    const last = numbers(from, to).findLastIndex((value) => !Number.isNaN(value));
    if (last >= 0) return from + last + 1;
  }
  return 0;
}

/** What is written, or what the schema says when that is no unit of voltage or current. */
function unitOf(type: string, written: string | undefined): string | undefined {
  const role = written === undefined ? undefined : roleOfUnit(written);
  return role === "voltage" || role === "current" ? written : TYPES[type]?.unit;
}

type TimeBase = Pick<Series, "start_s" | "dt_ms">;

/** Several series may share their timestamps. */
const known = new WeakMap<Dataset, TimeBase>();

function timeBase(fileName: string, object: Hdf5Object, length: number): TimeBase {
  const starting = object.get("starting_time");
  const rate_Hz = numberOf(starting?.attributes.get("rate"));
  if (rate_Hz !== undefined) {
    const start_s = numberOf(starting?.dataset?.first()) ?? 0;
    const dt_ms = 1000 / rate_Hz;
    if (!(dt_ms > 0 && Number.isFinite(dt_ms)))
      throw damaged(fileName, `${object.path}/starting_time (rate)`, `${rate_Hz} Hz`, "a sampling rate");
    return { start_s: Number.isFinite(start_s) ? start_s : 0, dt_ms };
  }
  const timestamps = object.get("timestamps")?.dataset;
  if (!timestamps || timestamps.length < 2) throw noTime(fileName, object.path);
  if (timestamps.length !== length)
    throw damaged(fileName, `${object.path}/timestamps`, `${timestamps.length} times`, `${length} times`);
  const time = known.get(timestamps) ?? regularTime(fileName, object.path, timestamps.numbers());
  known.set(timestamps, time);
  return time;
}

/** A sample may lie this far from where the rate puts it, in sampling intervals. */
const MAX_JITTER = 0.25;

function regularTime(fileName: string, path: string, t_s: Float64Array): TimeBase {
  const last = t_s.length - 1;
  const dt_s = (t_s[last] - t_s[0]) / last;
  const isInPlace = (time_s: number, k: number) => Math.abs(time_s - t_s[0] - k * dt_s) <= MAX_JITTER * dt_s;
  if (!(dt_s > 0 && Number.isFinite(dt_s) && t_s.every(isInPlace)))
    throw irregular(fileName, path, worstInterval(t_s));
  return { start_s: t_s[0], dt_ms: Number((1000 * dt_s).toPrecision(9)) };
}

/** The interval that is furthest from the usual one, for the user. */
function worstInterval(t_s: Float64Array): string {
  const intervals = Float64Array.from({ length: t_s.length - 1 }, (_, k) => t_s[k + 1] - t_s[k]);
  const usual = Float64Array.from(intervals).sort()[intervals.length >> 1];
  let worst = 0;
  for (let k = 0; k < intervals.length; k++)
    if (!(Math.abs(intervals[k] - usual) <= Math.abs(intervals[worst] - usual))) worst = k;
  const ms = (interval_s: number) => `${Number((1000 * interval_s).toPrecision(4))} ms`;
  return `${ms(intervals[worst])} after sample ${worst + 1}, usually ${ms(usual)}`;
}

function noTime(fileName: string, path: string): InputError {
  return new InputError({
    code: "time-unit",
    what: `${path} does not say when its samples were taken`,
    where: fileName,
    got: "no rate and no timestamps",
    expected: "starting_time with a rate, or timestamps",
    next: "Write the file again with the sampling rate.",
  });
}

function irregular(fileName: string, path: string, got: string): InputError {
  return new InputError({
    code: "irregular-time",
    what: `the samples of ${path} are not evenly spaced`,
    where: fileName,
    got,
    expected: "one sampling rate",
    next: "Cut the series at its gaps, or sample it anew at a constant rate.",
  });
}

export const textOf = (value: Value): string | undefined =>
  typeof value === "string" ? value.trim() : undefined;

export const numberOf = (value: Value): number | undefined => (typeof value === "number" ? value : undefined);
