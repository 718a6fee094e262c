/** What a caller may say about a file that the file itself does not say. */
import type { SuppliedCurrent } from "./supplied.ts";

export interface ReadOptions {
  /** Injected current from another file; wins over whatever the recording says. */
  readonly current?: SuppliedCurrent;
  /** Units of a text file's columns, e.g. `{ time: "s", voltage: "mV", current: "nA" }`; win over its header. */
  readonly units?: { readonly time?: string; readonly voltage?: string; readonly current?: string };
}
