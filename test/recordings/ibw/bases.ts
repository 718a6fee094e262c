/** Small whole files to damage in tests. */
import { type WaveToWrite, writeWave } from "./write.ts";

const values = Float64Array.from({ length: 400 }, (_, k) => -65 + 20 * Math.sin(k / 30));

const WAVES: Record<string, WaveToWrite> = {
  "v2-big.ibw": wave({
    version: 2,
    littleEndian: false,
    dataUnit: "mV",
    rowUnit: "ms",
    rowStep: 0.1,
    typeCode: 4,
  }),
  "v3-little.ibw": wave({ version: 3, formula: "wave0 := 2", typeCode: 16 }),
  "v5-big.ibw": wave({ littleEndian: false, note: "rig 2\rsecond line" }),
  "v5-matrix.ibw": wave({ dimensions: [100, 4], dataUnit: "millivolts", rowUnit: "seconds" }),
  "v5-current.ibw": wave({ dataUnit: "pA", typeCode: 16 }),
};

function wave(changes: Partial<WaveToWrite>): WaveToWrite {
  const common = { version: 5, littleEndian: true, typeCode: 2, dimensions: [400], values } as const;
  return { ...common, name: "Vm_1", rowStep: 1e-4, rowUnit: "s", dataUnit: "mV", note: "a note", ...changes };
}

export function ibwBases(): { name: string; bytes: Uint8Array }[] {
  return Object.entries(WAVES).map(([name, one]) => ({ name, bytes: writeWave(one) }));
}
