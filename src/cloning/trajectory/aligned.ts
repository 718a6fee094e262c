import type { Trace } from "./trace.ts";
import { upstrokes } from "./upstrokes.ts";

/** Residuals of a simulated trace; their number does not depend on it. */
export type Residuals = (simulated_mV: Float64Array) => Float64Array;

/** Part of the shorter interval by which two upstrokes that belong together may drift apart since the last. */
const LARGEST_DRIFT = 0.4;
/** Farther away the effect of a parameter on an upstroke is no longer linear. */
const LARGEST_SHIFT_MS = 1;
/** Samples this long before and after an upstroke move with it. */
const [BEFORE_MS, AFTER_MS] = [10, 25];
/** What comes before a spike that has no partner is left out too. */
const GUARD_MS = 3;
/** Standard deviations of the noise. */
const AGREEING = 6;

export interface Alignment {
  /** Seen through the pairing of a candidate's upstrokes with the recorded ones. */
  readonly residuals: Residuals;
  /** Part of the samples that are compared. */
  readonly share: number;
  /** Largest distance of paired upstrokes, ms. */
  readonly worstShift_ms: number;
}

export interface Scales {
  readonly voltage_mV: number;
  readonly upstroke_ms: number;
  /** Samples compared beyond the place where pairing fails: the pull that a missing spike needs. */
  readonly beyond_ms: number;
}

/** Uncertainty of the time of a steep sample that is compared without its upstroke. */
const BLUR_MS = 0.05;

/**
 * Compares voltages in the phase of the spikes: each recorded upstroke is paired with the candidate's upstroke of the same number,
 * samples around it are compared after a shift that brings both together, and the shift is a residual of its own. So a candidate
 * whose period is off by a per cent is near the data after a hundred spikes too, and residuals are nearly linear in parameters far
 * beyond the width of a spike. A sweep is left out from where pairing fails.
 */
export class Aligner {
  readonly #trace: Trace;
  readonly #observed: readonly (readonly number[])[];
  readonly #events: number;

  constructor(trace: Trace) {
    this.#trace = trace;
    this.#observed = trace.starts.map((start, s) => upstrokes(trace.v_mV, start, start + trace.lengths[s]));
    this.#events = this.#observed.reduce((sum, { length }) => sum + length, 0);
  }

