import type { Command } from "commander";
import type { Twin } from "../../cloning/index.ts";
import { InputError } from "../../errors.ts";
import { findDrug, parseDoses } from "../../pharmacology/index.ts";
import { renderTerminal } from "../../reports/index.ts";
import { runTrial, type Trial } from "../../trials/index.ts";
import { writeOutput } from "../files.ts";
import { loadLibrary } from "../library.ts";
import { oneOf, wholeNumber } from "../options.ts";
import type { Output } from "../output.ts";
import { version } from "../place.ts";
import { loadTwin } from "../twinFile.ts";
import { seconds } from "./clone.ts";

export interface TrialOptions {
  readonly drug: string;
  readonly dose?: string;
  readonly doses?: string;
  readonly seed: string;
}

export function addTrial(program: Command, output: () => Output): void {
  program
    .command("trial <twins...>")
    .description("a drug on the clones of a twin: dose sweep and verdict")
    .requiredOption("--drug <name>", "a drug of the library; see `patchtwin drugs`")
    .option("--dose <doses>", "one or more doses with units, e.g. 1uM,10uM")
    .option("--doses <low..high:n>", "n doses on a logarithmic scale, e.g. 10nM..10uM:7")
    .option("--protocol <name>", "steps: current steps up to twice rheobase", "steps")
    .option("--out <trial.json>", "also write the result here")
    .option("--seed <n>", "kept with the result; this protocol uses no chance", "1")
    .action(async (files: string[], options: TrialOptions & { protocol: string; out?: string }) => {
      oneOf("--protocol", options.protocol, ["steps"]);
      const twins: Twin[] = [];
      for (const file of files) twins.push(await loadTwin(file));
      const trials: Trial[] = [];
      for (const twin of twins) trials.push(await makeTrial(twin, options, output()));
      const document = trials.length === 1 ? trials[0] : { trials };
      if (options.out !== undefined) await writeOutput(options.out, `${JSON.stringify(document)}\n`);
      const { colour, width } = output();
      output().result(document, () =>
        trials.map((trial, k) => renderTerminal({ twin: twins[k], trial }, { colour, width })).join("\n\n"),
      );
    });
}

/** Runs a trial with progress; the clock is read here. */
export async function makeTrial(twin: Twin, options: TrialOptions, output: Output): Promise<Trial> {
  const started = performance.now();
  const library = await loadLibrary();
  const drug = findDrug(library, oneDrug(options.drug));
  const trial = runTrial(
    {
      twin,
      drug,
      library,
      doses_uM: chosenDoses(options),
      seed: wholeNumber("--seed", options.seed, 0),
      provenance: { patchtwin: version, createdAt: new Date().toISOString() },
    },
    (done) => output.progress(`trial: ${drug.name}`, done),
  );
  return { ...trial, provenance: { ...trial.provenance, wall_s: seconds(started) } };
}

function oneDrug(name: string): string {
  if (!name.includes(",")) return name;
  throw new InputError({
    code: "one-drug",
    where: "--drug",
    what: "two drugs at once cannot be tested yet",
    got: `"${name}"`,
    expected: "one drug",
  });
}

/** Doses of a trial in µM, ascending. Throws InputError where none is given, or both ways at once. */
export function chosenDoses({ dose, doses }: { readonly dose?: string; readonly doses?: string }): number[] {
  if ((dose === undefined) === (doses === undefined)) {
    throw new InputError({
      code: "bad-dose",
      where: "--dose, --doses",
      what: dose === undefined ? "no dose is given" : "both are given",
      expected: "--dose 1uM,10uM or --doses 10nM..10uM:7",
    });
  }
  return parseDoses(dose ?? doses ?? "");
}
