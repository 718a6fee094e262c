import type { Command } from "commander";
import { cloneCell, EFFORTS, type Effort, type SweepChoice, type Twin } from "../../cloning/index.ts";
import { checkOutput, writeOutput } from "../files.ts";
import { oneOf, wholeNumber } from "../options.ts";
import type { Output } from "../output.ts";
import { version } from "../place.ts";
import { workerRunner } from "../pool.ts";
import {
  type LoadedRecording,
  loadRecordings,
  type RecordingOptions,
  withPreparationOptions,
  withRecordingOptions,
} from "../recordingInput.ts";
import { loadReports } from "../reports.ts";
import { shippedNetwork } from "../weights.ts";

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
    .description("recordings of one cell -> twin: a population of model cells that reproduce them")
    .requiredOption("--out <twin.json>", "where the twin is written")
    .option(
      "--model <id>",
      "cortical (has the channels that drugs act on), izhikevich or adex",
      CLONE_DEFAULTS.model,
    )
    .option("--samples <n>", "clones to keep", CLONE_DEFAULTS.samples)
    .option("--no-refine", "stop after the exploration of a few sweeps: fast and rough")
    .option("--sweeps <list>", "sweeps to use, numbered from 1, e.g. 1,2,5; of several files also FILE:SWEEP")
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
      `
Several files are recordings of one cell: protocols, lengths and sampling intervals may differ, and one twin is fitted to all.
  Options that say how a file is read or prepared hold for every file.
  --sweeps: a number alone is that sweep of every file; 2:5 is sweep 5 of the second file, in the order given.
  --hold-out: every n-th sweep, counted through the files in the order given; strongest-third: of the currents of all files.
  Sweeps above the lowest current at which a file shows depolarisation block are left out of all files.

The voltage drop that the bridge of the amplifier left is measured at the current steps and taken off, and the twin says so.
  --bridge takes off what you say instead; --bridge 0MOhm leaves the voltage as recorded.

PATCHTWIN_THREADS in the environment: threads to use, by default one a core; the result does not depend on it.`,
    )
    .action(
      async (files: string[], options: CloneOptions & Omit<RecordingOptions, "sweeps"> & { out: string }) => {
        await checkOutput(options.out);
        const loaded = await loadRecordings(files, { ...options, sweeps: undefined });
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
  loaded: readonly LoadedRecording[],
  options: CloneOptions,
  output: Output,
): Promise<Twin> {
  const started = performance.now();
  const network = await shippedNetwork(options.model);
  const twin = await cloneCell(
    loaded,
    {
      model: options.model,
      samples: wholeNumber("--samples", options.samples, 1, 1000),
      refine: options.refine,
      ...(options.trainBlock && { trainBlock: true }),
      holdOut: options.holdOut === STRONGEST ? STRONGEST : wholeNumber("--hold-out", options.holdOut, 0),
      effort: oneOf("--effort", options.effort, Object.keys(EFFORTS) as Effort[]),
      seed: wholeNumber("--seed", options.seed, 0),
      ...(options.sweeps !== undefined && { sweeps: sweepChoices(options.sweeps) }),
      ...(network && { network }),
      provenance: { patchtwin: version, createdAt: new Date().toISOString() },
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

/** `3` is that sweep of every file, `2:3` the third of the second file. */
function sweepChoices(text: string): SweepChoice[] {
  return text.split(",").map((part) => {
    const [first, second] = part.split(/:(.*)/);
    if (second === undefined) return { sweep: wholeNumber("--sweeps", part, 1) };
    return { file: wholeNumber("--sweeps", first, 1), sweep: wholeNumber("--sweeps", second, 1) };
  });
}

export const seconds = (started: number) => Math.round((performance.now() - started) / 100) / 10;
