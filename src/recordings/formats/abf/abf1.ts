/**
 * Axon Binary Format 1 (pCLAMP 6 to 9): one fixed header of 2048 bytes, or of 6144 bytes from version 1.6 on.
 * Offsets are facts of the format.
 */

import { type ByteReader, byteReader, damaged } from "../../bytes.ts";
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
const OLD_HEADER_BYTES = 2048;
const HEADER_BYTES = 6144;
const EPOCHS_PER_DAC = 10;
const MAX_INPUTS = 16;
const ABF1_SHAPES: typeof EPOCH_SHAPES = { ...EPOCH_SHAPES, 6: "resistance" };

export function readAbf1(source: ByteSource, fileName: string): AbfContent {
  const reader = byteReader(source, fileName);
  const extended = isExtended(reader);
  reader.require(extended ? HEADER_BYTES : OLD_HEADER_BYTES, "the header");
  const isFloat = reader.i16(100) === 1;
  const mode = modeOf(reader, reader.i16(8));
  const channelCount = checkedChannelCount(reader, reader.i16(120));
  const interval_us = reader.f32(122);
  refuseSecondInterval(reader, interval_us);
  const samples = reader.i32(10);
  const block = { start_bytes: dataStart(reader, isFloat), samples, isFloat };
  const stored = storedSamples(source, reader, block);
  const parts = readParts(reader);
  const tick_us = tickOf_us(reader.f32(130), interval_us);
  return {
    format: "abf1",
    fileName,
    protocol: extended ? baseName(reader.text(4898, 256)) : "",
    dt_ms: checkedInterval_ms(reader, interval_us * channelCount),
    mode,
    channels: readChannels(reader, channelCount, extended, isFloat),
    dacs: extended ? readDacs(reader) : readOldDacs(reader),
    spans: sweepSpans(reader, { mode, channels: channelCount, samples, episodes: reader.i32(16), parts }),
    sweepStarts_s: parts.map(({ start_ticks }) => (start_ticks * tick_us) / 1e6),
    stored,
    tags: readTags(reader, tick_us),
    notes: [
      ...commentNote(extended ? reader.text(5154, 128) : reader.text(310, 56)),
      ...(mode === "episodic" ? readDigital(reader, extended) : []),
    ],
  };
}

/** Version 1.6 brought the longer header; some programs write a newer version over the short header, so data must not overlap it. */
function isExtended(reader: ByteReader): boolean {
  return reader.f32(4) >= 1.6 && reader.i32(40) * BLOCK_BYTES >= HEADER_BYTES;
}

/** Old programs could change the clock in the middle of a sweep. Not met in a recording. */
function refuseSecondInterval(reader: ByteReader, interval_us: number): void {
  const second_us = reader.f32(126);
  if (second_us > 0 && second_us !== interval_us && reader.i32(194) > 0)
    throw unsupportedTiming(reader, `a second interval of ${second_us} us was used`);
}

function dataStart(reader: ByteReader, isFloat: boolean): number {
  const block = reader.i32(40);
  const ignored = reader.i16(14);
  if (block < 1 || ignored < 0)
    throw damaged(reader.fileName, "where the samples start", `block ${block}`, "1 or more");
  return block * BLOCK_BYTES + ignored * (isFloat ? 4 : 2);
}

function readChannels(reader: ByteReader, count: number, extended: boolean, isFloat: boolean): AbfChannel[] {
  return Array.from({ length: count }, (_, position) => {
    const input = reader.i16(410 + 2 * position);
    if (input < 0 || input >= MAX_INPUTS) {
      throw damaged(reader.fileName, "the sampled inputs", String(input), `0 to ${MAX_INPUTS - 1}`);
    }
    const gains = {
      instrumentScale: reader.f32(922 + 4 * input),
      signalGain: reader.f32(1050 + 4 * input),
      programmableGain: reader.f32(730 + 4 * input),
      telegraphGain: extended && reader.i16(4512 + 2 * input) === 1 ? reader.f32(4576 + 4 * input) : 1,
      instrumentOffset: reader.f32(986 + 4 * input),
      signalOffset: reader.f32(1114 + 4 * input),
      range_V: reader.f32(244),
      resolution: reader.i32(252),
    };
    const name = reader.text(442 + 10 * input, 10);
    const unit = reader.text(602 + 8 * input, 8);
    const telegraph =
      extended && reader.i16(4512 + 2 * input) === 1 ? readTelegraph(reader, input) : undefined;
    const scaled = scaling(reader, `channel "${name}"`, gains, isFloat);
    return { name, unit, number: input, position, ...scaled, ...(telegraph && { telegraph }) };
  });
}

