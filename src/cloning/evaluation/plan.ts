import type { Prior } from "../world/index.ts";
import type { Chunk, ChunkResult, Method } from "./chunk.ts";
import { firstPart } from "./columns.ts";
import { strangeKinds } from "./outOfRange.ts";

/** What is to be evaluated. */
export interface EvaluationRequest {
  readonly model: Prior["model"];
  readonly rows: readonly string[];
  /** Cells a row for the network alone, and refined; recordings a strange kind. 0: none. */
  readonly cells: number;
  readonly refined: number;
  readonly strange: number;
}

/** Cells of a chunk: a few seconds of one core. Part of what is stored, so a change makes stored chunks useless. */
const CHUNK_CELLS: Readonly<Record<Method, number>> = { amortised: 50, refined: 2, strange: 50 };

/** All chunks of a request, row by row. */
export function chunksOf({ model, rows, cells, refined, strange }: EvaluationRequest): Chunk[] {
  return [
    ...rows.flatMap((row) => split(row, "amortised", cells)),
    ...strangeKinds(model).flatMap((kind) => split(kind, "strange", strange)),
    ...rows.flatMap((row) => split(row, "refined", refined)),
  ];
}

function split(row: string, method: Method, cells: number): Chunk[] {
  const size = CHUNK_CELLS[method];
  return Array.from({ length: Math.ceil(cells / size) }, (_, k) => ({
    row,
    method,
    first: k * size,
    count: Math.min(size, cells - k * size),
  }));
}

/** Seconds of one core a cell, roughly: for an estimate of what is left. */
const CELL_S: Readonly<Record<Method, number>> = { amortised: 0.035, refined: 3.5, strange: 0.03 };

export const workOf = (chunks: readonly Chunk[]): number =>
  chunks.reduce((sum, { method, count }) => sum + CELL_S[method] * count, 0);

/** The stored result of a chunk, if there is one of at least as many cells; cut to the chunk. */
export function storedResult(chunk: Chunk, stored: readonly ChunkResult[]): ChunkResult | undefined {
  const found = stored.find(
    ({ row, method, first, count }) =>
      row === chunk.row && method === chunk.method && first === chunk.first && count >= chunk.count,
  );
  if (!found || found.count === chunk.count) return found;
  const failures = found.failures.filter(({ cell }) => cell < chunk.first + chunk.count);
  const kept = chunk.count - failures.length;
  const columns = firstPart(found.columns, kept / (found.count - found.failures.length));
  return { ...chunk, columns, failures };
}
