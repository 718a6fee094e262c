/** Where the injected current of an ABF recording comes from: supplied, recorded, or rebuilt from the epoch table. */
import { InputError } from "../errors.ts";
import type { AbfChannel, AbfContent, AbfDac, TableDoubt } from "./abf.ts";
import { chooseDac, label, type RecordedCurrent, recordedCurrents } from "./channels.ts";
import { commandOfSweep } from "./epochs.ts";
import type { ReadOptions } from "./options.ts";
import type { CurrentSource } from "./recording.ts";
import { sampleSupplied } from "./supplied.ts";
import { factorFor } from "./units.ts";

export interface InjectedCurrent {
  readonly sweeps_pA: readonly Float64Array[];
  readonly source: CurrentSource;
  readonly description: string;
  readonly notes: readonly string[];
}

/** A recorded channel is believed when it follows the command this well and at this scale. */
const MIN_CORRELATION = 0.9;
const SCALE_RANGE = [0.8, 1.25] as const;
/** A constant difference from the command below this is not worth a note, pA. */
const MIN_NOTED_OFFSET_PA = 5;

/**
 * In this order:
 * 1. a current that the caller supplies;
 * 2. a recorded channel in current units which follows the command (over all sweeps: correlation at least 0.9 and
 *    slope 0.8 to 1.25), or which is all there is because the command is constant or not in the file;
 * 3. the epoch table of the DAC in current units.
 *
 * Throws `stimulus-file`, `unsupported` or `no-current` when none of them is there.
 */
export function injectedCurrent(
  content: AbfContent,
  voltage: AbfChannel,
  options: ReadOptions,
): InjectedCurrent {
  if (options.current) return suppliedCurrent(content, options.current);
  const recorded = recordedCurrents(content);
  const dac = chooseDac(content, voltage);
  if (!dac || (dac.choice.doubt && content.mode === "episodic")) {
    if (recorded.length > 0)
      return fromChannel(recorded[0], ["The command is not in the file: used the recorded current."]);
    throw dac ? commandMissing(content, dac.choice) : noCurrent(content);
  }
  const command = commandSweeps(content, dac.choice);
  const notes = dac.note ? [dac.note] : [];
  const believed = recorded.find((candidate) => follows(candidate.sweeps_pA, command));
  if (believed) return fromChannel(believed, [...notes, ...offsetNote(believed, command)]);
  const left = recorded.map(
    (r) => `Left channel ${label(r.channel)}: it does not follow the command of DAC ${dac.choice.number}.`,
  );
  return fromTable(content, dac.choice, command, [...notes, ...left]);
}

function suppliedCurrent(content: AbfContent, current: NonNullable<ReadOptions["current"]>): InjectedCurrent {
  return {
    sweeps_pA: content.spans.map((span) => sampleSupplied(current, span.length, content.dt_ms)),
    source: "supplied",
    description: `supplied file "${current.name}" (pA)`,
    notes: [],
  };
}

function fromChannel(recorded: RecordedCurrent, notes: readonly string[]): InjectedCurrent {
  return {
    sweeps_pA: recorded.sweeps_pA,
    source: "recorded-channel",
    description: `recorded channel ${label(recorded.channel)}`,
    notes,
  };
}

function fromTable(
  content: AbfContent,
  dac: AbfDac,
  sweeps_pA: readonly Float64Array[],
  notes: readonly string[],
): InjectedCurrent {
  const plays = playsTable(content, dac);
  const what = plays ? "epoch table" : "holding level (no waveform was played)";
  return {
    sweeps_pA,
    source: "epoch-table",
    description: `${what} of DAC ${dac.number} ${label(dac)}`,
    notes,
  };
}

/** Epochs are played in episodic acquisition only; otherwise the DAC rests at holding. */
function playsTable(content: AbfContent, dac: AbfDac): boolean {
  return content.mode === "episodic" && dac.waveformEnabled && dac.table.epochs.length > 0;
}

