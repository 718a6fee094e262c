/** Outside truth: what pyABF reads from the same files (test/recordings/make_expected.py), frozen. */
import { describe, expect, it } from "vitest";
import expected from "../../../../test/recordings/expected.json" with { type: "json" };
import { fixture } from "../../../../test/recordings/fixture.ts";
import { readRecording } from "../../index.ts";
import { sourceOf } from "../../source.ts";
import { readAbf1 } from "./abf1.ts";
import { readAbf2 } from "./abf2.ts";
import { type AbfContent, channelSamples } from "./contents.ts";
import { commandOfSweep } from "./epochs.ts";

interface Summary {
  readonly first: number;
  readonly last: number;
  readonly mean: number;
  readonly at: readonly number[];
  readonly sum?: number;
}

interface Facts {
  readonly sweeps: number;
  readonly samplesPerSweep: number;
  readonly rate_Hz: number;
  readonly protocol: string;
  readonly tags: readonly { readonly t_s: number; readonly text: string }[];
  readonly channels: readonly {
    readonly name: string;
    readonly unit: string;
    readonly sweeps: readonly Summary[];
  }[];
  readonly dac: number | null;
  readonly command: readonly Summary[] | null;
}

const files = Object.entries(expected.files as Record<string, Facts>);

function contentOf(name: string): AbfContent {
  const bytes = fixture(name);
  return bytes[3] === 0x32 ? readAbf2(sourceOf(bytes), name) : readAbf1(sourceOf(bytes), name);
}

function expectSummary(values: Float64Array, facts: Summary): void {
  // The frozen numbers have seven digits and pyABF scales in single precision.
  const near = (got: number, wanted: number): void => {
    expect(Math.abs(got - wanted)).toBeLessThanOrEqual(2e-6 * Math.abs(wanted) + 2e-5);
  };
  near(values[0], facts.first);
  near(values[values.length - 1], facts.last);
  const sum = values.reduce((a, b) => a + b, 0);
  near(sum / values.length, facts.mean);
  if (facts.sum !== undefined)
    expect(Math.abs(sum - facts.sum)).toBeLessThanOrEqual(1e-5 * Math.abs(facts.sum) + 1e-3);
  facts.at.forEach((wanted, n) => {
    near(values[expected.sampleIndices[n]], wanted);
  });
}

describe.each(files)("[R1] %s agrees with pyABF", (name, facts) => {
  const content = contentOf(name);

  it("in sweeps, samples, rate, protocol and tags", () => {
    expect(content.spans.length).toBe(facts.sweeps);
    expect(content.spans.every((span) => span.length === facts.samplesPerSweep)).toBe(true);
    expect(1000 / content.dt_ms).toBeCloseTo(facts.rate_Hz, 3);
    expect(content.protocol.replace(/\.pro$/, "")).toBe(facts.protocol);
    expect(content.tags.map((tag) => tag.text)).toEqual(facts.tags.map((tag) => tag.text));
  });

  it("in every channel of every sweep", () => {
    expect(content.channels.map(({ name, unit }) => ({ name, unit }))).toEqual(
      facts.channels.map(({ name, unit }) => ({ name, unit })),
    );
    content.channels.forEach((channel, c) => {
      content.spans.forEach((_, sweep) => {
        expectSummary(channelSamples(content, channel, sweep), facts.channels[c].sweeps[sweep]);
      });
    });
  });
});

// pyABF reads no pulse trains from ABF1 [R3] and does not follow user lists [R4]; two files have no command in its terms.
const DIFFER = ["18425108_abf1.abf", "2020_03_02_0000.abf"];
const commanded = files.filter(([name, facts]) => facts.dac !== null && !DIFFER.includes(name));

it.each(commanded)("[R1] %s agrees with pyABF in the command of every sweep", (name, facts) => {
  const content = contentOf(name);
  const dac = content.dacs.find(({ number }) => number === facts.dac)!;
  content.spans.forEach((span, sweep) => {
    expectSummary(commandOfSweep(dac.table, sweep, span.length), facts.command![sweep]);
  });
});

it("[R2] the same recording saved as ABF1 and as ABF2 reads the same, to the resolution of the digitiser", () => {
  const [abf2, abf1] = ["18425108.abf", "18425108_abf1.abf"].map((name) =>
    readRecording(fixture(name), name),
  );
  expect(abf1.dt_ms).toBeCloseTo(abf2.dt_ms, 9);
  expect(abf1.sweeps[0].v_mV.length).toBe(abf2.sweeps[0].v_mV.length);
  const worst = (a: Float64Array, b: Float64Array): number =>
    a.reduce((m, value, k) => Math.max(m, Math.abs(value - b[k])), 0);
  expect(worst(abf1.sweeps[0].v_mV, abf2.sweeps[0].v_mV)).toBeLessThan(0.05);
  expect(worst(abf1.sweeps[0].i_pA, abf2.sweeps[0].i_pA)).toBeLessThan(0.5);
});

it("[R3] pulse trains of ABF1 have the period and width that ABF2 has (pyABF reads none)", () => {
  const [abf2, abf1] = ["18425108.abf", "18425108_abf1.abf"].map((name) => contentOf(name).dacs[1].table);
  const command = (table: typeof abf2): Float64Array => commandOfSweep(table, 0, 250_000);
  expect(command(abf1)).toEqual(command(abf2));
});

it("[R4] a user list of levels is followed: the rebuilt command is what was recorded (pyABF ignores the list)", () => {
  const content = contentOf("2020_03_02_0000.abf");
  const recorded = readRecording(fixture("2020_03_02_0000.abf"), "2020_03_02_0000.abf");
  expect(recorded.currentSource).toBe("recorded-channel");
  const levels = [-200, -150, -100, -50, 0, 25, 50, 100, 150, 200, 250, 300, 350, 400, 500, 600];
  recorded.sweeps.forEach(({ i_pA }, sweep) => {
    const command = commandOfSweep(content.dacs[0].table, sweep, i_pA.length);
    expect(command[3000]).toBe(levels[sweep]);
    const plateau = i_pA.subarray(2000, 6000);
    const mean_pA = plateau.reduce((sum, value) => sum + value, 0) / plateau.length;
    expect(Math.abs(mean_pA - levels[sweep])).toBeLessThan(3);
  });
});
