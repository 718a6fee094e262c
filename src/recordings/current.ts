/** Where the injected current of a recording comes from: supplied, recorded, or the command that the file describes. */
import { InputError } from "../errors.ts";
import { channelOfUser, chooseCommand, type RecordedCurrent, recordedCurrents } from "./channels.ts";
import {
  type Channel,
  type Command,
  type Content,
  eachBlock,
  inInternalUnit,
  label,
  type ReadSamples,
} from "./content.ts";
import type { ReadOptions } from "./options.ts";
import type { CurrentSource } from "./recording.ts";
import { sampleSupplied } from "./supplied.ts";

export interface InjectedCurrent {
  /** In pA. */
  readonly i_pA: ReadSamples;
  readonly source: CurrentSource;
  readonly description: string;
  readonly notes: readonly string[];
  /** Whether no sample can be NaN. */
  readonly alwaysFinite: boolean;
}

/** A recorded channel is believed when it follows the command this well and at this scale. */
const MIN_CORRELATION = 0.9;
const SCALE_RANGE = [0.8, 1.25] as const;
/** A constant difference from the command below this is not worth a note, pA. */
const MIN_NOTED_OFFSET_PA = 5;

/**
 * In this order:
 * 1. a current that the caller supplies, or the channel that the caller names;
 * 2. a recorded channel in current units which follows the command (over all sweeps: correlation at least 0.9 and
 *    slope 0.8 to 1.25), or which is all there is because the command is constant or not in the file;
 * 3. the command in current units that the file describes (epoch table, stimulus series, column).
 *
 * Throws `stimulus-file`, `unsupported` or `no-current` when none of them is there.
 */
export function injectedCurrent(content: Content, voltage: Channel, options: ReadOptions): InjectedCurrent {
  if (options.current) return suppliedCurrent(content, options.current);
  const recorded = recordedCurrents(content);
  const wished = channelOfUser(content, "current", options);
  if (wished) return fromChannel(recorded.find(({ channel }) => channel === wished)!, []);
  const chosen = chooseCommand(content, voltage);
  if (!chosen || chosen.choice.doubt) {
    if (recorded.length > 1) throw severalCurrents(content, recorded);
    if (recorded.length === 1) return fromChannel(recorded[0], [MISSING_COMMAND]);
    throw chosen ? commandMissing(content, chosen.choice) : noCurrent(content);
  }
  const command = chosen.choice;
  const command_pA = inInternalUnit(command);
  const notes = chosen.note ? [chosen.note] : [];
  for (const candidate of recorded) {
    const sums = sumsOf(content, candidate.i_pA, command_pA);
    if (follows(sums)) return fromChannel(candidate, [...notes, ...offsetNote(sums)]);
  }
  const left = recorded.map(
    (r) => `Left channel ${label(r.channel)}: it does not follow the command of ${command.title}.`,
  );
  return fromCommand(command, command_pA, [...notes, ...left]);
}

function suppliedCurrent(content: Content, current: NonNullable<ReadOptions["current"]>): InjectedCurrent {
  return {
    i_pA: sampleSupplied(current, content),
    source: "supplied",
    description: `supplied file "${current.name}" (pA)`,
    notes: [],
    alwaysFinite: true,
  };
}

function fromChannel({ channel, i_pA }: RecordedCurrent, notes: readonly string[]): InjectedCurrent {
  return {
    i_pA,
    source: "recorded-channel",
    description: `recorded channel ${label(channel)}`,
    notes,
    alwaysFinite: channel.alwaysFinite === true,
  };
}

function fromCommand(command: Command, i_pA: ReadSamples, notes: readonly string[]): InjectedCurrent {
  const { source, description, alwaysFinite = false } = command;
  return { i_pA, source, description, notes, alwaysFinite };
}

/** A constant difference may be a holding current set on the amplifier or an offset of the input: nobody can tell. */
function offsetNote({ recordedMean, commandMean }: Sums): string[] {
  const offset_pA = recordedMean - commandMean;
  if (!(Math.abs(offset_pA) >= MIN_NOTED_OFFSET_PA)) return [];
  const size = `${offset_pA > 0 ? "+" : ""}${offset_pA.toFixed(1)} pA`;
  return [`The recorded current lies ${size} from the command on average; it was kept as recorded.`];
}

/** Whether the recorded current follows the command; a constant command is followed by any recorded current. */
function follows({ commandVariance, recordedVariance, covariance }: Sums): boolean {
  if (commandVariance === 0) return true;
  const slope = covariance / commandVariance;
  const correlation = covariance / Math.sqrt(commandVariance * recordedVariance);
  return correlation >= MIN_CORRELATION && slope >= SCALE_RANGE[0] && slope <= SCALE_RANGE[1];
}

interface Sums {
  readonly recordedMean: number;
  readonly commandMean: number;
  readonly recordedVariance: number;
  readonly commandVariance: number;
  readonly covariance: number;
}

/** Two passes in blocks: means first, so that a large offset costs no digits. Variances are not divided by the count. */
function sumsOf({ lengths }: Content, recorded: ReadSamples, command: ReadSamples): Sums {
  let count = 0;
  let [recordedMean, commandMean] = [0, 0];
  eachBlock(lengths, (sweep, from, to) => {
    const [r, c] = [recorded(sweep, from, to), command(sweep, from, to)];
    for (let k = 0; k < r.length; k++) {
      recordedMean += r[k];
      commandMean += c[k];
    }
    count += r.length;
  });
  recordedMean /= count;
  commandMean /= count;
  let [recordedVariance, commandVariance, covariance] = [0, 0, 0];
  eachBlock(lengths, (sweep, from, to) => {
    const [r, c] = [recorded(sweep, from, to), command(sweep, from, to)];
    for (let k = 0; k < r.length; k++) {
      const [dr, dc] = [r[k] - recordedMean, c[k] - commandMean];
      recordedVariance += dr * dr;
      commandVariance += dc * dc;
      covariance += dr * dc;
    }
  });
  return { recordedMean, commandMean, recordedVariance, commandVariance, covariance };
}

const MISSING_COMMAND =
  "The command is not in the file: used the recorded current. See that it belongs to this cell (inspect --report).";

const SUPPLY =
  "Supply the injected current as a file, of columns t_ms,i_pA or a recording of it (--current FILE).";

function commandMissing(content: Content, { doubt, title }: Command): InputError {
  return new InputError({
    code: doubt!.code,
    what: doubt!.what,
    where: content.fileName,
    got: title,
    expected: "a command that the file describes, or a recorded current",
    next: SUPPLY,
  });
}

/** Without a command nobody can tell the electrode of this cell from that of another one in voltage clamp. */
function severalCurrents(content: Content, recorded: readonly RecordedCurrent[]): InputError {
  return new InputError({
    code: "no-current",
    what: "several currents were recorded, and no command tells which of them was injected into this cell",
    where: content.fileName,
    got: recorded.map(({ channel }) => label(channel)).join(", "),
    expected: "a command that the file describes, or one recorded current",
    next: `Choose one with --current-column NAME. ${SUPPLY}`,
  });
}

function noCurrent(content: Content): InputError {
  const commands = content.commands.filter((command) => command.plays).map(({ title }) => title);
  const channels = content.channels.map(label);
  return new InputError({
    code: "no-current",
    what: "nothing in the file says which current was injected",
    where: content.fileName,
    got:
      commands.length > 0 ? `commands ${commands.join(", ")}` : `channels ${channels.join(", ")}, no command`,
    expected: "a command or a recorded channel in pA or nA",
    next: SUPPLY,
  });
}
