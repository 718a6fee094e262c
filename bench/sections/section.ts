import type { Peer } from "../lib/peers.ts";

export interface Settings {
  readonly rounds: number;
  /** Factor on simulated times. */
  readonly length: number;
  readonly peers: readonly Peer[];
  tell(line: string): void;
}

/** A part of docs/performance.md and what it was made from. */
export interface Section {
  readonly title: string;
  readonly text: string;
  readonly data: unknown;
}

/** Runs one of our programs in a fresh process. */
export const ourProgram = (name: string, ...args: (string | number)[]) =>
  [process.execPath, ["--import", "tsx", `bench/engine/${name}.ts`, ...args.map(String)]] as const;

export const digits = (value: number | undefined, count = 3) =>
  value === undefined || !Number.isFinite(value) ? "-" : Number(value.toPrecision(count)).toString();
