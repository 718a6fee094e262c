/** Igor binary waves: one channel a file; the columns of a matrix are its sweeps. */
import { InputError } from "../../../errors.ts";
import { damaged } from "../../bytes.ts";
import type { Channel, Content } from "../../content.ts";
import type { ReadOptions } from "../../options.ts";
import type { ByteSource } from "../../source.ts";
import { type ColumnRole, factorFor, roleOfUnit } from "../../units.ts";
import { isInteger, storedNumbers } from "../numbers.ts";
import { short, timeFactor } from "../text/columns.ts";
import { readWave, type Wave } from "./header.ts";

/** More columns than this are an image and no sweeps. */
const MAX_SWEEPS = 10_000;

/**
 * Reads a wave. Rows are time, columns (and layers, and chunks) are sweeps.
 *
 * The unit of the numbers is the header's, or that of `options.units` (`voltage` first, then `current`), which wins over
 * the header. The sampling interval is the row scaling, or `options.dt_ms`.
 *
 * @throws InputError `truncated`, `damaged-header`, `unsupported`, `too-short`, `time-unit`, `voltage-unit`.
 */
export function readIbw(source: ByteSource, fileName: string, options: ReadOptions): Content {
  const wave = readWave(source, fileName);
  const [rows, ...others] = wave.dimensions;
  const sweeps = others.reduce((a, b) => a * b, 1);
  checkShape(rows, sweeps, fileName);
  const time = interval(wave, rows, options, fileName);
  const unit = unitOfData(wave, options, fileName);
  return {
    format: "ibw",
    fileName,
    protocol: "",
    dt_ms: time.dt_ms,
    lengths: new Array<number>(sweeps).fill(rows),
    channels: [channelOf(wave, rows, unit.unit)],
    commands: [],
    tags: [],
    notes: [...time.notes, ...unit.notes, ...waveNote(wave), ...matrixNote(wave)],
    // One wave cannot say; as a current alone it is missing its voltage, whatever the mode was.
    clamp: "current",
  };
}

function channelOf(wave: Wave, rows: number, unit: string): Channel {
  return {
    name: wave.name,
    unit,
    number: 0,
    alwaysFinite: isInteger(wave.numbers.type),
    samples: (sweep, from, to) => storedNumbers(wave.numbers, sweep * rows + from, sweep * rows + to),
  };
}

function checkShape(rows: number, sweeps: number, fileName: string): void {
  if (rows < 3 || sweeps < 1) throw tooShort(rows, fileName);
  if (sweeps <= MAX_SWEEPS) return;
  throw damaged(fileName, "the number of sweeps", String(sweeps), `at most ${MAX_SWEEPS}`);
}

function tooShort(rows: number, fileName: string): InputError {
  return new InputError({
    code: "too-short",
    what: "the wave has too few samples",
    where: fileName,
    got: String(rows),
    expected: "at least 3",
    next: "Save the wave of a whole sweep.",
  });
}

interface Interval {
  readonly dt_ms: number;
  readonly notes: readonly string[];
}

function interval(wave: Wave, rows: number, options: ReadOptions, fileName: string): Interval {
  if (options.dt_ms !== undefined) {
    const note = `Took ${short(options.dt_ms)} ms as the sampling interval, as you said.`;
    return { dt_ms: options.dt_ms, notes: [note] };
  }
  const step = wave.rowStep;
  const timeUnit = roleOfUnit(wave.rowUnit) === "time" ? wave.rowUnit : undefined;
  const label = `the row scaling of the wave${wave.rowUnit && !timeUnit ? ` ("${wave.rowUnit}")` : ""}`;
  // A wave that nobody scaled has a step of 1 and no unit.
  const unscaled = step === 1 && timeUnit === undefined && options.units?.time === undefined;
  if (unscaled || !(step > 0) || !Number.isFinite(step)) throw notScaled(wave, fileName);
  const column = { values: new Float64Array(), label, ...(timeUnit && { unit: timeUnit }) };
  const { factor, note } = timeFactor(column, step, step * (rows - 1), options, fileName);
  return { dt_ms: Number((step * factor).toPrecision(12)), notes: note ? [note] : [] };
}

function notScaled({ rowStep, rowUnit }: Wave, fileName: string): InputError {
  return new InputError({
    code: "time-unit",
    what: "the wave does not say its sampling interval",
    where: fileName,
    got: `a row scaling of ${rowStep} ${rowUnit || "without a unit"}`,
    expected: "a scaling in s or ms",
    next: 'Scale the wave in Igor (SetScale/P x 0, 5e-5, "s", wave), or say the interval: --dt 0.05ms.',
  });
}

/** The user's word first, then the header's. */
function unitOfData(
  wave: Wave,
  options: ReadOptions,
  fileName: string,
): { readonly unit: string; readonly notes: readonly string[] } {
  const written = roleOfUnit(wave.dataUnit);
  const role = (["voltage", "current"] as const).find(
    (one) => options.units?.[one] !== undefined && (written === undefined || written === one),
  );
  const wish = role && options.units?.[role];
  if (wish !== undefined) {
    if (factorFor(role!, wish) === undefined) throw noUnit(wish, role!, fileName);
    const instead = wave.dataUnit && wave.dataUnit !== wish ? ` instead of "${wave.dataUnit}"` : "";
    return { unit: wish, notes: [`Took the ${role} in ${wish}${instead}, as you said.`] };
  }
  if (written === "voltage" || written === "current") return { unit: wave.dataUnit, notes: [] };
  throw unitNeeded(wave, fileName);
}

function noUnit(unit: string, role: ColumnRole, fileName: string): InputError {
  return new InputError({
    code: `${role}-unit`,
    what: `"${unit}" is no unit of ${role}`,
    where: fileName,
    expected: role === "voltage" ? "V, mV or uV" : "A, nA or pA",
    next: `Give one of them with --${role}-unit.`,
  });
}

function unitNeeded({ name, dataUnit }: Wave, fileName: string): InputError {
  return new InputError({
    code: "voltage-unit",
    what: `the wave "${name}" does not say in a known unit what its numbers are`,
    where: fileName,
    got: dataUnit ? `the unit "${dataUnit}"` : "no unit",
    expected: "mV or V for a voltage, pA or nA for a current",
    next: "Say which it is, mV or V: --voltage-unit mV; or, if it is a current: --current-unit pA.",
  });
}

const NOTE_LENGTH = 200;

function waveNote({ note }: Wave): string[] {
  const [first] = note.split(/[\r\n]/, 1);
  if (first.trim() === "") return [];
  const shown = first.length > NOTE_LENGTH ? `${first.slice(0, NOTE_LENGTH)}...` : first;
  return [`Wave note: ${shown}`];
}

function matrixNote({ dimensions }: Wave): string[] {
  if (dimensions.length === 1) return [];
  return [`Took each column of the matrix (${dimensions.join(" x ")}) as a sweep.`];
}
