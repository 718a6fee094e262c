import { amortisedPosterior } from "../../src/cloning/posterior/amortised.ts";
import { openPosterior } from "../../src/cloning/posterior/card.ts";
import type { OrtRuntime } from "../../src/nn/index.ts";

/** A recording as one array: sweep after sweep, its voltage and then its current. */
export interface FlatRecording {
  readonly values: Float64Array;
  readonly sweeps: number;
  readonly dt_ms: number;
}

export interface Shipped {
  readonly card: unknown;
  readonly onnx: Uint8Array;
  readonly sha256: string;
}

/** What Node and a page both run: shipped weights, a recording, 1,000 samples; and what each run took. */
export async function answer(runtime: OrtRuntime, shipped: Shipped, recording: FlatRecording, runs: number) {
  const posterior = await openPosterior(runtime, shipped.card, shipped.onnx, shipped.sha256);
  const cell = { sweeps: sweepsOf(recording), dt_ms: recording.dt_ms };
  const times_ms: number[] = [];
  let samples = await amortisedPosterior(posterior, cell);
  for (let run = 0; run < runs; run++) {
    const start_ms = performance.now();
    samples = await amortisedPosterior(posterior, cell);
    times_ms.push(performance.now() - start_ms);
  }
  return {
    unit: samples.unit.flatMap((place) => [...place]),
    logDensity: [...samples.logDensity],
    times_ms,
  };
}

export type Answer = Awaited<ReturnType<typeof answer>>;

function sweepsOf({ values, sweeps }: FlatRecording) {
  const length = values.length / sweeps / 2;
  const part = (k: number) => values.slice(k * length, (k + 1) * length);
  return Array.from({ length: sweeps }, (_, k) => ({ v_mV: part(2 * k), i_pA: part(2 * k + 1) }));
}
