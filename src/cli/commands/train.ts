import { existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import type { Command } from "commander";
import {
  CellWindow,
  type Checkpoint,
  type FamiliarText,
  familiarText,
  fitFamiliar,
  type HeldOut,
  inputDescription,
  judgeHeldOut,
  networkSize,
  openSampler,
  type PosteriorCard,
  type Prior,
  readCheckpoint,
  samplerBytes,
  TRAINABLE,
  TRAINING_MIX,
  Trainer,
  type TrainingCell,
  type TrainingPlan,
  trainingPlan,
  trainingWorld,
  writeCheckpoint,
} from "../../cloning/index.ts";
import { InputError } from "../../errors.ts";
import type { OrtRuntime } from "../../nn/index.ts";
import { parseTime } from "../../units.ts";
import { checkOutput, readInput, sha256, writeOutput } from "../files.ts";
import { oneOf, wholeNumber } from "../options.ts";
import { number, type Output, textTable } from "../output.ts";
import { version } from "../place.ts";
import { runInWorker } from "../pool.ts";
import { loadRuntime, runtimeVersion } from "../runtime.ts";

interface TrainOptions {
  readonly model: string;
  readonly cells: string;
  readonly budget?: string;
  readonly out: string;
  readonly seed: string;
  readonly heldOut: string;
}

type Trainable = Prior["model"];

const DEFAULT_CELLS = "200000";
/** Limits of familiarity need fifty. */
const FEWEST_HELD_OUT = 64;
/** What is stored of the training world for familiarity: half a megabyte. */
const STORED_EMBEDDINGS = 400;
const CHECKPOINT_EVERY_S = 60;
/** The sequence of test cells: far from any seed that one would choose for training. */
const HELD_OUT_SEED = 4_000_000_007;

export function addTrain(program: Command, output: () => Output): void {
  program
    .command("train")
    .description("trains the network that turns a recording into a posterior, on simulated cells")
    .requiredOption("--model <id>", TRAINABLE.join(", "))
    .option(
      "--cells <n>",
      "cells to simulate and train on: the same number and seed, the same weights",
      DEFAULT_CELLS,
    )
    .option("--budget <time>", "train for a time instead, e.g. 30min, 2h or 90s")
    .option("--out <folder>", "where weights and card are written", "weights")
    .option("--seed <n>", "seed of cells, batches and first weights", "1")
    .option("--held-out <n>", "fresh cells to judge on, from another seed", "2048")
    .addHelpText("after", HELP)
    .action(async (options: TrainOptions) => {
      const card = await train(options, output());
      const { samplesSeen, wall_s, heldOut } = card;
      await output().result({ ...card, samplesSeen, wall_s, heldOut }, () => asText(card, options.out));
    });
}

const HELP = `
A checkpoint is written every minute and on Ctrl-C; the same command goes on from it. PATCHTWIN_THREADS in the environment:
threads that simulate cells, by default one a core.`;

/** When training is over, and how far it is: 0 to 1, which sets the learning rate. */
interface End {
  readonly words: string;
  share(round: number, spent_s: number): number;
}

interface Run {
  readonly model: Trainable;
  readonly plan: TrainingPlan;
  readonly end: End;
  readonly weightsFile: string;
  readonly cardFile: string;
  readonly checkpointFile: string;
}

async function train(options: TrainOptions, output: Output): Promise<PosteriorCard> {
  const model = oneOf("--model", options.model, TRAINABLE);
  const plan = trainingPlan(model, wholeNumber("--seed", options.seed, 0, HELD_OUT_SEED - 1));
  const run: Run = {
    model,
    plan,
    end: endOf(options, plan),
    weightsFile: join(options.out, `${model}.onnx`),
    cardFile: join(options.out, `${model}.json`),
    checkpointFile: join(options.out, `${model}.checkpoint`),
  };
  const heldOutCells = wholeNumber("--held-out", options.heldOut, FEWEST_HELD_OUT, 100_000);
  await checkOutput(run.weightsFile);
  const runtime = await loadRuntime();
  const { trainer, spent_s } = await trainFor(run, runtime, output);
  const world = trainingWorld(model);
  const size = networkSize(world.prior.parameters.length);
  const { state } = trainer;
  const bytes = samplerBytes(size, trainer.weights);
  await trainer.release();
  const standards = state.standards!;
  const posterior = await openSampler(runtime, bytes, { prior: world.prior, size, standards });
  const { heldOut, familiar } = await judge(posterior, model, heldOutCells, output);
  const card: PosteriorCard = {
    kind: "patchtwin-posterior/1",
    model,
    prior: world.prior as PosteriorCard["prior"],
    world: { mix: TRAINING_MIX },
    inputs: inputDescription(),
    size,
    standards: standards as PosteriorCard["standards"],
    familiar,
    plan: { ...run.plan },
    seed: run.plan.seed,
    samplesSeen: state.round * run.plan.roundCells,
    presentations: state.updates * run.plan.batch,
    updates: state.updates,
    wall_s: Math.round(spent_s),
    trainingLoss: state.loss,
    heldOut: { seed: HELD_OUT_SEED, ...heldOut },
    command: `patchtwin train --model ${model} ${run.end.words} --seed ${options.seed} --held-out ${options.heldOut}`,
    versions: { patchtwin: version, node: process.versions.node, "onnxruntime-node": await runtimeVersion() },
    notes: notesOn(heldOut),
    sha256: sha256(bytes),
  };
  await writeOutput(run.weightsFile, bytes);
  await writeOutput(run.cardFile, `${JSON.stringify(card, null, 1)}\n`);
  await rm(run.checkpointFile, { force: true });
  return card;
}

/** What a user of the weights must know before the figures. */
function notesOn({ r2, r2Mean, coverage }: HeldOut): string[] {
  const notes = [`Mean R2 ${r2Mean.toFixed(3)} on the whole world: single steps and noisy rigs too.`];
  const weak = Object.entries(r2).filter(([, value]) => value < 0.87);
  if (weak.length)
    notes.push(`R2 below 0.87: ${weak.map(([name, value]) => `${name} ${value.toFixed(2)}`).join(", ")}.`);
  for (const [level, share] of Object.entries(coverage))
    if (Math.abs(100 * share - Number(level)) > 3)
      notes.push(`${level} % intervals hold ${(100 * share).toFixed(1)} % of the truths.`);
  return notes;
}

async function trainFor(run: Run, runtime: OrtRuntime, output: Output) {
  const { plan, model, checkpointFile } = run;
  const size = networkSize(trainingWorld(model).prior.parameters.length);
  const saved = await savedRun(run);
  const trainer = await Trainer.create(runtime, plan, size, saved?.state);
  const first = saved?.state.round ?? 0;
  const replayed = CellWindow.firstRound(plan, first);
  const stream = cellStream(run, replayed);
  if (saved && run.end.share(first, saved.spent_s) >= 1) return { trainer, spent_s: saved.spent_s };
  if (saved) output.note(`going on from ${checkpointFile}: ${first} rounds, ${Math.round(saved.spent_s)} s`);
  try {
    for (let round = replayed; round < first; round++) {
      output.progress("simulating the window again", (round - replayed) / (first - replayed));
      trainer.recall(await stream.next());
    }
    return { trainer, spent_s: await rounds(run, trainer, stream, saved?.spent_s ?? 0, output) };
  } finally {
    stream.stop();
  }
}

async function rounds(
  run: Run,
  trainer: Trainer,
  stream: CellStream,
  already_s: number,
  output: Output,
): Promise<number> {
  const started = performance.now();
  const elapsed_s = () => already_s + (performance.now() - started) / 1000;
  let latest: Checkpoint = { ...headerOf(run), spent_s: already_s, state: trainer.state };
  const onInterrupt = () => writeAtOnce(run.checkpointFile, writeCheckpoint(latest));
  process.prependListener("SIGINT", onInterrupt);
  let written_s = already_s;
  const share = () => run.end.share(latest.state.round, elapsed_s());
  try {
    do {
      const cells = await stream.next();
      const loss = await trainer.round(cells, share());
      latest = { ...headerOf(run), spent_s: elapsed_s(), state: trainer.state };
      const { round } = latest.state;
      const detail = `${round * run.plan.roundCells} cells, loss ${loss.toFixed(3)}`;
      output.progress(
        output.json || !process.stderr.isTTY ? `training: ${detail}` : "training",
        share(),
        detail,
      );
      if (latest.spent_s - written_s > CHECKPOINT_EVERY_S) {
        await writeOutput(run.checkpointFile, writeCheckpoint(latest));
        written_s = latest.spent_s;
      }
    } while (share() < 1);
  } finally {
    process.off("SIGINT", onInterrupt);
  }
  return latest.spent_s;
}

/** On Ctrl-C there is no later moment to wait for. */
function writeAtOnce(path: string, bytes: Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.tmp`, bytes);
  renameSync(`${path}.tmp`, path);
}

const headerOf = ({ model, plan }: Run) => ({ model, plan });

/** The checkpoint of this very run, if there is one. Throws InputError `other-run` for that of another. */
async function savedRun(run: Run): Promise<Checkpoint | undefined> {
  if (!existsSync(run.checkpointFile)) return undefined;
  const saved = readCheckpoint(await readInput(run.checkpointFile), run.checkpointFile);
  if (JSON.stringify(saved.plan) === JSON.stringify(run.plan) && saved.model === run.model) return saved;
  throw new InputError({
    code: "other-run",
    where: run.checkpointFile,
    what: "this is the checkpoint of another training run",
    got: `${saved.model}, seed ${saved.plan.seed}`,
    expected: `${run.model}, seed ${run.plan.seed}, the same plan`,
    next: "Give its seed, choose another --out, or remove the file.",
  });
}

interface CellStream {
  next(): Promise<readonly TrainingCell[]>;
  stop(): void;
}

/** Rounds of cells in order, drawn ahead on worker threads. What comes does not depend on their number. */
function cellStream({ model, plan }: Run, firstRound: number): CellStream {
  const stop = new AbortController();
  const threads = Number(process.env.PATCHTWIN_THREADS) || availableParallelism();
  const drawRound = (round: number) => {
    const { seed, roundCells: count } = plan;
    const request = { model, seed, first: round * count, count };
    const drawn = runInWorker({ kind: "draw", request }, () => {}, stop.signal);
    drawn.catch(() => {}); // reported by the round that waits for it; one that nobody waits for was stopped
    return drawn;
  };
  const ahead: Promise<readonly TrainingCell[]>[] = [];
  let round = firstRound;
  return {
    next() {
      while (ahead.length < threads + 1) ahead.push(drawRound(round++));
      return ahead.shift()!;
    },
    stop: () => stop.abort(),
  };
}

async function judge(
  posterior: Parameters<typeof judgeHeldOut>[0],
  model: Trainable,
  count: number,
  output: Output,
): Promise<{ heldOut: HeldOut; familiar: FamiliarText }> {
  const threads = Math.min(count, Number(process.env.PATCHTWIN_THREADS) || availableParallelism());
  output.progress("simulating test cells", 0);
  const parts = await Promise.all(
    Array.from({ length: threads }, (_, k) => {
      const first = Math.floor((k * count) / threads);
      const request = {
        model,
        seed: HELD_OUT_SEED,
        first,
        count: Math.floor(((k + 1) * count) / threads) - first,
      };
      return runInWorker({ kind: "draw", request });
    }),
  );
  const embeddings: Float32Array[] = [];
  const heldOut = await judgeHeldOut(posterior, parts.flat(), (done, embedding) => {
    embeddings.push(embedding);
    output.progress("judging", done);
  });
  return { heldOut, familiar: familiarText(fitFamiliar(embeddings, { stored: STORED_EMBEDDINGS })) };
}

function endOf({ cells, budget }: TrainOptions, { roundCells }: TrainingPlan): End {
  if (budget !== undefined) {
    const budget_s = budgetSeconds(budget);
    return { words: `--budget ${budget}`, share: (_, spent_s) => spent_s / budget_s };
  }
  const wanted = wholeNumber("--cells", cells, 1, 100_000_000);
  return { words: `--cells ${wanted}`, share: (round) => (round * roundCells) / wanted };
}

/** `90s`, `30min`, `2h`. */
function budgetSeconds(text: string): number {
  const long = /^\s*(\d+\.?\d*)\s*(min|h)\s*$/.exec(text);
  if (long && Number(long[1]) > 0) return Number(long[1]) * (long[2] === "h" ? 3600 : 60);
  const parsed = parseTime(text);
  if (parsed.kind === "ok" && parsed.value > 0) return parsed.value / 1000;
  throw new InputError({
    code: "bad-option",
    where: "--budget",
    what: "this is no time",
    got: `"${text}"`,
    expected: "a number above 0 with s, min or h",
    next: "Write for example --budget 30min.",
  });
}

function asText(card: PosteriorCard, folder: string): string {
  const rows = Object.entries(card.heldOut.r2).map(([name, r2]) => [name, number(r2, 3)]);
  const table = textTable(
    [["parameter", "R2"], ...rows, ["mean", number(card.heldOut.r2Mean, 3)]],
    [false, true],
  );
  const seen = `${card.samplesSeen} cells in ${card.wall_s} s; judged on ${card.heldOut.cells} fresh ones`;
  return [seen, "", table, "", ...card.notes, `written to ${join(folder, card.model)}.onnx and .json`].join(
    "\n",
  );
}
