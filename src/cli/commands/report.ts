import type { Command } from "commander";
import { InputError } from "../../errors.ts";
import type { Trial } from "../../trials/index.ts";
import { readJson, writeOutput } from "../files.ts";
import type { Output } from "../output.ts";
import { loadReports } from "../reports.ts";
import { checkTwin } from "../twinFile.ts";

/** What `demo --json` prints and `report` reads: a twin and, if a drug was tested, the trial. */
export interface Result {
  readonly kind: "patchtwin-result/1";
  readonly twin: unknown;
  readonly trial?: Trial;
}

export function addReport(program: Command, output: () => Output): void {
  program
    .command("report <result> [trial]")
    .description(
      "one self-contained HTML file from a twin (and a trial of it), or from a result of the main job",
    )
    .requiredOption("--out <file.html>", "where the report is written")
    .action(async (resultFile: string, trialFile: string | undefined, options: { out: string }) => {
      if (!/\.html?$/i.test(options.out)) {
        throw new InputError({
          code: "bad-option",
          where: "--out",
          what: "only HTML can be written yet",
          got: options.out,
          expected: "a name that ends in .html",
          next: "Print the HTML to PDF from a browser.",
        });
      }
      const result = await readJson(resultFile);
      const input: Pick<Result, "twin" | "trial"> = isResult(result) ? result : { twin: result };
      const twin = checkTwin(input.twin, resultFile);
      const trial = trialFile === undefined ? input.trial : checkTrial(await readJson(trialFile), trialFile);
      const { renderReport } = await loadReports();
      await writeOutput(options.out, renderReport({ twin, ...(trial && { trial }) }));
      await output().result({ report: options.out }, () => `written to ${options.out}`);
    });
}

function isResult(value: unknown): value is Result {
  return (
    typeof value === "object" && value !== null && "kind" in value && value.kind === "patchtwin-result/1"
  );
}

function checkTrial(value: unknown, where: string): Trial {
  if (typeof value === "object" && value !== null && "kind" in value && value.kind === "patchtwin-trial/1")
    return value as Trial;
  throw new InputError({
    code: "not-a-trial",
    where,
    what: "the file is not a trial",
    got: "no `kind` of patchtwin-trial/1",
    expected: "a file written by `patchtwin trial --out trial.json`",
    next: "Run the trial again with --out.",
  });
}
