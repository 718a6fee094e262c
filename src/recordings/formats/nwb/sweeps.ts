/** Which parts of which series are a sweep: a response with the stimulus that was played. */
import { damaged } from "../../bytes.ts";
import type { Hdf5File } from "../../hdf5/file.ts";
import type { Value } from "../../hdf5/values.ts";
import { byNaturalName, clueFor, type Match, sameRate } from "./clues.ts";
import type { Series } from "./series.ts";

/** A series from one of its samples on. */
export interface Part {
  readonly series: Series;
  readonly from: number;
}

export interface NwbSweep {
  readonly response: Part;
  readonly length: number;
  readonly stimulus?: Part;
  /** A current that was recorded beside the voltage. */
  readonly recorded?: Part;
  /** How the stimulus was found. */
  readonly match?: Match;
  /** Row of the table of recordings, from 0. */
  readonly row?: number;
}

export interface Found {
  readonly responses: readonly Series[];
  readonly stimuli: readonly Series[];
}

/** How often the rows of a table may use all samples: more would be work without end. */
const MAX_USES = 16;
const TABLE = "general/intracellular_ephys/intracellular_recordings";

/** Sweeps in the order of the table, then those that are not in it in the order of time. Throws InputError. */
export function sweepsOf(file: Hdf5File, found: Found): NwbSweep[] {
  const inTable = sweepsOfTable(file, found);
  const seen = new Set(inTable.map(({ response }) => response.series));
  const others = found.responses.filter((series) => !seen.has(series));
  return [...inTable, ...sweepsOutside(others, found.stimuli)];
}

function sweepsOfTable(file: Hdf5File, { responses, stimuli }: Found): NwbSweep[] {
  const table = file.root.get(TABLE);
  const rows = table?.get("responses/response")?.dataset?.values() ?? [];
  const played = table?.get("stimuli/stimulus")?.dataset?.values() ?? [];
  const byAddress = new Map([...responses, ...stimuli].map((series) => [series.object.address, series]));
  let left = MAX_USES * responses.reduce((sum, { length }) => sum + length, 0);
  return rows.flatMap((value, row): NwbSweep[] => {
    const response = windowOf(file, value, byAddress);
    if (!response) return [];
    left -= response.length;
    if (left < 0)
      throw damaged(file.fileName, TABLE, "the same samples in many rows", "a row for each sweep");
    const { series, from, length } = response;
    const stimulus = windowOf(file, played[row], byAddress);
    const isOne = stimulus && stimulus.series !== series && stimulus.series.role !== series.role;
    const fits = isOne && sameRate(series, stimulus.series) && stimulus.length >= length;
    const found = fits && {
      match: "table" as const,
      stimulus: { series: stimulus.series, from: stimulus.from },
    };
    return [{ response: { series, from }, length, row, ...found }];
  });
}

type Window = Part & { readonly length: number };

/** A cell of a column of references: the first sample, their number, the series; no samples are no entry. */
function windowOf(file: Hdf5File, value: Value, byAddress: ReadonlyMap<number, Series>): Window | undefined {
  if (typeof value !== "object" || !("timeseries" in value)) return undefined;
  const { idx_start: from, count, timeseries } = value;
  const address = typeof timeseries === "object" ? timeseries.address : undefined;
  const series = typeof address === "number" ? byAddress.get(address) : undefined;
  if (!series || typeof from !== "number" || typeof count !== "number" || count <= 0) return undefined;
  if (!(from >= 0 && from + count <= series.length + series.padding)) {
    const got = `samples ${from} to ${from + count} of ${series.name}`;
    throw damaged(file.fileName, TABLE, got, `at most ${series.length} samples`);
  }
  const length = Math.min(count, series.length - from);
  return length > 0 ? { series, from, length } : undefined;
}

/** Sweeps that no table describes: each response is one. */
function sweepsOutside(responses: readonly Series[], stimuli: readonly Series[]): NwbSweep[] {
  const isOfCell = ({ clamp, role }: Series) => clamp !== undefined || role === "voltage";
  const cells = responses.filter(isOfCell).sort(inTime);
  const beside = responses.filter((series) => !isOfCell(series));
  const stimulusOf = clueFor(cells, stimuli);
  const recordedOf = clueFor(cells, beside);
  return cells.map((series): NwbSweep => {
    const stimulus = stimulusOf(series);
    const recorded = series.role === "voltage" ? recordedOf(series) : undefined;
    return {
      response: { series, from: 0 },
      length: series.length,
      ...(stimulus && { stimulus: { series: stimulus.series, from: 0 }, match: stimulus.match }),
      ...(recorded && { recorded: { series: recorded.series, from: 0 } }),
    };
  });
}

function inTime(a: Series, b: Series): number {
  const numbered = a.sweepNumber !== undefined && b.sweepNumber !== undefined;
  const order = numbered ? a.sweepNumber! - b.sweepNumber! : a.start_s - b.start_s;
  return order || byNaturalName(a, b);
}
