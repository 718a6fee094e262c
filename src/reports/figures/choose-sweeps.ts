import type { Twin, TwinTrace } from "../../cloning/twin.ts";
import { spreadOver } from "./spread-over.ts";

/** A trace with the spikes that were counted in its sweep; null where the fit has no such sweep. */
export interface ChosenSweep {
  readonly trace: TwinTrace;
  readonly recordedSpikes: number | null;
  readonly clonedSpikes: number | null;
}

/**
 * A handful of sweeps that shows the cell: strongest hyperpolarisation, near rheobase, middle, strongest; then one
 * past the block and held-out ones spread over the rest. In the order of current.
 */
export function chooseSweeps(twin: Twin, atMost = 6): ChosenSweep[] {
  const sweeps = twin.fit.traces.map((trace) => withCounts(twin, trace));
  sweeps.sort((a, b) => a.trace.amplitude_pA - b.trace.amplitude_pA);
  const chosen = new Set<ChosenSweep>();
  for (const sweep of candidates(sweeps, atMost)) if (sweep && chosen.size < atMost) chosen.add(sweep);
  return sweeps.filter((sweep) => chosen.has(sweep));
}

function withCounts(twin: Twin, trace: TwinTrace): ChosenSweep {
  const fit = twin.fit.sweeps.find((sweep) => sweep.index === trace.index);
  return { trace, recordedSpikes: fit?.recordedSpikes ?? null, clonedSpikes: fit?.clonedSpikes ?? null };
}

function* candidates(sweeps: readonly ChosenSweep[], atMost: number): Generator<ChosenSweep | undefined> {
  const scored = sweeps.filter((s) => s.trace.role !== "beyond-range");
  const silent = scored.filter((s) => s.recordedSpikes === 0);
  const spiking = scored.filter((s) => (s.recordedSpikes ?? 0) > 0);
  const heldOut = spiking.filter((s) => s.trace.role === "held-out");
  yield silent[0];
  yield spiking[0];
  yield spiking.at(-1);
  yield heldOut[Math.floor(heldOut.length / 2)] ?? at(spiking, 0.5);
  yield sweeps.find((s) => s.trace.role === "beyond-range");
  yield silent.find((s) => s.trace.role === "held-out");
  yield at(heldOut, 0.25);
  yield at(spiking, 0.5);
  yield at(spiking, 0.75);
  yield at(spiking, 0.25);
  yield silent.at(-1);
  yield* spreadOver(scored, atMost);
  yield* scored;
}

function at<T>(items: readonly T[], fraction: number): T | undefined {
  return items[Math.round(fraction * (items.length - 1))];
}
