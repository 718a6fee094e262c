/** What the two Axon Binary Formats share: scaling of samples, acquisition modes, sweeps. */
import { InputError } from "../../../errors.ts";
import { type ByteReader, damaged, truncated } from "../../bytes.ts";
import type { ByteSource } from "../../source.ts";
import type { AbfMode, StoredSamples, SweepSpan } from "./contents.ts";

/** Sizes beyond this are a damaged header, not a digitiser. */
const MAX_CHANNELS = 64;
export const MAX_LISTED_ENTRIES = 100_000;

export interface AdcGains {
  readonly instrumentScale: number;
  readonly signalGain: number;
  readonly programmableGain: number;
  /** Gain that the amplifier reported by telegraph; 1 when it did not. */
  readonly telegraphGain: number;
  readonly instrumentOffset: number;
  readonly signalOffset: number;
  readonly range_V: number;
  readonly resolution: number;
}

/** From a stored sample to the channel's unit: `value = stored * scale + offset`. Floats are stored already scaled. */
export function scaling(
  reader: ByteReader,
  where: string,
  gains: AdcGains,
  isFloat: boolean,
): { scale: number; offset: number } {
  if (isFloat) return { scale: 1, offset: 0 };
  const gain = gains.instrumentScale * gains.signalGain * gains.programmableGain * gains.telegraphGain;
  const scale = gains.range_V / gains.resolution / gain;
  const offset = gains.instrumentOffset - gains.signalOffset;
  if (!(Number.isFinite(scale) && scale !== 0 && Number.isFinite(offset))) {
    throw damaged(
      reader.fileName,
      `the gain of ${where}`,
      `scale ${scale}, offset ${offset}`,
      "finite numbers, scale not 0",
    );
  }
  return { scale, offset };
}

export function checkedChannelCount(reader: ByteReader, count: number): number {
  if (count >= 1 && count <= MAX_CHANNELS) return count;
  throw damaged(reader.fileName, "the number of channels", String(count), `1 to ${MAX_CHANNELS}`);
}

export function checkedInterval_ms(reader: ByteReader, interval_us: number): number {
  // 0.1 us is far beyond any patch-clamp digitiser, 1 s far below anything that shows a spike.
  if (interval_us >= 0.1 && interval_us <= 1e6) return interval_us / 1000;
  throw damaged(reader.fileName, "the sampling interval", `${interval_us} us`, "0.1 us to 1 s");
}

const MODES: Readonly<Record<number, AbfMode>> = {
  1: "events",
  2: "equal-events",
  3: "gap-free",
  4: "equal-events",
  5: "episodic",
};

export function modeOf(reader: ByteReader, operationMode: number): AbfMode {
  const mode = MODES[operationMode];
  if (mode) return mode;
  throw damaged(reader.fileName, "the acquisition mode", String(operationMode), "1 to 5");
}

export interface DataBlock {
  readonly start_bytes: number;
  /** All channels together. */
  readonly samples: number;
  readonly isFloat: boolean;
}

/** The stored samples, after checking that the file really has all of them. */
export function storedSamples(source: ByteSource, reader: ByteReader, block: DataBlock): StoredSamples {
  const { start_bytes, samples, isFloat } = block;
  const end = start_bytes + samples * (isFloat ? 4 : 2);
  if (samples < 1) throw damaged(reader.fileName, "the number of samples", String(samples), "at least 1");
  if (!(end <= reader.size)) throw truncated(reader.fileName, "the samples", end, reader.size);
  return { source, start_bytes, isFloat };
}

/** A stretch of samples without a gap. */
export interface Part {
  readonly start_ticks: number;
  /** All channels together. */
  readonly length_all: number;
}

export interface SweepFacts {
  readonly mode: AbfMode;
  readonly channels: number;
  /** All channels together. */
  readonly samples: number;
  readonly episodes: number;
  /** One entry a sweep; empty when the file has none. */
  readonly parts: readonly Part[];
}

/**
 * Where each sweep lies in the data of one channel. Events lie one after the other, each as long as its entry says;
 * episodes are equally long. Events of fixed length may do without entries.
 */
export function sweepSpans(reader: ByteReader, facts: SweepFacts): SweepSpan[] {
  const perChannel = Math.floor(facts.samples / facts.channels);
  if (facts.mode === "gap-free") return [{ start: 0, length: perChannel }];
  if (facts.mode !== "episodic" && facts.parts.length > 0) return partSpans(reader, facts, perChannel);
  if (facts.mode === "events") throw noEvents(reader);
  const sweeps = Math.max(1, facts.episodes);
  const length = Math.floor(perChannel / sweeps);
  if (length < 1)
    throw damaged(reader.fileName, "the number of sweeps", String(sweeps), `at most ${perChannel}`);
  return Array.from({ length: sweeps }, (_, sweep) => ({ start: sweep * length, length }));
}

function partSpans(reader: ByteReader, facts: SweepFacts, perChannel: number): SweepSpan[] {
  let start = 0;
  const spans = facts.parts.map(({ length_all }) => {
    const span = { start, length: Math.floor(length_all / facts.channels) };
    start += span.length;
    if (span.length < 1)
      throw damaged(reader.fileName, "the length of a sweep", String(length_all), "at least 1 sample");
    return span;
  });
  if (start > perChannel) {
    throw damaged(reader.fileName, "the lengths of the sweeps", `${start} samples`, `at most ${perChannel}`);
  }
  return spans;
}

function noEvents({ fileName }: ByteReader): InputError {
  return unsupported(fileName, "an event-driven recording without a list of its events");
}

/** Samples that are not equally far apart. */
export function unsupportedTiming({ fileName }: ByteReader, what: string): InputError {
  return unsupported(fileName, `the samples are not equally far apart: ${what}`);
}

function unsupported(fileName: string, what: string): InputError {
  return new InputError({
    code: "unsupported",
    what,
    where: fileName,
    next: "Export the sweeps as text (time, voltage, current) and give that file instead.",
  });
}

/** What times are counted in; without a unit in the header, samples of all channels together. */
export function tickOf_us(synchUnit_us: number, sampleInterval_us: number): number {
  return synchUnit_us > 0 && synchUnit_us < Number.POSITIVE_INFINITY ? synchUnit_us : sampleInterval_us;
}

/** Protocols are stored with the path on the acquisition computer, which is nobody's business. */
export function baseName(path: string): string {
  return path.split(/[\\/]/).at(-1)!.trim();
}

/** What the experimenter wrote into the file. */
export function commentNote(comment: string): string[] {
  return comment ? [`Comment in the file: "${comment}".`] : [];
}
