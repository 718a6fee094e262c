/** The stimulus that an Axon acquisition program plays, from the epoch table in the file's header. */
import { EPOCH_WRITERS, type EpochShape } from "./epoch-shapes.ts";

/** A number of the table as it stands in a sweep, counted from 0: constant, with an increment, or from a user list. */
export type PerSweep = (sweep: number) => number;

/** One column of the waveform editor. Durations are samples of one channel; levels are in the DAC's unit. */
export interface Epoch {
  readonly shape: EpochShape;
  readonly level: PerSweep;
  readonly duration_samples: PerSweep;
  readonly pulsePeriod_samples: PerSweep;
  readonly pulseWidth_samples: PerSweep;
}

export interface EpochTable {
  readonly epochs: readonly Epoch[];
  readonly holding: PerSweep;
  /** Level that a conditioning train leaves, from which every sweep starts; absent: no train is played. */
  readonly levelAfterTrain?: PerSweep;
  /** Whether the last epoch's level stays on the DAC until the next sweep's first epoch. */
  readonly keepsLastLevel: boolean;
  /** Whether the epochs are played in a sweep (outputs may take turns); absent: in all. */
  readonly plays?: (sweep: number) => boolean;
}

export function constant(value: number): PerSweep {
  return () => value;
}

export function stepping(first: number, increment: number): PerSweep {
  return (sweep) => first + sweep * increment;
}

/** Whether the levels of all sweeps are numbers: what is drawn between finite levels is finite. */
export function isFiniteTable({ epochs, holding, levelAfterTrain }: EpochTable, sweeps: number): boolean {
  const levels = [
    holding,
    ...epochs.map(({ level }) => level),
    ...(levelAfterTrain ? [levelAfterTrain] : []),
  ];
  for (let sweep = 0; sweep < sweeps; sweep++)
    if (!levels.every((level) => Math.abs(level(sweep)) <= MAX_LEVEL)) return false;
  return true;
}

/** In any unit: in pA, and as differences, such levels are finite too. */
const MAX_LEVEL = 1e200;

/**
 * Samples [from, to) of the command of one sweep, in the DAC's unit.
 *
 * The first epoch starts `floor(samplesPerSweep / 64)` samples into the sweep, at least one (checked against recorded
 * currents); before it and after the last epoch the DAC is at holding, or at the last level when `keepsLastLevel`.
 * An epoch of no samples counts as absent. An epoch that would reach past the end of the sweep is cut there.
 * These are the rules of the routine that the maker published (ABFHWAVE, Axon Instruments 2000), but for one: there the
 * output rests in sweeps beyond the number that the protocol asks for, which real files do not always fill in.
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
  const command = new Float64Array(to - from);
  const holding = levelBeforeSweep(table, sweep);
  const epochs = table.plays && !table.plays(sweep) ? [] : table.epochs;
  let level = holding;
  let start = Math.max(1, Math.floor(samplesPerSweep / 64));
  command.fill(level, 0, Math.max(0, start - from));
  for (const epoch of epochs) {
    const length = Math.trunc(epoch.duration_samples(sweep));
    if (!(length > 0)) continue;
    const next = epoch.level(sweep);
    const first = Math.max(from, start);
    const out = command.subarray(first - from, Math.max(first, Math.min(to, start + length)) - from);
    if (out.length > 0)
      EPOCH_WRITERS[epoch.shape]({
        out,
        first: first - start,
        length,
        before: level,
        level: next,
        holding,
        period: Math.trunc(epoch.pulsePeriod_samples(sweep)),
        width: Math.trunc(epoch.pulseWidth_samples(sweep)),
      });
    level = next;
    start += length;
  }
  const rest = table.keepsLastLevel ? level : table.holding(sweep);
  return command.fill(rest, Math.max(0, start - from));
}

/** The last level kept is that of the last epoch, also where its output had no turn or no samples. */
function levelBeforeSweep(table: EpochTable, sweep: number): number {
  if (table.levelAfterTrain) return table.levelAfterTrain(sweep);
  const last = table.epochs.at(-1);
  return table.keepsLastLevel && sweep > 0 && last ? last.level(sweep - 1) : table.holding(sweep);
}
