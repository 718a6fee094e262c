/** What was recorded: groups of series of sweeps of traces (the part .pul). */
import type { Bundle } from "./bundle.ts";
import { requiredItem } from "./bundle.ts";
import { readTree, type TreeRecord } from "./tree.ts";

export interface Series {
  readonly group: string;
  readonly label: string;
  readonly sweeps: readonly Sweep[];
  /** Where the amplifier's state lies in the record, 0 for elsewhere. */
  readonly stateOffset: number;
  /** Which series of the part .amp holds the states, from 1; 0 for none. */
  readonly stateSeries: number;
  readonly record: TreeRecord;
}

export interface Sweep {
  /** From 1, as the program counts them. */
  readonly number: number;
  /** Which stimulus was played, from 1. */
  readonly stimulus: number;
  readonly traces: readonly Trace[];
}

export interface Trace {
  readonly label: string;
  readonly unit: string;
  readonly adc: number;
  /** Where the samples start in the file. */
  readonly start_bytes: number;
  readonly points: number;
  /** Index into SAMPLE_FORMATS. */
  readonly format: number;
  readonly littleEndian: boolean;
  /** Made by leak pulses, beside the trace proper. */
  readonly isLeak: boolean;
  readonly scale: number;
  /** What the program would subtract when it is told to; in the trace's unit. */
  readonly zero: number;
  readonly interval: number;
  readonly intervalUnit: string;
  readonly mode: "current" | "voltage" | undefined;
  /** Bytes of a block and from one block to the next; 0 when the samples lie together. */
  readonly blockBytes: number;
  readonly blockStep: number;
  readonly amplifier: number;
  readonly sealResistance_Ohm: number;
  readonly slowCapacitance_F: number;
  readonly seriesConductance_S: number;
}

const PULSED = { what: "the list of sweeps", leastBytes: [4, 36, 132, 48, 128] };
const LITTLE_ENDIAN = 1;
const LEAK = 2;
/** In-, outside-out, on-cell, whole-cell and voltage clamp; then current clamp; 6 is no mode. */
const CURRENT_CLAMP = 4;
const NO_MODE = 6;
/** PatchMaster Next made the fields of a trace wider, from this length of its records on. */
const WIDE_TRACE_BYTES = 528;

export function readPulsed(bundle: Bundle): Series[] {
  const root = readTree(requiredItem(bundle, ".pul", "the list of sweeps"), PULSED, bundle.fileName);
  return root.children.flatMap((group) =>
    group.children.map((record) => readSeries(record, group.text(4, 32))),
  );
}

/** Whether the traces have the wider fields, which this reader does not know. */
export function hasWideTraces(series: readonly Series[]): boolean {
  const trace = series.find(({ sweeps }) => sweeps[0]?.traces.length)?.record.children[0].children[0];
  return trace !== undefined && trace.size >= WIDE_TRACE_BYTES;
}

function readSeries(record: TreeRecord, group: string): Series {
  return {
    group,
    label: record.text(4, 32),
    sweeps: record.children.map(readSweep),
    stateOffset: record.i32(124),
    stateSeries: record.i32(128),
    record,
  };
}

function readSweep(record: TreeRecord): Sweep {
  return {
    number: record.i32(44),
    stimulus: record.i32(40),
    traces: record.children.map(readTrace),
  };
}

function readTrace(record: TreeRecord): Trace {
  const kind = record.u16(64);
  const mode = record.u8(68);
  return {
    label: record.text(4, 32),
    unit: record.text(96, 8),
    adc: record.i16(222),
    start_bytes: record.i32(40) >>> 0,
    points: record.i32(44),
    format: record.u8(70),
    littleEndian: (kind & LITTLE_ENDIAN) !== 0,
    isLeak: (kind & LEAK) !== 0,
    scale: record.f64(72),
    zero: record.f64(88),
    interval: record.f64(104),
    intervalUnit: record.text(120, 8),
    mode: mode === CURRENT_CLAMP ? "current" : mode < NO_MODE ? "voltage" : undefined,
    blockBytes: record.i32(292),
    blockStep: record.i32(296),
    amplifier: record.u8(69),
    sealResistance_Ohm: record.f64(168),
    slowCapacitance_F: record.f64(176),
    seriesConductance_S: record.f64(184),
  };
}
