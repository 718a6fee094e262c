/** What a caller may say about a file that the file itself does not say. */
import type { SampledCurrent, SuppliedCurrent } from "./supplied.ts";
import type { ColumnRole } from "./units.ts";

export interface ReadOptions {
  /** Injected current from another file; wins over whatever the recording says. */
  readonly current?: SuppliedCurrent | SampledCurrent;
  /** Units of a text file's columns, e.g. `{ time: "s", voltage: "mV", current: "nA" }`; win over its header. */
  readonly units?: Partial<Record<ColumnRole, string>>;
  /** Columns of a text file by their title or number (from 1); win over what its header says. */
  readonly columns?: Partial<Record<ColumnRole, string>>;
  /** Sampling interval of a file that has no time, ms. */
  readonly dt_ms?: number;
  /** Which group of sweeps, counted from 1, of a file with several (another rate, another electrode). */
  readonly series?: number;
  /** Reads only this part of every sweep, [start, end) from the sweep's start. */
  readonly window_ms?: readonly [number, number];
}
