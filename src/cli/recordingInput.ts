import type { Command } from "commander";
import { InputError } from "../errors.ts";
import { type ReadOptions, type Recording, readRecording, readSuppliedCurrent } from "../recordings/index.ts";
import { readInput, sha256 } from "./files.ts";

export interface RecordingOptions {
  readonly current?: string;
  readonly timeUnit?: string;
  readonly voltageUnit?: string;
  readonly currentUnit?: string;
}

/** Options of every command that reads a recording. */
export function withRecordingOptions(command: Command): Command {
  return command
    .option(
      "--current <file.csv>",
      "injected current: columns t_ms,i_pA; each value holds until the next row",
    )
    .option("--time-unit <unit>", "unit of a text file's time column: s, ms, us")
    .option("--voltage-unit <unit>", "unit of a text file's voltage column: V, mV, uV")
    .option("--current-unit <unit>", "unit of a text file's current column: A, nA, pA");
}

export interface LoadedRecording {
  readonly recording: Recording;
  readonly sha256: string;
}

export async function loadRecording(path: string, options: RecordingOptions): Promise<LoadedRecording> {
  const bytes = await readInput(path);
  const units = {
    ...(options.timeUnit && { time: options.timeUnit }),
    ...(options.voltageUnit && { voltage: options.voltageUnit }),
    ...(options.currentUnit && { current: options.currentUnit }),
  };
  const read: ReadOptions = {
    units,
    ...(options.current && {
      current: readSuppliedCurrent(await readInput(options.current), options.current),
    }),
  };
  return { recording: readRecording(bytes, path, read), sha256: sha256(bytes) };
}

/** Some commands take one file for now. */
export function onlyFile(command: string, files: readonly string[]): string {
  if (files.length === 1) return files[0];
  throw new InputError({
    code: "one-file",
    where: command,
    what: "several recordings of one cell cannot be used together yet",
    got: `${files.length} files`,
    expected: "one file",
    next: "Give the recording with the most current steps.",
  });
}
