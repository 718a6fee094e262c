/** What both Axon Binary Formats hold, and how it becomes the content that all formats share. */
import type { Channel, Command, Content, Doubt, ReadSamples } from "../../content.ts";
import { label } from "../../content.ts";
import type { ByteSource } from "../../source.ts";
import { commandOfSweep, type EpochTable, isFiniteTable } from "./epochs.ts";
import { clampOf, type Telegraph, telegraphNote } from "./telegraph.ts";

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
  /** What the amplifier reported, absent when it was not connected. */
  readonly telegraph?: Telegraph;
}

export interface AbfDac {
  readonly name: string;
  readonly unit: string;
  readonly number: number;
  readonly waveformEnabled: boolean;
  readonly table: EpochTable;
  /** Why the table does not describe what was played. */
  readonly doubt?: Doubt;
  /** What of the protocol cannot be seen in the samples, one sentence each. */
  readonly notes: readonly string[];
}

/** A run of samples of one channel: [start, start + length), counted from the start of the data. */
export interface SweepSpan {
  readonly start: number;
  readonly length: number;
}

/** `equal-events`: events of fixed length, and the high-speed oscilloscope. */
export type AbfMode = "episodic" | "gap-free" | "events" | "equal-events";

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
  /** Start of each sweep from the start of the recording; empty when the file does not say. */
  readonly sweepStarts_s: readonly number[];
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
  if (stride === 1) scaleAll(values, stored, channel);
  else scaleEvery(values, stored, channel, stride);
  return values;
}

type Stored = Int16Array | Float32Array;

/** A loop of its own, a third faster than the one with a stride (Node 20). */
function scaleAll(values: Float64Array, stored: Stored, { scale, offset }: AbfChannel): void {
  for (let k = 0; k < values.length; k++) values[k] = stored[k] * scale + offset;
}

function scaleEvery(values: Float64Array, stored: Stored, channel: AbfChannel, stride: number): void {
  const { scale, offset, position } = channel;
  for (let k = 0, at = position; k < values.length; k++, at += stride)
    values[k] = stored[at] * scale + offset;
}

function storedSamples(
  { source, start_bytes, isFloat }: StoredSamples,
  first: number,
  count: number,
): Stored {
  const width = isFloat ? 4 : 2;
  const bytes = source.bytes(start_bytes + first * width, count * width);
  // Typed arrays want their own alignment; a file need not have it.
  const aligned = bytes.byteOffset % width === 0 ? bytes : bytes.slice();
  return isFloat
    ? new Float32Array(aligned.buffer, aligned.byteOffset, count)
    : new Int16Array(aligned.buffer, aligned.byteOffset, count);
}

export function contentOfAbf(abf: AbfContent): Content {
  const clamp = clampOf(abf.channels);
  return {
    format: abf.format,
    fileName: abf.fileName,
    protocol: abf.protocol,
    dt_ms: abf.dt_ms,
    lengths: abf.spans.map((span) => span.length),
    channels: abf.channels.map((channel) => channelOf(abf, channel)),
    commands: abf.dacs.map((dac) => commandOf(abf, dac)),
    tags: abf.tags,
    notes: [
      ...abf.notes,
      ...abf.channels.flatMap(telegraphNote),
      ...abf.dacs.filter((dac) => playsTable(abf, dac)).flatMap((dac) => dac.notes),
    ],
    ...(clamp && { clamp }),
  };
}

function channelOf(abf: AbfContent, channel: AbfChannel): Channel {
  const { name, unit, number } = channel;
  const samples: ReadSamples = (sweep, from, to) => channelSamples(abf, channel, sweep, from, to);
  return { name, unit, number, samples, alwaysFinite: !abf.stored.isFloat };
}

/** Epochs are played in episodic acquisition only; otherwise the DAC rests at holding. */
function playsTable(abf: AbfContent, dac: AbfDac): boolean {
  return abf.mode === "episodic" && dac.waveformEnabled && dac.table.epochs.length > 0;
}

function commandOf(abf: AbfContent, dac: AbfDac): Command {
  const plays = playsTable(abf, dac);
  const table = plays ? dac.table : { ...dac.table, epochs: [] };
  const title = `DAC ${dac.number} ${label(dac)}`;
  return {
    title,
    description: `${plays ? "epoch table" : "holding level (no waveform was played)"} of ${title}`,
    unit: dac.unit,
    number: dac.number,
    source: "epoch-table",
    plays: dac.waveformEnabled,
    holding: dac.table.holding(0),
    ...(dac.doubt && abf.mode === "episodic" && { doubt: dac.doubt }),
    samples: (sweep, from, to) => commandOfSweep(table, sweep, abf.spans[sweep].length, from, to),
    alwaysFinite: isFiniteTable(table, abf.spans.length),
  };
}
