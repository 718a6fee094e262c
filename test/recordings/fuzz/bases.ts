/** The good files that are damaged, a few KB each, and what a user would say beside them. */
import type { ReadOptions, RecordingFormat } from "../../../src/recordings/index.ts";
import { abfBases } from "../abf/bases.ts";
import { atfBases } from "../atf/bases.ts";
import { hdf5Bases } from "../hdf5/bases.ts";
import { hekaBases } from "../heka/bases.ts";
import { ibwBases } from "../ibw/bases.ts";
import { matBases } from "../mat/bases.ts";

export interface Base {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Bytes that most of the damage goes to; absent: all. */
  readonly header?: number;
}

export interface Bases {
  readonly files: () => readonly Base[];
  readonly options?: ReadOptions;
}

const text = (content: string): Uint8Array => new TextEncoder().encode(content);

function textBases(): Base[] {
  const row = (k: number) => [
    (k / 10).toFixed(1),
    (-65 + Math.sin(k)).toFixed(3),
    k >= 40 && k < 80 ? "100" : "0",
  ];
  const rows = Array.from({ length: 120 }, (_, k) => row(k));
  const joined = (separator: string) => rows.map((cells) => cells.join(separator)).join("\n");
  return [
    { name: "commas", bytes: text(`time_ms,v_mV,i_pA\n${joined(",")}\n`) },
    {
      name: "tabs",
      bytes: text(
        `# cell 7\nTime (s)\tVm (V)\tI (nA)\n${rows.map(([t, v, i]) => [Number(t) / 1e3, Number(v) / 1e3, Number(i) / 1e3].join("\t")).join("\r\n")}`,
      ),
    },
    { name: "bare", bytes: text(joined(" ")) },
    {
      name: "two sweeps",
      bytes: text(
        `t_ms;v1_mV;v2_mV;i_pA\n${rows.map(([t, v, i]) => [t, v, v, i].join(";").replaceAll(".", ",")).join("\n")}\n`,
      ),
    },
    { name: "UTF-16", bytes: utf16(`time_ms\tv_mV\ti_pA\n${joined("\t")}`) },
  ];
}

function utf16(content: string): Uint8Array {
  const units = Uint16Array.from(`\ufeff${content}`, (letter) => letter.charCodeAt(0));
  return new Uint8Array(units.buffer);
}

/** A current of its own, so that a file of voltage alone is read to the end. */
const supplied = {
  current: { name: "supplied", t_ms: Float64Array.of(0, 4, 8), i_pA: Float64Array.of(0, 100, 0) },
};

const beginning = (bases: readonly Base[], word: string): Base[] =>
  bases.filter(({ bytes }) => new TextDecoder("latin1").decode(bytes.subarray(0, 4)) === word);
const ending = (bases: readonly Base[], ...ends: string[]): Base[] =>
  bases.filter(({ name }) => ends.some((end) => name.endsWith(end)));

/** By the format that their readers say. */
export const BASES = {
  abf1: { files: () => beginning(abfBases(), "ABF ") },
  abf2: { files: () => beginning(abfBases(), "ABF2") },
  atf: { files: atfBases, options: supplied },
  heka: { files: hekaBases },
  ibw: { files: ibwBases, options: supplied },
  mat: { files: matBases, options: supplied },
  nwb: { files: () => ending(hdf5Bases(), ".nwb"), options: supplied },
  stimfit: { files: () => ending(hdf5Bases(), ".h5"), options: supplied },
  text: { files: textBases, options: { units: { current: "pA" } } },
} satisfies Partial<Record<RecordingFormat, Bases>>;