function readTelegraph(reader: ByteReader, input: number): Telegraph {
  return {
    instrument: reader.i16(4544 + 2 * input),
    filter_Hz: reader.f32(4640 + 4 * input),
    capacitance_pF: reader.f32(4704 + 4 * input),
    mode: reader.i16(4768 + 2 * input),
    accessResistance_MOhm: 0,
  };
}

/** Four outputs have names and holding levels; only the first two can play epochs. */
function readDacs(reader: ByteReader): AbfDac[] {
  const shared: SharedProtocol = {
    lists: [0, 1, 2, 3].flatMap((list) => readUserList(reader, list)),
    alternates: reader.i16(5876) !== 0,
  };
  return [0, 1, 2, 3].map((number) => {
    const stored = number < 2 ? readPlayingDac(reader, number) : restingDac(reader, number);
    const waveformEnabled = number < 2 && reader.i16(2296 + 2 * number) !== 0 && stored.source !== 0;
    return { ...dacIdentity(reader, number), waveformEnabled, ...playedTable(stored, shared) };
  });
}

function readPlayingDac(reader: ByteReader, number: number): StoredDac {
  const trains = reader.i16(3260 + 2 * number) !== 0;
  const conditioning = {
    postDuration: reader.f32(3304 + 4 * number),
    postLevel: reader.f32(3312 + 4 * number),
  };
  return {
    number,
    source: reader.i16(2300 + 2 * number),
    epochs: Array.from({ length: EPOCHS_PER_DAC }, (_, epoch) => readEpoch(reader, number, epoch)),
    holding: reader.f32(1394 + 4 * number),
    keepsLastLevel: reader.i16(2304 + 2 * number) !== 0,
    ...(trains && { conditioning }),
    leakPulses: reader.i16(4456 + 2 * number) !== 0 ? reader.i16(1938) : 0,
    stimulusFile: baseName(reader.text(2736 + 256 * number, 256)),
  };
}

function restingDac(reader: ByteReader, number: number): StoredDac {
  const holding = reader.f32(1394 + 4 * number);
  return { number, source: 0, epochs: [], holding, keepsLastLevel: false, leakPulses: 0, stimulusFile: "" };
}

function dacIdentity(reader: ByteReader, dac: number): { name: string; unit: string; number: number } {
  return { name: reader.text(1306 + 10 * dac, 10), unit: reader.text(1346 + 8 * dac, 8), number: dac };
}

function readEpoch(reader: ByteReader, dac: number, epoch: number): StoredEpoch {
  const index = dac * EPOCHS_PER_DAC + epoch;
  const type = reader.i16(2308 + 2 * index);
  return {
    number: epoch,
    type,
    shape: ABF1_SHAPES[type],
    firstLevel: reader.f32(2348 + 4 * index),
    deltaLevel: reader.f32(2428 + 4 * index),
    firstDuration_samples: reader.i32(2508 + 4 * index),
    deltaDuration_samples: reader.i32(2588 + 4 * index),
    pulsePeriod_samples: reader.i32(2136 + 4 * index),
    pulseWidth_samples: reader.i32(2216 + 4 * index),
  };
}

/** Unlike in ABF2 the flag counts: a list of parameter 0 is there in every file. Not met in a recording. */
function readUserList(reader: ByteReader, list: number): (UserList | UnreadableList)[] {
  if (reader.i16(3360 + 2 * list) === 0) return [];
  const parameter = listedParameter(reader.i16(3368 + 2 * list), EPOCHS_PER_DAC);
  const repeats = reader.i16(4400 + 2 * list) !== 0;
  return [userList(list, parameter, reader.text(3376 + 256 * list, 256), repeats)];
}

