import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { measuredPreset } from "../../../../docs/tools/measurePreset.ts";
import { presetsPage } from "../../../../docs/tools/presetsPage.ts";
import { cortical } from "../cortical.ts";
import { PRESETS } from "./index.ts";
import type { CausalCheck, Preset, PublishedFeature } from "./preset.ts";

const names = new Set(cortical.parameters.map(({ name }) => name));

describe.each(PRESETS)("preset $id", (preset) => {
  const [control, ...blocked] = measuredPreset(preset).cells;

  it("sets parameters that the cortical cell has, and says where numbers are from and what falls short", () => {
    expect(Object.keys(preset.parameters).filter((name) => !names.has(name))).toEqual([]);
    for (const { source } of [...preset.features, ...preset.causes]) expect(source).toMatch(/\d{4}/);
    expect(preset.fallsShort).not.toBe("");
  });

  it.each(preset.features)("$name lies in $low to $high", (feature: PublishedFeature) => {
    const value = control.measure(feature.name);
    const met = value !== null && value >= feature.low && value <= feature.high;
    // A feature that is said to be missed must be missed: the claim is checked in both directions.
    expect(met, `${feature.name} ${value}`).toBe(feature.missed !== true);
  });

  it.each(preset.causes.map((cause, index) => ({ ...cause, index })))("$title ($feature)", (cause) => {
    const before = control.measure(cause.feature);
    const after = blocked[cause.index].measure(cause.feature);
    expect(fulfils(cause, before, after), `${cause.feature} ${before} -> ${after}`).toBe(true);
  });
});

it("each preset has an id of its own", () => {
  const ids = PRESETS.map(({ id }: Preset) => id);
  expect(new Set(ids).size).toBe(ids.length);
});

it("docs/presets.md is what is measured: npx tsx docs/tools/presets.ts", () => {
  const page = readFileSync(new URL("../../../../docs/presets.md", import.meta.url), "utf8");
  expect(page).toBe(presetsPage());
});

/** A feature that the blocked cell does not have any more counts as 0. */
function fulfils(cause: CausalCheck, before: number | null, after: number | null): boolean {
  const value = after ?? 0;
  if (before === null) return false;
  return within(value, cause.value) && within(value / before, cause.ratio);
}

function within(value: number, bounds: { low?: number; high?: number } = {}): boolean {
  const { low = Number.NEGATIVE_INFINITY, high = Number.POSITIVE_INFINITY } = bounds;
  return value >= low && value <= high;
}
