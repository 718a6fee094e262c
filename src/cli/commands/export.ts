import { basename } from "node:path";
import type { Command } from "commander";
import { InputError } from "../../errors.ts";
import { aboutOf, type Source } from "../export/about.ts";
import { contentAs, EXPORT_FORMATS, type Exportable } from "../export/formats.ts";
import { recordingExport } from "../export/recording.ts";
import { asSimulation, simulationExport } from "../export/simulation.ts";
import { checkedTrial, trialExport } from "../export/trial.ts";
import { openFile } from "../fileSource.ts";
import { checkOutput, readInput, readJson, sha256, writeOutput } from "../files.ts";
import { oneOf } from "../options.ts";
import type { Output } from "../output.ts";
import {
  loadRecording,
  type RecordingOptions,
  withPreparationOptions,
  withRecordingOptions,
} from "../recordingInput.ts";
import { checkTwin, loadTwin } from "../twinFile.ts";

interface ExportOptions extends RecordingOptions {
  readonly format: string;
  readonly out: string;
  readonly about?: string;
  readonly twin?: string;
}

export function addExport(program: Command, output: () => Output): void {
  withPreparationOptions(withRecordingOptions(program.command("export <input>")))
    .description("a recording, a simulation with its trace, a trial or a twin in a format for other programs")
    .requiredOption("--format <format>", `${EXPORT_FORMATS.join(", ")}; docs/export.md says what each holds`)
    .requiredOption("--out <file>", "where the file is written")
    .option(
      "--about <about.json>",
      "for NWB: start of the session, subject, experimenters, ... (docs/export.md)",
    )
    .option("--twin <twin.json>", "the twin of a trial: NWB then holds every sweep, simulated again")
    .action(async (input: string, options: ExportOptions) => {
      const format = oneOf("--format", options.format, EXPORT_FORMATS);
      await checkOutput(options.out);
      const exportable = await exportableOf(input, options);
      const content = await contentAs(format, exportable, input);
      await writeOutput(options.out, content);
      const document = {
        file: options.out,
        format,
        from: exportable.what,
        bytes: Buffer.byteLength(content),
      };
      await output().result(document, () => `${exportable.what} as ${format}, written to ${options.out}`);
    });
}

async function exportableOf(input: string, options: ExportOptions): Promise<Exportable> {
  if (await isJson(input)) return await documentExport(input, options);
  const { recording, sha256 } = await loadRecording(input, options);
  return recordingExport(recording, () => aboutOf({ path: input, sha256 }, options.about));
}

/** Results of this program are JSON objects, and no recording begins like one. */
async function isJson(path: string): Promise<boolean> {
  const { source, close } = await openFile(path);
  const head = new TextDecoder().decode(source.bytes(0, Math.min(64, source.size)));
  close();
  return head.trimStart().startsWith("{");
}

async function documentExport(path: string, options: ExportOptions): Promise<Exportable> {
  const { document, twin } = innermost(await readJson(path));
  const source: Source = { path, sha256: sha256(await readInput(path)) };
  const about = (made?: string) => () => aboutOf({ ...source, ...(made && { made }) }, options.about);
  switch (kindOf(document)) {
    case "patchtwin-twin/1":
      return twinExport(checkTwin(document, path));
    case "patchtwin-trial/1": {
      const trial = checkedTrial(document, path);
      const inResult = twin === undefined ? undefined : checkTwin(twin, path);
      const named = options.twin === undefined ? inResult : await loadTwin(options.twin);
      return trialExport(trial, named, path, about(trial.provenance.createdAt));
    }
    default: {
      const simulation = asSimulation(document);
      if (simulation) return simulationExport(simulation, basename(path), about());
      throw notExportable(path, kindOf(document));
    }
  }
}

/** The result of the main job holds a twin and perhaps a trial of it: the trial goes first. */
function innermost(document: unknown): { readonly document: unknown; readonly twin?: unknown } {
  if (kindOf(document) !== "patchtwin-result/1") return { document };
  const { twin, trial } = document as { twin?: unknown; trial?: unknown };
  return trial === undefined ? { document: twin } : { document: trial, twin };
}

function twinExport(twin: unknown): Exportable {
  return {
    what: "a twin",
    formats: { json: () => `${JSON.stringify(twin)}\n` },
    otherwise: {
      why: "of every stretch of a sweep it holds the lowest and highest voltage, to draw it, and not the samples",
      next: "Export the recording that it was cloned from, or a run of the clone: `patchtwin simulate --trace --json`.",
    },
  };
}

function kindOf(document: unknown): string | undefined {
  if (typeof document !== "object" || document === null || !("kind" in document)) return undefined;
  return typeof document.kind === "string" ? document.kind : undefined;
}

function notExportable(path: string, kind: string | undefined): InputError {
  return new InputError({
    code: "not-exportable",
    where: path,
    what: "this document cannot be exported",
    got: kind ? `a document of kind ${kind}` : "a document of another kind",
    expected: "a twin, one trial, or what `patchtwin simulate --trace --json` prints",
    next: "Check that this is the file you mean.",
  });
}
