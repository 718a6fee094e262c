import { PRESETS } from "../../src/engine/models/presets/index.ts";
import {
  type CausalCheck,
  FEATURES,
  type Preset,
  type PublishedFeature,
} from "../../src/engine/models/presets/preset.ts";
import { figures, table } from "./markdown.ts";
import { type MeasuredCell, measuredPreset } from "./measurePreset.ts";

/** The page of all presets: what each was measured to do beside what is published. */
export function presetsPage(): string {
  return [
    "# Presets",
    "",
    "Made by `npx tsx docs/tools/presets.ts` from `src/engine/models/presets`; nothing here is written by hand.",
    "",
    "Parameter sets of the cortical cell for eight cell types, searched by hand and by an evolution strategy until the published",
    "features below were met. They are single compartments that behave like such cells, not fits of any one cell, and other sets",
    "would do as well. `read`: the number was read in the named table, figure legend or abstract; `recalled`: it is from memory of",
    "the source and must be checked before anything rests on it. Ranges were set by judgement around the published means, about two",
    "standard deviations where they are known; bounds on what a block does are ours. What had to be loosened for a preset to pass",
    "stands under `Falls short`. Recordings differ in temperature; presets run at 36 °C unless they set `temperature_degC`.",
    "",
    ...PRESETS.flatMap(section),
    "## How each feature is measured",
    "",
    table(
      ["feature", "measured as"],
      Object.entries(FEATURES).map(([name, how]) => [name, how]),
    ),
    "",
  ].join("\n");
}

function section(preset: Preset): string[] {
  const { cells } = measuredPreset(preset);
  const [control, ...blocked] = cells;
  return [
    `## ${preset.title}`,
    "",
    table(
      ["feature", "measured", "published", "met", "source", ""],
      preset.features.map((feature) => featureRow(feature, control)),
    ),
    "",
    table(
      ["channels scaled", "feature", "before", "after", "expected", "source"],
      preset.causes.map((cause, k) => causeRow(cause, control, blocked[k])),
    ),
    "",
    `Falls short: ${preset.fallsShort.replace(/\.$/, "")}.`,
    "",
    `Parameters that differ from the defaults (drive ${preset.protocol.drive_pA} pA): ${Object.entries(
      preset.parameters,
    )
      .map(([name, value]) => `\`${name}\` ${figures(value)}`)
      .join(", ")}.`,
    "",
  ];
}

function featureRow({ name, low, high, source, provenance }: PublishedFeature, cell: MeasuredCell): string[] {
  const value = cell.measure(name);
  const met = value !== null && value >= low && value <= high;
  return [name, text(value), `${figures(low)} to ${figures(high)}`, met ? "yes" : "no", source, provenance];
}

function causeRow(cause: CausalCheck, control: MeasuredCell, blocked: MeasuredCell): string[] {
  const scale = Object.entries(cause.scale).map(([name, factor]) => `${name} × ${factor}`);
  return [
    scale.join(", "),
    cause.feature,
    text(control.measure(cause.feature)),
    text(blocked.measure(cause.feature)),
    cause.title,
    cause.source,
  ];
}

const text = (value: number | null): string => (value === null ? "none" : figures(value));
