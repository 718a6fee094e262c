/** Every ABF file of the shared folder against its MANIFEST.json, which was made with other readers. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { InputError } from "../../../errors.ts";
import { readRecording } from "../../index.ts";
import { sourceOf } from "../../source.ts";
import { readAbf1 } from "./abf1.ts";
import { readAbf2 } from "./abf2.ts";
import { type AbfContent, channelSamples, contentOfAbf } from "./contents.ts";

interface Described {
  readonly path: string;
  readonly sweeps?: number;
  readonly samplesPerSweep?: number;
  readonly samplingRateHz?: number;
  readonly channels?: readonly { readonly name: string; readonly units: string }[];
  readonly tags?: readonly string[];
  readonly stimulus?: readonly {
    readonly dac: number;
    readonly units: string;
    readonly holding: number;
    readonly source: string | number;
    readonly epochs: readonly {
      readonly firstLevel: number;
      readonly deltaLevel: number;
      readonly firstDurationSamples: number;
      readonly deltaDurationSamples: number;
    }[];
  }[];
}

const FOLDER = process.env.PATCHTWIN_SHARED && join(process.env.PATCHTWIN_SHARED, "recordings");
const described: Described[] = FOLDER
  ? JSON.parse(readFileSync(join(FOLDER, "MANIFEST.json"), "utf8")).files
  : [];
const files = described.filter(({ path }) => path.endsWith(".abf"));

/** Why a file is no current-clamp recording, from the words of the manifest. */
const REFUSED: Record<string, string> = {
  "pyabf/171116sh_0011.abf": "voltage-clamp",
  "pyabf/171116sh_0012.abf": "voltage-clamp",
  "pyabf/171116sh_0013.abf": "voltage-clamp",
  "pyabf/171116sh_0014.abf": "voltage-clamp",
  "pyabf/171116sh_0017.abf": "stimulus-file",
  "pyabf/2018_11_16_sh_0006.abf": "voltage-clamp",
  // One channel in pA with an invalid date; the manifest says nothing on its protocol.
  "pyabf/invalidDate-abf1.abf": "voltage-clamp",
  "pyabf/multichannelAbf1WithTags.abf": "voltage-clamp",
  // A command waveform, no recording: its channel has no unit.
  "pyabf/sine_sweep_magnitude_20.abf": "no-voltage",
};
/** Their user list, which the manifest does not follow, replaces the levels of an epoch. */
const LISTED = ["pyabf/2020_03_02_0000.abf"];

const name = (path: string): string => path.split("/").at(-1)!;
const bytesOf = (path: string): Uint8Array => readFileSync(join(FOLDER!, path));

function abfOf(path: string): AbfContent {
  const bytes = bytesOf(path);
  return (bytes[3] === 0x32 ? readAbf2 : readAbf1)(sourceOf(bytes), name(path));
}

describe.skipIf(!FOLDER)("[S1] shared ABF files (skipped without PATCHTWIN_SHARED)", () => {
  it.each(files)("$path has the sweeps, rate, channels and tags of its description", (file) => {
    const { spans, dt_ms, channels, tags } = abfOf(file.path);
    if (file.sweeps === undefined) return expect(name(file.path)).toBe("invalidDate-abf1.abf");
    expect(spans.length).toBe(file.sweeps);
    expect(spans.every(({ length }) => length === file.samplesPerSweep)).toBe(true);
    expect(1000 / dt_ms / file.samplingRateHz!).toBeCloseTo(1, 9);
    expect(channels.map(({ unit }) => unit)).toEqual(file.channels!.map(({ units }) => units));
    const plain = (text: string): string => text.replaceAll(" ", "");
    expect(channels.map((channel) => plain(channel.name))).toEqual(file.channels!.map((c) => plain(c.name)));
    if (file.tags) expect(tags.map(({ text }) => text)).toEqual(file.tags);
  });

  it.each(files)("$path has the stimulus of its description", ({ path, stimulus = [] }) => {
    const { dacs } = abfOf(path);
    for (const wanted of stimulus) {
      const dac = dacs.find(({ number }) => number === wanted.dac)!;
      expect([dac.unit, dac.table.holding(0)]).toEqual([wanted.units, wanted.holding]);
      expect(dac.doubt?.code).toBe(wanted.source === "stimulusFile" ? "stimulus-file" : undefined);
      if (wanted.source === "stimulusFile" || LISTED.includes(path)) continue;
      const epochs = dac.waveformEnabled ? dac.table.epochs : [];
      expect(epochs.length).toBe(wanted.epochs.length);
      epochs.forEach(({ level, duration_samples }, n) => {
        const { firstLevel, deltaLevel, firstDurationSamples, deltaDurationSamples } = wanted.epochs[n];
        expect(level(0)).toBeCloseTo(firstLevel, 6);
        expect(level(3) - level(2)).toBeCloseTo(deltaLevel, 6);
        expect(duration_samples(0)).toBe(firstDurationSamples);
        expect(duration_samples(3) - duration_samples(2)).toBe(deltaDurationSamples);
      });
    }
  });

  it.each(files)(
    "$path is read, or refused for the reason that its description gives",
    ({ path, sweeps }) => {
      let outcome: string | number;
      try {
        outcome = readRecording(bytesOf(path), name(path)).sweeps.length;
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        outcome = error.problem.code;
      }
      expect(outcome).toBe(REFUSED[path] ?? sweeps);
    },
  );

  it("[S2] the telegraphed mode is the manifest's: voltage clamp and current clamp of known files", () => {
    const known = files.flatMap(({ path }) => {
      const { clamp } = contentOfAbf(abfOf(path));
      return clamp ? [[path, clamp] as const] : [];
    });
    expect(known.length).toBeGreaterThan(12);
    for (const [path, clamp] of known)
      expect([path, clamp]).toEqual([path, REFUSED[path] === "voltage-clamp" ? "voltage" : "current"]);
  });

  it("[S3] the sweeps of a recording with pauses start when they did (pyABF: every 20 s)", () => {
    expect(abfOf("pyabf/File_axon_6.abf").sweepStarts_s.slice(0, 3)).toEqual([0, 20, 40]);
  });

  it("[S4] a digital output that was recorded rises in the epochs for which it is noted, and nowhere else", () => {
    const abf = abfOf("wyart_opsin/2019_08_01_0067.abf");
    expect(contentOfAbf(abf).notes).toContain("Digital output 6 was on in epochs B and D of DAC 3.");
    const ttl = abf.channels.find((channel) => channel.name === "LED_TTL")!;
    const epochs = abf.dacs.find(({ number }) => number === 3)!.table.epochs;
    for (const sweep of [0, 4, 9]) {
      const starts = [Math.floor(30_000 / 64)];
      for (const { duration_samples } of epochs) starts.push(starts.at(-1)! + duration_samples(sweep));
      const samples = channelSamples(abf, ttl, sweep);
      const half = (Math.max(...samples) + Math.min(...samples)) / 2;
      const high = [...samples.keys()].filter((k) => samples[k] > half);
      const wanted = [1, 3].flatMap((n) => Array.from({ length: 50 }, (_, k) => starts[n] + k));
      expect(Math.max(...high.map((k, n) => Math.abs(k - wanted[n])))).toBeLessThanOrEqual(1);
      expect(high.length).toBe(wanted.length);
    }
  });
});
