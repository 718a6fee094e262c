import type { OrtRuntime } from "../../nn/index.ts";
import { openPosterior } from "../posterior/index.ts";
import type { Prior } from "../world/index.ts";
import { type Chunk, type ChunkResult, columnsOfAll, evaluateChunk, type Method } from "./chunk.ts";
import { rowsOf } from "./columns.ts";
import { type Judge, type OutOfRange, outOfRange, strangenessBy } from "./outOfRange.ts";
import type { EvaluationRequest } from "./plan.ts";
import { WORLD_ROW } from "./rows.ts";
import { type RowSummary, summarise } from "./summary.ts";

/** Chunks for one worker thread, with all they need. */
export interface EvaluationTask {
  readonly card: unknown;
  readonly onnx: Uint8Array;
  readonly sha256: string;
  readonly seed: number;
  readonly samples: number;
  readonly chunks: readonly Chunk[];
}

/** Evaluates chunk after chunk; each result is handed over when it is there. Throws what `openPosterior` throws. */
export async function runEvaluation(
  runtime: OrtRuntime,
  { card, onnx, sha256, seed, samples, chunks }: EvaluationTask,
  now: () => number,
  finished: (result: ChunkResult) => void,
): Promise<void> {
  const posterior = await openPosterior(runtime, card, onnx, sha256);
  const strangeness: Judge = (recording) => strangenessBy(posterior, recording);
  const setup = { posterior, seed, samples, strangeness, now };
  for (const chunk of chunks) finished(await evaluateChunk(setup, chunk));
  await posterior.session.release();
}

/** Truth and posterior mean of cells, coordinates 0 to 1 of the prior's box. */
export interface Points {
  readonly truth: readonly Float32Array[];
  readonly mean: readonly Float32Array[];
}

/** Everything that was found. */
export interface Evaluation {
  readonly rows: Readonly<Record<string, Readonly<Partial<Record<Method, RowSummary>>>>>;
  /** Null where no strange recordings, or not the training world's row, were asked for. */
  readonly outOfRange: OutOfRange | null;
}

/** Puts the results of all chunks of a request together. The order in which they came does not matter. */
export function evaluationOf(
  prior: Prior,
  { rows }: Pick<EvaluationRequest, "rows">,
  results: readonly ChunkResult[],
): Evaluation {
  const summaries = rows.map((row) => {
    const of = (method: Method) => summarise(prior, partsOf(results, row, method));
    const [amortised, refined] = [of("amortised"), of("refined")];
    return [row, { ...(amortised && { amortised }), ...(refined && { refined }) }] as const;
  });
  return { rows: Object.fromEntries(summaries), outOfRange: outOfRangeOf(results) };
}

export function pointsOf(prior: Prior, row: string, method: Method, results: readonly ChunkResult[]): Points {
  const columns = columnsOfAll(partsOf(results, row, method));
  const width = prior.parameters.length;
  return { truth: rowsOf(columns.truth, width), mean: rowsOf(columns.mean, width) };
}

const partsOf = (results: readonly ChunkResult[], row: string, method: Method) =>
  results.filter((result) => result.row === row && result.method === method);

function outOfRangeOf(results: readonly ChunkResult[]): OutOfRange | null {
  const scores = (parts: readonly ChunkResult[]) =>
    parts.flatMap(({ columns }) => Array.from(columns.strangeness ?? []));
  const known = scores(results.filter(({ row, method }) => row === WORLD_ROW && method === "amortised"));
  const strange: Record<string, number[]> = {};
  for (const result of results) {
    if (result.method !== "strange") continue;
    strange[result.row] = [...(strange[result.row] ?? []), ...scores([result])];
  }
  return known.length > 0 && Object.keys(strange).length > 0 ? outOfRange(known, strange) : null;
}
