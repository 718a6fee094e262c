/**
 * Axon Binary Format 2 (pCLAMP 10 and later): a 512-byte header with a table of sections, each made of equal entries.
 * Offsets are facts of the format; they were checked against files written by five versions of the acquisition program.
 */

import { type ByteReader, byteReader, damaged, latin1 } from "../../bytes.ts";
import type { ByteSource } from "../../source.ts";
import type { AbfChannel, AbfContent, AbfDac } from "./contents.ts";
import { digitalNotes } from "./digital.ts";
import { EPOCH_SHAPES } from "./epoch-shapes.ts";
import {
  baseName,
  checkedChannelCount,
  checkedInterval_ms,
  commentNote,
  MAX_LISTED_ENTRIES,
  modeOf,
  type Part,
  scaling,
  storedSamples,
  sweepSpans,
  tickOf_us,
  unsupportedTiming,
} from "./layout.ts";
import { playedTable, type SharedProtocol, type StoredDac, type StoredEpoch } from "./tables.ts";
import type { Telegraph } from "./telegraph.ts";
import { listedParameter, type UnreadableList, type UserList, userList } from "./user-lists.ts";

const BLOCK_BYTES = 512;
/** Bytes of an output's entry that are read. */
const DAC_BYTES = 122;
const LEAK_BY_PULSES = 1;
const CREATOR_MAJOR_AT = 59;

/** Where the header keeps each section's place. */
const SECTION_AT = {
  protocol: 76,
  adc: 92,
  dac: 108,
  epoch: 124,
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
  if (reader.u8(protocol + 6) !== 0 && reader.i32(protocol + 10) > 1)
    throw unsupportedTiming(reader, "the acquisition program thinned out its samples");
  const channels = readChannels(reader, section("adc"), protocol, text, isFloat);
  const data = section("data");
  const tick_us = tickOf_us(reader.f32(protocol + 14), (dt_ms * 1000) / channels.length);
  const parts = listed(
    reader,
    section("synch"),
    "sweeps",
    8,
    (at): Part => ({
      start_ticks: reader.u32(at),
      length_all: reader.u32(at + 4),
    }),
  );
  const facts = { mode, channels: channels.length, samples: data.count, episodes: reader.u32(12), parts };
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
    sweepStarts_s: parts.map(({ start_ticks }) => (start_ticks * tick_us) / 1e6),
    stored,
    tags: readTags(reader, section("tags"), tick_us),
    notes: [
      ...commentNote(text(reader.u32(protocol + 132))),
      ...(mode === "episodic" ? readDigital(reader, section, protocol) : []),
    ],
  };
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
    const telegraph = reader.i16(at + 2) === 1 ? readTelegraph(reader, at) : undefined;
    const unit = text(reader.u32(at + 78));
    return { name, unit, number: reader.i16(at), position, ...scaled, ...(telegraph && { telegraph }) };
  });
}

function readTelegraph(reader: ByteReader, at: number): Telegraph {
  return {
    instrument: reader.i16(at + 4),
    filter_Hz: reader.f32(at + 10),
    capacitance_pF: reader.f32(at + 14),
    mode: reader.i16(at + 18),
    accessResistance_MOhm: reader.f32(at + 20),
  };
}

/** Rules that all outputs share, and each output with its epochs. */
function readDacs(
  reader: ByteReader,
  section: (key: keyof typeof SECTION_AT) => Section,
  text: (index: number) => string,
  protocol: number,
): AbfDac[] {
  const epochs = listed(reader, section("epochPerDac"), "epochs", 30, (at) => ({
    dac: reader.i16(at + 2),
    ...readEpoch(reader, at),
  }));
  const shared: SharedProtocol = {
    lists: listed(reader, section("userList"), "user lists", 12, (at) => readUserList(reader, at, text)),
    alternates: reader.i16(protocol + 182) !== 0,
  };
  return listed(reader, section("dac"), "outputs", DAC_BYTES, (at) => {
    const stored = readDac(reader, at, text, epochs);
    return {
      name: text(reader.u32(at + 24)),
      unit: text(reader.u32(at + 28)),
      number: stored.number,
      waveformEnabled: reader.i16(at + 40) !== 0 && stored.source !== 0,
      ...playedTable(stored, shared),
    };
  });
}

function readDac(
  reader: ByteReader,
  at: number,
  text: (index: number) => string,
  epochs: readonly (StoredEpoch & { readonly dac: number })[],
): StoredDac {
  const number = reader.i16(at);
  const trains = reader.i16(at + 60) !== 0;
  const conditioning = { postDuration: reader.f32(at + 82), postLevel: reader.f32(at + 86) };
  return {
    number,
    source: reader.i16(at + 42),
    epochs: epochs.filter(({ dac }) => dac === number),
    holding: reader.f32(at + 12),
    keepsLastLevel: reader.i16(at + 44) !== 0,
    ...(trains && { conditioning }),
    leakPulses: reader.i16(at + 92) === LEAK_BY_PULSES ? reader.i16(at + 104) : 0,
    stimulusFile: baseName(text(reader.u32(at + 118))),
  };
}

/**
 * The enable flag beside the list is 0 even where the recorded current shows that the list was played (checked on a
 * file with both), so a list counts as used. Numbers above 60 only exist with 50 epochs; below, the version of the
 * program decides (not met in a recording).
 */
function readUserList(
  reader: ByteReader,
  at: number,
  text: (index: number) => string,
): UserList | UnreadableList {
  const dac = reader.i16(at);
  const number = reader.i16(at + 4);
  const hasManyEpochs = number > 60 || reader.u8(CREATOR_MAJOR_AT) >= 11;
  const parameter = listedParameter(number, hasManyEpochs ? 50 : 10);
  return userList(dac, parameter, text(reader.u32(at + 8)), reader.i16(at + 6) !== 0);
}

function readEpoch(reader: ByteReader, at: number): StoredEpoch {
  const type = reader.i16(at + 4);
  return {
    number: reader.i16(at),
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

/** Digital outputs follow the table of the output that the protocol calls active. */
function readDigital(
  reader: ByteReader,
  section: (key: keyof typeof SECTION_AT) => Section,
  protocol: number,
): string[] {
  if (reader.i16(protocol + 140) === 0) return [];
  return digitalNotes(
    reader.i16(protocol + 142),
    listed(reader, section("epoch"), "digital outputs", 6, (at) => ({
      epoch: reader.i16(at),
      on: reader.i16(at + 2),
      pulsing: reader.i16(at + 4),
    })),
  );
}

function readTags(reader: ByteReader, section: Section, unit_us: number): AbfContent["tags"] {
  return listed(reader, section, "tags", 60, (at) => ({
    t_s: (reader.i32(at) * unit_us) / 1e6,
    text: reader.text(at + 4, 56),
  }));
}
