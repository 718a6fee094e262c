/** Which channel of an ABF file is the cell's voltage, and which one records the injected current. */
import { InputError } from "../errors.ts";
import { type AbfChannel, type AbfContent, type AbfDac, channelSamples } from "./abf.ts";
import { factorFor, roleOfUnit } from "./units.ts";

export interface Chosen<T> {
  readonly choice: T;
  readonly note?: string;
}

const VOLTAGE_NAME = /(^|[^a-z])(v_?m|volt|vmemb|potential|membrane)|v_?m([^a-z]|$)/i;

/** `"IN 0" (mV)`. */
export function label(channel: { readonly name: string; readonly unit: string }): string {
  return `"${channel.name}" (${channel.unit || "no unit"})`;
}

/**
 * The membrane voltage among the channels in volts.
 *
 * 1. Channels in mV or uV come before channels in V (V is what lamps, triggers and monitors use).
 * 2. Among those a channel whose name says voltage (`Vm`, `potential`, `membrane`) comes first.
 * 3. Otherwise the first in the order of acquisition.
 *
 * Throws `voltage-clamp` when current was recorded under a voltage command, `no-voltage` when there is none at all.
 */
export function chooseVoltage(content: AbfContent): Chosen<AbfChannel> {
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
 * Voltage clamp: a channel in current units was recorded, and the command that was played is a voltage.
 * A channel in mV beside it is then the recorded command and not a response.
 */
function refuseVoltageClamp(content: AbfContent): void {
  const currents = content.channels.filter((channel) => roleOfUnit(channel.unit) === "current");
  const voltages = content.channels.filter((channel) => roleOfUnit(channel.unit) === "voltage");
  if (currents.length === 0) return;
  const played = content.dacs.filter((dac) => dac.waveformEnabled && roleOfUnit(dac.unit) !== undefined);
  // An output in mV at 0 that plays nothing is an unused output; at another level it holds the cell.
  const held = content.dacs.slice(0, 1).filter((dac) => voltages.length === 0 || dac.table.holding !== 0);
  const commands = played.length > 0 ? played : held;
  const commandsCurrent = commands.some((dac) => roleOfUnit(dac.unit) === "current");
  const commandsVoltage = commands.some((dac) => roleOfUnit(dac.unit) === "voltage");
  if (commandsCurrent || (!commandsVoltage && voltages.length > 0)) return;
  throw new InputError({
    code: "voltage-clamp",
    what: "this is a voltage-clamp recording: the voltage was commanded and the current is the cell's answer",
    where: content.fileName,
    got: `recorded ${currents.map(label).join(", ")}; command ${commands.map(label).join(", ") || "unknown"}`,
    expected: "current clamp: a recorded voltage (mV) and an injected current (pA)",
    next: "Give a current-clamp recording of the cell, for instance current steps from the same session.",
  });
}

function noVoltage(content: AbfContent): InputError {
  return new InputError({
    code: "no-voltage",
    what: "no channel records a voltage",
    where: content.fileName,
    got: content.channels.map(label).join(", "),
    expected: "a channel in mV",
    next: "Give the file that holds the cell's voltage; a stimulus file alone cannot be cloned.",
  });
}

/** A recorded channel in current units, with what it measures in pA for every sweep. */
export interface RecordedCurrent {
  readonly channel: AbfChannel;
  readonly sweeps_pA: readonly Float64Array[];
}

export function recordedCurrents(content: AbfContent): RecordedCurrent[] {
  return content.channels
    .filter((channel) => roleOfUnit(channel.unit) === "current")
    .map((channel) => {
      const factor = factorFor("current", channel.unit)!;
      return {
        channel,
        sweeps_pA: content.spans.map((span) => channelSamples(content, channel, span, factor)),
      };
    });
}

/**
 * The DAC that injected current: in current units; one that plays a waveform comes before one that rests at holding;
 * among several the one with the number of the voltage channel, then the first.
 */
export function chooseDac(content: AbfContent, voltage: AbfChannel): Chosen<AbfDac> | undefined {
  const all = content.dacs.filter((dac) => roleOfUnit(dac.unit) === "current");
  const playing = all.filter((dac) => dac.waveformEnabled);
  const candidates = playing.length > 0 ? playing : all;
  const choice = candidates.find((dac) => dac.number === voltage.number) ?? candidates[0];
  if (!choice) return undefined;
  if (candidates.length === 1) return { choice };
  const others = candidates.filter((dac) => dac !== choice).map((dac) => `DAC ${dac.number} ${label(dac)}`);
  const note = `Took DAC ${choice.number} ${label(choice)} as the current of this cell; left ${others.join(", ")}.`;
  return { choice, note };
}