  /** Pairs upstrokes of a candidate; the residuals of others follow the same pairs. */
  align(candidate_mV: Float64Array, scales: Scales): Alignment {
    const { starts, lengths, dt_ms } = this.#trace;
    let [compared, worst] = [0, 0];
    const plans = starts.map((start, s) => {
      const found = upstrokes(candidate_mV, start, start + lengths[s]);
      const plan = this.#extended(
        paired(this.#observed[s], found, lengths[s], dt_ms),
        s,
        candidate_mV,
        scales,
      );
      compared += plan.until;
      for (let i = 0; i < plan.pairs; i++)
        worst = Math.max(worst, dt_ms * Math.abs(found[i] - this.#observed[s][i]));
      return plan;
    });
    const share = compared / this.#trace.v_mV.length;
    return { residuals: (v) => this.#residuals(v, plans, scales), share, worstShift_ms: worst };
  }

  /** Goes on while the voltages agree: a ripple that counts as an upstroke in one of them only does not matter. */
  #extended({ pairs, until }: Plan, s: number, candidate_mV: Float64Array, { voltage_mV }: Scales): Plan {
    const { v_mV, starts, lengths } = this.#trace;
    let k = until;
    while (
      k < lengths[s] &&
      Math.abs(v_mV[starts[s] + k] - candidate_mV[starts[s] + k]) < AGREEING * voltage_mV
    )
      k++;
    return { pairs, until: k };
  }

  #residuals(v_mV: Float64Array, plans: readonly Plan[], scales: Scales): Float64Array {
    const { voltage_mV, upstroke_ms, beyond_ms } = scales;
    const { v_mV: recorded, slopes_mV_per_ms: slopes, starts, lengths, dt_ms } = this.#trace;
    const out = new Float64Array(recorded.length + this.#events);
    let event = recorded.length;
    plans.forEach(({ pairs, until }, s) => {
      const [start, end] = [starts[s], starts[s] + lengths[s]];
      const observed = this.#observed[s];
      const found = upstrokes(v_mV, start, end);
      let k = start;
      const straight = (to: number) => {
        for (; k < to; k++) out[k] = (recorded[k] - v_mV[k]) / voltage_mV;
      };
      for (let i = 0; i < pairs; i++) {
        const shift = (found[i] ?? lengths[s]) - observed[i];
        out[event + i] = (-shift * dt_ms) / upstroke_ms;
        const [from, to] = surroundings(observed, i, until, dt_ms);
        straight(start + from);
        k = shifted(out, recorded, v_mV, { from: k, to: start + to, shift, start, end }, voltage_mV);
      }
      straight(start + until);
      const beyond = Math.min(end, Math.ceil(start + until + beyond_ms / dt_ms));
      for (; k < beyond; k++) out[k] = (recorded[k] - v_mV[k]) / Math.hypot(voltage_mV, BLUR_MS * slopes[k]);
      event += observed.length;
    });
    return out;
  }
}

interface Plan {
  /** Upstrokes that have a partner. */
  readonly pairs: number;
  /** Samples of the sweep that are compared. */
  readonly until: number;
}

function paired(observed: readonly number[], found: readonly number[], length: number, dt_ms: number): Plan {
  const both = Math.min(observed.length, found.length);
  let before = 0;
  for (let i = 0; i < both; i++) {
    const shift = found[i] - observed[i];
    const interval = i === 0 ? Infinity : Math.min(observed[i] - observed[i - 1], found[i] - found[i - 1]);
    if (Math.abs(shift) > LARGEST_SHIFT_MS / dt_ms || Math.abs(shift - before) > LARGEST_DRIFT * interval)
      return cutBefore(i, observed, found, dt_ms);
    before = shift;
  }
  if (observed.length === found.length) return { pairs: both, until: length };
  return cutBefore(both, observed, found, dt_ms);
}

function cutBefore(i: number, observed: readonly number[], found: readonly number[], dt_ms: number): Plan {
  const next = Math.min(observed[i] ?? Infinity, found[i] ?? Infinity);
  return { pairs: i, until: Math.max(0, Math.floor(next - GUARD_MS / dt_ms)) };
}

/** Samples that move with an upstroke, up to the middle between two. */
function surroundings(
  observed: readonly number[],
  i: number,
  until: number,
  dt_ms: number,
): [number, number] {
  const at = observed[i];
  const before = i > 0 ? (observed[i - 1] + at) / 2 : 0;
  const after = i + 1 < observed.length ? (at + observed[i + 1]) / 2 : Infinity;
  const from = Math.max(0, before, at - BEFORE_MS / dt_ms);
  return [Math.ceil(from), Math.ceil(Math.min(until, after, at + AFTER_MS / dt_ms))];
}

interface Window {
  readonly from: number;
  readonly to: number;
  readonly shift: number;
  readonly start: number;
  readonly end: number;
}

/**
 * Differences from the voltage `shift` samples later, by a cubic between samples (Catmull and Rom 1974), constant beyond the sweep.
 * Returns where the window ends.
 */
function shifted(
  out: Float64Array,
  recorded: Float64Array,
  v: Float64Array,
  { from, to, shift, start, end }: Window,
  voltage_mV: number,
): number {
  const whole = Math.floor(shift);
  const t = shift - whole;
  const a = -0.5 * t + t * t - 0.5 * t ** 3;
  const b = 1 - 2.5 * t * t + 1.5 * t ** 3;
  const c = 0.5 * t + 2 * t * t - 1.5 * t ** 3;
  const d = -0.5 * t * t + 0.5 * t ** 3;
  const value = (n: number) => v[Math.min(end - 1, Math.max(start, n))];
  let k = from;
  const difference = (n: number) =>
    (recorded[k] - a * value(n - 1) - b * value(n) - c * value(n + 1) - d * value(n + 2)) / voltage_mV;
  const inner = Math.max(from, Math.min(to, start + 1 - whole));
  const outer = Math.max(inner, Math.min(to, end - 2 - whole));
  for (; k < inner; k++) out[k] = difference(k + whole);
  for (let n = k + whole; k < outer; k++, n++)
    out[k] = (recorded[k] - a * v[n - 1] - b * v[n] - c * v[n + 1] - d * v[n + 2]) / voltage_mV;
  for (; k < to; k++) out[k] = difference(k + whole);
  return k;
}
