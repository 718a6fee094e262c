/** What both Axon Binary Formats hold, and how it becomes the content that all formats share. */
import type { Channel, Command, Content, Doubt, ReadSamples } from "../../content.ts";
import { label } from "../../content.ts";
import type { ByteSource } from "../../source.ts";
import { commandOfSweep, type EpochTable } from "./epochs.ts";

export interface AbfChannel {
  readonly name: string;
  /** As written in the file; may be empty. */
  readonly unit: string;
  /** Number of the input on the digitiser. */
  readonly number: number;
  /** Place in the multiplexed samples. */
  readonly position: number;
  readonly scale: number;
  readonly offset: number;
}

/** Why the epoch table does not describe what was played. */
export type TableDoubt = "stimulus-file" | "user-list" | "alternating-dacs" | "unknown-epoch";

export interface AbfDac {
  readonly name: string;
  readonly unit: string;
  readonly number: number;
  readonly waveformEnabled: boolean;
  readonly table: EpochTable;
  readonly doubt?: TableDoubt;
}

/** A run of samples of one channel: [start, start + length), counted from the start of the data. */
export interface SweepSpan {
  readonly start: number;
  readonly length: number;
}

export type AbfMode = "episodic" | "gap-free" | "events";

/** The multiplexed samples as stored: digitiser counts, or values in the channel's unit. */
export interface StoredSamples {
  readonly source: ByteSource;
  readonly start_bytes: number;
  readonly isFloat: boolean;
}

export interface AbfContent {
  readonly format: "abf1" | "abf2";
  readonly fileName: string;
  readonly protocol: string;
  readonly dt_ms: number;
  readonly mode: AbfMode;
  readonly channels: readonly AbfChannel[];
  readonly dacs: readonly AbfDac[];
  readonly spans: readonly SweepSpan[];
  readonly stored: StoredSamples;
  readonly tags: readonly { readonly t_s: number; readonly text: string }[];
  readonly notes: readonly string[];
}

/** Samples [from, to) of one sweep of one channel, in the channel's unit. */
export function channelSamples(
  content: AbfContent,
  channel: AbfChannel,
  sweep: number,
  from = 0,
  to = content.spans[sweep].length,
): Float64Array {
  const stride = content.channels.length;
  const stored = storedSamples(
    content.stored,
    (content.spans[sweep].start + from) * stride,
    (to - from) * stride,
  );
  const values = new Float64Array(to - from);
  const { scale, offset, position } = channel;
  for (let k = 0, at = position; k < values.length; k++, at += stride)
    values[k] = stored[at] * scale + offset;
  return values;
}

function storedSamples({ source, start_bytes, isFloat }: StoredSamples, first: number, count: number) {
  const width = isFloat ? 4 : 2;
  const bytes = source.bytes(start_bytes + first * width, count * width);
  // Typed arrays want their own alignment; a file need not have it.
  const aligned = bytes.byteOffset % width === 0 ? bytes : bytes.slice();
  return isFloat
    ? new Float32Array(aligned.buffer, aligned.byteOffset, count)
    : new Int16Array(aligned.buffer, aligned.byteOffset, count);
}

export function contentOfAbf(abf: AbfContent): Content {
  return {
    format: abf.format,
    fileName: abf.fileName,
    protocol: abf.protocol,
    dt_ms: abf.dt_ms,
    lengths: abf.spans.map((span) => span.length),
    channels: abf.channels.map((channel) => channelOf(abf, channel)),
    commands: abf.dacs.map((dac) => commandOf(abf, dac)),
    tags: abf.tags,
    notes: abf.notes,
  };
}

function channelOf(abf: AbfContent, channel: AbfChannel): Channel {
  const { name, unit, number } = channel;
  const samples: ReadSamples = (sweep, from, to) => channelSamples(abf, channel, sweep, from, to);
  return { name, unit, number, samples, alwaysFinite: !abf.stored.isFloat };
}

function commandOf(abf: AbfContent, dac: AbfDac): Command {
  // Epochs are played in episodic acquisition only; otherwise the DAC rests at holding.
  const episodic = abf.mode === "episodic";
  const playsTable = episodic && dac.waveformEnabled && dac.table.epochs.length > 0;
  const table = playsTable ? dac.table : { ...dac.table, epochs: [] };
  const title = `DAC ${dac.number} ${label(dac)}`;
  return {
    title,
    description: `${playsTable ? "epoch table" : "holding level (no waveform was played)"} of ${title}`,
    unit: dac.unit,
    number: dac.number,
    source: "epoch-table",
    plays: dac.waveformEnabled,
    holding: dac.table.holding,
    ...(dac.doubt && episodic && { doubt: DOUBTS[dac.doubt] }),
    samples: (sweep, from, to) => commandOfSweep(table, sweep, abf.spans[sweep].length, from, to),
  };
}

const unsupported = (what: string): Doubt => ({ code: "unsupported", what });

const DOUBTS: Record<TableDoubt, Doubt> = {
  "stimulus-file": {
    code: "stimulus-file",
    what: "the command came from a stimulus file, which is not part of the recording",
  },
  "user-list": unsupported(
    "the command was changed from sweep to sweep by a user list, which this reader does not follow",
  ),
  "alternating-dacs": unsupported("the outputs alternated between sweeps, which this reader does not follow"),
  "unknown-epoch": unsupported("the epoch table has an epoch of a type that this reader does not know"),
};
