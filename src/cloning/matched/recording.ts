import { InputError } from "../../errors.ts";
import { findResets } from "./resets.ts";

/** One recorded sweep: voltage and command current at the same instants. */
export interface MatchedSweep {
  readonly v_mV: Float64Array;
  readonly i_pA: Float64Array;
}

/** A sweep with its observed resets. */
export interface PreparedSweep extends MatchedSweep {
  /** 1 at samples that are the first after a reset. */
  readonly isReset: Uint8Array;
  /** How many. */
  readonly resets: number;
}

/** What the estimators read: sweeps, resets and the step of the model's scheme. */
export interface Prepared {
  readonly sweeps: readonly PreparedSweep[];
  readonly dt_ms: number;
  /** Steps of the model in one sample. */
  readonly substeps: number;
  readonly samples: number;
  readonly spikes: number;
  /** Standard deviation of the fast noise, from second differences. */
  readonly whiteNoise_mV: number;
}

/** The engine integrates Izhikevich cells with at most this step. */
const LONGEST_STEP_MS = 0.1;
/** Far beyond the intervals that were tried. */
const LONGEST_INTERVAL_MS = 1;
/** Work of one pass; longer recordings are thinned by whole sweeps. */
const MOST_SAMPLES = 240_000;

/**
 * Checks sweeps, finds resets and the noise level.
 *
 * @param sweeps 1 or more, each at least 10 samples, mV and pA; all finite.
 * @param dt_ms sampling interval; tried from 0.02 to 0.25, refused above 1.
 * @throws InputError `matched-input` when lengths differ, values are not finite or nothing is there.
 */
export function prepare(sweeps: readonly MatchedSweep[], dt_ms: number): Prepared {
  if (sweeps.length === 0) throw problem("no sweeps to fit", "a recording with at least one sweep");
  sweeps.forEach(checkSweep);
  if (!(dt_ms > 0 && dt_ms <= LONGEST_INTERVAL_MS))
    throw problem("the sampling interval is not usable", `above 0, at most ${LONGEST_INTERVAL_MS} ms`);
  const kept = withinBudget(sweeps);
  const whiteNoise_mV = fastNoise(kept);
  const prepared = kept.map((sweep) => withResets(sweep, whiteNoise_mV));
  return describeSweeps(prepared, {
    dt_ms,
    substeps: Math.ceil(dt_ms / LONGEST_STEP_MS - 1e-9),
    whiteNoise_mV,
  });
}

function withResets(sweep: MatchedSweep, whiteNoise_mV: number): PreparedSweep {
  const isReset = findResets(sweep.v_mV, whiteNoise_mV);
  return { ...sweep, isReset, resets: isReset.reduce((sum, value) => sum + value, 0) };
}

/** The same for some of the sweeps. */
export function describeSweeps(
  sweeps: readonly PreparedSweep[],
  { dt_ms, substeps, whiteNoise_mV }: Pick<Prepared, "dt_ms" | "substeps" | "whiteNoise_mV">,
): Prepared {
  return {
    sweeps,
    dt_ms,
    substeps,
    whiteNoise_mV,
    samples: sweeps.reduce((sum, { v_mV }) => sum + v_mV.length, 0),
    spikes: sweeps.reduce((sum, { resets }) => sum + resets, 0),
  };
}

function problem(what: string, expected: string): InputError {
  return new InputError({ code: "matched-input", what, expected });
}

function checkSweep({ v_mV, i_pA }: MatchedSweep, index: number): void {
  const where = `sweep ${index + 1}`;
  if (v_mV.length !== i_pA.length || v_mV.length < 10)
    throw new InputError({
      code: "matched-input",
      what: "voltage and current do not belong together",
      where,
      got: `${v_mV.length} and ${i_pA.length} samples`,
      expected: "equal lengths of at least 10 samples",
    });
  if (!v_mV.every(Number.isFinite) || !i_pA.every(Number.isFinite))
    throw new InputError({ code: "matched-input", what: "a value is not finite", where });
}

/** Evenly chosen sweeps, the last always among them. */
function withinBudget(sweeps: readonly MatchedSweep[]): readonly MatchedSweep[] {
  const total = sweeps.reduce((sum, { v_mV }) => sum + v_mV.length, 0);
  const keep = Math.max(1, Math.floor((sweeps.length * MOST_SAMPLES) / total));
  if (keep >= sweeps.length) return sweeps;
  const stride = sweeps.length / keep;
  return Array.from({ length: keep }, (_, k) => sweeps[Math.ceil((k + 1) * stride) - 1]);
}

/** Median of |second differences| over that of a normal deviate: spikes and steps are few. */
function fastNoise(sweeps: readonly MatchedSweep[]): number {
  const values: number[] = [];
  for (const { v_mV } of sweeps)
    for (let k = 2; k < v_mV.length; k += 3) values.push(Math.abs(v_mV[k] - 2 * v_mV[k - 1] + v_mV[k - 2]));
  const sorted = Float64Array.from(values).sort();
  return sorted[sorted.length >> 1] / (0.6745 * Math.sqrt(6));
}
