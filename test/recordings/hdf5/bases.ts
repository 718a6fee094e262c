/** Small HDF5 files of every layout, for tests that read them and tests that damage them. */
import { readdirSync, readFileSync } from "node:fs";

const FOLDER = new URL("./", import.meta.url);

export interface Base {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Every file in this folder; the scripts beside them made them. */
export function hdf5Files(): Base[] {
  return readdirSync(FOLDER)
    .filter((name) => /\.(nwb|h5)$/.test(name))
    .sort()
    .map(hdf5File);
}

export function hdf5File(name: string): Base {
  return { name, bytes: new Uint8Array(readFileSync(new URL(name, FOLDER))) };
}

/** Those of at most 50 kB that hold a recording: old and new groups, tables, timestamps, links, Stimfit. */
export function hdf5Bases(): Base[] {
  return [
    "tiny.nwb",
    "tiny-latest.nwb",
    "windows.nwb",
    "timestamps.nwb",
    "soft-links.nwb",
    "sweep-numbers.nwb",
    "steps.h5",
  ].map(hdf5File);
}
