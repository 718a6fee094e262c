import { z } from "zod";
import type { Recording, Sweep } from "../recording.ts";
import { cannot, defineMethod, sweepwise } from "./method.ts";
import { quietStretches } from "./quiet.ts";
import { amplitude, fitSines, type Sine, type Stretch, withoutSines } from "./sines.ts";

const LEAST_QUIET_ms = 200;
/** The grid is kept within this. */
const LINE_WANDER_Hz = 0.2;
/** Shorter sweeps cannot tell 50 Hz from 50.2 Hz. */
const LEAST_TO_REFINE_ms = 1000;
const MOST_OF_NYQUIST = 0.9;
/** The search for the line's frequency looks at means of this length. */
const SEARCH_MEAN_ms = 0.5;

/**
 * Takes hum of the mains off the voltage: sines at the line frequency and its harmonics, fitted by least squares to each
 * sweep where it is quiet (no spikes, no edges of the current), each quiet stretch with a parabola of its own, and
 * subtracted everywhere. In sweeps with a second or more of quiet the frequency itself is fitted within 0.2 Hz.
 *
 * What was removed is reported: the median over the sweeps of the amplitude (root of the summed squares of the
 * harmonics) and the largest. A sweep with less than 200 ms of quiet is left as it is, and named. Real activity at these very
 * frequencies is taken off too; hum that changes within a sweep is not.
 */
export const lineNoise = defineMethod({
  step: "line-noise",
  schema: z.strictObject({
    step: z.literal("line-noise"),
    frequency_Hz: z.union([z.literal(50), z.literal(60)]),
    harmonics: z.int().min(1).max(20).default(3),
  }),
  apply(recording, { frequency_Hz, harmonics }, where) {
    const highest_Hz = (MOST_OF_NYQUIST * 500) / recording.dt_ms;
    const numbers = Array.from({ length: harmonics }, (_, k) => k + 1);
    const used = numbers.filter((n) => n * frequency_Hz < highest_Hz);
    const fits = recording.sweeps.map((sweep) => fitLine(sweep, recording.dt_ms, frequency_Hz, used));
    if (fits.every((sines) => sines === null)) throw notQuiet(where);
    const sweeps = recording.sweeps.map((sweep, k) => {
      const sines = fits[k];
      if (!sines) return sweep;
      return sweepwise(recording, sweep, { v_mV: ({ v_mV }) => withoutSines(v_mV, recording.dt_ms, sines) });
    });
    return { recording: { ...recording, sweeps }, ...report(recording, fits, frequency_Hz, used.length) };
  },
});

function fitLine(sweep: Sweep, dt_ms: number, line_Hz: number, numbers: readonly number[]): Sine[] | null {
  const { v_mV, stimulus } = sweep;
  const stretches = quietStretches(v_mV, dt_ms, stimulus);
  const quiet_ms = stretches.reduce((sum, { from, to }) => sum + (to - from) * dt_ms, 0);
  if (numbers.length === 0 || quiet_ms < LEAST_QUIET_ms) return null;
  const base_Hz =
    quiet_ms >= LEAST_TO_REFINE_ms ? refined(v_mV, dt_ms, stretches, line_Hz, numbers) : line_Hz;
  const frequencies_Hz = numbers.map((n) => n * base_Hz);
  return fitSines(v_mV, dt_ms, stretches, frequencies_Hz)?.sines.slice() ?? null;
}

/** The frequency whose sines explain most: a scan, then golden section, on means of up to 0.5 ms. */
function refined(
  v_mV: Float64Array,
  dt_ms: number,
  stretches: readonly Stretch[],
  line_Hz: number,
  numbers: readonly number[],
): number {
  const size = Math.max(1, Math.floor(SEARCH_MEAN_ms / dt_ms));
  const coarse = blockMeans(v_mV, size);
  const parts = stretches.map(({ from, to }) => ({
    from: Math.ceil(from / size),
    to: Math.floor(to / size),
  }));
  const seen = numbers.filter((n) => n * line_Hz < (MOST_OF_NYQUIST * 500) / (size * dt_ms));
  const explained = (f: number) => {
    const frequencies = seen.map((n) => n * f);
    return fitSines(coarse, size * dt_ms, parts, frequencies)?.explained ?? 0;
  };
  const scanned = Array.from({ length: 9 }, (_, k) => line_Hz + LINE_WANDER_Hz * (k / 4 - 1));
  const best = scanned.map(explained).reduce((at, value, k, all) => (value > all[at] ? k : at), 0);
  return highest(explained, scanned[Math.max(0, best - 1)], scanned[Math.min(8, best + 1)]);
}

function highest(f: (x: number) => number, from: number, to: number): number {
  const golden = (Math.sqrt(5) - 1) / 2;
  let [a, b] = [from, to];
  while (b - a > 1e-4) {
    const [c, d] = [b - golden * (b - a), a + golden * (b - a)];
    if (f(c) > f(d)) b = d;
    else a = c;
  }
  return (a + b) / 2;
}

function blockMeans(values: Float64Array, size: number): Float64Array {
  return Float64Array.from({ length: Math.floor(values.length / size) }, (_, block) => {
    let sum = 0;
    for (let k = block * size; k < (block + 1) * size; k++) sum += values[k];
    return sum / size;
  });
}

function report(recording: Recording, fits: readonly (Sine[] | null)[], line_Hz: number, harmonics: number) {
  const sizes = fits.flatMap((sines) => (sines ? [Math.hypot(...sines.map(amplitude))] : []));
  const sorted = sizes.sort((a, b) => a - b);
  const removed_mV = (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
  const largest_mV = sorted.at(-1)!;
  const left = recording.sweeps.filter((_, k) => fits[k] === null).map(({ index }) => index);
  const leftText = left.length > 0 ? ` Not quiet enough, left as they are: sweeps ${left.join(", ")}.` : "";
  return {
    description: `Took ${line_Hz} Hz and ${harmonics - 1} harmonics off the voltage: amplitude ${removed_mV.toFixed(3)} mV (largest ${largest_mV.toFixed(3)} mV).${leftText}`,
    parameters: {
      frequency_Hz: line_Hz,
      harmonics,
      removed_mV,
      largest_mV,
      ...(left.length > 0 && { sweepsLeft: left.join(", ") }),
    },
  };
}

function notQuiet(where: string) {
  return cannot(
    "not-quiet",
    where,
    "no sweep is quiet for 200 ms, so that hum cannot be told from activity",
    {
      expected: "200 ms without spikes and edges of the current, in stretches of 60 ms or more",
      next: "Leave the step out.",
    },
  );
}
