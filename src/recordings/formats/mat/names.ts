/** What names of MATLAB variables say: their role and their unit. Names of no laboratory in particular. */
import { type ColumnRole, roleOfUnit } from "../../units.ts";
import type { Text } from "./variables.ts";

const ROLES: Record<ColumnRole, RegExp> = {
  time: /^(t|ts|tt|tvec|tim?e?|taxis|x_?axis)$|^times?(_?(vec(tor)?|axis|base|stamps?))?$|^t(ime)?_?(axis|vec(tor)?)$/,
  voltage: /volt|potential|membrane|^(v|vm|u|vmemb|mv)(_?\d+|_[a-z]+\d*)?$|_v_?m$/,
  current: /curr|inj|stim|cmd|command|^(i|im|ic|pa|na)(_?\d+|_[a-z]+\d*)?$/,
};

const RATE =
  /^(fs|f_s|sf|sr|hz|srate|rate|freq|frequency|f_?samp\w*)$|(samp\w*|acq\w*|adc?|daq|rec\w*)_?(rate|freq\w*)$|(rate|freq)_?samp\w*$/;
const INTERVAL =
  /^(dt|d_t|delta_?t|si|ts|t_?step|time_?step|step_?size|tsamp)$|(samp\w*|acq\w*|adc?)_?(int(erval)?|period|step|time|dt)$/;

/** What a scalar says about sampling. */
export type Clock = "rate" | "interval";

/** `v_mV`: `v` in mV. A unit after an underscore at the end of the name, or the whole name. */
export function unitInName(name: string): { readonly bare: string; readonly unit?: string } {
  const match = /^(.+)_([A-Za-z]+)$/.exec(name);
  const unit = match?.[2];
  if (match && unit && (roleOfUnit(unit) !== undefined || frequency(unit) !== undefined)) {
    // `i_A` and `v_V` are units; `t_s` too. `x_a`, a second electrode, is none.
    if (!/^[a-z]$/.test(unit) || unit === "s") return { bare: match[1], unit };
  }
  return { bare: name };
}

/** Hz of a unit of frequency. */
export function frequency(unit: string): number | undefined {
  return { hz: 1, khz: 1e3 }[unit.toLowerCase()];
}

/** The role by the unit in the name or, failing that, by the name. */
export function roleOfVariable(name: string, unit: string | undefined): ColumnRole | undefined {
  const { bare, unit: inName } = unitInName(name);
  const byUnit = roleOfUnit(unit ?? inName ?? "");
  return (
    byUnit ?? (["time", "voltage", "current"] as const).find((role) => ROLES[role].test(bare.toLowerCase()))
  );
}

export function clockOf(name: string): Clock | undefined {
  const bare = unitInName(name).bare.toLowerCase();
  return RATE.test(bare) ? "rate" : INTERVAL.test(bare) ? "interval" : undefined;
}

/** The unit of an array: in its name, or in a text beside it that is named after it, e.g. `Vm_units`. */
export function unitOfVariable(path: string, texts: readonly Text[]): string | undefined {
  const plain = path.replace(/\((:|\d|\*|,)+\)|\{(\d+|\*)\}/g, "");
  const { unit } = unitInName(plain.split(".").at(-1)!);
  if (unit) return unit;
  const wanted = new RegExp(`^${plain.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}_?units?$`, "i");
  const beside = texts.find((one) => wanted.test(one.path.replace(/\(\d+\)|\{\d+\}/g, "")));
  return beside?.text.trim() || undefined;
}
