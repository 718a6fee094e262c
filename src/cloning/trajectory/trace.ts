import { InputError } from "../../errors.ts";
import type { TrajectorySweep } from "./simulator.ts";

/** A recording as the estimators read it: sweeps one after the other. */
export interface Trace {
  readonly v_mV: Float64Array;
  /** Absolute slope without what noise alone would make of it. */
  readonly slopes_mV_per_ms: Float64Array;
  readonly starts: readonly number[];
  readonly lengths: readonly number[];
  readonly dt_ms: number;
  /** Standard deviation of the fast noise, from second differences. */
  readonly white_mV: number;
}

const LONGEST_INTERVAL_MS = 0.5;

/** Work of one run; longer recordings are thinned by whole sweeps. */
const MOST_SAMPLES = 120_000;

/** Sweeps taken evenly until the recording is not too long; one at least. */
export function withinBudget(sweeps: readonly TrajectorySweep[]): readonly TrajectorySweep[] {
  const total = sweeps.reduce((sum, { v_mV }) => sum + v_mV.length, 0);
  const keep = Math.max(1, Math.floor((sweeps.length * MOST_SAMPLES) / total));
  if (keep >= sweeps.length) return sweeps;
  const stride = sweeps.length / keep;
  return Array.from({ length: keep }, (_, k) => sweeps[Math.ceil((k + 1) * stride) - 1]);
}

/** Throws InputError `trajectory-input` for sweeps that cannot be fitted. */
export function traceOf(sweeps: readonly TrajectorySweep[], dt_ms: number): Trace {
  if (sweeps.length === 0) throw problem("no sweeps to fit", "a recording with at least one sweep");
  if (!(dt_ms > 0 && dt_ms <= LONGEST_INTERVAL_MS))
    throw problem("the sampling interval is not usable", `above 0, at most ${LONGEST_INTERVAL_MS} ms`);
  sweeps.forEach(checkSweep);
  const lengths = sweeps.map(({ v_mV }) => v_mV.length);
  const starts = lengths.map((_, s) => lengths.slice(0, s).reduce((sum, length) => sum + length, 0));
  const v_mV = new Float64Array(starts[starts.length - 1] + lengths[lengths.length - 1]);
  sweeps.forEach((sweep, s) => {
    v_mV.set(sweep.v_mV, starts[s]);
  });
  const white_mV = fastNoise(sweeps);
  return { v_mV, slopes_mV_per_ms: slopesOf(v_mV, dt_ms, white_mV), starts, lengths, dt_ms, white_mV };
}

function checkSweep({ v_mV, i_pA }: TrajectorySweep, k: number): void {
  if (v_mV.length !== i_pA.length || v_mV.length < 10)
    throw problem(`sweep ${k}: voltage and current must be equally long`, "10 samples or more of each");
  if (!v_mV.every(Number.isFinite) || !i_pA.every(Number.isFinite))
    throw problem(`sweep ${k}: a value is not finite`, "mV and pA at every sample");
}

function problem(what: string, expected: string): InputError {
  return new InputError({ code: "trajectory-input", what, expected });
}

/** Median of |second differences| over that of a normal deviate: spikes and steps are few. */
function fastNoise(sweeps: readonly TrajectorySweep[]): number {
  const values: number[] = [];
  for (const { v_mV } of sweeps)
    for (let k = 2; k < v_mV.length; k += 3) values.push(Math.abs(v_mV[k] - 2 * v_mV[k - 1] + v_mV[k - 2]));
  const sorted = Float64Array.from(values).sort();
  return sorted[sorted.length >> 1] / (0.6745 * Math.sqrt(6));
}

function slopesOf(v_mV: Float64Array, dt_ms: number, white_mV: number): Float64Array {
  const noise = (3 * white_mV) / (Math.SQRT2 * dt_ms);
  return v_mV.map((_, k) => {
    if (k === 0 || k + 1 === v_mV.length) return 0;
    return Math.max(0, Math.abs(v_mV[k + 1] - v_mV[k - 1]) / (2 * dt_ms) - noise);
  });
}
