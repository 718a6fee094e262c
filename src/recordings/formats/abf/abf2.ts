/**
 * Axon Binary Format 2 (pCLAMP 10 and later): a 512-byte header with a table of sections, each made of equal entries.
 * Offsets are facts of the format; they were checked against files written by five versions of the acquisition program.
 */

import { type ByteReader, byteReader, damaged, latin1 } from "../../bytes.ts";
import type { ByteSource } from "../../source.ts";
import type { AbfChannel, AbfContent, AbfDac, TableDoubt } from "./contents.ts";
import { EPOCH_SHAPES, type Epoch, type EpochTable } from "./epochs.ts";
import {
  checkedChannelCount,
  checkedInterval_ms,
  MAX_LISTED_ENTRIES,
  modeOf,
  scaling,
  storedSamples,
  sweepSpans,
} from "./layout.ts";

const BLOCK_BYTES = 512;

/** Where the header keeps each section's place. */
const SECTION_AT = {
  protocol: 76,
  adc: 92,
  dac: 108,
  epochPerDac: 156,
  userList: 172,
  strings: 220,
  data: 236,
  tags: 252,
  synch: 316,
} as const;

interface Section {
  readonly start: number;
  readonly entryBytes: number;
  readonly count: number;
}

export function readAbf2(source: ByteSource, fileName: string): AbfContent {
  const reader = byteReader(source, fileName);
  reader.require(BLOCK_BYTES, "the header");
  const section = (key: keyof typeof SECTION_AT): Section => readSection(reader, key);
  const protocol = section("protocol").start;
  const text = readStrings(source, reader, section("strings"));
  const isFloat = reader.u16(30) === 1;
  const mode = modeOf(reader, reader.i16(protocol));
  const dt_ms = checkedInterval_ms(reader, reader.f32(protocol + 2));
  const channels = readChannels(reader, section("adc"), protocol, text, isFloat);
  const data = section("data");
  const synchLengths = listed(reader, section("synch"), "sweeps", 8, (at) => reader.u32(at + 4));
  const facts = {
    mode,
    channels: channels.length,
    samples: data.count,
    episodes: reader.u32(12),
    synchLengths,
  };
  const stored = storedSamples(source, reader, { start_bytes: data.start, samples: data.count, isFloat });
  return {
    format: "abf2",
    fileName,
    protocol: baseName(text(reader.u32(72))),
    dt_ms,
    mode,
    channels,
    dacs: readDacs(reader, section, text, protocol),
    spans: sweepSpans(reader, facts),
    stored,
    tags: readTags(reader, section("tags"), reader.f32(protocol + 14), (dt_ms * 1000) / channels.length),
    notes: [],
  };
}

/** Protocols are stored with the path on the acquisition computer, which is nobody's business. */
export function baseName(path: string): string {
  return path.split(/[\\/]/).at(-1)!.trim();
}

function readSection(reader: ByteReader, key: keyof typeof SECTION_AT): Section {
  const at = SECTION_AT[key];
  // The count is 64-bit in the file; no real one needs the upper half.
  const count = reader.u32(at + 8) + reader.u32(at + 12) * 2 ** 32;
  return { start: reader.u32(at) * BLOCK_BYTES, entryBytes: reader.u32(at + 4), count };
}

/** Reads every entry of a section, after checking its count and size; `minBytes` is what `read` touches. */
function listed<T>(
  reader: ByteReader,
  section: Section,
  what: string,
  minBytes: number,
  read: (offset: number) => T,
): T[] {
  if (section.count === 0 || section.start === 0) return [];
  if (section.count > MAX_LISTED_ENTRIES || section.entryBytes < minBytes) {
    const got = `${section.count} entries of ${section.entryBytes} bytes`;
    throw damaged(
      reader.fileName,
      `the list of ${what}`,
      got,
      `at most ${MAX_LISTED_ENTRIES} of ${minBytes} or more`,
    );
  }
  reader.require(section.start + section.count * section.entryBytes, `the list of ${what}`);
  return Array.from({ length: section.count }, (_, i) => read(section.start + i * section.entryBytes));
}

/** Names and units lie in one NUL-separated block, 44 bytes into the strings section, and are counted from 1. */
function readStrings(source: ByteSource, reader: ByteReader, section: Section): (index: number) => string {
  if (section.count === 0 || section.start === 0) return () => "";
  reader.require(section.start + section.entryBytes, "the names of the channels");
  const block = source.bytes(section.start + 44, Math.max(0, section.entryBytes - 44));
  const strings = latin1(block).split("\0");
  return (index) => (index >= 1 && index <= strings.length ? strings[index - 1].trim() : "");
}

function readChannels(
  reader: ByteReader,
  section: Section,
  protocol: number,
  text: (index: number) => string,
  isFloat: boolean,
): AbfChannel[] {
  checkedChannelCount(reader, section.count);
  const range_V = reader.f32(protocol + 110);
  const resolution = reader.i32(protocol + 118);
  const starts = listed(reader, section, "channels", 82, (at) => at);
  return starts.map((at, position) => {
    const gains = {
      instrumentScale: reader.f32(at + 40),
      signalGain: reader.f32(at + 48),
      programmableGain: reader.f32(at + 28),
      telegraphGain: reader.i16(at + 2) === 1 ? reader.f32(at + 6) : 1,
      instrumentOffset: reader.f32(at + 44),
      signalOffset: reader.f32(at + 52),
      range_V,
      resolution,
    };
    const name = text(reader.u32(at + 74));
    const scaled = scaling(reader, `channel "${name}"`, gains, isFloat);
    return { name, unit: text(reader.u32(at + 78)), number: reader.i16(at), position, ...scaled };
  });
}

