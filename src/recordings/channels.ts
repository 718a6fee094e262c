/** Which channel of a file is the cell's voltage, and which one records the injected current. */
import { InputError } from "../errors.ts";
import {
  type Channel,
  type Command,
  type Content,
  inInternalUnit,
  label,
  type ReadSamples,
} from "./content.ts";
import type { ReadOptions } from "./options.ts";
import { factorFor, roleOfUnit } from "./units.ts";

export interface Chosen<T> {
  readonly choice: T;
  readonly note?: string;
}

const VOLTAGE_NAME = /(^|[^a-z])(v_?m|volt|vmemb|potential|membrane)|v_?m([^a-z]|$)/i;

/**
 * The membrane voltage among the channels in volts.
 *
 * 0. The channel that the user names (`options.columns.voltage`: its name, or its place from 1), whatever its clamp.
 * 1. Channels in mV or uV come before channels in V (V is what lamps, triggers and monitors use).
 * 2. Among those a channel whose name says voltage (`Vm`, `potential`, `membrane`) comes first.
 * 3. Otherwise the first in the order of acquisition.
 *
 * Throws `voltage-clamp` when current was recorded under a voltage command, `no-voltage` when there is none at all, and
 * `columns` when the user names none of them.
 */
export function chooseVoltage(content: Content, options: ReadOptions): Chosen<Channel> {
  const wished = channelOfUser(content, "voltage", options);
  if (wished)
    return { choice: wished, note: `Took channel ${label(wished)} as the membrane voltage, as you said.` };
  refuseVoltageClamp(content);
  const all = content.channels.filter((channel) => roleOfUnit(channel.unit) === "voltage");
  const fine = all.filter((channel) => factorFor("voltage", channel.unit)! <= 1);
  const candidates = fine.length > 0 ? fine : all;
  if (candidates.length === 0) throw noVoltage(content);
  const named = candidates.filter((channel) => VOLTAGE_NAME.test(channel.name));
  const choice = named[0] ?? candidates[0];
  if (all.length === 1) return { choice };
  const others = all.filter((channel) => channel !== choice).map(label);
  const reason = named.length > 0 ? "by its name" : "as the first channel in mV";
  return {
    choice,
    note: `Took channel ${label(choice)} as the membrane voltage, ${reason}; left ${others.join(", ")}.`,
  };
}

/**
 * Voltage clamp: the file says so, or a channel in current units was recorded and the command that was played is a
 * voltage. A channel in mV beside it is then the recorded command and not a response.
 */
function refuseVoltageClamp(content: Content): void {
  const currents = content.channels.filter((channel) => roleOfUnit(channel.unit) === "current");
  const commands = likelyCommands(content);
  if (content.clamp === "current") return;
  if (content.clamp === undefined) {
    const voltages = content.channels.filter((channel) => roleOfUnit(channel.unit) === "voltage");
    if (currents.length === 0) return;
    const commandsCurrent = commands.some((command) => roleOfUnit(command.unit) === "current");
    const commandsVoltage = commands.some((command) => roleOfUnit(command.unit) === "voltage");
    if (commandsCurrent || (!commandsVoltage && voltages.length > 0)) return;
  }
  throw new InputError({
    code: "voltage-clamp",
    what: "this is a voltage-clamp recording: the voltage was commanded and the current is the cell's answer",
    where: content.fileName,
    got: `recorded ${currents.map(label).join(", ") || "unknown"}; command ${commands.map(({ title }) => title).join(", ") || "unknown"}`,
    expected: "current clamp: a recorded voltage (mV) and an injected current (pA)",
    next: "Give a current-clamp recording of the cell, for instance current steps from the same session.",
  });
}

/** The commands that were played; without one, the first output that may have held the cell. */
function likelyCommands({ channels, commands }: Content): Command[] {
  const played = commands.filter((command) => command.plays && roleOfUnit(command.unit) !== undefined);
  if (played.length > 0) return played;
  const hasVoltage = channels.some((channel) => roleOfUnit(channel.unit) === "voltage");
  // An output in mV at 0 that plays nothing is an unused output; at another level it holds the cell.
  return commands.slice(0, 1).filter((command) => !hasVoltage || command.holding !== 0);
}

function noVoltage(content: Content): InputError {
  return new InputError({
    code: "no-voltage",
    what: "no channel records a voltage",
    where: content.fileName,
    got: content.channels.map(label).join(", "),
    expected: "a channel in mV",
    next: "Give the file that holds the cell's voltage; a stimulus file alone cannot be cloned.",
  });
}

/** The channel that the user names for this role; undefined without a wish, or where the reader has followed it. */
export function channelOfUser(
  content: Content,
  role: "voltage" | "current",
  { columns }: ReadOptions,
): Channel | undefined {
  const wish = columns?.[role];
  if (wish === undefined || content.columnsChosen) return undefined;
  const named = content.channels.find(({ name }) => name.toLowerCase() === wish.trim().toLowerCase());
  const channel = named ?? content.channels[Number(wish) - 1];
  if (channel && roleOfUnit(channel.unit) === role) return channel;
  throw new InputError({
    code: "columns",
    what: channel
      ? `channel ${label(channel)} records no ${role}`
      : `there is no channel "${wish}" for the ${role}`,
    where: content.fileName,
    got: content.channels.map(label).join(", "),
    expected: "the name of a channel, or its place from 1",
    next: `Choose the channel with --${role}-column.`,
  });
}

/** A recorded channel in current units, read in pA. */
export interface RecordedCurrent {
  readonly channel: Channel;
  readonly i_pA: ReadSamples;
}

export function recordedCurrents(content: Content): RecordedCurrent[] {
  return content.channels
    .filter((channel) => roleOfUnit(channel.unit) === "current")
    .map((channel) => ({ channel, i_pA: inInternalUnit(channel) }));
}

/**
 * The command that injected current: in current units; one that plays a waveform comes before one that rests at holding;
 * among several the one with the number of the voltage channel, then the first.
 */
export function chooseCommand(content: Content, voltage: Channel): Chosen<Command> | undefined {
  const all = content.commands.filter((command) => roleOfUnit(command.unit) === "current");
  const playing = all.filter((command) => command.plays);
  const candidates = playing.length > 0 ? playing : all;
  const choice = candidates.find((command) => command.number === voltage.number) ?? candidates[0];
  if (!choice) return undefined;
  if (candidates.length === 1) return { choice };
  const others = candidates.filter((command) => command !== choice).map(({ title }) => title);
  const note = `Took ${choice.title} as the current of this cell; left ${others.join(", ")}.`;
  return { choice, note };
}
