import type { Drive } from "../engine/index.ts";

/** The drive with waveforms of at least that many steps, the last value held: the last stretch may run over the end. */
export function lengthened(drive: Drive, steps: number): Drive {
  if (drive.kind !== "waveforms") return drive;
  // Waveforms that are one stay one: they are kept in memory once.
  const longer = new Map(drive.waveforms.map((waveform) => [waveform, held(waveform, steps)]));
  return { ...drive, waveforms: drive.waveforms.map((waveform) => longer.get(waveform) as Float64Array) };
}

function held(waveform: Float64Array, steps: number): Float64Array {
  if (waveform.length >= steps) return waveform;
  const longer = new Float64Array(steps).fill(waveform[waveform.length - 1]);
  longer.set(waveform);
  return longer;
}
