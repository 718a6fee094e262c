import { instant, joined, linesAsBytes, sample } from "./textPieces.ts";
import { columnsOf, type Traces } from "./traces.ts";

/**
 * Writes sweeps as comma-separated values, one row a sample, sweep after sweep: `sweep,time_ms,v_mV,i_pA`, without `i_pA`
 * where a current is not known. Time starts at 0 in each sweep. `readRecording` reads it back.
 *
 * @returns UTF-8; samples to nine significant digits.
 */
export function writeCsv(traces: Traces): Uint8Array {
  const names = columnsOf(traces);
  const header = linesAsBytes(1, () => ["sweep", "time_ms", ...names].join(","), "\n");
  const rows = traces.sweeps.flatMap((sweep) => {
    const columns = names.map((name) => sweep[name] ?? []);
    const cells = (k: number) => columns.map((values) => sample(values[k])).join(",");
    return linesAsBytes(
      columns[0].length,
      (k) => `${sweep.index},${instant(k * traces.dt_ms)},${cells(k)}`,
      "\n",
    );
  });
  return joined([...header, ...rows]);
}
