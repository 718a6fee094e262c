import type { Command } from "commander";
import { InputError } from "../../errors.ts";
import {
  currentJumps,
  detectSpikes,
  type Inspection,
  inspectRecording,
  judgedPart,
  QUALITY_LIMITS,
  type QualityLimits,
  spikeTimes,
} from "../../features/index.ts";
import { FORMATS, type Recording, type SweepGroup } from "../../recordings/index.ts";
import { checkOutput, writeOutput } from "../files.ts";
import { namedNumbers } from "../options.ts";
import { count, decimals, number, type Output, textTable } from "../output.ts";
import {
  loadRecording,
  type RecordingOptions,
  withPreparationOptions,
  withRecordingOptions,
} from "../recordingInput.ts";
import { loadReports } from "../reports.ts";

export function addInspect(program: Command, output: () => Output): void {
  withPreparationOptions(withRecordingOptions(program.command("inspect <files...>")))
    .description("what is in a recording, how the current was recovered, quality control")
    .option("--limits <settings>", "other limits of quality, e.g. maxDrift_mV=10,maxNoise_mV=0.5")
    .option("--report <file.html>", "every sweep drawn with its recovered current, as one HTML file")
    .action(async (files: string[], options: RecordingOptions & { report?: string; limits?: string }) => {
      if (options.report !== undefined) await checkPage(options.report, files);
      const limits = options.limits === undefined ? {} : qualityLimits(options.limits);
      const documents: Document[] = [];
      for (const file of files) {
        const { recording, sha256 } = await loadRecording(file, options);
        const document = { ...inspectRecording(recording, limits), sha256 };
        documents.push(document);
        if (options.report !== undefined) await writePage(options.report, recording, document);
      }
      const document = documents.length === 1 ? documents[0] : { files: documents };
      await output().result(document, () => documents.map(toText).join("\n\n"));
    });
}

async function checkPage(path: string, files: readonly string[]): Promise<void> {
  if (!/\.html?$/i.test(path) || files.length !== 1) {
    throw new InputError({
      code: "bad-option",
      where: "--report",
      what: "the page cannot be written so",
      got: `${path} of ${count(files.length, "recording")}`,
      expected: "a name that ends in .html, and one recording",
      next: "Inspect one recording at a time.",
    });
  }
  await checkOutput(path);
}

function qualityLimits(text: string): Partial<QualityLimits> {
  return namedNumbers("--limits", text, QUALITY_LIMITS, "docs/quality.md says what they mean.");
}

async function writePage(path: string, recording: Recording, document: Document): Promise<void> {
  const { renderRecording } = await loadReports();
  const { part } = judgedPart(recording);
  const page = {
    recording,
    drawn: part,
    sha256: document.sha256,
    quality: document.qc,
    protocols: document.protocols.map(protocolLine),
    notes: document.notes,
    spikeTimes_ms: part.sweeps.map(({ v_mV, i_pA }) =>
      spikeTimes(detectSpikes(v_mV, part.dt_ms, { currentJumps_ms: currentJumps(i_pA, part.dt_ms) })),
    ),
  };
  await writeOutput(path, renderRecording(page));
}

type Document = Inspection & { readonly sha256: string };

function toText(document: Document): string {
  const { sweeps, qc } = document;
  const rows = sweeps.map(({ index, stimulus, samples, dt_ms, vBaseline_mV, spikes }) => [
    String(index),
    stimulus.kind,
    decimals(stimulus.amplitude_pA, 1),
    decimals(stimulus.start_ms, 1),
    decimals(stimulus.end_ms, 1),
    decimals(samples * dt_ms, 1),
    decimals(vBaseline_mV, 1),
    String(spikes),
  ]);
  const header = ["sweep", "kind", "current pA", "from ms", "to ms", "length ms", "baseline mV", "spikes"];
  return [
    `${document.file}: ${FORMATS[document.format]}, ${count(sweeps.length, "sweep")} at ${number(1 / sweeps[0].dt_ms)} kHz`,
    ...(document.protocol ? [`protocol: ${document.protocol}`] : []),
    `current: ${document.currentDescription}`,
    ...document.protocols.map(protocolLine),
    ...document.preparation.map(({ description }) => `prepared: ${description}`),
    ...document.notes.map((note) => `note: ${note}`),
    ...document.tags.map(({ t_s, text }) => `tag at ${number(t_s)} s: ${text}`),
    "",
    textTable(
      [header, ...rows],
      header.map((title) => title !== "kind"),
    ),
    "",
    textTable(
      [
        ["quality", "", "value", "limit", ""],
        ...qc.map(({ check, ok, value, unit, limit, reason, detail }) => [
          check,
          ok === null ? "unknown" : ok ? "ok" : "FAILS",
          value === null ? "-" : `${number(value, 3)} ${unit}`,
          `${limit} ${unit}`,
          reason ?? detail ?? "",
        ]),
      ],
      [false, false, true, false, false],
    ),
    "",
    conclusion(document),
  ].join("\n");
}

/** `protocol of 17 sweeps (1-17): step from 146.9 to 646.9 ms, -100 to 300 pA`. */
function protocolLine({ sweeps, kind, start_ms, end_ms, low_pA, high_pA }: SweepGroup): string {
  const when = start_ms === null ? "" : ` from ${decimals(start_ms, 1)} to ${decimals(end_ms, 1)} ms`;
  const what = kind === "none" ? "no change of current" : kind;
  const levels = low_pA === high_pA ? number(low_pA) : `${number(low_pA)} to ${number(high_pA)}`;
  return `protocol of ${count(sweeps.length, "sweep")} (${ranges(sweeps)}): ${what}${when}, ${levels} pA`;
}

/** `1-4, 7`. */
function ranges(numbers: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const n of numbers) {
    const last = runs.at(-1);
    if (last && n === last[1] + 1) last[1] = n;
    else runs.push([n, n]);
  }
  return runs.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(", ");
}

/** What the checks mean for what comes next. */
function conclusion({ qc, sweeps }: Document): string {
  const failed = qc.filter(({ ok }) => ok === false).map(({ check }) => check);
  const quality =
    failed.length === 0 ? "No quality check fails." : `Outside its limit: ${failed.join(", ")}.`;
  const advice = failed.length === 0 ? "" : " It can still be cloned; judge the twin with that in mind.";
  return sweeps.some(({ spikes }) => spikes > 0)
    ? `${quality}${advice}`
    : `${quality} No sweep has a spike: the excitability of this cell cannot be cloned.`;
}
