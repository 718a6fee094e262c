/** When two tools agree on a feature: each value within 1 %, times and sample numbers also within one interpolated sample. */
import { EFEL_SETTINGS, type Feature, type Measured } from "../../src/features/catalogue/index.ts";

const RELATIVE = 0.01;
const ROUNDING = 1e-9;

export type Theirs = readonly (number | null)[] | null | undefined;

export interface Agreement {
  readonly equal: number;
  readonly different: number;
  /** The first difference in words; undefined if there is none. */
  readonly example?: string;
}

/**
 * Every element of a list counts. Two lists of different length, or a list against nothing, count as different with all
 * elements of the longer one; nothing against nothing counts as one equal value. eFEL's lists of nothing but NaN are nothing.
 */
export function compare(feature: Feature, ours: Measured, theirs: Theirs): Agreement {
  const a = ours.values;
  const b = theirs?.some((value) => value !== null) ? theirs : null;
  if (a === null && b === null) return { equal: 1, different: 0 };
  if (a === null || b === null || a.length !== b.length) {
    const example = `${a ? listed(a) : `none (${"reason" in ours ? ours.reason : ""})`} / ${b ? listed(b) : "none"}`;
    return { equal: 0, different: Math.max(a?.length ?? 0, b?.length ?? 0), example };
  }
  const wrong = a.flatMap((value, k) => (isNear(feature, value, b[k]) ? [] : [k]));
  if (wrong.length === 0) return { equal: a.length, different: 0 };
  const example = `[${wrong[0]}] ${short(a[wrong[0]])} / ${short(b[wrong[0]])}`;
  return { equal: a.length - wrong.length, different: wrong.length, example };
}

function isNear({ name, unit }: Feature, ours: number, theirs: number | null): boolean {
  if (theirs === null) return false;
  const distance = Math.abs(ours - theirs);
  if (distance <= RELATIVE * Math.abs(theirs) + ROUNDING) return true;
  if (name.endsWith("_indices") && distance <= 1) return true;
  return unit === "ms" && distance <= EFEL_SETTINGS.interpolationStep_ms + ROUNDING;
}

const short = (value: number | null) => (value === null ? "NaN" : String(Number(value.toPrecision(4))));

function listed(values: readonly (number | null)[]): string {
  const shown = values.slice(0, 3).map(short).join(", ");
  return values.length > 3 ? `${shown}, ... (${values.length})` : shown;
}
