import type { Command } from "commander";
import { cloneRecording, EFFORTS, type Effort, type Twin } from "../../cloning/index.ts";
import { checkOutput, writeOutput } from "../files.ts";
import { listOfWholeNumbers, oneOf, wholeNumber } from "../options.ts";
import type { Output } from "../output.ts";
import { version } from "../place.ts";
import { workerRunner } from "../pool.ts";
import {
  type LoadedRecording,
  loadRecording,
  onlyFile,
  type RecordingOptions,
  withPreparationOptions,
  withRecordingOptions,
} from "../recordingInput.ts";
import { loadReports } from "../reports.ts";

export interface CloneOptions {
  readonly model: string;
  readonly samples: string;
  readonly refine: boolean;
  readonly sweeps?: string;
  readonly holdOut: string;
  readonly trainBlock?: boolean;
  readonly effort: string;
  readonly seed: string;
}

export const CLONE_DEFAULTS: CloneOptions = {
  model: "cortical",
  samples: "24",
  refine: true,
  holdOut: "3",
  effort: "standard",
  seed: "1",
};

export function addClone(program: Command, output: () => Output): void {
  withPreparationOptions(withRecordingOptions(program.command("clone <files...>")), ["sweeps"])
    .description("recording -> twin: a population of model cells that reproduce it")
    .requiredOption("--out <twin.json>", "where the twin is written")
    .option(
      "--model <id>",
      "cortical (has the channels that drugs act on), izhikevich or adex",
      CLONE_DEFAULTS.model,
    )
    .option("--samples <n>", "clones to keep", CLONE_DEFAULTS.samples)
    .option("--no-refine", "stop after the exploration of a few sweeps: fast and rough")
    .option("--sweeps <list>", "1-based sweep numbers to use, e.g. 1,2,5")
    .option(
      "--hold-out <n>",
      "hold out every n-th sweep to test the prediction, or the strongest-third; 0: none",
      CLONE_DEFAULTS.holdOut,
    )
    .option("--train-block", "also train on sweeps past depolarisation block (cortical only)")
    .option("--effort <e>", Object.keys(EFFORTS).join(", "), CLONE_DEFAULTS.effort)
    .option("--seed <n>", "seed of the search", CLONE_DEFAULTS.seed)
    .addHelpText(
      "after",
      "\nPATCHTWIN_THREADS in the environment: threads to use, by default one a core; the result does not depend on it.",
    )
    .action(
      async (files: string[], options: CloneOptions & Omit<RecordingOptions, "sweeps"> & { out: string }) => {
        const file = onlyFile("clone", files);
        await checkOutput(options.out);
        const loaded = await loadRecording(file, { ...options, sweeps: undefined });
        const twin = await makeTwin(loaded, options, output());
        await writeOutput(options.out, `${JSON.stringify(twin)}\n`);
        const { colour, width } = output();
        await output().result(
          twin,
          async () =>
            `${(await loadReports()).renderTerminal({ twin }, { colour, width }).trimEnd()}\n\nwritten to ${options.out}`,
        );
      },
    );
}

const STRONGEST = "strongest-third";

/** Clones on worker threads, with progress; the clock is read here. */
export async function makeTwin(
  loaded: LoadedRecording,
  options: CloneOptions,
  output: Output,
): Promise<Twin> {
  const started = performance.now();
  const twin = await cloneRecording(
    loaded.recording,
    {
      model: options.model,
      samples: wholeNumber("--samples", options.samples, 1, 1000),
      refine: options.refine,
      ...(options.trainBlock && { trainBlock: true }),
      holdOut: options.holdOut === STRONGEST ? STRONGEST : wholeNumber("--hold-out", options.holdOut, 0),
      effort: oneOf("--effort", options.effort, Object.keys(EFFORTS) as Effort[]),
      seed: wholeNumber("--seed", options.seed, 0),
      ...(options.sweeps !== undefined && { sweeps: listOfWholeNumbers("--sweeps", options.sweeps) }),
      provenance: { patchtwin: version, sha256: loaded.sha256, createdAt: new Date().toISOString() },
    },
    workerRunner(),
    ({ stage, done, simulations, bestLoss }) =>
      output.progress(
        `cloning: ${stage}`,
        done,
        `${simulations} simulations${bestLoss === null || !Number.isFinite(bestLoss) ? "" : `, loss ${bestLoss.toFixed(2)}`}`,
      ),
  );
  return { ...twin, provenance: { ...twin.provenance, wall_s: seconds(started) } };
}

export const seconds = (started: number) => Math.round((performance.now() - started) / 100) / 10;
