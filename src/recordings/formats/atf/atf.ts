/** Axon text files: time and the signals of every sweep, side by side. */
import { InputError } from "../../../errors.ts";
import { damaged } from "../../bytes.ts";
import type { Channel, Content } from "../../content.ts";
import type { ReadOptions } from "../../options.ts";
import type { ByteSource } from "../../source.ts";
import { roleOfUnit } from "../../units.ts";
import { timeFactor } from "../text/columns.ts";
import { gapsWithin, sweepLength, sweepValues, type TimeBase, timeBase } from "../text/sweeps.ts";
import { readTable, type TextTable } from "../text/table.ts";
import { type AtfHeader, readAtfHeader } from "./header.ts";

/**
 * Reads an Axon text file. Columns of one signal are its sweeps, in their order.
 *
 * A signal is told by its name in the record `Signals` (or `SignalsExported`) and by the unit in the title of its column,
 * `Trace #1 (mV)`. A signal without a unit gets one from `options.units` when there is no other of that kind.
 *
 * @throws InputError `truncated`, `damaged-header`, `unknown-format`, `columns`, `time-unit`, `irregular-time`, `too-short`.
 */
export function readAtf(source: ByteSource, fileName: string, options: ReadOptions): Content {
  const header = readAtfHeader(source, fileName);
  const table = tableOf(source, header, fileName);
  const [timeTitle, ...titles] = table.header;
  const time = { values: table.columns[0], label: `"${timeTitle}"`, ...unitOf(timeTitle) };
  const base = timeBase(table, { time, voltages: [], currents: [], notes: [] }, fileName);
  const duration = (base.ranges[0].end - base.ranges[0].start) * base.step;
  const { factor, note } = timeFactor(time, base.step, duration, options, fileName);
  const signals = withUnits(signalsOf(header, titles, fileName), options);
  const [{ columns }] = signals;
  const places = base.ranges.flatMap((range) => columns.map((_, sweep) => ({ range, sweep })));
  return {
    format: "atf",
    fileName,
    protocol: "",
    dt_ms: Number((base.step * factor).toPrecision(7)),
    lengths: places.map(({ range }) => sweepLength(range, base.gaps)),
    channels: signals.map((signal, number) => channelOf(signal, number, table, base, places)),
    commands: [],
    tags: [],
    notes: [...notesOf(header, base, table), ...(note ? [note] : [])],
  };
}

/** The table below the titles; its lines are counted as the user sees them. */
function tableOf(source: ByteSource, header: AtfHeader, fileName: string): TextTable {
  const { start_bytes, lines, columns } = header;
  const below: ByteSource = {
    size: source.size - start_bytes,
    bytes: (start, length) => source.bytes(start_bytes + start, length),
  };
  const table = readTable(below, fileName);
  const got = `${table.columns.length} columns${table.header.length > 0 ? "" : " without titles"}`;
  if (table.columns.length !== columns || table.header.length !== columns)
    throw damaged(fileName, "the number of its columns", got, String(columns));
  return {
    header: table.header,
    columns: table.columns,
    lineOf: (row) => table.lineOf(row) + lines,
    garbledLines: table.garbledLines.map((line) => line + lines),
  };
}

interface Signal {
  readonly name: string;
  readonly unit: string;
  /** Columns after time, from 0, one a sweep. */
  readonly columns: readonly number[];
}

/** Columns of one name and unit belong together. */
function signalsOf({ signals }: AtfHeader, titles: readonly string[], fileName: string): Signal[] {
  const found = new Map<string, { name: string; unit: string; columns: number[] }>();
  const seen = new Map<string, number>();
  for (const [c, title] of titles.entries()) {
    const { unit = "" } = unitOf(title);
    // Without names two columns of one title are two signals of one sweep.
    const nth = (seen.get(title) ?? 0) + 1;
    seen.set(title, nth);
    const trace = /^(trace|sweep)\s*#?\s*\d+/i.test(title);
    const unnamed = trace ? `signal ${nth}` : title.replace(/\s*\([^)]*\)$/, "");
    const name = signals.length > 0 ? signals[c % signals.length] : unnamed;
    const key = `${name}\n${unit}`;
    const signal = found.get(key) ?? { name, unit, columns: [] };
    signal.columns.push(c);
    found.set(key, signal);
  }
  const all = [...found.values()];
  if (all.some(({ columns }) => columns.length !== all[0].columns.length)) throw uneven(all, fileName);
  return all;
}

/** What the user says about units goes to signals that have none, where no other signal is of that kind. */
function withUnits(signals: readonly Signal[], { units = {} }: ReadOptions): Signal[] {
  const given = (["voltage", "current"] as const).filter(
    (role) => units[role] !== undefined && !signals.some(({ unit }) => roleOfUnit(unit) === role),
  );
  return signals.map((signal) => {
    if (signal.unit !== "") return signal;
    const role = given.shift();
    return role === undefined ? signal : { ...signal, unit: units[role]! };
  });
}

/** `Trace #1 (mV)`: what stands in the brackets at the end. */
function unitOf(title: string): { unit?: string } {
  const unit = /\(([^()]*)\)\s*$/.exec(title)?.[1].trim();
  return unit ? { unit } : {};
}

interface Place {
  readonly range: TimeBase["ranges"][number];
  readonly sweep: number;
}

function channelOf(
  { name, unit, columns }: Signal,
  number: number,
  table: TextTable,
  base: TimeBase,
  places: readonly Place[],
): Channel {
  return {
    name,
    unit,
    number,
    samples: (index, from, to) => {
      const { range, sweep } = places[index];
      const values = table.columns[1 + columns[sweep]];
      const gaps = gapsWithin(range, base.gaps);
      if (gaps.length > 0) return sweepValues(values, range, gaps, 1).slice(from, to);
      return values.slice(range.start + from, range.start + to);
    },
  };
}

function notesOf({ comment }: AtfHeader, base: TimeBase, { garbledLines }: TextTable): string[] {
  const filled = base.gaps.reduce((sum, { count }) => sum + count, 0);
  const put = filled > 0 ? `; ${filled} missing samples were put on the line between their neighbours` : "";
  const left = garbledLines.slice(0, 10).join(", ");
  return [
    ...(comment ? [`Comment in the file: ${comment.slice(0, 200)}`] : []),
    ...(base.note ? [base.note] : []),
    ...(garbledLines.length > 0 ? [`Left out ${garbledLines.length} garbled lines (${left})${put}.`] : []),
  ];
}

function uneven(signals: readonly Signal[], fileName: string): InputError {
  return new InputError({
    code: "columns",
    what: "the signals do not have the same number of sweeps",
    where: fileName,
    got: signals
      .map(({ name, unit, columns }) => `"${name}" (${unit || "no unit"}): ${columns.length}`)
      .join(", "),
    expected: "a column of every signal for each sweep",
    next: "Export the sweeps again with all their signals.",
  });
}
