import type { Command } from "commander";
import { measureRecording, SPIKE_SETTINGS, type SpikeSettings } from "../../features/index.ts";
import { namedNumbers } from "../options.ts";
import { decimals, number, type Output, textTable } from "../output.ts";
import {
  loadRecording,
  type RecordingOptions,
  withPreparationOptions,
  withRecordingOptions,
} from "../recordingInput.ts";

export function addFeatures(program: Command, output: () => Output): void {
  withPreparationOptions(withRecordingOptions(program.command("features <files...>")))
    .description("spikes and features per sweep, f-I curve, and the cell")
    .option("--csv", "one row a sweep as comma-separated values")
    .option("--spikes <settings>", "what counts as a spike, e.g. minProminence_mV=10,minRise_mV_per_ms=3")
    .action(async (files: string[], options: RecordingOptions & { csv?: boolean; spikes?: string }) => {
      const changed = options.spikes === undefined ? {} : spikeSettings(options.spikes);
      const settings = { ...SPIKE_SETTINGS, ...changed };
      const documents: Document[] = [];
      for (const file of files) {
        const { recording } = await loadRecording(file, options);
        documents.push({ file: recording.name, settings, ...measureRecording(recording, changed) });
      }
      const document = documents.length === 1 ? documents[0] : { files: documents };
      const text = options.csv ? () => toCsv(documents) : () => documents.map(toText).join("\n\n");
      await output().result(document, text);
    });
}

type Document = { file: string; settings: typeof SPIKE_SETTINGS } & ReturnType<typeof measureRecording>;

/** The times of current jumps are no setting of a person. */
function spikeSettings(text: string): Partial<SpikeSettings> {
  const { currentJumps_ms: _, ...known } = SPIKE_SETTINGS;
  return namedNumbers("--spikes", text, known, "docs/features.md says what they mean.");
}

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
    decimals(i_pA, 1),
    String(spikeTimes_ms.length),
    decimals(features.rate_Hz, 1),
    decimals(features.latency_ms, 1),
    decimals(features.spikeThreshold_mV, 1),
    decimals(features.spikeAmplitude_mV, 1),
    decimals(features.spikeHalfWidth_ms, 2),
    decimals(features.ahpDepth_mV, 1),
    decimals(features.adaptationIndex, 3),
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
    ["rest", cell.restingPotential_mV, "mV"],
    ["input resistance", cell.inputResistance_MOhm, "MOhm"],
    ["tau", cell.tau_ms, "ms"],
    ["capacitance", cell.capacitance_pF, "pF"],
    ["sag", cell.sag, ""],
    ["rheobase", cell.rheobase_pA, "pA"],
    ["depolarisation block above", blockAbove_pA, "pA"],
  ] as const;
  const known = facts.flatMap(([name, value, unit]) =>
    value === null ? [] : [`${name} ${number(value, 3)} ${unit}`.trimEnd()],
  );
  const unknown = facts.flatMap(([name, value]) => (value === null && !name.includes("block") ? [name] : []));
  return [
    file,
    known.join(", "),
    ...(unknown.length > 0 ? [`not defined in this recording: ${unknown.join(", ")}`] : []),
    "",
    textTable(
      [header, ...rows],
      header.map(() => true),
    ),
  ].join("\n");
}