function readDacs(
  reader: ByteReader,
  section: (key: keyof typeof SECTION_AT) => Section,
  text: (index: number) => string,
  protocol: number,
): AbfDac[] {
  const epochs = listed(reader, section("epochPerDac"), "epochs", 30, (at) => readEpoch(reader, at));
  const lists = listed(reader, section("userList"), "user lists", 12, (at) => readUserList(reader, at, text));
  const alternates = reader.i16(protocol + 182) !== 0;
  return listed(reader, section("dac"), "outputs", 60, (at) => {
    const number = reader.i16(at);
    const ownLists = lists.filter((list) => list.dac === number && list.parameter > 0);
    const own = epochs.filter((epoch) => epoch.dac === number && epoch.type !== 0);
    const source = reader.i16(at + 42);
    const doubt = tableDoubt(
      source,
      own,
      ownLists.some((list) => epochOfLevelList(list) === undefined),
      alternates,
    );
    const table: EpochTable = {
      epochs: own.flatMap(({ shape, ...epoch }) =>
        shape ? [withListedLevels({ ...epoch, shape }, ownLists)] : [],
      ),
      holding: reader.f32(at + 12),
      keepsLastLevel: reader.i16(at + 44) !== 0,
    };
    const dac = { name: text(reader.u32(at + 24)), unit: text(reader.u32(at + 28)), number, table };
    return { ...dac, waveformEnabled: reader.i16(at + 40) !== 0 && source !== 0, ...(doubt && { doubt }) };
  });
}

/** A list of values that one parameter of a DAC's table takes from sweep to sweep. */
interface UserList {
  readonly dac: number;
  readonly parameter: number;
  readonly repeats: boolean;
  readonly values: readonly number[];
}

/**
 * The enable flag beside the list is 0 even where the recorded current shows that the list was played (checked on a
 * file with both), so a list with a parameter counts as used.
 */
function readUserList(reader: ByteReader, at: number, text: (index: number) => string): UserList {
  const values = text(reader.u32(at + 8))
    .split(",")
    .filter((entry) => entry.trim() !== "")
    .map(Number);
  return { dac: reader.i16(at), parameter: reader.i16(at + 4), repeats: reader.i16(at + 6) !== 0, values };
}

/** Parameters from 61 on are the first levels of the 50 possible epochs; what other parameters do is not followed. */
function epochOfLevelList(list: UserList): number | undefined {
  const isLevel = list.parameter >= 61 && list.parameter < 111;
  return isLevel && !list.repeats && list.values.length > 0 && list.values.every(Number.isFinite)
    ? list.parameter - 61
    : undefined;
}

function withListedLevels(
  epoch: Epoch & { readonly epochNumber: number },
  lists: readonly UserList[],
): Epoch {
  const list = lists.find((candidate) => epochOfLevelList(candidate) === epoch.epochNumber);
  return list ? { ...epoch, listedLevels: list.values } : epoch;
}

type StoredEpoch = Omit<Epoch, "shape"> & {
  dac: number;
  type: number;
  epochNumber: number;
  shape: Epoch["shape"] | undefined;
};

function readEpoch(reader: ByteReader, at: number): StoredEpoch {
  const type = reader.i16(at + 4);
  return {
    dac: reader.i16(at + 2),
    epochNumber: reader.i16(at),
    type,
    shape: EPOCH_SHAPES[type],
    firstLevel: reader.f32(at + 6),
    deltaLevel: reader.f32(at + 10),
    firstDuration_samples: reader.i32(at + 14),
    deltaDuration_samples: reader.i32(at + 18),
    pulsePeriod_samples: reader.i32(at + 22),
    pulseWidth_samples: reader.i32(at + 26),
  };
}

export function tableDoubt(
  source: number,
  epochs: readonly { readonly shape: Epoch["shape"] | undefined }[],
  usesUserList: boolean,
  alternates: boolean,
): TableDoubt | undefined {
  if (source === 2) return "stimulus-file";
  if (alternates) return "alternating-dacs";
  if (epochs.some((epoch) => epoch.shape === undefined)) return "unknown-epoch";
  return usesUserList ? "user-list" : undefined;
}

function readTags(
  reader: ByteReader,
  section: Section,
  synchUnit_us: number,
  sampleInterval_us: number,
): { t_s: number; text: string }[] {
  // Without a synch unit the tag's time counts samples of all channels together.
  const unit_us = synchUnit_us > 0 ? synchUnit_us : sampleInterval_us;
  return listed(reader, section, "tags", 60, (at) => ({
    t_s: (reader.i32(at) * unit_us) / 1e6,
    text: reader.text(at + 4, 56),
  }));
}
