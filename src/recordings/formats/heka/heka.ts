/** HEKA PatchMaster bundles: every series of sweeps is a content of its own. */
import { InputError } from "../../../errors.ts";
import { damaged } from "../../bytes.ts";
import type { Channel, Command, Content } from "../../content.ts";
import type { ByteSource } from "../../source.ts";
import { factorFor } from "../../units.ts";
import { amplifierNotes, readStates, short } from "./amplifier.ts";
import { openBundle } from "./bundle.ts";
import { hasWideTraces, readPulsed, type Series, type Sweep, type Trace } from "./pulsed.ts";
import { checkTrace, SAMPLE_FORMATS, traceSamples } from "./samples.ts";
import { channelCommand, readStimuli, type Stimulus, type StimulusChannel } from "./stimulus.ts";

/**
 * Samples are the stored numbers times the trace's scale; the zero offset that the program may subtract on its screen is
 * not subtracted. Checked against Myokit on a real file (50 sweeps in current clamp, little-endian, 16 bits).
 */
export function readHeka(source: ByteSource, fileName: string): Content[] {
  const bundle = openBundle(source, fileName);
  const series = readPulsed(bundle);
  if (hasWideTraces(series)) throw unsupported(fileName, `a bundle of version "${bundle.version}"`);
  const stimuli = readStimuli(bundle);
  const stateOf = readStates(bundle);
  const severalGroups = new Set(series.map(({ group }) => group)).size > 1;
  const contents = series.flatMap((one) => {
    const protocol = severalGroups && one.group ? `${one.group}, ${one.label}` : one.label;
    const notes = amplifierNotes(one, stateOf);
    return tracesTogether(one, fileName).map((together) => {
      for (const traces of together.sweeps) for (const trace of traces) checkTrace(trace, source, fileName);
      return contentOf({ source, fileName, protocol, notes, stimuli, ...together });
    });
  });
  if (contents.length === 0) throw empty(fileName);
  return contents;
}

/** Traces of one rate and length, of the sweeps that have them all. */
interface Together {
  /** [sweep][channel] */
  readonly sweeps: readonly (readonly Trace[])[];
  readonly numbers: readonly number[];
  /** Number of the stimulus of each sweep, from 1. */
  readonly stimulusNumbers: readonly number[];
  readonly leftOut: number;
}

/** The traces of a series, apart where their rate or length differs; leak traces and those over no time are left. */
function tracesTogether(series: Series, fileName: string): Together[] {
  const recorded = series.sweeps.map((sweep) => ({ ...sweep, traces: sweep.traces.filter(isSignal) }));
  const first = recorded.find(({ traces }) => traces.length > 0);
  if (!first) return [];
  return placesTogether(first.traces).map((places) => {
    const { interval, intervalUnit } = first.traces[places[0]];
    checkedInterval_ms(first.traces[places[0]], fileName);
    const isKept = ({ traces }: Sweep): boolean =>
      places.every((place) => {
        const trace = traces[place];
        return (
          trace?.interval === interval &&
          trace.intervalUnit === intervalUnit &&
          trace.points === traces[places[0]].points
        );
      });
    const kept = recorded.filter(isKept);
    return {
      sweeps: kept.map(({ traces }) => places.map((place) => traces[place])),
      numbers: kept.map(({ number }, index) => (number >= 1 ? number : index + 1)),
      stimulusNumbers: kept.map(({ stimulus }) => stimulus),
      leftOut: recorded.length - kept.length,
    };
  });
}

function isSignal({ isLeak, points, intervalUnit }: Trace): boolean {
  return !isLeak && points >= 1 && factorFor("time", intervalUnit || "s") !== undefined;
}

/** Places in the sweep of the traces that have one rate and length. */
function placesTogether(traces: readonly Trace[]): number[][] {
  const groups = new Map<string, number[]>();
  traces.forEach(({ interval, intervalUnit, points }, place) => {
    const key = `${interval} ${intervalUnit} ${points}`;
    groups.set(key, [...(groups.get(key) ?? []), place]);
  });
  return [...groups.values()];
}

function checkedInterval_ms({ interval, intervalUnit, label }: Trace, fileName: string): number {
  const dt_ms = interval * factorFor("time", intervalUnit || "s")!;
  // The same bounds as for other digitisers: 10 MHz to 1 Hz.
  if (dt_ms >= 1e-4 && dt_ms <= 1000) return dt_ms;
  throw damaged(
    fileName,
    `the sampling interval of trace "${label}"`,
    `${interval} ${intervalUnit}`,
    "0.1 us to 1 s",
  );
}

