import { InputError } from "../../errors.ts";
import { cellScalars } from "./cellScalars.ts";
import { FRAME_CHANNELS, FRAMES, fillFrames } from "./frames.ts";
import { fastPeaks, quickLow, quickNoise } from "./peaks.ts";
import { mainStretch } from "./stimulus.ts";
import { type MeasuredSweep, sweepScalars } from "./sweepScalars.ts";

/** Sweeps taken of a cell at most. */
export const MAX_SWEEPS = 16;

/** One sweep of a cell: samples of voltage and injected current. */
export interface InputSweep {
  readonly v_mV: Float64Array;
  readonly i_pA: Float64Array;
}

/** What a network sees of a cell, before standardisation. NaN among the scalars: could not be measured. */
export interface NetworkInput {
  /** Sweeps taken, 1 to `MAX_SWEEPS`, in ascending order of mean current. */
  readonly sweeps: number;
  /** [sweeps, FRAMES, FRAME_CHANNELS.length]. */
  readonly frames: Float32Array;
  /** [sweeps, sweep scalars]. */
  readonly sweepScalars: Float32Array;
  /** [cell scalars]. */
  readonly cellScalars: Float32Array;
}

/**
 * Turns any recording into arrays of fixed meaning: frames and scalar measures of each sweep, scalar measures of the cell.
 *
 * Of more than `MAX_SWEEPS` sweeps as many are taken, evenly spread over their ranks of mean current, the two extremes among
 * them. Sweeps are put in order of mean current (then of mean voltage), so that the order of recording does not matter.
 *
 * @param sweeps 1 or more; voltages and currents finite, equally long, at least `FRAMES` samples.
 * @param dt_ms sampling interval, > 0. Made for 0.02 to 0.25 ms and sweeps of 0.2 to 5 s.
 *
 * Throws InputError `no-sweeps`, `bad-interval`, `unequal-lengths`, `too-short` or `not-finite`.
 */
export function networkInput(sweeps: readonly InputSweep[], dt_ms: number): NetworkInput {
  if (sweeps.length === 0) throw refuse("no-sweeps", "there is no sweep", "0", "1 or more");
  if (!(dt_ms > 0 && Number.isFinite(dt_ms)))
    throw refuse("bad-interval", "the sampling interval is not a time", `${dt_ms} ms`, "more than 0 ms");
  sweeps.forEach(checkSweep);
  const taken = spreadSweeps(sweeps);
  const frames = new Float32Array(taken.length * FRAMES * FRAME_CHANNELS.length);
  const measured = taken.map((sweep, k) => {
    const size = FRAMES * FRAME_CHANNELS.length;
    const one = measure(sweep, dt_ms, frames.subarray(k * size, (k + 1) * size));
    return { measured: one, scalars: sweepScalars(one) };
  });
  return {
    sweeps: taken.length,
    frames,
    sweepScalars: Float32Array.from(measured.flatMap(({ scalars }) => Object.values(scalars))),
    cellScalars: Float32Array.from(Object.values(cellScalars(measured, sweeps.length))),
  };
}

function measure({ v_mV, i_pA }: InputSweep, dt_ms: number, frames: Float32Array): MeasuredSweep {
  const noise_mV = quickNoise(v_mV);
  const peaks = fastPeaks(v_mV, dt_ms, quickLow(v_mV), noise_mV);
  fillFrames(v_mV, i_pA, peaks, frames);
  return { v_mV, i_pA, dt_ms, peaks, noise_mV, stretch: mainStretch(i_pA, dt_ms) };
}

/** Names of the scalars, in the order of the arrays: those of a flat trace, since they are the same for every sweep. */
export const { SWEEP_SCALARS, CELL_SCALARS } = scalarNames();

function scalarNames() {
  const flat = { v_mV: new Float64Array(200), i_pA: new Float64Array(200) };
  const measured = measure(flat, 0.1, new Float32Array(FRAMES * FRAME_CHANNELS.length));
  const scalars = sweepScalars(measured);
  return {
    SWEEP_SCALARS: Object.keys(scalars) as readonly string[],
    CELL_SCALARS: Object.keys(cellScalars([{ measured, scalars }], 1)) as readonly string[],
  };
}

function spreadSweeps(sweeps: readonly InputSweep[]): InputSweep[] {
  const ranked = sweeps
    .map((sweep) => ({ sweep, i: strideMean(sweep.i_pA), v: strideMean(sweep.v_mV) }))
    .sort((a, b) => a.i - b.i || a.v - b.v)
    .map(({ sweep }) => sweep);
  const count = Math.min(MAX_SWEEPS, ranked.length);
  if (count === ranked.length) return ranked;
  return Array.from({ length: count }, (_, k) => ranked[Math.round((k * (ranked.length - 1)) / (count - 1))]);
}

/** Mean of at most 2,000 places spread over the trace. */
function strideMean(values: Float64Array): number {
  const stride = Math.max(1, Math.floor(values.length / 2_000));
  let [sum, count] = [0, 0];
  for (let k = 0; k < values.length; k += stride, count++) sum += values[k];
  return sum / count;
}

function checkSweep({ v_mV, i_pA }: InputSweep, position: number): void {
  const where = `sweep ${position + 1}`;
  if (v_mV.length !== i_pA.length) {
    const got = `${v_mV.length} of voltage, ${i_pA.length} of current`;
    throw refuse(
      "unequal-lengths",
      "voltage and current have different numbers of samples",
      got,
      "as many",
      where,
    );
  }
  if (v_mV.length < FRAMES)
    throw refuse("too-short", "the sweep is too short", `${v_mV.length} samples`, `${FRAMES} or more`, where);
  if (!allFinite(v_mV) || !allFinite(i_pA))
    throw refuse("not-finite", "a sample is not a number", "NaN or infinity", "finite samples", where);
}

/** The sum of finite samples is finite at these magnitudes; one pass without a branch a sample. */
function allFinite(values: Float64Array): boolean {
  let sum = 0;
  for (let k = 0; k < values.length; k++) sum += values[k];
  return Number.isFinite(sum);
}

function refuse(code: string, what: string, got: string, expected: string, where?: string): InputError {
  return new InputError({
    code,
    what,
    got,
    expected,
    ...(where && { where }),
    next: "Check how the recording was read.",
  });
}
