/** What a feature of the catalogue is: a declared object with its definition, and a value or a reason why there is none. */
import type { Measurable, Values } from "./trace.ts";

export type { Values };

export type Group = "subthreshold" | "spike" | "afterpotential" | "train" | "burst" | "phase" | "family";

/** A result that leaves the catalogue: values, or the reason in words why the feature is undefined here. */
export type Measured =
  | { readonly values: readonly number[]; readonly unit: string }
  | { readonly values: null; readonly reason: string };

export interface Description {
  /** The field's name: eFEL's where eFEL has the feature. */
  readonly name: string;
  /** `1` for ratios and counts. */
  readonly unit: string;
  readonly group: Group;
  /** One sentence. */
  readonly definition: string;
  /** Paper or documentation that defines it. */
  readonly source: string;
  /** eFEL's name of the same feature: equal to eFEL under `EFEL_SETTINGS`. */
  readonly efel?: string;
  /** IPFX's (Allen Institute) name of the feature with this definition. */
  readonly ipfx?: string;
}

/** A feature of one trace. */
export interface Feature extends Description, Measurable {}

const EFEL = "eFEL documentation, eFeature descriptions";
const IPFX = "Allen Cell Types Database, Electrophysiology white paper (2018); IPFX documentation";

/** Declares a feature that eFEL has under the same name. */
export function efelFeature(
  group: Group,
  name: string,
  unit: string,
  definition: string,
  measure: Feature["measure"],
): Feature {
  return { name, unit, group, definition, source: EFEL, efel: name, measure };
}

/** Declares a feature as IPFX defines it. */
export function ipfxFeature(
  group: Group,
  name: string,
  ipfx: string,
  unit: string,
  definition: string,
  measure: Feature["measure"],
): Feature {
  return { name, unit, group, definition, source: IPFX, ipfx, measure };
}

/** Values with their unit; one that is not finite makes the feature undefined: a ratio with nothing below it. */
export function toMeasured(values: Values, unit: string): Measured {
  if (typeof values === "string") return { values: null, reason: values };
  if (values.length === 0) return { values: null, reason: "nothing to measure" };
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return { values, unit };
  return {
    values: null,
    reason: `value ${bad + 1} of ${values.length} would be a division by zero or the logarithm of one`,
  };
}

/** One of a list, or the reason why it is not there. */
export function oneOf(values: Values, position: number, missing: string): Values {
  if (typeof values === "string") return values;
  const value = values.at(position);
  return value === undefined ? missing : [value];
}

/** `to` less `from` for a list: y[1] - y[0], y[2] - y[1], ... */
export function differences(values: readonly number[]): number[] {
  const steps: number[] = [];
  for (let k = 1; k < values.length; k++) steps.push(values[k] - values[k - 1]);
  return steps;
}

/** (y[k] - y[0]) / y[0] for k = 1, 2, ... */
export function changes(values: Values): Values {
  if (typeof values === "string") return values;
  if (values.length < 2) return "fewer than two spikes";
  return values.slice(1).map((value) => (value - values[0]) / values[0]);
}
