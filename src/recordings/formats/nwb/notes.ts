/** What the file says beside the samples: amplifier settings, electrode, starts of the sweeps, how stimuli were found. */
import type { Value } from "../../hdf5/values.ts";
import type { Match } from "./clues.ts";
import { numberOf, type Series, textOf } from "./series.ts";
import type { NwbSweep } from "./sweeps.ts";

const MATCHED: Record<Match, string | undefined> = {
  table: undefined,
  "sweep-number": undefined,
  name: "by the numbers in their names",
  start: "by their start times",
  order: "by their order, because nothing else says which belong together",
};

/** One sentence each. */
export function notesOf(group: readonly NwbSweep[]): string[] {
  return [
    ...matchNotes(group),
    ...paddingNote(group),
    ...biasNote(group),
    ...settings(group),
    ...electrodeNote(group),
    ...startNote(group),
  ];
}

function matchNotes(group: readonly NwbSweep[]): string[] {
  const how = [...new Set(group.map(({ match }) => match && MATCHED[match]))];
  return how.flatMap((text) => (text ? [`Stimulus series were matched to the responses ${text}.`] : []));
}

function paddingNote(group: readonly NwbSweep[]): string[] {
  const padded = group.filter(({ response }) => response.series.padding > 0);
  if (padded.length === 0) return [];
  const samples = padded.reduce((sum, { response }) => sum + response.series.padding, 0);
  const sweeps = padded.length === 1 ? "1 sweep" : `${padded.length} sweeps`;
  return [`Left ${samples} samples at the end of ${sweeps}: they are filled with NaN.`];
}

/** A bias is set on the amplifier and not part of the stimulus; whether it reached the cell the file does not say. */
function biasNote(group: readonly NwbSweep[]): string[] {
  const bias = range(group, "bias_current", 1e12, "pA");
  return bias && bias !== "0 pA" ? [`Bias current ${bias} on the amplifier: not added to the stimulus.`] : [];
}

function settings(group: readonly NwbSweep[]): string[] {
  const texts = [
    ["gain", range(group, "gain", 1, "")],
    ["bridge balance", range(group, "bridge_balance", 1e-6, "MOhm")],
    ["capacitance compensation", range(group, "capacitance_compensation", 1e12, "pF")],
  ].flatMap(([name, text]) => (text ? [`${name} ${text}`] : []));
  return texts.length > 0 ? [`Amplifier: ${texts.join(", ")}.`] : [];
}

/** Smallest to largest value of a setting over the sweeps. */
function range(group: readonly NwbSweep[], name: string, factor: number, unit: string): string | undefined {
  const values = group
    .map(({ response }) => settingOf(response.series, name))
    .filter((value) => value !== undefined && Number.isFinite(value));
  if (values.length === 0) return undefined;
  const text = (value: number) => String(Number((value * factor).toPrecision(6)));
  const sorted = values.map(Number).sort((a, b) => a - b);
  const [low, high] = [text(sorted[0]), text(sorted[sorted.length - 1])];
  return `${low === high ? low : `${low} to ${high}`} ${unit}`.trim();
}

function settingOf(series: Series, name: string): number | undefined {
  return numberOf(series.object.get(name)?.dataset?.first());
}

const ELECTRODE_FIELDS = [
  "description",
  "location",
  "seal",
  "resistance",
  "initial_access_resistance",
  "filtering",
];

function electrodeNote(group: readonly NwbSweep[]): string[] {
  const electrode = group[0].response.series.object.get("electrode");
  if (!electrode) return [];
  const name = electrode.path.split("/").at(-1);
  const fields = ELECTRODE_FIELDS.flatMap((field) => {
    const value: Value = electrode.get(field)?.dataset?.first();
    const text = textOf(value)?.replace(/\.$/, "") ?? numberOf(value);
    return text === undefined || text === "" || text === "{}" || text === name
      ? []
      : [`${field.replaceAll("_", " ")} ${text}`];
  });
  return fields.length > 0 ? [`Electrode "${name}": ${fields.join(", ")}.`] : [];
}

/** At most this many starts are listed. */
const LISTED = 3;

function startNote(group: readonly NwbSweep[]): string[] {
  const starts = group.map(
    ({ response }) => response.series.start_s + (response.from * response.series.dt_ms) / 1000,
  );
  if (new Set(starts).size < 2) return [];
  const text = (start_s: number) => String(Number(start_s.toFixed(3)));
  const all =
    starts.length <= LISTED + 1
      ? starts.map(text)
      : [...starts.slice(0, LISTED).map(text), "...", text(starts[starts.length - 1])];
  return [`Sweeps start at ${all.join(", ")} s.`];
}
