/** What was played: stimuli of channels of segments (the part .pgf). */
import type { Doubt } from "../../content.ts";
import type { Bundle } from "./bundle.ts";
import { type Increment, incremented, unknownIncrement } from "./increments.ts";
import { readTree, type TreeRecord } from "./tree.ts";

export interface Stimulus {
  readonly label: string;
  /** Sweeps that the protocol asks for; fewer may have been recorded. */
  readonly sweeps: number;
  readonly channels: readonly StimulusChannel[];
}

/** One analog output. Levels and holding are in `unit`. */
export interface StimulusChannel {
  /** Number of the DAC. */
  readonly number: number;
  readonly unit: string;
  readonly holding: number;
  /** Whether the levels are added to holding. */
  readonly isRelative: boolean;
  readonly segments: readonly Segment[];
  readonly square: Square;
  /** Why the segments do not say what was played. */
  readonly doubt?: Doubt;
}

export interface Segment {
  readonly shape: "constant" | "ramp" | "square" | undefined;
  /** `first` and `last`: played in that sweep only, and not stored. */
  readonly storage: "stored" | "not-stored" | "first" | "last";
  readonly isAtHolding: boolean;
  readonly level: Increment;
  readonly duration_s: Increment;
}

/** A wave of equal halves around 0. */
export interface Square {
  readonly amplitude: number;
  readonly cycle_s: number;
}

const STIMULI = { what: "the list of stimuli", leastBytes: [4, 148, 78, 64] };
const SHAPES = ["constant", "ramp", "constant", undefined, "square"] as const;
const STORAGE = ["not-stored", "stored", "first", "last"] as const;
const HOLDING = 1;

const USES = {
  stimulusScale: 1 << 0,
  relative: 1 << 1,
  file: 1 << 2,
  /** Lock-in, wavelength, scaling, chirp, imaging. */
  others: 0xf8,
} as const;

/** All stimuli; none when the bundle has no such part. */
export function readStimuli(bundle: Bundle): Stimulus[] {
  const bytes = bundle.item(".pgf");
  if (!bytes) return [];
  return readTree(bytes, STIMULI, bundle.fileName).children.map((record) => {
    const sweeps = record.i32(144);
    return {
      label: record.text(4, 32),
      sweeps,
      channels: record.children.map((channel) => readChannel(channel, sweeps)),
    };
  });
}

function readChannel(record: TreeRecord, sweeps: number): StimulusChannel {
  const unit = record.text(40, 8);
  const uses = record.u16(76);
  const isRelative = (uses & USES.relative) !== 0;
  const holding = record.f64(48);
  const doubt = channelDoubt(record, uses, isRelative ? holding : 0, sweeps);
  return {
    number: record.i16(28),
    // The unit is written as A, the numbers are nA: -0.89 here is -8.9e-10 in the trace's own field in A.
    unit: unit === "A" ? "nA" : unit,
    holding,
    isRelative,
    segments: record.children.map(readSegment),
    square: { amplitude: record.f64(240), cycle_s: record.f64(232) },
    ...(doubt && { doubt }),
  };
}

function readSegment(record: TreeRecord): Segment {
  return {
    shape: SHAPES[record.u8(4)],
    storage: STORAGE[record.u8(5)] ?? "not-stored",
    isAtHolding: record.i32(16) === HOLDING,
    level: { mode: record.u8(6), first: record.f64(8), factor: record.f64(20), step: record.f64(28) },
    duration_s: { mode: record.u8(7), first: record.f64(36), factor: record.f64(48), step: record.f64(56) },
  };
}

const unsupported = (what: string): Doubt => ({ code: "unsupported", what });

