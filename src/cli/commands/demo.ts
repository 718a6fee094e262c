import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Command } from "commander";
import type { Twin } from "../../cloning/index.ts";
import { findModel } from "../../engine/index.ts";
import { serveResult } from "../../server/serveResult.ts";
import { requireChannels } from "../../trials/index.ts";
import { readInput, sha256, writeOutput } from "../files.ts";
import { wholeNumber } from "../options.ts";
import { count, type Output } from "../output.ts";
import { packageRoot, version } from "../place.ts";
import { loadRecording, type RecordingOptions, withRecordingOptions } from "../recordingInput.ts";
import { loadReports } from "../reports.ts";
import { CLONE_DEFAULTS, type CloneOptions, makeTwin } from "./clone.ts";
import { checkTrial, makeTrial, type TrialDocument } from "./trial.ts";

/** The recording that comes with the package, and the drug that the main job tests on its clone. */
const EXAMPLE = join("examples", "171116sh_0018.abf");
const DRUG = "tetrodotoxin";
const DOSES = "1nM..1uM:7";

interface DemoOptions extends CloneOptions, Omit<RecordingOptions, "sweeps"> {
  readonly drug: string;
  readonly doses: string;
  readonly port: string;
  readonly serve: boolean;
  readonly fresh?: boolean;
}

interface MainResult {
  readonly kind: "patchtwin-result/1";
  readonly twin: Twin;
  readonly trial: TrialDocument;
}

export function addDemo(program: Command, output: () => Output): void {
  withRecordingOptions(program.command("demo [file]"))
    .description(
      "the main job: read a recording, clone it, test a drug on the clone, show the result as a page",
    )
    .option("--drug <name>", "drug to test", DRUG)
    .option("--doses <doses>", "doses, e.g. 10nM..10uM:7 or 1uM,10uM", DOSES)
    .option("--model <id>", "model to clone with", CLONE_DEFAULTS.model)
    .option("--samples <n>", "clones to keep", CLONE_DEFAULTS.samples)
    .option("--no-refine", "stop after the exploration")
    .option("--sweeps <list>", "1-based sweep numbers to use")
    .option("--hold-out <n>", "hold out every n-th sweep", CLONE_DEFAULTS.holdOut)
    .option("--effort <e>", "quick, standard, thorough", CLONE_DEFAULTS.effort)
    .option("--seed <n>", "seed of the search", CLONE_DEFAULTS.seed)
    .option("--port <n>", "port of the page", "4321")
    .option("--no-serve", "print the result and end")
    .option("--fresh", "compute again even if the same job was done before")
    .action(async (file: string | undefined, options: DemoOptions) => {
      const port = wholeNumber("--port", options.port, 0, 65535);
      // The port is taken first: a minute of work must not end in "port in use".
      const server = options.serve ? await serveResult(port) : undefined;
      try {
        const reports = loadReports(); // now, so that a build that comes meanwhile does not take it away
        const result = await mainJob(file, options, output());
        const { renderReport, renderTerminal } = await reports;
        server?.show({
          html: renderReport(result),
          json: JSON.stringify(result),
        });
        const { colour, width } = output();
        await output().result(result, () => renderTerminal(result, { colour, width }));
        if (server) output().note(`\nThe same result as a page: ${server.url}  (Ctrl-C ends)`);
      } catch (error) {
        await server?.close();
        throw error;
      }
    });
}

async function mainJob(file: string | undefined, options: DemoOptions, output: Output): Promise<MainResult> {
  const path = file ?? join(packageRoot, EXAMPLE);
  // First: a minute of cloning must not end in "no such drug".
  const { drug, doses, seed } = options;
  const asked = await checkTrial({ drug, doses, seed });
  requireChannels(findModel(options.model), "--model");
  const loaded = await loadRecording(path, { ...options, sweeps: undefined });
  output.note(
    `${basename(path)}: ${count(loaded.recording.sweeps.length, "sweep")}, current from ${loaded.recording.currentDescription}`,
  );
  const store = join(packageRoot, ".patchtwin", `main-${await jobKey(loaded.sha256, options)}.json`);
  const before = options.fresh ? null : await stored(store);
  if (before) {
    output.note(
      "taken from the store: computed before with the same input and version (--fresh computes it again)",
    );
    return before;
  }
  const twin = await makeTwin([loaded], options, output);
  const trial = await makeTrial(twin, asked, output);
  const result: MainResult = { kind: "patchtwin-result/1", twin, trial };
  await writeOutput(store, JSON.stringify(result)).catch((error: Error) =>
    output.note(`the result could not be kept for next time: ${error.message}`),
  );
  return result;
}

/** A result kept by an earlier run; null where there is none, or a damaged one. */
async function stored(path: string): Promise<MainResult | null> {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch {
    return null;
  }
}

/** Same recording, options, program and library: same result, so that it need not be computed twice. */
async function jobKey(recordingHash: string, options: DemoOptions): Promise<string> {
  const {
    drug,
    doses,
    model,
    samples,
    refine,
    sweeps,
    holdOut,
    effort,
    seed,
    timeUnit,
    voltageUnit,
    currentUnit,
  } = options;
  const asked = {
    drug,
    doses,
    model,
    samples,
    refine,
    sweeps,
    holdOut,
    effort,
    seed,
    timeUnit,
    voltageUnit,
    currentUnit,
  };
  const current = options.current ? sha256(await readInput(options.current)) : "";
  const program = await readFile(new URL(import.meta.url));
  const worker = await readFile(new URL("./worker.js", import.meta.url)).catch(() => new Uint8Array());
  const library = await readFile(join(packageRoot, "library", "drugs.json"));
  const parts = [
    version,
    recordingHash,
    current,
    JSON.stringify(asked),
    sha256(program),
    sha256(worker),
    sha256(library),
  ];
  return sha256(new TextEncoder().encode(parts.join("\n"))).slice(0, 24);
}
