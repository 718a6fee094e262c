/** Bytes of a file in, a recording out. */
import { InputError } from "../errors.ts";
import type { Content } from "./content.ts";
import { type Format, READERS } from "./formats/registry.ts";
import { recordingFromContent } from "./from-content.ts";
import type { ReadOptions } from "./options.ts";
import { FORMATS, type Recording } from "./recording.ts";
import { type ByteSource, sourceOf } from "./source.ts";

const HEAD_BYTES = 4096;

/**
 * Reads a current-clamp recording. The format is told by the content, not by the name.
 *
 * @param file The whole file, or a source that reads parts of it.
 * @param name File name; folders are dropped.
 * @param options A supplied current, units and columns, a series, a window, ...
 * @returns Sweeps in mV, pA and ms with a note on everything that was assumed.
 * @throws InputError with the code `empty`, `unknown-format`, `truncated`, `damaged-header`, `voltage-clamp`,
 *   `no-voltage`, `no-current`, `stimulus-file`, `unsupported`, `not-a-number`, `time-unit`, `voltage-unit`,
 *   `current-unit`, `irregular-time`, `columns`, `series`, `window`, ...
 */
export function readRecording(
  file: Uint8Array | ByteSource,
  name: string,
  options: ReadOptions = {},
): Recording {
  return fromContents(readContents(file, name, options), baseName(name), options);
}

/** What is in a file, before a cell is made of it. */
export function readContents(
  file: Uint8Array | ByteSource,
  name: string,
  options: ReadOptions = {},
): readonly Content[] {
  const source = file instanceof Uint8Array ? sourceOf(file) : file;
  const fileName = baseName(name);
  return formatOf(source, fileName).read(source, fileName, options);
}

export function baseName(name: string): string {
  return name.split(/[\\/]/).at(-1) || name;
}

function formatOf(source: ByteSource, fileName: string): Format {
  if (source.size === 0) throw emptyFile(fileName);
  const head = source.bytes(0, Math.min(HEAD_BYTES, source.size));
  const format = READERS.find(({ begins }) => begins(head));
  if (!format) throw unknownFormat(fileName);
  return format;
}

/** The series that was asked for; without a wish the first that can be read as current clamp. */
function fromContents(contents: readonly Content[], fileName: string, options: ReadOptions): Recording {
  if (options.series !== undefined) {
    const chosen = contents[options.series - 1];
    if (!chosen) throw noSuchSeries(contents, fileName, options.series);
    return recordingFromContent(chosen, options);
  }
  if (contents.length === 1) return recordingFromContent(contents[0], options);
  return firstReadable(contents, fileName, options);
}

function firstReadable(contents: readonly Content[], fileName: string, options: ReadOptions): Recording {
  let refusal: unknown;
  for (const [n, content] of contents.entries()) {
    try {
      const recording = recordingFromContent(content, options);
      const left = contents.length - 1;
      const note = `Took series ${n + 1} of ${contents.length} (${describeContent(content)}); left ${left}: choose with --series.`;
      return { ...recording, notes: [note, ...recording.notes] };
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      refusal ??= error;
    }
  }
  throw refusal ?? noSuchSeries(contents, fileName, 1);
}

function describeContent({ protocol, lengths, dt_ms }: Content): string {
  const sweeps = `${lengths.length} ${lengths.length === 1 ? "sweep" : "sweeps"} at ${Number((1 / dt_ms).toPrecision(4))} kHz`;
  return protocol ? `${protocol}, ${sweeps}` : sweeps;
}

function noSuchSeries(contents: readonly Content[], fileName: string, series: number): InputError {
  return new InputError({
    code: "series",
    what: "the file has no such series of sweeps",
    where: fileName,
    got: String(series),
    expected: contents.map((content, n) => `${n + 1} (${describeContent(content)})`).join(", ") || "a series",
    next: "Choose one of them with --series.",
  });
}

function emptyFile(fileName: string): InputError {
  return new InputError({
    code: "empty",
    what: "the file is empty",
    where: fileName,
    got: "0 bytes",
    expected: Object.values(FORMATS).join(", "),
    next: "Copy the file again from the acquisition computer.",
  });
}

function unknownFormat(fileName: string): InputError {
  return new InputError({
    code: "unknown-format",
    what: "this is not a recording that can be read",
    where: fileName,
    expected: Object.values(FORMATS).join(", "),
    next: "Export the sweeps as text with the columns time_ms, v_mV, i_pA.",
  });
}
