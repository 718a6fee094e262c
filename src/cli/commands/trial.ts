import type { Command } from "commander";
import type { Twin } from "../../cloning/index.ts";
import { findModel } from "../../engine/index.ts";
import { InputError } from "../../errors.ts";
import { type Drug, type DrugLibrary, findDrug, parseDoses } from "../../pharmacology/index.ts";
import { requireChannels, type Trial } from "../../trials/index.ts";
import { checkOutput, writeOutput } from "../files.ts";
import { loadLibrary } from "../library.ts";
import { oneOf, wholeNumber } from "../options.ts";
import type { Output } from "../output.ts";
import { version } from "../place.ts";
import { runInWorker } from "../pool.ts";
import { loadReports } from "../reports.ts";
import { loadTwin } from "../twinFile.ts";
import { seconds } from "./clone.ts";

export interface TrialOptions {
  readonly drug: string;
  readonly dose?: string;
  readonly doses?: string;
  readonly seed: string;
}

/** A trial as the command line gives it. */
export interface TrialDocument extends Trial {
  /** The verdict against a therapeutic target band: not made yet. */
  readonly therapeutic: null;
}

export function addTrial(program: Command, output: () => Output): void {
  program
    .command("trial <twins...>")
    .description("a drug on the clones of a twin: dose sweep and verdict")
    .requiredOption("--drug <name>", "a drug of the library; see `patchtwin drugs`")
    .option("--dose <doses>", "one or more doses with units, e.g. 1uM,10uM")
    .option("--doses <low..high:n>", "n doses on a logarithmic scale, e.g. 10nM..10uM:7")
    .option("--protocol <name>", "steps: 500 ms current steps up to four times the clones' rheobase", "steps")
    .option("--out <trial.json>", "also write the result here")
    .option("--seed <n>", "kept with the result; this protocol uses no chance", "1")
    .addHelpText(
      "after",
      "\nNot yet: the therapeutic verdict against a target band (`therapeutic` in the JSON is null), two drugs at once.",
    )
    .action(async (files: string[], options: TrialOptions & { protocol: string; out?: string }) => {
      oneOf("--protocol", options.protocol, ["steps"]);
      const asked = await checkTrial(options);
      if (options.out !== undefined) await checkOutput(options.out);
      const twins: Twin[] = [];
      for (const file of files) {
        const twin = await loadTwin(file);
        requireChannels(findModel(twin.model), file);
        twins.push(twin);
      }
      const trials: TrialDocument[] = [];
      for (const twin of twins) trials.push(await makeTrial(twin, asked, output()));
      const document = trials.length === 1 ? trials[0] : { trials };
      if (options.out !== undefined) await writeOutput(options.out, `${JSON.stringify(document)}\n`);
      const { colour, width } = output();
      await output().result(document, async () => {
        const { renderTerminal } = await loadReports();
        return trials
          .map((trial, k) => renderTerminal({ twin: twins[k], trial }, { colour, width }))
          .join("\n");
      });
    });
}

export interface CheckedTrial {
  readonly library: DrugLibrary;
  readonly drug: Drug;
  readonly doses_uM: readonly number[];
  readonly seed: number;
}

/** Whatever can be refused before the work begins. */
export async function checkTrial(options: TrialOptions): Promise<CheckedTrial> {
  const library = await loadLibrary();
  return {
    library,
    drug: findDrug(library, oneDrug(options.drug)),
    doses_uM: chosenDoses(options),
    seed: wholeNumber("--seed", options.seed, 0),
  };
}

/** Runs a trial with progress; the clock is read here. */
export async function makeTrial(twin: Twin, asked: CheckedTrial, output: Output): Promise<TrialDocument> {
  const started = performance.now();
  const provenance = { patchtwin: version, createdAt: new Date().toISOString() };
  const trial = await runInWorker({ kind: "trial", request: { twin, ...asked, provenance } }, (done) =>
    output.progress(`trial: ${asked.drug.name}`, done),
  );
  return { ...trial, therapeutic: null, provenance: { ...trial.provenance, wall_s: seconds(started) } };
}

function oneDrug(name: string): string {
  if (!name.includes(",")) return name;
  throw new InputError({
    code: "one-drug",
    where: "--drug",
    what: "two drugs at once cannot be tested yet",
    got: `"${name}"`,
    expected: "one drug",
    next: "Run one trial a drug.",
  });
}

/** Doses of a trial in µM, ascending. Throws InputError where none is given, or both ways at once. */
function chosenDoses({ dose, doses }: { readonly dose?: string; readonly doses?: string }): number[] {
  if ((dose === undefined) === (doses === undefined)) {
    throw new InputError({
      code: "bad-dose",
      where: "--dose, --doses",
      what: dose === undefined ? "no dose is given" : "both are given",
      got: dose === undefined ? "neither" : `"${dose}" and "${doses}"`,
      expected: "--dose 1uM,10uM or --doses 10nM..10uM:7",
      next: "Give one of the two.",
    });
  }
  return parseDoses(dose ?? doses ?? "");
}
