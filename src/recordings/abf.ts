/** What both Axon Binary Formats hold, before it is decided which channel is the cell and where its current comes from. */
import type { EpochTable } from "./epochs.ts";

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

export interface AbfContent {
  readonly format: "abf1" | "abf2";
  readonly fileName: string;
  readonly protocol: string;
  readonly dt_ms: number;
  readonly mode: AbfMode;
  readonly channels: readonly AbfChannel[];
  readonly dacs: readonly AbfDac[];
  readonly spans: readonly SweepSpan[];
  /** One multiplexed sample as stored: a digitiser count or a value in the channel's unit. */
  readonly sampleAt: (index: number) => number;
  readonly tags: readonly { readonly t_s: number; readonly text: string }[];
  readonly notes: readonly string[];
}

/** One sweep of one channel, times `factor`, [span.length]. */
export function channelSamples(
  content: AbfContent,
  channel: AbfChannel,
  span: SweepSpan,
  factor: number,
): Float64Array {
  const stride = content.channels.length;
  const samples = new Float64Array(span.length);
  for (let i = 0; i < span.length; i++) {
    const stored = content.sampleAt((span.start + i) * stride + channel.position);
    samples[i] = (stored * channel.scale + channel.offset) * factor;
  }
  return samples;
}
