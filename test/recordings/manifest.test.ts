/**
 * Every current-clamp file of the shared folder of recordings against its manifest: sweeps, rate, samples, stimulus and
 * spike counts. Needs the folder (PATCHTWIN_SHARED), since not all of its files may be passed on.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { InputError } from "../../src/errors.ts";
import { detectSpikes, inspectRecording } from "../../src/features/index.ts";
import { type ReadOptions, type Recording, readCurrent, readRecording } from "../../src/recordings/index.ts";

const FOLDER = process.env.PATCHTWIN_SHARED ? join(process.env.PATCHTWIN_SHARED, "recordings") : "";
const HERE = FOLDER !== "" && existsSync(join(FOLDER, "MANIFEST.json"));

interface Epoch {
  readonly firstLevel: number;
  readonly deltaLevel: number;
}

interface Entry {
  readonly path: string;
  readonly format: string;
  readonly sweeps?: number;
  readonly samplingRateHz?: number;
  readonly samplesPerSweep?: number;
  readonly spikesPerSweep?: readonly number[];
  readonly expectedSpikes?: number;
  readonly currentSteps_pA?: readonly number[];
  readonly channels?: readonly { readonly name: string; readonly unit?: string; readonly units?: string }[];
  readonly stimulus?: readonly {
    readonly units: string;
    readonly source: string;
    readonly epochs?: readonly Epoch[];
  }[];
}

/** What a user says of files that do not say it themselves; `beside` is the file of the current. */
const SAID: Readonly<
  Record<
    string,
    ReadOptions & { readonly beside?: string; readonly step?: readonly [number, number, number] }
  >
> = {
  "efel/testdata.txt": { step: [0.4, 700, 2700] },
  "efel/current.txt": { units: { current: "pA" } },
  "efel/zero_ISI_log_slope_skip95824004.abf.csv": { step: [100, 100, 500] },
  "efel/AP_begin_indices_95810005.abf.csv": {
    dt_ms: 0.1,
    columns: { voltage: "1" },
    units: { voltage: "mV" },
    step: [100, 100, 500],
  },
  "neuroptimus/ca1_passive/131117-C2_short_evendt.dat": {
    columns: { time: "1", voltage: "2" },
    units: { time: "ms", voltage: "mV", current: "nA" },
    beside: "neuroptimus/ca1_passive/cell2_stim.dat",
  },
  // Pulses whose size the file does not tell; its two currents are those of other cells in voltage clamp.
  "stimfit/test.h5": { step: [1, 0, 1] },
  "pyelectro/100pA_1.csv": { step: [100, 200, 700] },
  "pyabf/171116sh_0017.abf": { step: [20, 0, 1000] },
};

const FOLDERS =
  /^(pyabf|swhlab|wyart_opsin|bluepyefe|efel|allen_cells|nsdesai|neuroptimus|pyelectro|stimfit|heka)\//;

/** Files that hold no voltage under a current: why they are refused. */
const REFUSED: Readonly<Record<string, string>> = {
  "pyabf/171116sh_0011.abf": "voltage-clamp",
  "pyabf/171116sh_0012.abf": "voltage-clamp",
  "pyabf/171116sh_0013.abf": "voltage-clamp",
  "pyabf/171116sh_0014.abf": "voltage-clamp",
  "pyabf/2018_11_16_sh_0006.abf": "voltage-clamp",
  "pyabf/multichannelAbf1WithTags.abf": "voltage-clamp",
  "pyabf/invalidDate-abf1.abf": "voltage-clamp",
  "pyabf/sine_sweep_magnitude_20.abf": "no-voltage",
  "neuroptimus/ca1_passive/cell2_stim.dat": "columns",
  ...Object.fromEntries(
    [181, 182, 183, 184, 185].map((n) => [`bluepyefe/B6/B6_Ch0_IDRest_${n}.ibw`, "no-voltage"]),
  ),
};

/** Sweeps whose spike count is another one than the manifest's: [ours, the manifest's]. docs/features.md says why. */
const OTHER_COUNTS: Readonly<Record<string, Readonly<Record<number, readonly [number, number]>>>> = {
  "pyabf/17o05028_ic_steps.abf": { 10: [25, 27] },
  "pyabf/171116sh_0019.abf": { 16: [23, 25], 17: [13, 14] },
  "pyabf/18425108.abf": { 1: [20, 40] },
  "pyabf/18425108_abf1.abf": { 1: [20, 40] },
  "bluepyefe/hippocampus-portal/99111002.nwb": {
    2: [0, 1],
    5: [0, 2],
    11: [0, 1],
    14: [12, 14],
    15: [22, 23],
    16: [29, 30],
  },
};

/** The manifest's own rule as settings of the detector: maxima by prominence and height alone. */
const BY_PROMINENCE = {
  minRise_mV_per_ms: 0,
  minHalfWidth_ms: 0,
  minEarlyFall_mV: 0,
  minHeight_mV: 0,
  noise_mV: 0,
  currentJumps_ms: [],
};

