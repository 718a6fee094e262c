/** What the thread that reads damaged files is asked and answers. */
import type { BASES } from "./bases.ts";

export interface FuzzTask {
  readonly format: keyof typeof BASES;
  readonly cases: number;
  /** Two integers for the thread that watches: the number of the case, and how many have begun. */
  readonly progress: SharedArrayBuffer;
}

export interface FuzzOutcome {
  readonly cases: number;
  /** Files that gave a recording; the others were refused. */
  readonly read: number;
  /** Cases that broke a rule, each with its number and what was done to which file. */
  readonly wrong: readonly string[];
  /** Most bytes of arrays made by one reading, beyond four times its file. */
  readonly mostBytes: number;
  /** How often each code of an InputError came. */
  readonly codes: Readonly<Record<string, number>>;
}

/** What a reader may need beside four times the size of its file: blocks, tables of a few channels. */
export const SPARE_BYTES = 2 ** 21;
