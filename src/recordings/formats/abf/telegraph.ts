/** What the amplifier told the acquisition program about one input. */
import { roleOfUnit } from "../../units.ts";

export interface Telegraph {
  /** Number of the amplifier's model in the format. */
  readonly instrument: number;
  /** 0 when not reported. */
  readonly filter_Hz: number;
  /** 0 when not reported. */
  readonly capacitance_pF: number;
  /** 0 when not reported; ABF1 has no such field. */
  readonly accessResistance_MOhm: number;
  readonly mode: number;
}

interface Telegraphed {
  readonly name: string;
  readonly unit: string;
  readonly telegraph?: Telegraph;
}

/** The format lists other amplifiers too, but writes 0 as their mode whatever it is (seen with an Axopatch 200B). */
const MULTICLAMP_700 = 24;
const MULTICLAMP_MODES = ["voltage", "current", "current"] as const;
/** A filter below this rounds spikes off, which the user should know. */
const SLOW_FILTER_HZ = 3000;
/** Reports below this are no cell (0.05 pF was seen with an amplifier that has no such report). */
const MIN_CAPACITANCE_PF = 1;

/**
 * The mode that a MultiClamp reported, where it fits the unit of its channel (a report may be left over from another
 * session); `undefined` when there is no such report or channels disagree. Checked against 17 files of known mode.
 */
export function clampOf(channels: readonly Telegraphed[]): "current" | "voltage" | undefined {
  const answer = { current: "voltage", voltage: "current" } as const;
  const modes = channels.flatMap(({ unit, telegraph }) => {
    if (telegraph?.instrument !== MULTICLAMP_700) return [];
    const mode = MULTICLAMP_MODES[telegraph.mode];
    const role = roleOfUnit(unit);
    return mode && (role === "current" || role === "voltage") && answer[role] === mode ? [mode] : [];
  });
  return new Set(modes).size === 1 ? modes[0] : undefined;
}

/** One sentence on capacitance, access resistance and a slow filter; none when there is nothing of that to say. */
export function telegraphNote({ name, telegraph }: Telegraphed): string[] {
  if (!telegraph) return [];
  const { filter_Hz, capacitance_pF, accessResistance_MOhm } = telegraph;
  const facts = [
    capacitance_pF >= MIN_CAPACITANCE_PF && `a membrane capacitance of ${short(capacitance_pF)} pF`,
    accessResistance_MOhm > 0 && `an access resistance of ${short(accessResistance_MOhm)} MOhm`,
    filter_Hz > 0 && filter_Hz < SLOW_FILTER_HZ && `a low-pass filter at ${short(filter_Hz / 1000)} kHz`,
  ].filter((fact) => fact !== false);
  return facts.length > 0 ? [`The amplifier reported for "${name}": ${facts.join(", ")}.`] : [];
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}
