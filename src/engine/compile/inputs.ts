import type { RandomStream } from "../../random.ts";
import type { Drive, PopulationOptions } from "../population.ts";
import type { InputCode, LoopFeatures } from "./blockLayout.ts";

export function featuresOf(
  inputs: readonly string[],
  request: PopulationOptions,
  interleave: number,
): LoopFeatures {
  return {
    inputs: Object.fromEntries(inputs.map((name) => [name, inputCodeOf(driveOf(request, name))])),
    spikeTimes: request.spikeTimes ?? false,
    statistics: request.statistics ?? false,
    plateau: request.plateauLevel_mV !== undefined,
    record: (request.recordEvery ?? 0) > 0,
    interleave,
  };
}

/** The waveforms that a run is given. */
export type RequestedInputs = Pick<PopulationOptions, "i" | "inputs">;

const SILENT: Drive = { kind: "constant", value: 0 };

export function driveOf(request: RequestedInputs, name: string): Drive {
  return name === "i" ? request.i : (request.inputs?.[name] ?? SILENT);
}

function inputCodeOf(drive: Drive): InputCode {
  switch (drive.kind) {
    case "constant":
      return { kind: "constant" };
    case "noise":
      return { kind: "stream" };
    case "waveforms":
      return {
        kind: drive.waveforms.length === 1 ? "shared" : "each",
        scaled: drive.scale !== undefined || drive.offset !== undefined,
      };
    default:
      return drive satisfies never;
  }
}

/** One for all or one a cell. */
export const at = (values: number | ArrayLike<number>, cell: number) =>
  typeof values === "number" ? values : values[cell];

/** Exact in distribution at every step: x' = mean + (x - mean) e + sd sqrt(1 - e²) N(0, 1) with e = exp(-dt/tau). */
export function ornsteinUhlenbeck(
  mean: number,
  sd: number,
  tau_ms: number,
  dt_ms: number,
  stream: RandomStream,
): () => number {
  const keep = Math.exp(-dt_ms / tau_ms);
  const kick = Math.sqrt(-Math.expm1((-2 * dt_ms) / tau_ms));
  let x = stream.normal();
  return () => {
    const now = mean + sd * x;
    x = keep * x + kick * stream.normal();
    return now;
  };
}

/**
 * The current that a cell rests at before a run: the first value of a waveform, which is what a recording holds it at. A constant
 * or noisy current is switched on at the start, so the cell comes from rest without it: the resting point under a strong current
 * is unstable more often than not.
 */
export function holdingCurrent(drive: Drive, cell: number): number {
  if (drive.kind !== "waveforms") return 0;
  const waveform = drive.waveforms[at(drive.which ?? 0, cell)];
  return at(drive.offset ?? 0, cell) + at(drive.scale ?? 1, cell) * (waveform[0] ?? 0);
}
