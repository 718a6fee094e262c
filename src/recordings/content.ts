/**
 * What any file holds, before it is decided which channel is the cell and where its current comes from. Every reader
 * makes this, and `recordingFromContent` makes a recording of it, so that no rule about cells is written twice.
 */
import type { CurrentSource, RecordingFormat } from "./recording.ts";
import { factorFor, roleOfUnit } from "./units.ts";

/** Samples [from, to) of one sweep (0-based), as an array of its own. */
export type ReadSamples = (sweep: number, from: number, to: number) => Float64Array;

/** Something that was recorded. */
export interface Channel {
  readonly name: string;
  /** As written in the file; may be empty. */
  readonly unit: string;
  /** Number of the input on the digitiser, or its place in the file. */
  readonly number: number;
  /** In the channel's unit. */
  readonly samples: ReadSamples;
  /** Whether the samples are integers times a finite scale, so that none of them can be NaN. */
  readonly alwaysFinite?: boolean;
}

/** Something that the rig put out, and the file says what. */
export interface Command {
  /** For the user, e.g. `DAC 0 "Cmd 0" (pA)`. */
  readonly title: string;
  /** For the user, e.g. `epoch table of DAC 0 "Cmd 0" (pA)`. */
  readonly description: string;
  readonly unit: string;
  readonly number: number;
  readonly source: CurrentSource;
  /** Whether a waveform is played; otherwise the output rests at `holding`. */
  readonly plays: boolean;
  /** In the command's unit. */
  readonly holding: number;
  /** Why the file does not say what was really played. */
  readonly doubt?: Doubt;
  /** In the command's unit. */
  readonly samples: ReadSamples;
  /** Whether the reader has made sure that none of the samples is NaN. */
  readonly alwaysFinite?: boolean;
}

export interface Doubt {
  /** `stimulus-file`: the waveform lies in another file; `unsupported`: this reader does not follow the rule. */
  readonly code: "stimulus-file" | "unsupported";
  /** One clause, e.g. `the command came from a stimulus file, which is not part of the recording`. */
  readonly what: string;
}

/** Sweeps of one sampling rate and one set of channels. A file may hold several of these. */
export interface Content {
  readonly format: RecordingFormat;
  readonly fileName: string;
  /** Name of the protocol, without folders; may be empty. */
  readonly protocol: string;
  readonly dt_ms: number;
  /** Samples of each sweep. */
  readonly lengths: readonly number[];
  /** Samples of every sweep that were left out before its first one here. */
  readonly skipped?: number;
  /** Numbers of the sweeps as the acquisition program counts them; absent: 1, 2, 3, ... */
  readonly numbers?: readonly number[];
  readonly channels: readonly Channel[];
  readonly commands: readonly Command[];
  readonly tags: readonly { readonly t_s: number; readonly text: string }[];
  readonly notes: readonly string[];
  /** Whether the reader has followed the user's choice of columns, so that it is no choice among these channels. */
  readonly columnsChosen?: boolean;
  /** What the file itself says of the amplifier's mode; absent: to be told from the units. */
  readonly clamp?: "current" | "voltage";
}

/** `"IN 0" (mV)`. */
export function label(channel: { readonly name: string; readonly unit: string }): string {
  return `"${channel.name}" (${channel.unit || "no unit"})`;
}

/** The samples of a channel or command in mV or pA. The unit must be one of voltage or current. */
export function inInternalUnit({ unit, samples }: Pick<Channel, "unit" | "samples">): ReadSamples {
  const factor = factorFor(roleOfUnit(unit)!, unit)!;
  if (factor === 1) return samples;
  return (sweep, from, to) => {
    const values = samples(sweep, from, to);
    for (let k = 0; k < values.length; k++) values[k] *= factor;
    return values;
  };
}

/** Samples looked at together when a whole sweep need not be in memory. */
const BLOCK_SAMPLES = 1 << 18;

/** Calls `look` for every block of every sweep, in order; `from` and `to` are samples of the sweep. */
export function eachBlock(
  lengths: readonly number[],
  look: (sweep: number, from: number, to: number) => void,
): void {
  lengths.forEach((length, sweep) => {
    for (let from = 0; from < length; from += BLOCK_SAMPLES)
      look(sweep, from, Math.min(length, from + BLOCK_SAMPLES));
  });
}
