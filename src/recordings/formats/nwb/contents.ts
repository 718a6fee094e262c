/** Sweeps of one electrode, rate and clamp mode become one content. */
import type { Channel, Command, Content } from "../../content.ts";
import { factorFor, INTERNAL_UNIT } from "../../units.ts";
import { numbersIn } from "./clues.ts";
import { notesOf } from "./notes.ts";
import { type Series, textOf } from "./series.ts";
import type { NwbSweep, Part } from "./sweeps.ts";

/** Groups in the order of their first sweep; `notes` go to all of them. */
export function contentsOf(
  fileName: string,
  sweeps: readonly NwbSweep[],
  notes: readonly string[],
): Content[] {
  const electrodes = [...new Set(sweeps.map(({ response }) => response.series.electrode ?? ""))];
  const groups = new Map<string, NwbSweep[]>();
  for (const sweep of sweeps) {
    const key = groupKey(sweep);
    const group = groups.get(key);
    if (group) group.push(sweep);
    else groups.set(key, [sweep]);
  }
  return [...groups.values()].map((group) =>
    contentOf(fileName, group, electrodes.indexOf(group[0].response.series.electrode ?? ""), notes),
  );
}

/** Sweeps with a current and sweeps without one are not of one group: the former can be used. */
function groupKey({ response, stimulus, recorded }: NwbSweep): string {
  const { electrode, dt_ms, clamp, role, type } = response.series;
  const isZero = type === "IZeroClampSeries";
  const rate = Math.round(1e9 * dt_ms);
  return [electrode, rate, clamp, role, isZero, stimulus?.series.role, recorded?.series.role].join("\n");
}

function contentOf(
  fileName: string,
  group: readonly NwbSweep[],
  number: number,
  notes: readonly string[],
): Content {
  const { series } = group[0].response;
  const clamp = series.clamp;
  const numbers = numbersOf(group);
  return {
    format: "nwb",
    fileName,
    protocol: protocolOf(group),
    dt_ms: series.dt_ms,
    lengths: group.map(({ length }) => length),
    ...(numbers && { numbers }),
    channels: channelsOf(group, number),
    commands: commandsOf(group, number),
    tags: [],
    notes: [...notes, ...notesOf(group)],
    ...(clamp && { clamp }),
  };
}

/** One unit for all sweeps: as written or, where the series differ, the one that is used inside. */
function sampled(parts: readonly Part[]): Pick<Channel, "unit" | "samples"> {
  const { unit, role } = parts[0].series;
  const same = parts.every(({ series }) => series.unit === unit);
  return {
    unit: same ? unit : INTERNAL_UNIT[role],
    samples: (sweep, from, to) => {
      const { series, from: first } = parts[sweep];
      const values = series.samples(first + from, first + to);
      const factor = same ? 1 : factorFor(series.role, series.unit)!;
      if (factor !== 1) for (let k = 0; k < values.length; k++) values[k] *= factor;
      return values;
    },
  };
}

function channelsOf(group: readonly NwbSweep[], number: number): Channel[] {
  const channel = (parts: readonly Part[], name: string, input: number): Channel => ({
    ...sampled(parts),
    name,
    number: input,
    alwaysFinite: parts.every(({ series }) => series.alwaysFinite),
  });
  const { series } = group[0].response;
  const name = series.electrode?.split("/").at(-1) ?? series.name;
  const recorded = group.flatMap((sweep) => sweep.recorded ?? []);
  return [
    channel(
      group.map(({ response }) => response),
      name,
      number,
    ),
    ...(recorded.length === group.length ? [channel(recorded, recorded[0].series.name, number + 1)] : []),
  ];
}

function commandsOf(group: readonly NwbSweep[], number: number): Command[] {
  const first = group[0].response.series;
  if (first.type === "IZeroClampSeries") return [zeroCurrent(number)];
  const stimuli = group.flatMap(({ stimulus }) => stimulus ?? []);
  if (stimuli.length < group.length) return [];
  const played = sampled(stimuli);
  const names = [...new Set(stimuli.map(({ series }) => series.name))];
  const title = `"${names[0]}"${names.length > 1 ? ` and ${names.length - 1} more` : ""} (${played.unit})`;
  return [
    {
      ...played,
      title,
      description: `stimulus series ${title}`,
      number,
      source: "stimulus-series",
      plays: true,
      holding: 0,
    },
  ];
}

/** In the I = 0 mode the amplifier cannot inject a current. */
function zeroCurrent(number: number): Command {
  return {
    title: "I = 0 mode (pA)",
    description: "no current, in the amplifier's I = 0 mode (pA)",
    unit: "pA",
    number,
    source: "stimulus-series",
    plays: false,
    holding: 0,
    samples: (_, from, to) => new Float64Array(to - from),
  };
}

/** The description that all sweeps share. */
function protocolOf(group: readonly NwbSweep[]): string {
  const texts = new Set(
    group.map(({ response }) => textOf(response.series.object.attributes.get("stimulus_description"))),
  );
  const [text] = texts;
  return texts.size === 1 && text && !/^(n\/?a|none|unknown|no description)$/i.test(text) ? text : "";
}

/** Sweep numbers that are all different: as written, else the number in the name that changes; rows of a table count from 1. */
function numbersOf(group: readonly NwbSweep[]): number[] | undefined {
  const written = group.map(({ response }) => response.series.sweepNumber);
  const names = group.map(({ response }) => numbersIn(response.series.name));
  const places = names[0].map((_, place) => names.map((numbers) => numbers[place]));
  const rows = group.map(({ row }) => (row === undefined ? undefined : row + 1));
  return [written, ...(isOneSeriesEach(group) ? places : []), rows].find(areDistinct);
}

const isOneSeriesEach = (group: readonly NwbSweep[]): boolean =>
  new Set(group.map(({ response }): Series => response.series)).size === group.length;

function areDistinct(numbers: readonly (number | undefined)[]): numbers is number[] {
  const fine = numbers.every((n) => n !== undefined && Number.isInteger(n) && n >= 0);
  return fine && new Set(numbers).size === numbers.length;
}
