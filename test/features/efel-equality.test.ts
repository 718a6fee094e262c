import { readFileSync } from "node:fs";
import { describe, expect, it, test } from "vitest";
import { EFEL_SETTINGS, measureTrace } from "../../src/features/catalogue/index.ts";
import { compare, type Theirs } from "./compare.ts";
import { type EfelAnswer, SHARED } from "./efel.ts";
import { frozenTraces } from "./frozen.ts";

const inHere = (name: string) => readFileSync(new URL(name, import.meta.url), "utf8");

/**
 * Values published for testdata.txt (BlueBrain/eFEL, tests/testdata/allfeatures/expectedresults.json, BSD-3-Clause): those of
 * the features that we share. The published test gives no stimulus current, so that both resistances are undefined there.
 */
describe("published values of eFEL for testdata.txt, stimulus 700 to 2700 ms", () => {
  const published: Record<string, Theirs> = JSON.parse(inHere("efel_published.json"));
  const rows = inHere("../recordings/efel_testdata.txt").trim().split("\n");
  const v_mV = Float64Array.from(rows, (row) => Number(row.trim().split(/\s+/)[1]));
  const ours = measureTrace({ v_mV, dt_ms: 0.25, start_ms: 700, end_ms: 2700 }, EFEL_SETTINGS, SHARED);

  /** eFEL 5.7.34 itself gives 0 here: the published value is of an older version. */
  const CHANGED_SINCE = ["depol_block_bool"];

  it.each(SHARED.filter(({ efel }) => efel! in published && !CHANGED_SINCE.includes(efel!)))(
    "$name is the published one within 1 % or one interpolated sample",
    (feature) => {
      expect(compare(feature, ours[feature.name], published[feature.efel!])).toMatchObject({ different: 0 });
    },
  );

  it("covers all that are published, and depol_block_bool is that of eFEL 5.7.34", () => {
    expect(SHARED.filter(({ efel }) => efel! in published).length).toBeGreaterThanOrEqual(138);
    expect(ours.depol_block_bool).toEqual({ values: [0], unit: "1" });
  });
});

/** Why a feature of a frozen sweep differs from eFEL 5.7.34. */
const DIFFERENCES: Record<string, readonly string[]> = {
  // eFEL fits a line through the one interval that is left.
  "171116sh_0018.abf sweep 8": ["ISI_semilog_slope"],
  // Blocked after the first spike, whose begin is the onset of the step: what counts as the mean threshold decides.
  "171116sh_0019.abf sweep 22": ["depol_block_bool"],
  // A fit with a free offset through a depolarising onset: the searches end in different minima.
  "18711001.abf sweep 20": ["time_constant"],
  // 13.9 ms (ours, and `timeConstant`) against 14.1 ms on the model cell.
  "2020_03_02_0000.abf sweep 3": ["time_constant"],
};

describe("values of eFEL 5.7.34, frozen (efel-freeze.ts)", () => {
  const { version, sweeps }: { version: string; sweeps: Record<string, EfelAnswer> } = JSON.parse(
    inHere("efel_frozen.json"),
  );

  test.each(frozenTraces())("$name: every shared feature but those named", ({ name, input }) => {
    const answer = sweeps[name];
    if (!("values" in answer)) throw new Error(`nothing is frozen for ${name}`);
    const ours = measureTrace(input, EFEL_SETTINGS, SHARED);
    const different = SHARED.filter(
      (feature) => compare(feature, ours[feature.name], answer.values[feature.efel!]).different > 0,
    );
    expect(different.map((feature) => feature.name)).toEqual(DIFFERENCES[name] ?? []);
  });

  test("they are of the version that the page names", () => {
    expect(readFileSync(new URL("../../docs/features-efel.md", import.meta.url), "utf8")).toContain(
      `eFEL ${version};`,
    );
  });
});