function entries(): Entry[] {
  const { files } = JSON.parse(readFileSync(join(FOLDER, "MANIFEST.json"), "utf8")) as { files: Entry[] };
  return files.filter(({ path }) => FOLDERS.test(path) && !path.endsWith(".json"));
}

const bytesOf = (path: string): Uint8Array => readFileSync(join(FOLDER, path));

function read(path: string): Recording {
  const { beside, step, ...options } = SAID[path] ?? {};
  const ibw = path.replace("_Ch3_", "_Ch0_");
  const other = beside ?? (ibw === path ? undefined : ibw);
  const current = step
    ? { name: "said", t_ms: Float64Array.of(0, step[1], step[2]), i_pA: Float64Array.of(0, step[0], 0) }
    : other && readCurrent(bytesOf(other), other, options.units ? { units: options.units } : {});
  return readRecording(bytesOf(path), path, { ...options, ...(current && { current }) });
}

function problemOf(path: string): string | undefined {
  try {
    read(path);
    return undefined;
  } catch (error) {
    return error instanceof InputError ? error.problem.code : String(error);
  }
}

/** Counts of the manifest, one a sweep; the model cell is said to have none. */
const wantedCounts = ({ spikesPerSweep, expectedSpikes, sweeps = 0 }: Entry): readonly number[] =>
  spikesPerSweep ?? (expectedSpikes === undefined ? [] : new Array<number>(sweeps).fill(expectedSpikes));

const ALL = HERE ? entries() : [];

describe.skipIf(!HERE)("the shared recordings", () => {
  it.each(ALL.filter(({ path }) => !(path in REFUSED)))(
    "[M1] $path: sweeps, rate, samples, spikes",
    (entry) => {
      const recording = read(entry.path);
      const { sweeps } = inspectRecording(recording);
      if (entry.sweeps !== undefined) expect(sweeps).toHaveLength(entry.sweeps);
      if (entry.samplingRateHz !== undefined)
        expect(1000 / recording.dt_ms).toBeCloseTo(entry.samplingRateHz, 6);
      if (entry.samplesPerSweep !== undefined) expect(sweeps[0].samples).toBe(entry.samplesPerSweep);
      const other = Object.fromEntries(
        wantedCounts(entry).flatMap((wanted, n) =>
          sweeps[n].spikes === wanted ? [] : [[n + 1, [sweeps[n].spikes, wanted]]],
        ),
      );
      expect(other).toEqual(OTHER_COUNTS[entry.path] ?? {});
    },
  );

  it.each(Object.entries(REFUSED))("[M2] %s is refused as %s", (path, code) => {
    expect(problemOf(path)).toBe(code);
  });

  it("[M3] the same spikes are counted in every sweep when the detector is set to the manifest's rule", () => {
    let sweeps = 0;
    for (const { path, spikesPerSweep = [] } of ALL) {
      if (spikesPerSweep.length === 0) continue;
      const recording = read(path);
      const floor_mV = path.endsWith(".nwb") ? 15 : -30;
      const counts = recording.sweeps.map(
        ({ v_mV }) =>
          detectSpikes(v_mV, recording.dt_ms, BY_PROMINENCE).filter(({ peak_mV }) => peak_mV > floor_mV)
            .length,
      );
      expect(counts, path).toEqual(spikesPerSweep);
      sweeps += counts.length;
    }
    expect(sweeps).toBe(213);
  });

  it("[M4] a current from an epoch table has its levels, sweep by sweep", () => {
    let files = 0;
    for (const { path, stimulus } of ALL) {
      const table = stimulus?.find(({ source, units }) => source === "epochTable" && units === "pA");
      if (!table || path in REFUSED) continue;
      const recording = read(path);
      if (recording.currentSource !== "epoch-table") continue;
      files++;
      for (const [n, { i_pA }] of recording.sweeps.entries())
        for (const { firstLevel, deltaLevel } of table.epochs ?? [])
          expect(
            i_pA.some((level) => Math.abs(level - (firstLevel + n * deltaLevel)) < 1e-3),
            `${path} ${n + 1}`,
          ).toBe(true);
    }
    expect(files).toBe(8);
  });

  it("[M5] the steps of the MATLAB and NWB files are those of the manifest", () => {
    const mat = ALL.find(({ currentSteps_pA }) => currentSteps_pA)!;
    const steps = inspectRecording(read(mat.path)).sweeps.map(({ stimulus }) => stimulus.amplitude_pA);
    expect(steps.map(Math.round)).toEqual(mat.currentSteps_pA);
    const nwb = inspectRecording(read("bluepyefe/hippocampus-portal/99111002.nwb")).sweeps;
    expect(nwb.map(({ stimulus }) => Math.round(stimulus.amplitude_pA))).toEqual(
      Array.from({ length: 16 }, (_, n) => -2000 + 200 * n),
    );
    expect(nwb[0].stimulus.start_ms).toBeCloseTo(31.2, 6);
    expect(nwb[0].stimulus.end_ms).toBeCloseTo(431.2, 6);
  });
});
