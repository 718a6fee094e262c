import type { Recording } from "../recording.ts";
import { instant, joined, linesAsBytes, sample } from "./textPieces.ts";

/**
 * Writes a recording as comma-separated values, one row a sample, sweep after sweep: `sweep,time_ms,v_mV,i_pA`. Time
 * starts at 0 in each sweep. `readRecording` reads it back.
 *
 * @returns UTF-8; samples to nine significant digits.
 */
export function writeCsv({ sweeps, dt_ms }: Recording): Uint8Array {
  const header = linesAsBytes(1, () => "sweep,time_ms,v_mV,i_pA", "\n");
  const rows = sweeps.flatMap(({ index, v_mV, i_pA }) =>
    linesAsBytes(
      v_mV.length,
      (k) => `${index},${instant(k * dt_ms)},${sample(v_mV[k])},${sample(i_pA[k])}`,
      "\n",
    ),
  );
  return joined([...header, ...rows]);
}
