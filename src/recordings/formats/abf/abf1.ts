/**
 * Axon Binary Format 1 (pCLAMP 6 to 9): one fixed header of 2048 bytes, or of 6144 bytes from version 1.6 on.
 * Offsets are facts of the format.
 */

import { type ByteReader, byteReader, damaged } from "../../bytes.ts";
import type { ByteSource } from "../../source.ts";
import { baseName, tableDoubt } from "./abf2.ts";
import type { AbfChannel, AbfContent, AbfDac } from "./contents.ts";
import { EPOCH_SHAPES, type Epoch } from "./epochs.ts";
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
const OLD_HEADER_BYTES = 2048;
const HEADER_BYTES = 6144;
const EPOCHS_PER_DAC = 10;
const MAX_INPUTS = 16;

export function readAbf1(source: ByteSource, fileName: string): AbfContent {
  const reader = byteReader(source, fileName);
  const extended = isExtended(reader);
  reader.require(extended ? HEADER_BYTES : OLD_HEADER_BYTES, "the header");
  const isFloat = reader.i16(100) === 1;
  const mode = modeOf(reader, reader.i16(8));
  const channelCount = checkedChannelCount(reader, reader.i16(120));
  const interval_us = reader.f32(122);
  const samples = reader.i32(10);
  const block = { start_bytes: dataStart(reader, isFloat), samples, isFloat };
  const stored = storedSamples(source, reader, block);
  const facts = {
    mode,
    channels: channelCount,
    samples,
    episodes: reader.i32(16),
    synchLengths: readSynch(reader),
  };
  return {
    format: "abf1",
    fileName,
    protocol: extended ? baseName(reader.text(4898, 256)) : "",
    dt_ms: checkedInterval_ms(reader, interval_us * channelCount),
    mode,
    channels: readChannels(reader, channelCount, extended, isFloat),
    dacs: extended ? [0, 1, 2, 3].map((dac) => readDac(reader, dac)) : readOldDacs(reader),
    spans: sweepSpans(reader, facts),
    stored,
    tags: readTags(reader, interval_us),
    notes: [],
  };
}

/** Version 1.6 brought the longer header; some programs write a newer version over the short header, so data must not overlap it. */
function isExtended(reader: ByteReader): boolean {
  return reader.f32(4) >= 1.6 && reader.i32(40) * BLOCK_BYTES >= HEADER_BYTES;
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
    return { name, unit, number: input, position, ...scaling(reader, `channel "${name}"`, gains, isFloat) };
  });
}

/** Four outputs have names and holding levels; only the first two can play epochs. */
function readDac(reader: ByteReader, dac: number): AbfDac {
  const playable = dac < 2;
  const source = playable ? reader.i16(2300 + 2 * dac) : 0;
  const stored = playable
    ? Array.from({ length: EPOCHS_PER_DAC }, (_, i) => readEpoch(reader, dac * EPOCHS_PER_DAC + i))
    : [];
  const used = stored.filter((epoch) => epoch.type !== 0);
  const usesUserList = playable && reader.i16(3360 + 2 * dac) !== 0;
  const doubt = tableDoubt(source, used, usesUserList, false);
  return {
    ...dacIdentity(reader, dac),
    waveformEnabled: playable && reader.i16(2296 + 2 * dac) !== 0 && source !== 0,
    table: {
      epochs: used.flatMap((epoch) => (epoch.shape ? [{ ...epoch, shape: epoch.shape }] : [])),
      holding: reader.f32(1394 + 4 * dac),
      keepsLastLevel: playable && reader.i16(2304 + 2 * dac) !== 0,
    },
    ...(doubt && { doubt }),
  };
}

function dacIdentity(reader: ByteReader, dac: number): { name: string; unit: string; number: number } {
  return { name: reader.text(1306 + 10 * dac, 10), unit: reader.text(1346 + 8 * dac, 8), number: dac };
}

type StoredEpoch = Omit<Epoch, "shape"> & { type: number; shape: Epoch["shape"] | undefined };

function readEpoch(reader: ByteReader, index: number): StoredEpoch {
  const type = reader.i16(2308 + 2 * index);
  return {
    type,
    shape: EPOCH_SHAPES[type],
    firstLevel: reader.f32(2348 + 4 * index),
    deltaLevel: reader.f32(2428 + 4 * index),
    firstDuration_samples: reader.i32(2508 + 4 * index),
    deltaDuration_samples: reader.i32(2588 + 4 * index),
    pulsePeriod_samples: reader.i32(2136 + 4 * index),
    pulseWidth_samples: reader.i32(2216 + 4 * index),
  };
}

/** The short header has one table, for the DAC that it calls active; its durations are 16-bit. */
function readOldDacs(reader: ByteReader): AbfDac[] {
  const active = reader.i16(1440);
  return [0, 1, 2, 3].map((dac) => {
    const source = dac === active ? reader.i16(1438) : 0;
    const stored =
      dac === active ? Array.from({ length: EPOCHS_PER_DAC }, (_, i) => readOldEpoch(reader, i)) : [];
    const used = stored.filter((epoch) => epoch.type !== 0);
    const doubt = tableDoubt(source, used, false, false);
    return {
      ...dacIdentity(reader, dac),
      waveformEnabled: source !== 0,
      table: {
        epochs: used.flatMap((epoch) => (epoch.shape ? [{ ...epoch, shape: epoch.shape }] : [])),
        holding: reader.f32(1394 + 4 * dac),
        keepsLastLevel: reader.i16(1442) !== 0,
      },
      ...(doubt && { doubt }),
    };
  });
}

function readOldEpoch(reader: ByteReader, index: number): StoredEpoch {
  const type = reader.i16(1444 + 2 * index);
  return {
    type,
    shape: EPOCH_SHAPES[type],
    firstLevel: reader.f32(1464 + 4 * index),
    deltaLevel: reader.f32(1504 + 4 * index),
    firstDuration_samples: reader.i16(1544 + 2 * index),
    deltaDuration_samples: reader.i16(1564 + 2 * index),
    pulsePeriod_samples: 0,
    pulseWidth_samples: 0,
  };
}

function checkedCount(reader: ByteReader, count: number, what: string): number {
  if (count >= 0 && count <= MAX_LISTED_ENTRIES) return count;
  throw damaged(reader.fileName, `the number of ${what}`, String(count), `0 to ${MAX_LISTED_ENTRIES}`);
}

function readSynch(reader: ByteReader): number[] {
  const start = reader.i32(92) * BLOCK_BYTES;
  const count = checkedCount(reader, reader.i32(96), "listed sweeps");
  if (start <= 0 || count === 0) return [];
  reader.require(start + 8 * count, "the list of sweeps");
  return Array.from({ length: count }, (_, i) => reader.i32(start + 8 * i + 4));
}

function readTags(reader: ByteReader, interval_us: number): { t_s: number; text: string }[] {
  const start = reader.i32(44) * BLOCK_BYTES;
  const count = checkedCount(reader, reader.i32(48), "tags");
  if (start <= 0 || count === 0) return [];
  reader.require(start + 64 * count, "the tags");
  const synchUnit_us = reader.f32(130);
  // Without a synch unit the tag's time counts samples of all channels together.
  const unit_us = synchUnit_us > 0 ? synchUnit_us : interval_us;
  return Array.from({ length: count }, (_, i) => {
    const at = start + 64 * i;
    return { t_s: (reader.i32(at) * unit_us) / 1e6, text: reader.text(at + 4, 56) };
  });
}
