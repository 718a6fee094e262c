/** The sweeps whose eFEL values are kept in efel_frozen.json, so that equality is tested without Python. */

import { readRecording } from "../../src/recordings/index.ts";
import { fixture } from "../recordings/fixture.ts";
import type { NamedTrace } from "./efel.ts";
import { tracesOf } from "./traces.ts";

/** File and sweeps (1-based): silent and hyperpolarised, first spikes, trains, depolarisation block, fast spiking, ABF1. */
const SWEEPS: readonly (readonly [file: string, sweeps: readonly number[]])[] = [
  ["171116sh_0018.abf", [1, 8, 12, 17]],
  ["171116sh_0019.abf", [9, 22]],
  ["18711001.abf", [2, 20]],
  ["190619B_0003.abf", [6]],
  ["2020_03_02_0000.abf", [3]],
  ["17o05028_ic_steps.abf", [12]],
  ["swhlab_gain.abf", [2]],
];

export function frozenTraces(): NamedTrace[] {
  return SWEEPS.flatMap(([file, sweeps]) => {
    const traces = tracesOf(readRecording(fixture(file), file), file);
    return sweeps.map((number) => traces[number - 1]);
  });
}
