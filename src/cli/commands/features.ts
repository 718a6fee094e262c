import type { Command } from "commander";
import { measureRecording, SPIKE_SETTINGS } from "../../features/index.ts";
import { number, type Output, textTable } from "../output.ts";
import { loadRecording, type RecordingOptions, withRecordingOptions } from "../recordingInput.ts";

export function addFeatures(program: Command, output: () => Output): void {
  withRecordingOptions(program.command("features <files...>"))
    .description("spikes and features per sweep, f-I curve, and the cell")
    .option("--csv", "one row a sweep as comma-separated values")
    .action(async (files: string[], options: RecordingOptions & { csv?: boolean }) => {
      const documents: Document[] = [];
      for (const file of files) {
        const { recording } = await loadRecording(file, options);
        documents.push({ file: recording.name, settings: SPIKE_SETTINGS, ...measureRecording(recording) });
      }
      const document = documents.length === 1 ? documents[0] : { files: documents };
      const text = options.csv ? () => toCsv(documents) : () => documents.map(toText).join("\n\n");
      output().result(document, text);
    });
}

type Document = { file: string; settings: typeof SPIKE_SETTINGS } & ReturnType<typeof measureRecording>;

function toCsv(documents: readonly Document[]): string {
  const names = Object.keys(documents[0].sweeps[0].features) as (keyof Document["cell"])[];
  const header = ["file", "sweep", "i_pA", "spikes", ...names];
  const rows = documents.flatMap(({ file, sweeps }) =>
    sweeps.map(({ index, i_pA, spikeTimes_ms, features }) =>
      [
        quoted(file),
        index,
        i_pA ?? "",
        spikeTimes_ms.length,
        ...names.map((name) => features[name] ?? ""),
      ].join(","),
    ),
  );
  return [header.join(","), ...rows].join("\n");
}

const quoted = (text: string) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

function toText({ file, sweeps, cell, blockAbove_pA }: Document): string {
  const rows = sweeps.map(({ index, i_pA, spikeTimes_ms, features }) => [
    String(index),
    number(i_pA),
    String(spikeTimes_ms.length),
    number(features.rate_Hz, 3),
    number(features.latency_ms, 3),
    number(features.spikeThreshold_mV, 3),
    number(features.spikeAmplitude_mV, 3),
    number(features.spikeHalfWidth_ms, 3),
    number(features.ahpDepth_mV, 3),
    number(features.adaptationIndex, 2),
  ]);
  const header = [
    "sweep",
    "pA",
    "spikes",
    "Hz",
    "latency ms",
    "threshold mV",
    "amplitude mV",
    "half-width ms",
    "AHP mV",
    "adaptation",
  ];
  const facts = [
    `rest ${number(cell.restingPotential_mV, 3)} mV`,
    `input resistance ${number(cell.inputResistance_MOhm, 3)} MOhm`,
    `tau ${number(cell.tau_ms, 3)} ms`,
    `capacitance ${number(cell.capacitance_pF, 3)} pF`,
    `sag ${number(cell.sag, 2)}`,
    `rheobase ${number(cell.rheobase_pA, 3)} pA`,
    blockAbove_pA === null
      ? "no depolarisation block"
      : `depolarisation block above ${number(blockAbove_pA)} pA`,
  ];
  return [
    `${file}: ${facts.join(", ")}`,
    "",
    textTable(
      [header, ...rows],
      header.map(() => true),
    ),
  ].join("\n");
}
