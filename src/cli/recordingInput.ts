import type { Command } from "commander";
import { InputError } from "../errors.ts";
import {
  PREPARATION_OPTIONS,
  type PreparationOptions,
  parsePreparation,
  prepareRecording,
  type ReadOptions,
  type Recording,
  readCurrent,
  readRecording,
} from "../recordings/index.ts";
import { openFile } from "./fileSource.ts";
import { timeOption, timeWindow, wholeNumber } from "./options.ts";
import { present } from "./present.ts";

export interface RecordingOptions extends PreparationOptions {
  readonly current?: string;
  readonly timeUnit?: string;
  readonly voltageUnit?: string;
  readonly currentUnit?: string;
  readonly timeColumn?: string;
  readonly voltageColumn?: string;
  readonly currentColumn?: string;
  readonly dt?: string;
  readonly series?: string;
  readonly window?: string;
}

/** Options of every command that reads a recording. */
export function withRecordingOptions(command: Command): Command {
  return command
    .option(
      "--current <file>",
      "injected current: columns t_ms,i_pA (each value holds until the next row), or a recording of the current",
    )
    .option("--time-unit <unit>", "unit of the file's time: s, ms, us")
    .option("--voltage-unit <unit>", "unit of the file's voltage: V, mV, uV")
    .option("--current-unit <unit>", "unit of the file's current: A, nA, pA")
    .option("--time-column <c>", "title or number of the column (MATLAB: variable) of time")
    .option("--voltage-column <c>", "likewise of the voltage, or of the channel")
    .option("--current-column <c>", "likewise of the current, or of the channel")
    .option("--dt <time>", "sampling interval of a file that has no time, e.g. 0.1ms")
    .option("--series <n>", "which series of sweeps of a file with several, counted from 1")
    .option("--window <from,to>", "only this part of every sweep, e.g. 0s,60s");
}

/** Options of every command that prepares what it reads; `except` names those that the command has a meaning of its own for. */
export function withPreparationOptions(
  command: Command,
  except: readonly (keyof typeof PREPARATION_OPTIONS)[] = [],
): Command {
  command.optionsGroup("Preparation, in this order, each step on record:");
  for (const [name, [flags, description]] of Object.entries(PREPARATION_OPTIONS))
    if (!except.some((one) => one === name)) command.option(flags, description);
  return command.optionsGroup("Options:");
}

export interface LoadedRecording {
  readonly recording: Recording;
  readonly sha256: string;
}

/** Reads a recording. A large file stays open, since its samples are read when they are looked at. */
export async function loadRecording(path: string, options: RecordingOptions): Promise<LoadedRecording> {
  const file = await openFile(path);
  const steps = parsePreparation(options);
  const read = readRecording(file.source, path, await readOptions(options));
  const recording = steps.length > 0 ? prepareRecording(read, steps) : read;
  return { recording, sha256: await file.sha256() };
}

async function readOptions(options: RecordingOptions): Promise<ReadOptions> {
  const { current, series, window } = options;
  const said = {
    units: present({ time: options.timeUnit, voltage: options.voltageUnit, current: options.currentUnit }),
    columns: present({
      time: options.timeColumn,
      voltage: options.voltageColumn,
      current: options.currentColumn,
    }),
    ...(options.dt !== undefined && { dt_ms: timeOption("--dt", options.dt) }),
  };
  return {
    ...said,
    ...(current !== undefined && { current: await suppliedCurrent(current, said) }),
    ...(series !== undefined && { series: wholeNumber("--series", series, 1) }),
    ...(window !== undefined && { window_ms: timeWindow("--window", window) }),
  };
}

/** The units that were said are those of both files; columns are those of the recording. */
async function suppliedCurrent(path: string, { units, dt_ms }: Pick<ReadOptions, "units" | "dt_ms">) {
  const file = await openFile(path);
  return readCurrent(file.source, path, {
    ...(units && { units }),
    ...(dt_ms !== undefined && { dt_ms }),
  });
}

/** Reads several recordings of one cell with the same options. Throws InputError `same-recording` where two are the same file. */
export async function loadRecordings(
  paths: readonly string[],
  options: RecordingOptions,
): Promise<LoadedRecording[]> {
  const loaded: LoadedRecording[] = [];
  for (const path of paths) {
    const one = await loadRecording(path, options);
    const twice = loaded.findIndex(({ sha256 }) => sha256 === one.sha256);
    if (twice >= 0) throw sameRecording(paths[twice], path);
    loaded.push(one);
  }
  return loaded;
}

function sameRecording(first: string, second: string): InputError {
  return new InputError({
    code: "same-recording",
    where: second,
    what: "a recording is given twice, and would count double",
    got: first === second ? "the same file again" : `the same content as ${first}`,
    expected: "different recordings of one cell",
    next: "Name each file once.",
  });
}