interface Parts extends Together {
  readonly source: ByteSource;
  readonly fileName: string;
  readonly protocol: string;
  readonly notes: readonly string[];
  readonly stimuli: readonly Stimulus[];
}

function contentOf(parts: Parts): Content {
  const { fileName, protocol, sweeps, numbers } = parts;
  const traces = sweeps[0];
  const clamp = clampOf(traces);
  const commands = commandsOf(parts);
  return {
    format: "heka",
    fileName,
    protocol,
    dt_ms: checkedInterval_ms(traces[0], fileName),
    lengths: sweeps.map(([trace]) => trace.points),
    numbers,
    channels: traces.map((_, place) => channelOf(parts, place)),
    commands: commands.map(({ command }) => command),
    tags: [],
    notes: [
      ...parts.notes,
      ...traces.flatMap(zeroNote),
      ...commands.flatMap(({ notes }) => notes),
      ...(parts.leftOut > 0
        ? [`Left out ${parts.leftOut} sweeps of the series that have other traces, or none.`]
        : []),
    ],
    ...(clamp && { clamp }),
  };
}

/** The mode of the amplifier, when the traces in amperes and volts agree on it. */
function clampOf(traces: readonly Trace[]): "current" | "voltage" | undefined {
  const modes = new Set(traces.flatMap(({ mode }) => mode ?? []));
  return modes.size === 1 ? [...modes][0] : undefined;
}

function channelOf({ sweeps, source }: Parts, place: number): Channel {
  const { label, unit, adc } = sweeps[0][place];
  return {
    name: label,
    unit,
    number: adc,
    samples: (sweep, from, to) => traceSamples(sweeps[sweep][place], source, from, to),
    alwaysFinite: sweeps.every((traces) => SAMPLE_FORMATS[traces[place].format].isInteger),
  };
}

function zeroNote({ label, zero, unit }: Trace): string[] {
  if (zero === 0 || !Number.isFinite(zero)) return [];
  return [`The file has a zero offset of ${short(zero)} ${unit} for "${label}"; it was not subtracted.`];
}

interface Described {
  readonly command: Command;
  readonly notes: readonly string[];
}

function commandsOf(parts: Parts): Described[] {
  const stimulus = parts.stimuli[parts.stimulusNumbers[0] - 1];
  if (!stimulus) return [];
  return stimulus.channels
    .filter(({ segments }) => segments.length > 0)
    .map((channel) => commandOf(parts, stimulus, channel));
}

function commandOf(parts: Parts, stimulus: Stimulus, channel: StimulusChannel): Described {
  const { number, unit, holding, isRelative, doubt } = channel;
  const title = `DAC ${number} (${unit || "no unit"})`;
  const dt_s = checkedInterval_ms(parts.sweeps[0][0], parts.fileName) / 1000;
  const isOne = parts.stimulusNumbers.every((other) => other === parts.stimulusNumbers[0]);
  const several = { code: "unsupported", what: "the sweeps of the series follow several stimuli" } as const;
  const command: Command = {
    title,
    description: `stimulus "${stimulus.label}" of ${title}`,
    unit,
    number,
    source: "stimulus-series",
    plays: true,
    holding,
    ...(isOne ? doubt && { doubt } : { doubt: several }),
    samples: (sweep, from, to) =>
      channelCommand(channel, stimulus.sweeps, parts.numbers[sweep] - 1, dt_s, from, to),
  };
  return {
    command,
    notes:
      isRelative && holding !== 0
        ? [
            `The levels of ${title} are relative to the holding level of ${short(holding)} ${unit}, which was added.`,
          ]
        : [],
  };
}

function unsupported(fileName: string, what: string): InputError {
  return new InputError({
    code: "unsupported",
    what,
    where: fileName,
    next: "Export the sweeps as text (time, voltage, current) and give that file instead.",
  });
}

function empty(fileName: string): InputError {
  return new InputError({
    code: "empty",
    what: "no series in the bundle has samples over time",
    where: fileName,
    expected: "at least one recorded sweep",
    next: "Open the bundle in PatchMaster and check which series it holds.",
  });
}
