/** Reads Neurodata Without Borders files, version 2: current clamp with its stimulus series. */
import { InputError } from "../../../errors.ts";
import type { Content } from "../../content.ts";
import type { Hdf5File, Hdf5Object } from "../../hdf5/file.ts";
import { contentsOf } from "./contents.ts";
import { readSeries, type Series, textOf } from "./series.ts";
import { sweepsOf } from "./sweeps.ts";

/** Whether the file says that it is NWB, of whatever version. */
export function isNwb({ root }: Hdf5File): boolean {
  return versionOf(root) !== undefined;
}

function versionOf(root: Hdf5Object): string | undefined {
  const attribute = textOf(root.attributes.get("nwb_version"));
  if (attribute !== undefined) return attribute;
  const dataset = root.links?.has("nwb_version") ? root.get("nwb_version")?.dataset : undefined;
  return dataset && textOf(dataset.first());
}

/**
 * One content for the sweeps of each electrode, sampling rate and clamp mode ("NWB Format Specification", 2.x:
 * `CurrentClampSeries`, `IZeroClampSeries`, `VoltageClampSeries`, and plain `TimeSeries` in volts or amperes).
 *
 * Stored numbers times `conversion` plus `offset`, nothing else: an offset of the electrode or a dead sweep stays as it is.
 * The bias current is noted and not added to the stimulus.
 *
 * @throws InputError `unsupported` (NWB 1, another compression), `irregular-time`, `time-unit`, `external-link`,
 *   `damaged-header`, `truncated`, `no-voltage`.
 */
export function readNwb(file: Hdf5File): Content[] {
  const version = versionOf(file.root) ?? "";
  if (!/^(NWB-)?2/.test(version)) throw otherVersion(file.fileName, version);
  const notes: string[] = [];
  const refusals: InputError[] = [];
  const seen = new Set<number>();
  const readAll = (path: string) =>
    seriesBelow({ fileName: file.fileName, notes, refusals, seen }, file.root.get(path), true);
  const responses = readAll("acquisition");
  const stimuli = readAll("stimulus/presentation");
  const contents = contentsOf(file.fileName, sweepsOf(file, { responses, stimuli }), notes);
  if (contents.length === 0) throw refusals[0] ?? noSeries(file);
  return contents;
}

interface Reading {
  readonly fileName: string;
  readonly notes: string[];
  readonly refusals: InputError[];
  /** Addresses of the objects that were read: a series with two names is one series. */
  readonly seen: Set<number>;
}

/** The series in a group and, where it says so, in the containers in it. */
function seriesBelow(reading: Reading, group: Hdf5Object | undefined, deeper: boolean): Series[] {
  return [...(group?.links?.keys() ?? [])].flatMap((name) => {
    const object = group?.get(name);
    if (!object?.links || reading.seen.has(object.address)) return [];
    reading.seen.add(object.address);
    if (object.links.has("data")) return seriesOrNote(reading, name, object);
    return deeper ? seriesBelow(reading, object, false) : [];
  });
}

/** What keeps one series from being used and says nothing about the others. */
const OWN_FAULTS = ["irregular-time", "time-unit", "unsupported"];

function seriesOrNote({ fileName, notes, refusals }: Reading, name: string, object: Hdf5Object): Series[] {
  try {
    const series = readSeries(fileName, name, object);
    return series ? [series] : [];
  } catch (error) {
    if (!(error instanceof InputError && OWN_FAULTS.includes(error.problem.code))) throw error;
    refusals.push(error);
    notes.push(`Left series "${name}": ${error.problem.what} (${error.problem.got}).`);
    return [];
  }
}

function otherVersion(fileName: string, version: string): InputError {
  return new InputError({
    code: "unsupported",
    what: "this is not NWB of version 2",
    where: fileName,
    got: `version ${version || "unknown"}`,
    expected: "NWB 2",
    next: "Convert the file to NWB 2, or export the sweeps as text with the columns time_ms, v_mV, i_pA.",
  });
}

function noSeries({ fileName, root }: Hdf5File): InputError {
  const names = [...(root.get("acquisition")?.links?.keys() ?? [])];
  return new InputError({
    code: "no-voltage",
    what: "the file holds no recording of voltage or current",
    where: fileName,
    got: names.length > 0 ? `acquisition: ${names.slice(0, 8).join(", ")}` : "nothing in acquisition",
    expected: "a CurrentClampSeries",
    next: "Give the file that holds the cell's voltage.",
  });
}
