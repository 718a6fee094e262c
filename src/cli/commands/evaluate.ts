import { appendFileSync, truncateSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { availableParallelism, cpus } from "node:os";
import { dirname, join } from "node:path";
import type { Command } from "commander";
import {
  amortisedPosterior,
  type Chunk,
  type ChunkResult,
  chunksOf,
  drawCells,
  EVALUATION_ROWS,
  type EvaluationRequest,
  type EvaluationTask,
  evaluationOf,
  evaluationWorld,
  FIGURE_ROW,
  headerLine,
  type Posterior,
  type PosteriorCard,
  pointsOf,
  REFINABLE,
  readState,
  resultLine,
  type StateHeader,
  storedResult,
  TRAINABLE,
  WORLD_ROW,
  workOf,
} from "../../cloning/index.ts";
import { InputError } from "../../errors.ts";
import { median } from "../../features/statistics.ts";
import {
  type Circumstances,
  type EvaluationResult,
  evaluationPart,
  goalsOf,
  resultTables,
  withEvaluationPart,
} from "../../reports/evaluation/index.ts";
import { checkOutput, readInput, writeOutput } from "../files.ts";
import { oneOf, wholeNumber } from "../options.ts";
import { type Output, textTable } from "../output.ts";
import { version } from "../place.ts";
import { chosenThreads, runInWorker } from "../pool.ts";
import { runtimeVersion } from "../runtime.ts";
import { openWeights, SHIPPED_WEIGHTS, type Weights } from "../weights.ts";

interface EvaluateOptions {
  readonly model: string;
  readonly weights: string;
  readonly rows?: string;
  readonly cells: string;
  readonly refined?: string;
  readonly strange?: string;
  readonly samples: string;
  readonly seed: string;
  readonly state?: string;
  readonly write?: string;
}

/** Beyond the seeds that `train` takes and the one that it judges on. */
const TEST_SEED = 4_100_000_011;
const MOST_CELLS = 1_000_000;

export function addEvaluate(program: Command, output: () => Output): void {
  program
    .command("evaluate")
    .description("judges trained weights on fresh simulated cells: recovery, calibration, speed")
    .requiredOption("--model <id>", TRAINABLE.join(", "))
    .option("--weights <folder>", "folder of weights and card", SHIPPED_WEIGHTS)
    .option("--rows <ids>", `rows of the table: ${EVALUATION_ROWS.map(({ id }) => id).join(",")}`)
    .option("--cells <n>", "fresh cells a row for the network alone", "10000")
    .option("--refined <n>", "cells a row that are refined on the engine too (izhikevich: 1000, others: 0)")
    .option(
      "--strange <n>",
      "recordings of each kind that should be out of range (500 where the training world is among the rows)",
    )
    .option("--samples <n>", "posterior draws a cell", "1000")
    .option("--seed <n>", "seed of the fresh cells", String(TEST_SEED))
    .option("--state <file>", "finished work, kept so that an interrupted run goes on")
    .option("--write <page>", "page whose part for the model is written anew, with its figures beside it")
    .addHelpText("after", HELP)
    .action(async (options: EvaluateOptions) => {
      const { document, text } = await evaluate(options, output());
      await output().result(document, () => text);
    });
}

const HELP = `
With all defaults about half an hour for the network and three hours for refinement on two cores. Finished work is kept in
--state (default: .patchtwin/evaluate below the current folder), so that the same command goes on after Ctrl-C. PATCHTWIN_THREADS
in the environment: threads, by default one a core; the result does not depend on it.`;

async function evaluate(options: EvaluateOptions, output: Output) {
  const request = requestOf(options);
  const samples = wholeNumber("--samples", options.samples, 50, 100_000);
  const seed = wholeNumber("--seed", options.seed, 0);
  const page = options.write ? new TextDecoder().decode(await readInput(options.write)) : "";
  if (options.write) withEvaluationPart(page, request.model, "", options.write);
  const weights = await openWeights(options.weights, request.model);
  refuseTrainingSeed(seed, weights.card);
  const clone_ms = await cloneTime(weights.posterior, request.model, seed);
  const header = { model: request.model, seed, samples, sha256: weights.sha256, version };
  const results = await resultsOf(request, header, weights, stateFile(options, header), output);
  const { prior } = weights.posterior;
  const points = request.rows.includes(FIGURE_ROW) ? pointsOf(prior, FIGURE_ROW, "amortised", results) : null;
  const result: EvaluationResult = {
    ...evaluationOf(prior, request, results),
    prior,
    request,
    seed,
    samples,
    clone_ms,
    points: points?.truth.length ? points : null,
  };
  const versions = {
    patchtwin: version,
    node: process.versions.node,
    "onnxruntime-node": await runtimeVersion(),
  };
  const machine = `${availableParallelism()} cores of ${cpus()[0]?.model ?? "an unknown processor"}`;
  const command = commandOf(options, request, header);
  const circumstances = { command, date: today(), versions, machine, sha256: weights.sha256 };
  if (options.write) {
    const { markdown, figures } = evaluationPart(result, circumstances);
    for (const [path, svg] of Object.entries(figures))
      await writeOutput(join(dirname(options.write), path), svg);
    await writeOutput(options.write, withEvaluationPart(page, request.model, markdown, options.write));
  }
  return { document: documentOf(result, circumstances, results), text: asText(result, results) };
}

function requestOf(options: EvaluateOptions): EvaluationRequest {
  const model = oneOf("--model", options.model, TRAINABLE);
  const ids = EVALUATION_ROWS.map(({ id }) => id);
  const rows = options.rows?.split(",").map((row) => oneOf("--rows", row.trim(), ids)) ?? ids;
  const refinable = REFINABLE.has(model);
  const cells = wholeNumber("--cells", options.cells, 0, MOST_CELLS);
  const usual = refinable ? Math.min(1000, cells) : 0;
  const refined = wholeNumber("--refined", options.refined ?? String(usual), 0, refinable ? MOST_CELLS : 0);
  const strange = wholeNumber(
    "--strange",
    options.strange ?? String(rows.includes(WORLD_ROW) ? Math.min(500, cells) : 0),
    0,
    MOST_CELLS,
  );
  return { model, rows: ids.filter((id) => rows.includes(id)), cells, refined, strange };
}

function refuseTrainingSeed(seed: number, { seed: trained, heldOut }: PosteriorCard): void {
  if (seed !== trained && seed !== heldOut.seed) return;
  throw new InputError({
    code: "training-seed",
    where: "--seed",
    what: "the weights have seen the cells of this seed, or were judged on them while they were made",
    got: String(seed),
    expected: `any but ${trained} and ${heldOut.seed}`,
    next: "Leave --seed out.",
  });
}

const TIMED = 30;

/** Median time from ten sweeps to 1,000 samples, ms; alone on this thread, after one that warms up. */
async function cloneTime(posterior: Posterior, model: EvaluationRequest["model"], seed: number) {
  const times_ms: number[] = [];
  for (const cell of drawCells(evaluationWorld(model, FIGURE_ROW), seed, TIMED + 1)) {
    const start = performance.now();
    await amortisedPosterior(posterior, cell);
    times_ms.push(performance.now() - start);
  }
  return median(times_ms.slice(1)) ?? Number.NaN;
}

const stateFile = ({ state }: EvaluateOptions, { model, seed, samples, sha256: hash }: StateHeader): string =>
  state ?? join(".patchtwin", "evaluate", `${model}-${hash.slice(0, 12)}-${seed}-${samples}.jsonl`);

/** Results of all chunks: those of the state file, and the others from worker threads, appended to it as they come. */
async function resultsOf(
  request: EvaluationRequest,
  header: StateHeader,
  weights: Weights,
  file: string,
  output: Output,
): Promise<ChunkResult[]> {
  const chunks = chunksOf(request);
  const stored = await openState(file, header);
  const found = chunks.map((chunk) => storedResult(chunk, stored));
  const results = found.filter((one) => one !== undefined);
  const open = chunks.filter((_, k) => found[k] === undefined);
  if (results.length > 0)
    output.note(`going on from ${file}: ${results.length} of ${chunks.length} parts are there`);
  const { card, onnx, sha256: hash } = weights;
  const task = { card, onnx, sha256: hash, seed: header.seed, samples: header.samples };
  const tell = progressOf(open, output);
  await onThreads(task, open, (result) => {
    appendFileSync(file, resultLine(result));
    results.push(result);
    tell(result);
  });
  return results;
}

/** Progress by the work of this run; elsewhere than on a terminal a line every twentieth. */
function progressOf(open: readonly Chunk[], output: Output): (done: Chunk) => void {
  const all = workOf(open);
  let work = 0;
  return (done) => {
    work += workOf([done]);
    const share = work / all;
    const stage = process.stderr.isTTY ? "evaluating" : `evaluating: ${5 * Math.floor(20 * share)} %`;
    output.progress(stage, share, `${done.row}, ${done.method}`);
  };
}

/** Reads the state, cuts off what an interruption left half-written, and begins the file if there is none. */
async function openState(file: string, header: StateHeader): Promise<readonly ChunkResult[]> {
  await checkOutput(file);
  const bytes = await readFile(file).catch(() => null);
  if (bytes === null || bytes.length === 0) {
    await writeOutput(file, headerLine(header));
    return [];
  }
  // One byte a character: the file is ASCII, and its length in bytes is what is cut.
  const { results, whole } = readState(bytes.toString("latin1"), header, file);
  if (whole < bytes.length) truncateSync(file, whole);
  if (whole === 0) await writeOutput(file, headerLine(header));
  return results;
}

async function onThreads(
  task: Omit<EvaluationTask, "chunks">,
  chunks: readonly Chunk[],
  finished: (result: ChunkResult) => void,
): Promise<void> {
  const threads = Math.min(chosenThreads(), chunks.length);
  const stop = new AbortController();
  try {
    await Promise.all(
      Array.from({ length: threads }, (_, thread) => {
        const own = chunks.filter((_, k) => k % threads === thread);
        return runInWorker({ kind: "evaluate", task: { ...task, chunks: own } }, finished, stop.signal);
      }),
    );
  } finally {
    stop.abort(); // after a failure the others are of no use
  }
}

/** What gives the same figures again; paths are the reader's own. */
function commandOf(
  { weights, rows }: EvaluateOptions,
  { model, cells, refined, strange }: EvaluationRequest,
  { seed, samples }: StateHeader,
): string {
  const parts = [
    `patchtwin evaluate --model ${model} --cells ${cells} --refined ${refined} --strange ${strange} --samples ${samples} --seed ${seed}`,
  ];
  if (weights !== SHIPPED_WEIGHTS) parts.push(`--weights ${weights}`);
  if (rows !== undefined) parts.push(`--rows ${rows}`);
  return parts.join(" ");
}

const today = () => new Date().toISOString().slice(0, 10);

function documentOf(
  result: EvaluationResult,
  { command, date, versions, machine, sha256: hash }: Circumstances,
  results: readonly ChunkResult[],
) {
  const { prior, request, seed, samples, rows, outOfRange, clone_ms } = result;
  const each = <T>(pick: (summary: NonNullable<(typeof rows)[string]["amortised"]>) => T) =>
    Object.fromEntries(
      Object.entries(rows).map(([row, methods]) => [
        row,
        Object.fromEntries(Object.entries(methods).map(([method, summary]) => [method, pick(summary)])),
      ]),
    );
  return {
    model: request.model,
    parameters: prior.parameters,
    cells: request.cells,
    refined: request.refined,
    seed,
    samples,
    r2: each(({ r2, r2Mean }) => ({ ...r2, mean: r2Mean })),
    mse: each(({ mse }) => mse),
    coverage: each(({ coverage }) => coverage),
    sbc: each(({ sbc }) => sbc),
    tarp: each(({ tarp }) => tarp),
    unknown: each(({ unknown }) => unknown),
    answered: each(({ cells, failed, median_ms, refinement }) => ({ cells, failed, median_ms, refinement })),
    outOfRange,
    ms_per_clone: clone_ms,
    goals: goalsOf(result),
    failures: failuresOf(results),
    provenance: { command, date, versions, machine, weightsSha256: hash },
  };
}

const failuresOf = (results: readonly ChunkResult[]) =>
  results.flatMap(({ row, method, failures }) => failures.map((failure) => ({ row, method, ...failure })));

function asText(result: EvaluationResult, results: readonly ChunkResult[]): string {
  const goals = goalsOf(result).map(({ text, found, met }) => [met ? "met" : "NOT MET", text, found]);
  const failures = failuresOf(results);
  const { cell, row, reason } = failures[0] ?? {};
  return [
    ...resultTables(result).flatMap(({ title, note, rows }) => [
      title,
      textTable(
        rows,
        rows[0].map((_, k) => k > 0),
      ),
      note,
      "",
    ]),
    "Goals",
    textTable(goals),
    ...(failures.length
      ? ["", `${failures.length} without answer, the first: ${row}, cell ${cell}: ${reason}`]
      : []),
  ].join("\n");
}
