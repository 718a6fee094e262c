/** Recordings: bytes of a file in, sweeps of voltage and injected current out. The only public entry of this room. */
import { InputError } from "../errors.ts";
import { recordingFromAbf } from "./abf-recording.ts";
import { readAbf1 } from "./abf1.ts";
import { readAbf2 } from "./abf2.ts";
import type { ReadOptions } from "./options.ts";
import type { Recording } from "./recording.ts";
import { readText } from "./text.ts";
import { looksLikeText } from "./text-table.ts";

export type { ReadOptions } from "./options.ts";
export type { CurrentSource, Recording, Stimulus, StimulusSegment, Sweep } from "./recording.ts";
export { describeStimulus } from "./stimulus.ts";
export type { SuppliedCurrent } from "./supplied.ts";
export { readSuppliedCurrent } from "./supplied-file.ts";

export const SUPPORTED_FORMATS = ["Axon ABF1", "Axon ABF2", "text (csv, tsv, columns)"] as const;

/**
 * Reads a current-clamp recording. The format is told by the content, not by the name.
 *
 * @param bytes The whole file.
 * @param name File name; folders are dropped.
 * @param options A supplied current, units of text columns.
 * @returns Sweeps in mV, pA and ms with a note on everything that was assumed.
 * @throws InputError with the code `empty`, `unknown-format`, `truncated`, `damaged-header`, `voltage-clamp`,
 *   `no-voltage`, `no-current`, `stimulus-file`, `unsupported`, `not-a-number`, `time-unit`, `voltage-unit`,
 *   `current-unit`, `irregular-time`, ...
 */
export function readRecording(bytes: Uint8Array, name: string, options: ReadOptions = {}): Recording {
  const fileName = name.split(/[\\/]/).at(-1) || name;
  if (bytes.byteLength === 0) throw emptyFile(fileName);
  const signature = String.fromCharCode(...bytes.subarray(0, 4));
  if (signature === "ABF2") return recordingFromAbf(readAbf2(bytes, fileName), options);
  if (signature === "ABF ") return recordingFromAbf(readAbf1(bytes, fileName), options);
  if (looksLikeText(bytes)) return readText(bytes, fileName, options);
  throw unknownFormat(fileName);
}

function emptyFile(fileName: string): InputError {
  return new InputError({
    code: "empty",
    what: "the file is empty",
    where: fileName,
    got: "0 bytes",
    expected: SUPPORTED_FORMATS.join(", "),
    next: "Copy the file again from the acquisition computer.",
  });
}

function unknownFormat(fileName: string): InputError {
  return new InputError({
    code: "unknown-format",
    what: "this is not a recording that can be read",
    where: fileName,
    expected: SUPPORTED_FORMATS.join(", "),
    next: "Export the sweeps as text with the columns time_ms, v_mV, i_pA.",
  });
}
