/** The stimulus that an Axon acquisition program plays, from the epoch table in the file's header. */

export type EpochShape =
  | "step"
  | "ramp"
  | "pulse-train"
  | "triangle-train"
  | "cosine-train"
  | "biphasic-train";

/** One column of the waveform editor. Durations are samples of one channel; levels are in the DAC's unit. */
export interface Epoch {
  readonly shape: EpochShape;
  readonly firstLevel: number;
  readonly deltaLevel: number;
  readonly firstDuration_samples: number;
  readonly deltaDuration_samples: number;
  readonly pulsePeriod_samples: number;
  readonly pulseWidth_samples: number;
  /** Levels of a user list, one a sweep; they replace `firstLevel` and `deltaLevel`. */
  readonly listedLevels?: readonly number[];
}

export interface EpochTable {
  readonly epochs: readonly Epoch[];
  readonly holding: number;
  /** Whether the last epoch's level stays on the DAC until the next sweep's first epoch. */
  readonly keepsLastLevel: boolean;
}

/** Epoch types by their number in the file. 0 is "off"; 6 was never given out. */
export const EPOCH_SHAPES: Readonly<Record<number, EpochShape>> = {
  1: "step",
  2: "ramp",
  3: "pulse-train",
  4: "triangle-train",
  5: "cosine-train",
  7: "biphasic-train",
};

/**
 * Samples [from, to) of the command of one sweep, in the DAC's unit.
 *
 * The first epoch starts `floor(samplesPerSweep / 64)` samples into the sweep (checked against recorded currents);
 * before it and after the last epoch the DAC is at holding, or at the last level when `keepsLastLevel`.
 * An epoch that would reach past the end of the sweep is cut there.
 *
 * @param sweep 0-based.
 */
export function commandOfSweep(
  table: EpochTable,
  sweep: number,
  samplesPerSweep: number,
  from = 0,
  to = samplesPerSweep,
): Float64Array {
  const restLevel = table.keepsLastLevel ? lastLevel(table, sweep) : table.holding;
  const command = new Float64Array(to - from).fill(restLevel);
  let start = Math.floor(samplesPerSweep / 64);
  let levelBefore = levelBeforeSweep(table, sweep);
  if (from < start) command.fill(levelBefore, 0, start - from);
  for (const epoch of table.epochs) {
    const length = Math.max(0, epoch.firstDuration_samples + sweep * epoch.deltaDuration_samples);
    const level = levelOf(epoch, sweep);
    writeEpoch({ command, from, to }, start, length, epoch, levelBefore, level);
    start += length;
    levelBefore = level;
  }
  return command;
}

/** When a list is shorter than the recording its last value stays. */
function levelOf(epoch: Epoch, sweep: number): number {
  if (epoch.listedLevels) return epoch.listedLevels[Math.min(sweep, epoch.listedLevels.length - 1)];
  return epoch.firstLevel + sweep * epoch.deltaLevel;
}

function lastLevel(table: EpochTable, sweep: number): number {
  const last = table.epochs.at(-1);
  return last ? levelOf(last, sweep) : table.holding;
}

function levelBeforeSweep(table: EpochTable, sweep: number): number {
  return table.keepsLastLevel && sweep > 0 ? lastLevel(table, sweep - 1) : table.holding;
}

/** A stretch [from, to) of a sweep's command. */
interface Stretch {
  readonly command: Float64Array;
  readonly from: number;
  readonly to: number;
}

function writeEpoch(
  { command, from, to }: Stretch,
  start: number,
  length: number,
  epoch: Epoch,
  levelBefore: number,
  level: number,
): void {
  const valueAt = epochValue(epoch, length, levelBefore, level);
  const end = Math.min(start + length, to);
  for (let sample = Math.max(start, from); sample < end; sample++)
    command[sample - from] = valueAt(sample - start);
}

/** The epoch as a function of the sample within it; `from` is the level of the epoch before. */
function epochValue(epoch: Epoch, length: number, from: number, to: number): (sample: number) => number {
  const pulse = pulsePosition(epoch, length);
  switch (epoch.shape) {
    case "step":
      return () => to;
    case "ramp":
      return (sample) => linear(from, to, sample, length);
    case "pulse-train":
      return (sample) => (pulse(sample) < epoch.pulseWidth_samples ? to : from);
    case "triangle-train":
      return (sample) => triangle(pulse(sample), epoch, from, to);
    case "biphasic-train":
      return (sample) => biphasic(pulse(sample), epoch.pulseWidth_samples, from, to);
    case "cosine-train":
      return (sample) =>
        cosine(sample, Math.floor(length / epoch.pulsePeriod_samples || 0), length, from, to);
    default:
      return epoch.shape satisfies never;
  }
}

/** `from` at the first sample, `to` at the last one. */
function linear(from: number, to: number, sample: number, length: number): number {
  return length > 1 ? from + ((to - from) * sample) / (length - 1) : from;
}

/** Sample within the current pulse; Infinity after the last whole period, where the train rests. */
function pulsePosition(epoch: Epoch, length: number): (sample: number) => number {
  const period = epoch.pulsePeriod_samples;
  if (period <= 0) return () => Number.POSITIVE_INFINITY;
  const wholePeriods = Math.floor(length / period) * period;
  return (sample) => (sample < wholePeriods ? sample % period : Number.POSITIVE_INFINITY);
}

function triangle(position: number, epoch: Epoch, from: number, to: number): number {
  if (position === Number.POSITIVE_INFINITY) return from;
  const rise = epoch.pulseWidth_samples;
  if (position < rise) return linear(from, to, position, rise);
  return linear(to, from, position - rise, epoch.pulsePeriod_samples - rise);
}

function biphasic(position: number, width: number, from: number, to: number): number {
  if (position < Math.floor(width / 2)) return to;
  return position < width ? from - (to - from) : from;
}

function cosine(sample: number, periods: number, length: number, from: number, to: number): number {
  const phase = length > 1 ? (2 * Math.PI * periods * sample) / (length - 1) : 0;
  return from + ((to - from) * (1 - Math.cos(phase))) / 2;
}
