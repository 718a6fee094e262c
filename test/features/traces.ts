/** Sweeps for the comparison with eFEL: those of recordings that we read, and voltage-only text files. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { InputError } from "../../src/errors.ts";
import { inputOfSweep } from "../../src/features/catalogue/index.ts";
import { findMainStep } from "../../src/features/index.ts";
import { type ReadOptions, type Recording, readRecording } from "../../src/recordings/index.ts";
import { fixture } from "../recordings/fixture.ts";
import type { NamedTrace } from "./efel.ts";

/** Every sweep of a recording, with the stimulus that our features refer to; a sweep without one gets its middle half. */
export function tracesOf(recording: Recording, name: string): NamedTrace[] {
  const step = findMainStep(recording);
  return recording.sweeps.map((sweep, k) => {
    const input = inputOfSweep(sweep, recording.dt_ms, step, k);
    const length_ms = input.v_mV.length * input.dt_ms;
    const whole = input.start_ms === 0 && input.end_ms >= length_ms - input.dt_ms;
    const window = whole ? { start_ms: length_ms / 4, end_ms: (3 * length_ms) / 4 } : {};
    return { name: `${name} sweep ${sweep.index}`, input: { ...input, ...window } };
  });
}

/** A step for files that hold the voltage alone; its height matters to the two resistances only. */
const step = (start_ms: number, end_ms: number, i_pA: number): ReadOptions => ({
  current: {
    name: "nominal step",
    t_ms: Float64Array.of(0, start_ms, end_ms),
    i_pA: Float64Array.of(0, i_pA, 0),
  },
});

/** Stimulus of the files without a current, from their sources where they say it, else nominal. */
const NOMINAL: readonly (readonly [RegExp, ReadOptions])[] = [
  [/testdata\.txt$/, step(700, 2700, 100)],
  [/zero_ISI_log_slope/, step(100, 300, 100)],
  [/100pA_1\.csv$/, step(250, 750, 100)],
  [/B6_Ch3_IDRest_\d+\.ibw$/, step(700, 2700, 100)],
];

export interface Collected {
  readonly traces: readonly NamedTrace[];
  /** Files that are no current-clamp recording, or not one that we read, with our reason. */
  readonly refused: readonly (readonly [file: string, reason: string])[];
}

const NO_RECORDING = /^(patient|herg|insulin|katz|fhir|morph)|\.(json|md)$|cell2_stim/;

export function collect(folder: string): Collected {
  const traces: NamedTrace[] = [];
  const refused: [string, string][] = [];
  for (const path of filesBelow(folder)) {
    const name = path.slice(folder.length + 1);
    if (NO_RECORDING.test(name)) continue;
    try {
      const options = NOMINAL.find(([pattern]) => pattern.test(name))?.[1] ?? {};
      traces.push(
        ...tracesOf(readRecording(new Uint8Array(readFileSync(path)), basename(path), options), name),
      );
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      refused.push([name, error.problem.what]);
    }
  }
  return { traces, refused };
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder)
    .sort()
    .map((name) => join(folder, name))
    .flatMap((path) => (statSync(path).isDirectory() ? filesBelow(path) : [path]));
}

const IN_REPOSITORY = [
  "171116sh_0018.abf",
  "171116sh_0019.abf",
  "17o05028_ic_steps.abf",
  "18711001.abf",
  "190619B_0003.abf",
  "2020_03_02_0000.abf",
  "swhlab_gain.abf",
];

/** All sweeps of the current steps in this repository. */
export function tracesOfRepository(): NamedTrace[] {
  return IN_REPOSITORY.flatMap((file) => tracesOf(readRecording(fixture(file), file), file));
}