function commandSweeps(content: AbfContent, dac: AbfDac): Float64Array[] {
  const factor = factorFor("current", dac.unit)!;
  const table = playsTable(content, dac) ? dac.table : { ...dac.table, epochs: [] };
  return content.spans.map((span, sweep) => {
    const command = commandOfSweep(table, sweep, span.length);
    for (let i = 0; i < command.length; i++) command[i] *= factor;
    if (!command.every(Number.isFinite)) throw badLevel(content, dac);
    return command;
  });
}

function badLevel(content: AbfContent, dac: AbfDac): InputError {
  return new InputError({
    code: "damaged-header",
    what: `the epoch table of DAC ${dac.number} ${label(dac)} holds a level that is no number`,
    where: content.fileName,
    next: "Supply the injected current as a file with the columns t_ms,i_pA (--current F.csv).",
  });
}

/** A constant difference may be a holding current set on the amplifier or an offset of the input: nobody can tell. */
function offsetNote(recorded: RecordedCurrent, command: readonly Float64Array[]): string[] {
  const offset_pA = meanOf(recorded.sweeps_pA) - meanOf(command);
  if (Math.abs(offset_pA) < MIN_NOTED_OFFSET_PA) return [];
  const size = `${offset_pA > 0 ? "+" : ""}${offset_pA.toFixed(1)} pA`;
  return [`The recorded current lies ${size} from the command on average; it was kept as recorded.`];
}

/** Whether the recorded current follows the command; a constant command is followed by any recorded current. */
function follows(recorded: readonly Float64Array[], command: readonly Float64Array[]): boolean {
  const sums = covariance(recorded, command);
  if (sums.commandVariance === 0) return true;
  const slope = sums.covariance / sums.commandVariance;
  const correlation = sums.covariance / Math.sqrt(sums.commandVariance * sums.recordedVariance);
  return correlation >= MIN_CORRELATION && slope >= SCALE_RANGE[0] && slope <= SCALE_RANGE[1];
}

function covariance(recorded: readonly Float64Array[], command: readonly Float64Array[]) {
  const recordedMean = meanOf(recorded);
  const commandMean = meanOf(command);
  let recordedVariance = 0;
  let commandVariance = 0;
  let both = 0;
  recorded.forEach((sweep, s) => {
    sweep.forEach((value, i) => {
      const r = value - recordedMean;
      const c = command[s][i] - commandMean;
      recordedVariance += r * r;
      commandVariance += c * c;
      both += r * c;
    });
  });
  return { recordedVariance, commandVariance, covariance: both };
}

function meanOf(sweeps: readonly Float64Array[]): number {
  let sum = 0;
  let count = 0;
  for (const sweep of sweeps) {
    for (const value of sweep) sum += value;
    count += sweep.length;
  }
  return count > 0 ? sum / count : 0;
}

const DOUBT_TEXT: Record<TableDoubt, string> = {
  "stimulus-file": "the command came from a stimulus file, which is not part of the recording",
  "user-list":
    "the command was changed from sweep to sweep by a user list, which this reader does not follow",
  "alternating-dacs": "the outputs alternated between sweeps, which this reader does not follow",
  "unknown-epoch": "the epoch table has an epoch of a type that this reader does not know",
};

function commandMissing(content: AbfContent, dac: AbfDac): InputError {
  const doubt = dac.doubt!;
  return new InputError({
    code: doubt === "stimulus-file" ? "stimulus-file" : "unsupported",
    what: DOUBT_TEXT[doubt],
    where: content.fileName,
    got: `DAC ${dac.number} ${label(dac)}`,
    expected: "an epoch table or a recorded current",
    next: "Supply the injected current as a file with the columns t_ms,i_pA (--current F.csv).",
  });
}

function noCurrent(content: AbfContent): InputError {
  const commands = content.dacs.filter((dac) => dac.waveformEnabled).map(label);
  return new InputError({
    code: "no-current",
    what: "nothing in the file says which current was injected",
    where: content.fileName,
    got: commands.length > 0 ? `commands ${commands.join(", ")}` : "no command",
    expected: "a command or a recorded channel in pA or nA",
    next: "Supply the injected current as a file with the columns t_ms,i_pA (--current F.csv).",
  });
}
