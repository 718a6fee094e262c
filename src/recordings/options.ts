/** What a caller may say about a file that the file itself does not say. */
import type { SampledCurrent, SuppliedCurrent } from "./supplied.ts";
import type { ColumnRole } from "./units.ts";

export interface ReadOptions {
  /** Injected current from another file; wins over whatever the recording says. */
  readonly current?: SuppliedCurrent | SampledCurrent;
  /** Units of a file that does not say them, e.g. `{ time: "s", voltage: "mV", current: "nA" }`; of text, win over its header. */
  readonly units?: Partial<Record<ColumnRole, string>>;
  /** Columns, variables or channels by their title or number (from 1); win over what the file says. */
  readonly columns?: Partial<Record<ColumnRole, string>>;
  /** Sampling interval of a file that has no time, ms. */
  readonly dt_ms?: number;
  /** Which group of sweeps, counted from 1, of a file with several (another rate, another electrode). */
  readonly series?: number;
  /** Reads only this part of every sweep, [start, end) from the sweep's start. */
  readonly window_ms?: readonly [number, number];
}
