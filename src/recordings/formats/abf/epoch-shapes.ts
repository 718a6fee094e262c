/**
 * The shapes that an epoch can have, sample by sample.
 *
 * Steps and ramps are as pyABF draws them (equal on all files that could be compared). The trains follow the routine that
 * the maker published (PopulateEpoch, Axon Instruments 2002). The two differ: pyABF drops a last pulse whose period does
 * not fit whole though its width does, stretches a cosine until its periods fill the epoch, and lets triangles reach
 * their level one sample early. Pulse trains were checked against recorded currents; no recording of the other
 * trains was at hand. A ramp by the maker's routine is up to one sample further on, which depends on the channel.
 */

export type EpochShape =
  | "step"
  | "ramp"
  | "pulse-train"
  | "triangle-train"
  | "cosine-train"
  | "resistance"
  | "biphasic-train";

/** Epoch types by their number in both versions. 0 is "off"; 6 means something in ABF1 only. */
export const EPOCH_SHAPES: Readonly<Record<number, EpochShape>> = {
  1: "step",
  2: "ramp",
  3: "pulse-train",
  4: "triangle-train",
  5: "cosine-train",
  7: "biphasic-train",
};

/** A part of one epoch: `out[0]` is sample `first` of the epoch's `length` samples. */
export interface EpochPart {
  readonly out: Float64Array;
  readonly first: number;
  readonly length: number;
  /** Level of the epoch before, on which trains stand. */
  readonly before: number;
  readonly level: number;
  /** Level at the start of the sweep. */
  readonly holding: number;
  readonly period: number;
  readonly width: number;
}

export const EPOCH_WRITERS: Readonly<Record<EpochShape, (part: EpochPart) => void>> = {
  step: ({ out, level }) => void out.fill(level),
  ramp: writeRamp,
  "pulse-train": (part) => writeTrain(part, lastPulseEnd(part), pulse),
  "triangle-train": (part) => writeTrain(part, wholePeriods(part), triangle),
  "cosine-train": (part) => writeTrain(part, wholePeriods(part), cosine),
  resistance: writeResistance,
  "biphasic-train": (part) => writeTrain(part, lastPulseEnd(part), biphasic),
};

/** The level before at the first sample, its own at the last one. */
function writeRamp({ out, first, length, before, level }: EpochPart): void {
  const span = level - before;
  const last = Math.max(1, length - 1);
  for (let k = 0; k < out.length; k++) out[k] = before + (span * (first + k)) / last;
}

/** Half of the epoch at holding, half at the level. */
function writeResistance({ out, first, length, holding, level }: EpochPart): void {
  const half = Math.max(0, Math.trunc(length / 2) - first);
  out.fill(level).fill(holding, 0, half);
}

/** `valueAt` for the sample within its period up to sample `end` of the epoch, then the level before. */
function writeTrain(
  part: EpochPart,
  end: number,
  valueAt: (position: number, part: EpochPart) => number,
): void {
  const { out, first, before, period } = part;
  const played = Math.min(out.length, Math.max(0, end - first));
  for (let k = 0; k < played; k++) out[k] = valueAt((first + k) % period, part);
  out.fill(before, played);
}

function wholePeriods({ length, period }: EpochPart): number {
  return period >= 1 ? length - (length % period) : 0;
}

/** A last period that is cut short is played when the pulse itself fits. */
function lastPulseEnd(part: EpochPart): number {
  const whole = wholePeriods(part);
  return part.period >= 1 && part.length - whole >= part.width ? part.length : whole;
}

function pulse(position: number, { width, before, level }: EpochPart): number {
  return position < width ? level : before;
}

function biphasic(position: number, { width, before, level }: EpochPart): number {
  if (position < Math.trunc(width / 2)) return level;
  return position < width ? before - (level - before) : before;
}

/** Rises for the width of the pulse, falls for the rest of the period. */
function triangle(position: number, { width, period, before, level }: EpochPart): number {
  if (position < width) return before + ((level - before) * position) / width;
  return level + ((before - level) * (position - width)) / (period - width);
}

function cosine(position: number, { period, before, level }: EpochPart): number {
  return before + ((level - before) * (1 - Math.cos((2 * Math.PI * position) / period))) / 2;
}