function channelDoubt(record: TreeRecord, uses: number, base: number, sweeps: number): Doubt | undefined {
  if (uses & USES.file)
    return {
      code: "stimulus-file",
      what: "the command came from a stimulus file, which is not part of the recording",
    };
  if (!(uses & USES.stimulusScale) || uses & USES.others)
    return unsupported("the command was scaled in a way that this reader does not follow");
  for (const segment of record.children) {
    const doubt = segmentDoubt(segment, record, base, sweeps);
    if (doubt) return doubt;
  }
  return undefined;
}

function segmentDoubt(
  segment: TreeRecord,
  channel: TreeRecord,
  base: number,
  sweeps: number,
): Doubt | undefined {
  const { shape, isAtHolding, level, duration_s } = readSegment(segment);
  if (shape === undefined) return unsupported("the command has sine or chirp waves, which are not followed");
  if ((segment.i32(16) !== 0 && !isAtHolding) || segment.i32(44) !== 0)
    return unsupported("the command took values from parameters that are not in the file");
  const strange = unknownIncrement(duration_s, sweeps) || (!isAtHolding && unknownIncrement(level, sweeps));
  if (strange)
    return unsupported(
      "the command changed from sweep to sweep in an order that this reader does not follow",
    );
  return shape === "square" && !isPlainSquare(channel, level, base)
    ? unsupported("the command has square waves of a kind that this reader does not follow")
    : undefined;
}

/** What x_to_nwb (Allen Institute) reads: one frequency, equal halves, nothing that changes. Not met in a recording. */
function isPlainSquare(channel: TreeRecord, level: Increment, base: number): boolean {
  const [durationFactor, kind, baseIncrement, cycle_s] = [
    channel.f64(152),
    channel.u8(218),
    channel.f64(224),
    channel.f64(232),
  ];
  return (
    durationFactor === 0 && kind === 0 && baseIncrement === 0 && cycle_s > 0 && base === 0 && level.step === 0
  );
}

/** Samples [from, to) of what a channel played in the sweep `sweep` (from 0) of its protocol, without what was not stored. */
export function channelCommand(
  channel: StimulusChannel,
  protocolSweeps: number,
  sweep: number,
  dt_s: number,
  from: number,
  to: number,
): Float64Array {
  const { holding, isRelative } = channel;
  const command = new Float64Array(to - from).fill(holding);
  let before = holding;
  let start = 0;
  for (const segment of channel.segments) {
    if (segment.storage === "first" && sweep > 0) continue;
    if (segment.storage === "last" && sweep < protocolSweeps - 1) continue;
    const added = isRelative ? holding : 0;
    const level = segment.isAtHolding ? holding : added + incremented(segment.level, sweep, protocolSweeps);
    if (segment.storage === "stored") {
      const length = Math.round(incremented(segment.duration_s, sweep, protocolSweeps) / dt_s);
      if (length > 0) {
        const first = Math.max(from, start);
        const out = command.subarray(first - from, Math.max(first, Math.min(to, start + length)) - from);
        writeSegment(out, first - start, length, segment, before, level, channel.square, dt_s);
        start += length;
      }
    }
    if (segment.shape !== "square") before = level;
  }
  return command;
}

/**
 * Constants; ramps from the level before, whose first sample is one step on and whose last is the level (as
 * load_heka_python found in recordings); square waves.
 */
function writeSegment(
  out: Float64Array,
  first: number,
  length: number,
  { shape }: Segment,
  before: number,
  level: number,
  square: Square,
  dt_s: number,
): void {
  if (shape === "ramp")
    for (let k = 0; k < out.length; k++) out[k] = before + ((level - before) * (first + k + 1)) / length;
  else if (shape === "square") writeSquare(out, first, square, dt_s);
  else out.fill(level);
}

function writeSquare(out: Float64Array, first: number, { amplitude, cycle_s }: Square, dt_s: number): void {
  const cycle = Math.max(1, Math.trunc(cycle_s / dt_s));
  const half = Math.trunc(cycle / 2);
  for (let k = 0; k < out.length; k++) out[k] = (first + k) % cycle < half ? amplitude : -amplitude;
}