/** The short header has one table, for the DAC that it calls active; its durations are 16-bit. */
function readOldDacs(reader: ByteReader): AbfDac[] {
  const active = reader.i16(1440);
  const shared: SharedProtocol = { lists: readOldUserList(reader, active), alternates: false };
  return [0, 1, 2, 3].map((number) => {
    const stored = number === active ? readOldPlayingDac(reader, number) : restingDac(reader, number);
    const waveformEnabled = stored.source !== 0;
    return { ...dacIdentity(reader, number), waveformEnabled, ...playedTable(stored, shared) };
  });
}

function readOldPlayingDac(reader: ByteReader, number: number): StoredDac {
  const conditioning = { postDuration: reader.f32(1742), postLevel: reader.f32(1746) };
  return {
    number,
    source: reader.i16(1438),
    epochs: Array.from({ length: EPOCHS_PER_DAC }, (_, epoch) => readOldEpoch(reader, epoch)),
    holding: reader.f32(1394 + 4 * number),
    keepsLastLevel: reader.i16(1442) !== 0,
    ...(reader.i16(1718) !== 0 && reader.i16(1720) === number && { conditioning }),
    leakPulses: reader.i16(1932) !== 0 ? reader.i16(1938) : 0,
    stimulusFile: baseName(reader.text(1634, 84)),
  };
}

function readOldEpoch(reader: ByteReader, epoch: number): StoredEpoch {
  const type = reader.i16(1444 + 2 * epoch);
  return {
    number: epoch,
    type,
    shape: ABF1_SHAPES[type],
    firstLevel: reader.f32(1464 + 4 * epoch),
    deltaLevel: reader.f32(1504 + 4 * epoch),
    firstDuration_samples: reader.i16(1544 + 2 * epoch),
    deltaDuration_samples: reader.i16(1564 + 2 * epoch),
    pulsePeriod_samples: 0,
    pulseWidth_samples: 0,
  };
}

function readOldUserList(reader: ByteReader, active: number): (UserList | UnreadableList)[] {
  if (reader.i16(1966) === 0) return [];
  const parameter = listedParameter(reader.i16(1762), EPOCHS_PER_DAC);
  return [userList(active, parameter, reader.text(1764, 80), false)];
}

/** Digital outputs follow the table of the output that the protocol calls active. */
function readDigital(reader: ByteReader, extended: boolean): string[] {
  if (reader.i16(1436) === 0) return [];
  const epochs = Array.from({ length: EPOCHS_PER_DAC }, (_, epoch) => ({
    epoch,
    on: reader.i16(1588 + 2 * epoch),
    pulsing: extended ? reader.i16(2668 + 2 * epoch) : 0,
  }));
  return digitalNotes(reader.i16(1440), epochs);
}

function checkedCount(reader: ByteReader, count: number, what: string): number {
  if (count >= 0 && count <= MAX_LISTED_ENTRIES) return count;
  throw damaged(reader.fileName, `the number of ${what}`, String(count), `0 to ${MAX_LISTED_ENTRIES}`);
}

function readParts(reader: ByteReader): Part[] {
  const start = reader.i32(92) * BLOCK_BYTES;
  const count = checkedCount(reader, reader.i32(96), "listed sweeps");
  if (start <= 0 || count === 0) return [];
  reader.require(start + 8 * count, "the list of sweeps");
  return Array.from({ length: count }, (_, i) => ({
    start_ticks: reader.i32(start + 8 * i),
    length_all: reader.i32(start + 8 * i + 4),
  }));
}

function readTags(reader: ByteReader, unit_us: number): AbfContent["tags"] {
  const start = reader.i32(44) * BLOCK_BYTES;
  const count = checkedCount(reader, reader.i32(48), "tags");
  if (start <= 0 || count === 0) return [];
  reader.require(start + 64 * count, "the tags");
  return Array.from({ length: count }, (_, i) => {
    const at = start + 64 * i;
    return { t_s: (reader.i32(at) * unit_us) / 1e6, text: reader.text(at + 4, 56) };
  });
}
