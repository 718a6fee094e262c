import type { Command } from "commander";
import {
  CATALOGUE,
  type CatalogueSettings,
  EFEL_SETTINGS,
  measureCatalogue,
  measureRecording,
  medianOf,
  type RecordingCatalogue,
  type RecordingFeatures,
  SPIKE_SETTINGS,
  type SpikeSettings,
} from "../../features/index.ts";
import { csvOf } from "../csv.ts";
import { namedNumbers, oneOf } from "../options.ts";
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
    .option(
      "--catalogue [settings]",
      "every feature of the catalogue (docs/features-catalogue.md); efel: with eFEL's settings",
    )
    .action(async (files: string[], options: FeatureOptions) => {
      const catalogue = catalogueSettings(options.catalogue);
      const changed = options.spikes === undefined ? {} : spikeSettings(options.spikes);
      const settings = { ...SPIKE_SETTINGS, ...changed };
      const documents: Document[] = [];
      for (const file of files) {
        const { recording } = await loadRecording(file, options);
        documents.push({
          file: recording.name,
          settings,
          ...measureRecording(recording, changed),
          ...(catalogue && { catalogue: measureCatalogue(recording, catalogue) }),
        });
      }
      const document = documents.length === 1 ? documents[0] : { files: documents };
      const asCsv = catalogue ? catalogueCsv : toCsv;
      const text = options.csv ? () => asCsv(documents) : () => documents.map(toText).join("\n\n");
      await output().result(document, text);
    });
}

interface FeatureOptions extends RecordingOptions {
  readonly csv?: boolean;
  readonly spikes?: string;
  readonly catalogue?: true | string;
}

interface Document extends RecordingFeatures {
  readonly file: string;
  readonly settings: SpikeSettings;
  readonly catalogue?: RecordingCatalogue;
}

function catalogueSettings(wish: true | string | undefined): Partial<CatalogueSettings> | undefined {
  if (wish === undefined) return undefined;
  return wish !== true && oneOf("--catalogue", wish, ["patchtwin", "efel"]) === "efel" ? EFEL_SETTINGS : {};
}

type Row = (string | number | null)[];

/** One row a value; a feature that is undefined has one row with the reason. */
function catalogueCsv(documents: readonly Document[]): string {
  const rows = documents.flatMap(({ file, catalogue }) => [
    ...catalogue!.sweeps.flatMap(({ index, features }) => valueRows(file, index, features)),
    ...valueRows(file, "all", catalogue!.family),
  ]);
  return csvOf([["file", "sweep", "feature", "unit", "position", "value", "reason"], ...rows]).trimEnd();
}

function valueRows(file: string, sweep: number | "all", features: RecordingCatalogue["family"]): Row[] {
  return Object.entries(features).flatMap(([name, measured]): Row[] => {
    if (measured.values === null) return [[file, sweep, name, null, null, null, measured.reason]];
    return measured.values.map((value, n) => [file, sweep, name, measured.unit, n + 1, value, null]);
  });
}

/** The times of current jumps are no setting of a person. */
function spikeSettings(text: string): Partial<SpikeSettings> {
  const { currentJumps_ms: _, ...known } = SPIKE_SETTINGS;
  return namedNumbers("--spikes", text, known, "docs/features.md says what they mean.");
}

function toCsv(documents: readonly Document[]): string {
  const names = Object.keys(documents[0].sweeps[0].features) as (keyof Document["cell"])[];
  const rows = documents.flatMap(({ file, sweeps }) =>
    sweeps.map(
      ({ index, i_pA, spikeTimes_ms, features }): Row => [
        file,
        index,
        i_pA,
        spikeTimes_ms.length,
        ...names.map((name) => features[name]),
      ],
    ),
  );
  return csvOf([["file", "sweep", "i_pA", "spikes", ...names], ...rows]).trimEnd();
}

function toText({ file, sweeps, cell, blockAbove_pA, catalogue }: Document): string {
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
    ...(catalogue ? ["", catalogueTable(catalogue)] : []),
  ].join("\n");
}

/** Each feature once: in how many sweeps it is defined, and the median over them of its means; of the family its values. */
function catalogueTable({ sweeps, family }: RecordingCatalogue): string {
  const rows = CATALOGUE.map(({ name, unit, group }) => {
    const all = family[name] ? [family[name]] : sweeps.map(({ features }) => features[name]);
    const means = all.flatMap(({ values }) => (values?.length ? [mean(values)] : []));
    const reason = all.find(({ values }) => values === null);
    const why = means.length === 0 && reason?.values === null ? reason.reason : "";
    return [name, group, decimals(medianOf(means), 3), unit, `${means.length} of ${all.length}`, why];
  });
  return textTable(
    [["feature", "group", "median", "unit", "defined in", ""], ...rows],
    [false, false, true, false, true, false],
  );
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
