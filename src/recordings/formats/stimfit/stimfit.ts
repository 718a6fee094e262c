/** Reads HDF5 files of Stimfit: a group per channel, in it a group per section (sweep) with data, dt and units. */
import { InputError } from "../../../errors.ts";
import { damaged } from "../../bytes.ts";
import type { Channel, Content } from "../../content.ts";
import type { Dataset } from "../../hdf5/dataset.ts";
import type { Hdf5File, Hdf5Object } from "../../hdf5/file.ts";
import type { Row } from "../../hdf5/values.ts";
import { factorFor, roleOfUnit } from "../../units.ts";

interface Section {
  readonly data: Dataset;
  readonly dt_ms: number;
  readonly unit: string;
}

interface StimfitChannel {
  readonly name: string;
  readonly sections: readonly Section[];
}

const SECTION = /^section_(\d+)$/;

const sectionNames = (group: Hdf5Object | undefined): string[] =>
  [...(group?.links?.keys() ?? [])]
    .filter((name) => SECTION.test(name))
    .sort((a, b) => numberOf(a) - numberOf(b));

const numberOf = (name: string): number => Number(SECTION.exec(name)?.[1]);

export function isStimfit({ root }: Hdf5File): boolean {
  return channelGroups(root).length > 0;
}

function channelGroups(root: Hdf5Object): Hdf5Object[] {
  return [...(root.links?.entries() ?? [])]
    .filter(([, link]) => link.kind !== "external")
    .flatMap(([name]) => root.get(name) ?? [])
    .filter((group) => sectionNames(group).length > 0)
    .sort((a, b) => placeOf(a) - placeOf(b));
}

/** Place among the channels, which only a title of a table says. */
function placeOf(group: Hdf5Object): number {
  const title = group.get("description")?.attributes.get("TITLE");
  const place = typeof title === "string" ? /channel (\d+)/.exec(title)?.[1] : undefined;
  return place === undefined ? Number.MAX_SAFE_INTEGER : Number(place);
}

/**
 * The channels of a Stimfit file, one sweep for each section, in the units that the sections name. The file has no command: a
 * recorded current is the only one there is.
 *
 * Sections of another sampling interval or unit than the first make contents of their own.
 *
 * @throws InputError `damaged-header`, `truncated`, `time-unit`, `external-link`, `unsupported`.
 */
export function readStimfit(file: Hdf5File): Content[] {
  const channels = channelGroups(file.root).map((group) => readChannel(file, group));
  const sections = Math.min(...channels.map(({ sections }) => sections.length));
  const groups = new Map<string, number[]>();
  for (let k = 0; k < sections; k++) {
    const key = channels.map(({ sections }) => `${sections[k].dt_ms} ${sections[k].unit}`).join("\n");
    groups.set(key, [...(groups.get(key) ?? []), k]);
  }
  const most = Math.max(...channels.map((channel) => channel.sections.length));
  const notes = [
    ...(most > sections ? [`Left ${most - sections} sweeps that not all channels have.`] : []),
    ...currentNote(channels),
  ];
  return [...groups.values()].map((numbers) => contentOf(file, channels, numbers, notes));
}

function currentNote(channels: readonly StimfitChannel[]): string[] {
  const currents = channels.filter(({ sections }) => roleOfUnit(sections[0].unit) === "current");
  const names = currents.map(({ name }) => `"${name}"`).join(", ");
  if (names === "") return [];
  return [`The file does not say whether ${names} was injected into this cell or recorded from another one.`];
}

function readChannel({ fileName }: Hdf5File, group: Hdf5Object): StimfitChannel {
  const sections = sectionNames(group).map((name) => readSection(fileName, group, name));
  return { name: group.path.split("/").at(-1) ?? "", sections };
}

function readSection(fileName: string, group: Hdf5Object, name: string): Section {
  const path = `${group.path}/${name}`;
  const data = group.get(`${name}/data`)?.dataset;
  const row = group.get(`${name}/description`)?.dataset?.first();
  if (!data || typeof row !== "object") throw damaged(fileName, path, "no data or description", "both");
  data.requireWritten();
  const { dt, xunits, yunits } = row as Row;
  return {
    data,
    dt_ms: interval(fileName, path, dt, xunits),
    unit: typeof yunits === "string" ? yunits : "",
  };
}

function interval(fileName: string, path: string, dt: Row[string], unit: Row[string]): number {
  const factor = typeof unit === "string" ? factorFor("time", unit) : undefined;
  if (factor === undefined)
    throw new InputError({
      code: "time-unit",
      what: `the time of ${path} is in a unit that is not known`,
      where: fileName,
      got: String(unit),
      expected: "ms, s or us",
      next: "Set the unit in Stimfit and save the file again.",
    });
  const dt_ms = typeof dt === "number" ? dt * factor : Number.NaN;
  if (!(dt_ms > 0 && Number.isFinite(dt_ms)))
    throw damaged(fileName, `${path} (dt)`, String(dt), "a sampling interval");
  return dt_ms;
}

function contentOf(
  { fileName }: Hdf5File,
  channels: readonly StimfitChannel[],
  numbers: readonly number[],
  notes: readonly string[],
): Content {
  const lengthOf = (k: number) => Math.min(...channels.map(({ sections }) => sections[k].data.length));
  return {
    format: "stimfit",
    fileName,
    protocol: "",
    dt_ms: channels[0].sections[numbers[0]].dt_ms,
    lengths: numbers.map(lengthOf),
    numbers: numbers.map((k) => k + 1),
    channels: channels.map((channel, number) => channelOf(channel, number, numbers)),
    commands: [],
    tags: [],
    notes,
  };
}

function channelOf({ name, sections }: StimfitChannel, number: number, numbers: readonly number[]): Channel {
  return {
    name,
    unit: sections[numbers[0]].unit,
    number,
    samples: (sweep, from, to) => sections[numbers[sweep]].data.numbers(from, to),
  };
}
