import { medianOf } from "../../features/index.ts";
import { amplitude, fitSines } from "../../recordings/prepare/sines.ts";
import type { InputSweep } from "./networkInput.ts";
import { fastPeaks, quickLow, quickNoise } from "./peaks.ts";
import { mainStretch } from "./stimulus.ts";

const LINES_Hz = [50, 60];
/** Two periods of 50 Hz. */
const SHORTEST_ms = 40;
const LONGEST_ms = 500;
const SETTLE_ms = 50;

/**
 * Amplitude of mains hum, mV: least-squares fit of 50 and of 60 Hz beside a parabola to each sweep's quiet stretch before the
 * current moves (or from 50 ms after), the larger of the two; median over the sweeps that have such a stretch of 40 ms. A
 * network need not notice hum: spikes and means survive it. Noise of 0.7 mV shows as up to about 0.4.
 *
 * @returns null where no sweep has a quiet stretch.
 */
export function humAmplitude_mV(sweeps: readonly InputSweep[], dt_ms: number): number | null {
  return medianOf(sweeps.map((sweep) => humOfSweep(sweep, dt_ms)));
}

function humOfSweep({ v_mV, i_pA }: InputSweep, dt_ms: number): number | null {
  const { start, end } = mainStretch(i_pA, dt_ms);
  const longest = Math.round(LONGEST_ms / dt_ms);
  const settled = end + Math.round(SETTLE_ms / dt_ms);
  const candidates = [
    { from: Math.max(0, start - longest), to: start },
    { from: settled, to: Math.min(v_mV.length, settled + longest) },
  ];
  const peaks = fastPeaks(v_mV, dt_ms, quickLow(v_mV), quickNoise(v_mV));
  const quiet = candidates.find(
    ({ from, to }) => (to - from) * dt_ms >= SHORTEST_ms && !peaks.some((peak) => peak >= from && peak < to),
  );
  if (!quiet) return null;
  const trace = v_mV.slice(quiet.from, quiet.to);
  const sizes = LINES_Hz.map((line) => {
    const fit = fitSines(trace, dt_ms, [{ from: 0, to: trace.length }], [line]);
    return fit ? amplitude(fit.sines[0]) : 0;
  });
  return Math.max(...sizes);
}
