/** Every format that is read: how it is told by its content, and its reader. The first that knows the file takes it. */
import type { Content } from "../content.ts";
import { beginsHdf5, readHdf5 } from "../hdf5/format.ts";
import type { ReadOptions } from "../options.ts";
import type { RecordingFormat } from "../recording.ts";
import type { ByteSource } from "../source.ts";
import { readAbf1 } from "./abf/abf1.ts";
import { readAbf2 } from "./abf/abf2.ts";
import { contentOfAbf } from "./abf/contents.ts";
import { readAtf } from "./atf/atf.ts";
import { looksLikeAtf } from "./atf/header.ts";
import { looksLikeHeka } from "./heka/bundle.ts";
import { readHeka } from "./heka/heka.ts";
import { beginsLikeWave } from "./ibw/header.ts";
import { readIbw } from "./ibw/ibw.ts";
import { looksLikeMat, readMat } from "./mat/mat.ts";
import { looksLikeText } from "./text/table.ts";
import { readText } from "./text/text.ts";

export interface Format {
  readonly id: RecordingFormat;
  /** Whether a file that begins with these bytes (up to 4096) is of this format. */
  readonly begins: (head: Uint8Array) => boolean;
  /**
   * Groups of sweeps of one rate and one set of channels, at least one.
   *
   * Throws InputError, whatever the bytes are; never reads outside the file, never makes arrays by an unchecked size.
   */
  readonly read: (source: ByteSource, fileName: string, options: ReadOptions) => readonly Content[];
}

const signed = (signature: string) => (head: Uint8Array) =>
  head.length >= signature.length && [...signature].every((letter, k) => head[k] === letter.charCodeAt(0));

export const READERS: readonly Format[] = [
  {
    id: "abf2",
    begins: signed("ABF2"),
    read: (source, fileName) => [contentOfAbf(readAbf2(source, fileName))],
  },
  {
    id: "abf1",
    begins: signed("ABF "),
    read: (source, fileName) => [contentOfAbf(readAbf1(source, fileName))],
  },
  {
    id: "mat",
    begins: looksLikeMat,
    read: (source, fileName, options) => [readMat(source, fileName, options)],
  },
  {
    id: "ibw",
    begins: beginsLikeWave,
    read: (source, fileName, options) => [readIbw(source, fileName, options)],
  },
  {
    id: "atf",
    begins: looksLikeAtf,
    read: (source, fileName, options) => [readAtf(source, fileName, options)],
  },
  {
    id: "nwb", // or "stimfit", which shows when the file is open
    begins: beginsHdf5,
    read: readHdf5,
  },
  {
    id: "heka",
    begins: looksLikeHeka,
    read: (source, fileName) => readHeka(source, fileName),
  },
  {
    id: "text",
    begins: looksLikeText,
    read: (source, fileName, options) => [readText(source, fileName, options)],
  },
];
