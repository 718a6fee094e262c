/** Finished chunks as lines of text that can be appended to, so that an interrupted evaluation goes on. */
import { InputError } from "../../errors.ts";
import type { ChunkResult } from "./chunk.ts";
import type { Columns } from "./columns.ts";

/** What the results depend on beside their chunk. */
export interface StateHeader {
  readonly model: string;
  readonly seed: number;
  readonly samples: number;
  /** Of the weights. */
  readonly sha256: string;
  /** Of this package. */
  readonly version: string;
}

const KIND = "patchtwin-evaluation/1";

export const headerLine = (header: StateHeader): string => `${JSON.stringify({ kind: KIND, ...header })}\n`;

export function resultLine({ columns, ...rest }: ChunkResult): string {
  const text = Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, toBase64(values)]));
  return `${JSON.stringify({ ...rest, columns: text })}\n`;
}

export interface StoredState {
  readonly results: readonly ChunkResult[];
  /** Characters up to the end of the last whole line: what was being written when it stopped lies behind. */
  readonly whole: number;
}

/**
 * Results of an earlier run. A last line without its end was being written when that run stopped, and is left out.
 *
 * @throws InputError `other-run` where the file is of another model, seed, number of draws, version or other weights; `bad-state`
 * where it is something else
 */
export function readState(text: string, header: StateHeader, where: string): StoredState {
  const whole = text.lastIndexOf("\n") + 1;
  const [first, ...lines] = text.slice(0, whole).split("\n").slice(0, -1);
  if (first === undefined) return { results: [], whole: 0 };
  const found = parsed(first, where) as Partial<StateHeader> & { readonly kind?: string };
  if (found.kind !== KIND) throw badState(where, `"${first.slice(0, 40)}"`);
  for (const key of Object.keys(header) as (keyof StateHeader)[])
    if (found[key] !== header[key])
      throw new InputError({
        code: "other-run",
        where,
        what: "this is the state of another evaluation",
        got: `${key} ${found[key]}`,
        expected: `${key} ${header[key]}`,
        next: "Choose another --state, or remove the file.",
      });
  return { results: lines.map((line) => resultOf(parsed(line, where))), whole };
}

function parsed(line: string, where: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw badState(where, `"${line.slice(0, 40)}"`);
  }
}

function resultOf(line: unknown): ChunkResult {
  const { columns, ...rest } = line as Omit<ChunkResult, "columns"> & { columns: Record<string, string> };
  const decoded = Object.fromEntries(Object.entries(columns).map(([name, text]) => [name, fromBase64(text)]));
  return { ...rest, columns: decoded as Columns };
}

function badState(where: string, got: string): InputError {
  return new InputError({
    code: "bad-state",
    where,
    what: "this is no state of an evaluation",
    got,
    expected: "a file that `patchtwin evaluate` wrote",
    next: "Choose another --state, or remove the file.",
  });
}

function toBase64(values: Float32Array): string {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

function fromBase64(text: string): Float32Array {
  return new Float32Array(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer);
}
